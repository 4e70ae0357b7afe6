import subprocess
import sys

import pytest

import dev


@pytest.fixture
def work():
    done = []
    return done, lambda: done.append("done")


def test_a_step_runs_again_only_when_what_it_reads_has_changed(tmp_path, work):
    done, do = work
    source, stamp = tmp_path / "source", tmp_path / "stamp"
    source.write_text("one")
    for _ in range(2):
        dev.step("", stamp, dev.digest([source]), do)
    assert len(done) == 1
    source.write_text("two")
    dev.step("", stamp, dev.digest([source]), do)
    assert len(done) == 2


def test_a_step_that_failed_runs_again(tmp_path, work):
    done, do = work
    stamp = tmp_path / "stamp"
    dev.step("", stamp, "old", do)

    def fail():
        raise dev.stop("…")

    with pytest.raises(SystemExit):
        dev.step("", stamp, "new", fail)
    dev.step("", stamp, "old", do)
    assert len(done) == 2


def test_the_digest_sees_a_renamed_an_added_and_a_removed_file(tmp_path):
    (tmp_path / "a").write_text("x")
    seen = {dev.digest([tmp_path])}
    (tmp_path / "a").rename(tmp_path / "b")
    seen.add(dev.digest([tmp_path]))
    (tmp_path / "c").write_text("")
    seen.add(dev.digest([tmp_path]))
    (tmp_path / "b").unlink()
    seen.add(dev.digest([tmp_path]))
    assert len(seen) == 4


@pytest.mark.parametrize(
    "line",
    ['"resolved": "{}://mirror/x"', "index-url = {}://mirror/simple", "registry={}://mirror/", "{}://mirror/a-1.0.whl"],
)
def test_a_download_address_is_found_with_its_line(tmp_path, line):
    path = tmp_path / "lock"
    path.write_text("first\n" + line.format("https"))
    assert [place.rpartition("/")[2] for place in dev.download_addresses([path])] == ["lock:2"]


def test_a_link_to_a_page_is_no_download_address(tmp_path):
    path = tmp_path / "README.md"
    path.write_text("see https://example.org/page and the registry of projects")
    assert dev.download_addresses([path]) == []


@pytest.mark.parametrize(
    "output",
    [
        "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
        "ERROR: No matching distribution found for django==5.2",
        "npm error code EAI_AGAIN",
    ],
)
def test_a_missing_network_is_told_in_a_sentence(output, capsys):
    with pytest.raises(SystemExit):
        dev.fetch([sys.executable, "-c", f"import sys; sys.exit({output!r})"])
    assert dev.NO_NETWORK in capsys.readouterr().err


def test_another_failure_is_not_blamed_on_the_network(capsys):
    with pytest.raises(SystemExit):
        dev.fetch([sys.executable, "-c", "import sys; sys.exit('THESE PACKAGES DO NOT MATCH THE HASHES')"])
    captured = capsys.readouterr()
    assert dev.NO_NETWORK not in captured.err
    assert "DO NOT MATCH" in captured.out


def test_an_unknown_option_is_refused_except_for_pytest():
    command = [sys.executable, dev.ROOT / "dev.py", "check", "--fast"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--fast" in done.stderr


def test_the_demo_never_takes_the_database_of_an_env_file(monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "VAR", tmp_path)
    monkeypatch.setattr(dev.os, "environ", {})
    settings = dev.demo_settings(debug=False)
    assert settings["DATABASE_URL"] == f"sqlite:///{tmp_path}/tracker.sqlite3"
    assert settings["DEBUG"] == "0"
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert dev.demo_settings(debug=False)["SECRET_KEY"] == settings["SECRET_KEY"]
