"""The child process: limits on memory, CPU and time turn into refusals."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from projects.imports.reading import child
from projects.imports.reading.child import read_in_child
from projects.imports.reading.limits import Limits
from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.workbooks import problems, save, values

ROWS = [["序号", "项目名称", "总投资（万元）", "责任单位"], [1, "甲项目", 500, "县水利局"]]


def test_child_says_what_reading_in_process_says(tmp_path: Path) -> None:
    path = save(tmp_path, {"清单": ROWS})
    assert read_in_child(path, year=2023) == json.loads(json.dumps(read_workbook(path, year=2023)))


def test_options_reach_the_child(tmp_path: Path) -> None:
    path = save(tmp_path, {"甲": ROWS, "乙": ROWS})
    assert len(values(read_in_child(path, sheet="乙"))) == 1
    assert problems(read_in_child(path, limits=Limits(rows=1)), "error")


def test_too_little_memory_is_a_refusal(tmp_path: Path) -> None:
    result = read_in_child(save(tmp_path, {"清单": ROWS}), limits=Limits(child_memory_bytes=24 * 1024 * 1024))
    assert problems(result, "error")
    assert result["sheets"] == []
    assert result["sha256"]


def test_too_much_cpu_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spin = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass"
    result = _with_child(tmp_path, monkeypatch, spin, Limits(child_wall_seconds=20))
    assert "时间" in problems(result, "error")[0]["message"]


def test_hanging_child_is_killed_and_progress_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    began = time.monotonic()
    result = _with_child(
        tmp_path, monkeypatch, "import time; time.sleep(60)", Limits(child_wall_seconds=2), told.append
    )
    assert time.monotonic() - began < 10
    assert "超过了 2 秒" in problems(result, "error")[0]["message"]
    assert told == sorted(told)
    assert told


@pytest.mark.parametrize(
    "code", ["import os; os.abort()", "raise SystemExit(3)", "print('hello')", "import os; os.kill(os.getpid(), 11)"]
)
def test_dying_or_babbling_child_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    result = _with_child(tmp_path, monkeypatch, code, Limits())
    entry = problems(result, "error")[0]
    assert entry["message"]
    assert entry["cure"]


def _with_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, limits: Limits, progress: object = None
) -> dict:
    """Reading where the child runs other code than ours."""
    real = subprocess.Popen

    def other(arguments: list[str], **options: object) -> subprocess.Popen:
        return real([sys.executable, "-c", code], **options)

    monkeypatch.setattr(child.subprocess, "Popen", other)
    return read_in_child(save(tmp_path, {"清单": ROWS}), limits=limits, progress=progress)


def test_reading_needs_no_django() -> None:
    code = "import sys, projects.imports.reading.understand; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=child.ROOT, check=False).returncode == 0
