"""`python -m tests`: everything on SQLite, then what touches the database again on PostgreSQL, while the browser drives its
own part. A part that cannot run here is named; in CI it is a failure."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.e2e.conftest import CHROMIUM
from tests.postgres import NO_BINARIES

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "--tb=short"]
ON_SQLITE = [*PYTEST, "-n", str(min(os.cpu_count() or 1, 8)), "tests", "--ignore", "tests/e2e"]
ON_POSTGRES = [sys.executable, "-m", "tests.postgres", *ON_SQLITE, "--only-database"]


def say(message: str) -> None:
    print(message, flush=True)  # noqa: T201 (what the person waits for)


def main() -> int:
    began, failed, missing = time.monotonic(), [], []
    with tempfile.TemporaryFile() as kept:
        # The browser waits for pages half of its time, which the other two parts use.
        browser = subprocess.Popen(
            [*PYTEST, "tests/e2e"], cwd=ROOT, stdout=kept, stderr=subprocess.STDOUT
        ) if CHROMIUM else None  # fmt: skip
        for name, command in {"SQLite": ON_SQLITE, "PostgreSQL": ON_POSTGRES}.items():
            say(f"\n=== {name} ===")
            code = subprocess.run(command, cwd=ROOT, check=False).returncode
            failed += [name] if code not in {0, NO_BINARIES} else []
            missing += ["PostgreSQL：apt-get install postgresql"] if code == NO_BINARIES else []
        say("\n=== 浏览器（与上面两项同时进行） ===")
        if browser is None:
            missing.append("浏览器：apt-get install chromium-headless-shell fonts-wqy-microhei")
        else:
            failed += ["浏览器"] if browser.wait() else []
            kept.seek(0)
            say(kept.read().decode(errors="replace"))
    say(f"=== 小结：{time.monotonic() - began:.0f} 秒 ===")
    for name in failed:
        say(f"没有通过：{name}")
    for part in missing:
        say(f"没有运行：{part}")
    say("" if failed or missing else "全部通过。")
    in_ci = os.environ.get("CI", "").lower() in {"1", "true"}
    return 1 if failed or (missing and in_ci) else 0


if __name__ == "__main__":
    sys.exit(main())
