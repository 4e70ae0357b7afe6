"""`python -m tests`: everything on SQLite, a browser driving the pages, then what touches the database again on PostgreSQL.
What cannot run here is named; in CI it is a failure.

One after the other, each on all processors: side by side the parts took longer, for they only took turns.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.e2e.conftest import CHROMIUM
from tests.postgres import NO_BINARIES

ROOT = Path(__file__).resolve().parent.parent
WORKERS = [
    "-n",
    str(min(os.cpu_count() or 1, 8)),
    "--dist",
    "worksteal",
]  # or one stands idle while the other ends its batch
PYTEST = [sys.executable, "-m", "pytest", "-q", "--tb=short", *WORKERS, "tests"]
WITHOUT_BROWSER = [*PYTEST, "--ignore", "tests/e2e"]
ON_POSTGRES = [sys.executable, "-m", "tests.postgres", *WITHOUT_BROWSER, "--only-database"]
PACKAGES = {"PostgreSQL": "postgresql", "浏览器": "chromium-headless-shell fonts-wqy-microhei"}


def say(message: str) -> None:
    print(message, flush=True)  # noqa: T201 (what the person waits for)


def code_of(name: str, command: list[str]) -> int:
    say(f"\n=== {name} ===")
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main() -> int:
    began, failed, missing = time.monotonic(), [], []
    if CHROMIUM is None:
        missing.append("浏览器")
    if code_of("SQLite 和浏览器", PYTEST if CHROMIUM else WITHOUT_BROWSER):
        failed.append("SQLite 和浏览器")
    if code := code_of("PostgreSQL", ON_POSTGRES):
        (missing if code == NO_BINARIES else failed).append("PostgreSQL")
    say(f"\n=== 小结：{time.monotonic() - began:.0f} 秒 ===")
    for name in failed:
        say(f"没有通过：{name}")
    for name in missing:
        say(f"没有运行：{name}：apt-get install {PACKAGES[name]}")
    say("" if failed or missing else "全部通过。")
    in_ci = os.environ.get("CI", "").lower() in {"1", "true"}
    return 1 if failed or (missing and in_ci) else 0


if __name__ == "__main__":
    sys.exit(main())
