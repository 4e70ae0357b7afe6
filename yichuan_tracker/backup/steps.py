"""What the commands `backup` and `restore` do."""

import datetime
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from yichuan_tracker.backup.archive import DATABASE, FILES, Refused, unpack_archive, write_archive
from yichuan_tracker.backup.databases import copy_database, count_rows, replace_database
from yichuan_tracker.backup.moving import move_rows

PREFIX, SUFFIX = "yichuan-tracker-", ".tar.gz"


def files_folder() -> Path:
    return Path(default_storage.path(""))


def make_backup(target: Path, *, at: datetime.datetime) -> dict[str, Any]:
    """A backup as `target`, or in `target` under a name of the moment; returns the manifest with its `path`.

    Files are uploaded before the row that names them is committed and never changed: taken after the database, all that it names
    are there. Raises Refused.
    """
    if target.is_dir():
        target = target / f"{PREFIX}{at:%Y%m%d-%H%M%S}{SUFFIX}"
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _workplace(target.parent) as folder:
        rows = copy_database(folder / DATABASE)
        about = {"made_at": at.isoformat(), "engine": connection.vendor, "migrations": _applied(), "rows": rows}
        return write_archive(target, folder / DATABASE, files_folder(), about) | {"path": str(target)}


def keep_newest(folder: Path, number: int) -> list[Path]:
    """Removes the older backups of ours in the folder; returns them. Names tell the moment, and so the order."""
    old = sorted(folder.glob(f"{PREFIX}[0-9]*{SUFFIX}"))[:-number]
    for path in old:
        path.unlink()
    return old


def restore_backup(source: Path, *, replace: bool, at: datetime.datetime) -> dict[str, Any]:
    """Everything as it was in the backup; returns the manifest with `is_older`: whether tables have to be brought up to date.

    What is there is replaced only with `replace`, after a backup of it (`kept`). Raises Refused.
    """
    if not replace and (there := _what_is_there()):
        raise Refused(
            f"这里已有数据（{there}），没有恢复任何东西。确实要用备份替换的，停止服务后加上 --replace 再执行，"
            "现有的数据会先自动备份一份；只想看看备份的，请另设 DATA_DIR 和 DATABASE_URL。"
        )
    files = files_folder()
    files.parent.mkdir(parents=True, exist_ok=True)
    with _workplace(files.parent) as folder:
        unpacked = folder / "unpacked"
        manifest = unpack_archive(source, unpacked)
        manifest["is_older"] = _is_older(manifest)
        if replace and _what_is_there():
            kept = make_backup(files.parent / "backups" / f"before-restore-{at:%Y%m%d-%H%M%S}{SUFFIX}", at=at)
            manifest["kept"] = kept["path"]
        if manifest["engine"] == connection.vendor:
            replace_database(unpacked / DATABASE)
        else:
            move_rows(unpacked / DATABASE)
        (unpacked / FILES).mkdir(exist_ok=True)
        if files.exists():
            files.rename(folder / "replaced")
        (unpacked / FILES).rename(files)
    if (rows := count_rows()) != manifest["rows"]:
        unlike = "、".join(sorted(name for name, _ in rows.items() ^ manifest["rows"].items())[:5])
        raise Refused(f"恢复之后行数与备份的清单不符（{unlike}）：恢复时有人在写。请停止服务，再恢复一次。")
    return manifest


@contextmanager
def _workplace(beside: Path) -> Iterator[Path]:
    """A private folder on the disk where the result will stand, so that it gets there by renaming."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as name:
        yield Path(name)


def _what_is_there() -> str:
    """What a restore would replace; empty for a fresh installation: tables and reference data, but nobody and no file."""
    user = get_user_model()
    with connection.cursor() as cursor:
        has_table = user._meta.db_table in connection.introspection.table_names(cursor)
    accounts = user._default_manager.count() if has_table else 0
    files = sum(path.is_file() for path in files_folder().rglob("*"))
    return "、".join(word for count, word in ((accounts, f"{accounts} 个账号"), (files, f"{files} 个文件")) if count)


def _applied() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations)


def _is_older(manifest: dict[str, Any]) -> bool:
    """Raises Refused when the backup is of another kind of database, or of a program that this one does not know."""
    if (manifest["engine"], connection.vendor) == ("sqlite", "postgresql"):
        if manifest["migrations"] != _applied():
            raise Refused(
                "从 SQLite 搬到 PostgreSQL，两边的数据表要是同一版：请把原来的 SQLite 用现在的程序执行 manage.py migrate，"
                "重新备份；在 PostgreSQL 上也执行 manage.py migrate，再恢复。"
            )
        return False
    if manifest["engine"] != connection.vendor:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise Refused(
            f"备份来自 {names.get(manifest['engine'], manifest['engine'])}，现在的 DATABASE_URL 是 {names[connection.vendor]}：只有 SQLite 的"
            "备份能恢复到 PostgreSQL。请把 DATABASE_URL 设成同一种数据库再恢复。"
        )
    on_disk = MigrationLoader(connection).disk_migrations
    there, known = set(on_disk), {replaced for migration in on_disk.values() for replaced in migration.replaces}
    applied = {tuple(name.split(".", 1)) for name in manifest["migrations"]}
    if unknown := sorted(applied - there - known):
        raise Refused(
            f"备份是较新的程序做的（本程序没有 {'.'.join(unknown[-1])}）。请先装上做备份的那一版程序或更新的，再恢复。"
        )
    return bool(there - applied)
