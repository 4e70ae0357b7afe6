"""Backups one after the other while 32 people write: nobody is held up or loses a save, and each backup is of one moment.

In a SQLite copy every report has as many lines of history as versions, which are written together; a PostgreSQL dump has in each table
the rows that its manifest tells.
"""

import argparse
import sqlite3
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from django.db import connection
from django.utils import timezone

from tests.drills.writers import FORMS, SHARING, many
from tests.served import again_on_postgres, make_county, serving
from yichuan_tracker.backup.archive import DATABASE, unpack_archive
from yichuan_tracker.backup.steps import make_backup

TORN = """
    SELECT report.id FROM projects_monthreport report
    WHERE report.version <> (
        SELECT count(*) FROM leaders_historyentry WHERE object_type = 'monthreport' AND object_id = report.id
    )
"""


def backups(folder: Path, over: threading.Event) -> list[Path]:
    made = []
    while not over.is_set():
        made.append(folder / f"{len(made)}.tar.gz")
        make_backup(made[-1], at=timezone.localtime())
    connection.close()
    return made


def lines_in(dump: str) -> dict[str, int]:
    """{table: rows} of PostgreSQL's plain dump."""
    found = {}
    for block in dump.split("\nCOPY public.")[1:]:
        table, rows = block.split(" ", 1)[0], block.split("\n", 1)[1].split("\\.\n", 1)[0]
        found[table] = rows.count("\n")
    return found


def check(backup: Path) -> None:
    """Raises when the backup is not whole, or not of one moment."""
    folder = backup.with_suffix("")
    manifest = unpack_archive(backup, folder)
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / DATABASE)) as copy:
            assert copy.execute(TORN).fetchall() == [], f"{backup}: reports and history of two moments"
    else:
        assert lines_in((folder / DATABASE).read_text()) == manifest["rows"], f"{backup}: rows of two moments"


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py drill backups")
    parser.add_argument("--saves", type=int, default=10, help="of each of the 32 writers")
    parser.add_argument(
        "--postgres", action="store_true", help="on a throw-away PostgreSQL (pg_dump must be installed)"
    )
    arguments = parser.parse_args()
    if arguments.postgres and connection.vendor != "postgresql":
        return again_on_postgres("backups")
    began, over = time.monotonic(), threading.Event()
    _, filed = make_county(FORMS, SHARING)
    with serving() as served, tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(1) as pool:
        making = pool.submit(backups, Path(name), over)
        try:
            statuses, lost = many(served, filed, arguments.saves)
        finally:
            over.set()
        made = making.result()
        assert set(statuses) <= {200, 409}, statuses
        assert lost == 0, f"{lost} saves lost"
        for backup in made:
            check(backup)
    sys.stdout.write(
        f"边写边备份（{connection.vendor}）：{FORMS * SHARING} 人存成 {statuses[200]} 次、409 {statuses[409]} 次，丢失 0，500 0；"
        f"其间备份 {len(made)} 份，每一份都完整、都是同一时刻的；共 {time.monotonic() - began:.0f} 秒。\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
