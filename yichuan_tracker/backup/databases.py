"""The database as one file, and back: SQLite by its own backup interface, PostgreSQL by pg_dump and psql."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from yichuan_tracker.backup.archive import Refused


def copy_database(target: Path) -> dict[str, int]:
    """The database as of one moment, while others go on writing; returns the rows of each table at that moment."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        # By Django's connection: it knows the functions that our constraints call.
        if (found := connection.connection.execute("PRAGMA integrity_check").fetchone()) != ("ok",):
            raise Refused(
                f"数据库文件已经损坏（{found[0]}），什么也没有做。请保留现有的各份备份；要从备份恢复的，停止服务，"
                "把数据库文件连同同名的 -wal、-shm 移到别处，再执行 restore --replace。"
            )
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
            return _rows(copy.cursor())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _run("pg_dump", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}")
        return _rows(cursor)


def replace_database(source: Path) -> None:
    """All tables as they are in the copy, in one transaction: a failure leaves what was there."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(source)) as copy:
            copy.backup(connection.connection)
        return
    drop = source.with_name("drop.sql")
    names = [connection.ops.quote_name(name) for name in connection.introspection.table_names()]
    drop.write_text(f"DROP TABLE IF EXISTS {', '.join(names)} CASCADE;" if names else "")
    with _alone():
        _run("psql", "-qX", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-o", os.devnull, "-f", drop, "-f", source)


def count_rows() -> dict[str, int]:
    """Of every table as it is now."""
    with connection.cursor() as cursor:
        return _rows(cursor)


def _rows(cursor: Any) -> dict[str, int]:
    counts = {}
    for table in sorted(connection.introspection.table_names()):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 (a name of our own)
        (counts[table],) = cursor.fetchone()
    return counts


@contextmanager
def _alone() -> Iterator[None]:
    """Without our own connection, whose prepared plans and snapshot are of the tables that go."""
    connection.close()
    yield
    connection.close()


def _run(program: str, *words: object) -> None:
    """A program of PostgreSQL's own, told the database as Django knows it. Raises Refused with what it said."""
    if shutil.which(program) is None:
        raise Refused(
            f"本机没有 {program}。请安装 PostgreSQL 客户端（Debian：apt-get install postgresql-client），再重新执行。"
        )
    (_, *where), env = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    command = [program, *where[:-1], *map(str, words), where[-1]]
    done = subprocess.run(command, env=os.environ | (env or {}), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"{program} 没有成功：\n{done.stderr.strip()[-2000:]}")
