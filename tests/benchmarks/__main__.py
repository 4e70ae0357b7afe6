"""`python -m tests.benchmarks`: the product beside named peers in one run, as ratios. Nothing here passes or fails."""

import argparse
import datetime
import multiprocessing
import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

SUBJECTS = {
    "pages": "项目列表页",
    "imports": "导入",
    "rankings": "考评榜单",
    "exports": "导出 Excel",
    "bulletins": "通报",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench", description="与同类软件在同一次运行里比较，只看比值")
    parser.add_argument("subjects", nargs="*", metavar="题目", help=f"{'、'.join(SUBJECTS)}；不写则全做")
    parser.add_argument("--postgres", action="store_true", help="用临时的 PostgreSQL，不用 SQLite")
    parser.add_argument("--quick", action="store_true", help="缩小规模，只看能不能跑")
    given = parser.parse_args()
    unknown = set(given.subjects) - set(SUBJECTS)
    if unknown:
        parser.error(f"不认识的题目：{'、'.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="tracker-bench-"))
    try:
        if given.postgres:
            from tests import postgres

            binaries = postgres.find_binaries()
            if binaries is None:
                say("本机没有 PostgreSQL 程序：apt-get install postgresql")
                return postgres.NO_BINARIES
            with postgres.running(binaries) as url:
                compare(folder, url, given.subjects or list(SUBJECTS), quick=given.quick)
        else:
            url = f"sqlite:///{folder / 'reference.sqlite3'}"
            compare(folder, url, given.subjects or list(SUBJECTS), quick=given.quick)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def compare(folder: Path, url: str, subjects: list[str], *, quick: bool) -> None:
    os.environ.update(
        BENCHMARK_FOLDER=str(folder),
        BENCHMARK_DATABASE_URL=url,
        DJANGO_SETTINGS_MODULE="tests.benchmarks.settings",
    )
    from tests.benchmarks import databases

    making = multiprocessing.get_context("spawn").Process(
        target=databases.prepare, args=(bool(set(subjects) - {"imports", "bulletins"}), 2 if quick else 100)
    )
    making.start()
    making.join()
    if making.exitcode:
        raise SystemExit("没有建好对照用的数据库。")
    import django

    django.setup()
    from django.db import connection

    from tests.benchmarks import bulletins, exports, imports, pages, rankings

    say(f"# 性能对照\n\n{datetime.date.today():%Y-%m-%d}，{machine()}，{connection.vendor}")  # noqa: DTZ011
    rounds = 3 if quick else 40
    works: dict[str, Callable[[], str]] = {
        "pages": lambda: pages.run(rounds),
        "imports": lambda: imports.run(folder, (20,) if quick else (141, 14_100), 1 if quick else 5),
        "rankings": lambda: rankings.run(rounds),
        "exports": lambda: exports.run(rounds // 2),
        "bulletins": lambda: bulletins.run(rounds),
    }
    for subject, title in SUBJECTS.items():
        if subject in subjects:
            say(f"\n## {title}\n\n{works[subject]()}")
    connection.close()


def machine() -> str:
    """Cores, processor, memory and Python of this machine."""
    name = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    return f"{os.cpu_count()} 核 {name}，{int(memory) / 1e6:.0f} GB 内存，Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
