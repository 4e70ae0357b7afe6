import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from leaders.models import Unit
from leaders.organisations.actions import change_unit
from projects.models import Project
from tests.postgres import find_binaries
from tests.world import AT
from yichuan_tracker.backup.archive import DATABASE, MANIFEST, Refused, unpack_archive, write_archive
from yichuan_tracker.backup.steps import keep_newest, make_backup, restore_backup


def everything() -> dict:
    """All rows of all tables, and all files."""
    tables = {model.__name__: list(model.objects.order_by("pk").values()) for model in apps.get_models()}
    root = Path(default_storage.path(""))
    return tables | {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def as_text() -> str:
    return json.dumps(
        everything(), sort_keys=True, default=lambda one: str(bytes(one) if isinstance(one, memoryview) else one)
    )


@pytest.fixture
def data_dir(tmp_path, settings, monkeypatch):
    """Files of this test alone, and PostgreSQL's own programs where they only lie in a wheel."""
    storages = {name: dict(value) for name, value in settings.STORAGES.items()}
    storages["default"]["OPTIONS"] = {"location": tmp_path / "data" / "files", "base_url": None}
    settings.STORAGES, settings.DATA_DIR = storages, tmp_path / "data"
    (tmp_path / "data" / "files").mkdir(parents=True)
    if binaries := find_binaries():
        monkeypatch.setenv("PATH", f"{binaries}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "data"


@pytest.mark.django_db(transaction=True)
def test_after_a_restore_every_table_and_every_file_is_as_it_was(data_dir, world):
    change_unit(world.water, {"short_name": "水利"}, aliases=["水务局"], by=world.zhou, at=AT, version=1)
    default_storage.save("imports/2023/07/清单.xlsx", ContentFile(b"as it came"))
    before = everything()
    call_command("backup", stdout=(said := io.StringIO()))
    (backup,) = (data_dir / "backups").iterdir()
    assert str(backup) in said.getvalue()
    assert backup.stat().st_mode & 0o777 == 0o600

    world.key_list.memberships.all().delete()
    Project.objects.filter(pk=world.dam.pk).update(name="改了")
    Unit.objects.create(name="新的局")
    default_storage.delete("imports/2023/07/清单.xlsx")
    default_storage.save("photos/later.jpg", ContentFile(b"later"))
    after = everything()
    with pytest.raises(CommandError, match=r"已有数据（12 个账号、1 个文件）.*--replace"):
        call_command("restore", backup)
    assert everything() == after != before

    call_command("restore", backup, "--replace", stdout=said)
    assert everything() == before
    (kept,) = (data_dir / "backups").glob("before-restore-*")
    restore_backup(kept, replace=True, at=AT.replace(year=2024))
    assert everything() == after
    assert sorted(path.name for path in data_dir.iterdir()) == ["backups", "files"]


def packed(folder: Path) -> Path:
    """A small archive: what it says of itself is judged without a database."""
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "a.jpg").write_bytes(os.urandom(5000))
    (folder / "copy").write_bytes(os.urandom(5000))
    target = folder / "backup.tar.gz"
    write_archive(target, folder / "copy", folder / "files", {"engine": "sqlite"})
    return target


def repacked(path: Path, change) -> None:
    """The archive with `change` made to its members: {name: bytes}."""
    with tarfile.open(path) as archive:
        members = {info.name: archive.extractfile(info).read() for info in archive}
    change(members)
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def manifest_with(**values):
    return lambda members: members.update({MANIFEST: json.dumps(json.loads(members[MANIFEST]) | values).encode()})


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-4000]), "没有拷完"),
        (lambda path: path.write_bytes(path.read_bytes()[:3000] + b"\0" * 9 + path.read_bytes()[3009:]), "损坏|不符"),
        (lambda path: path.write_text("not an archive"), "不是备份"),
        (lambda path: path.unlink(), "核对路径"),
        (lambda path: repacked(path, lambda members: members.pop(MANIFEST)), "没有 manifest.json"),
        (lambda path: repacked(path, lambda members: members.pop(DATABASE)), r"与清单不符（database）"),
        (lambda path: repacked(path, lambda members: members.update({"files/b.jpg": b""})), r"与清单不符（files/b.jpg）"),
        (lambda path: repacked(path, lambda members: members.update({DATABASE: b"x" * 5000})), "database 与清单的校验值"),
        (lambda path: repacked(path, lambda members: members.update({"../out": b""})), "损坏"),
        (lambda path: repacked(path, manifest_with(format=2)), "另一版程序"),
    ],
)  # fmt: skip
def test_what_is_no_whole_backup_is_refused_with_a_reason(tmp_path, damage, words):
    path = packed(tmp_path / "made")
    assert unpack_archive(path, tmp_path / "whole")["engine"] == "sqlite"
    damage(path)
    with pytest.raises(Refused, match=words):
        unpack_archive(path, tmp_path / "broken")


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_a_backup_of_another_program_or_database_is_told_what_to_do(data_dir, world):
    before, path = everything(), data_dir / "one.tar.gz"
    made = make_backup(path, at=AT)
    with pytest.raises(Refused, match="没有覆盖"):
        make_backup(path, at=AT)
    repacked(path, manifest_with(migrations=[*made["migrations"], "projects.9999_later"]))
    with pytest.raises(Refused, match=r"较新的程序.*projects.9999_later"):
        restore_backup(path, replace=True, at=AT)
    repacked(path, manifest_with(engine="oracle"))
    with pytest.raises(Refused, match=r"oracle.*DATABASE_URL"):
        restore_backup(path, replace=True, at=AT)
    assert everything() == before
    repacked(path, manifest_with(engine=made["engine"], migrations=made["migrations"][:-1]))
    call_command("restore", path, "--replace", stdout=(said := io.StringIO()))
    assert "migrate" in said.getvalue()


def run(command: list[str], folder: Path, database: str) -> subprocess.CompletedProcess:
    """A process of its own, as in service, with its data in `folder`."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "yichuan_tracker.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database,
    }
    return subprocess.run(
        [sys.executable, *command], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="from SQLite to PostgreSQL")
def test_a_county_that_began_on_sqlite_moves_to_postgres_whole(data_dir):
    """With one record of everything; and what PostgreSQL does not take leaves all as it was."""
    old, sqlite_file, here = data_dir / "old", data_dir / "old" / "tracker.sqlite3", connection.settings_dict
    old.mkdir()
    make = "from tests.yichuan_tracker.sqlite_county import make; make()"
    assert run(["-c", make], old, f"sqlite:///{sqlite_file}").returncode == 0
    call_command("load_reference", verbosity=0)
    before, url = as_text(), f"postgres://{here['USER']}@/{here['HOST']}/{here['NAME']}"

    with closing(sqlite3.connect(sqlite_file)) as county, county:
        county.execute(
            "UPDATE leaders_unit SET short_name = 'a' || char(0) WHERE id = (SELECT max(id) FROM leaders_unit)"
        )
    run(["manage.py", "backup", str(old / "nul.tar.gz")], old, f"sqlite:///{sqlite_file}")
    refused = run(["manage.py", "restore", str(old / "nul.tar.gz")], data_dir, url)
    assert "“单位”有一行写不进现在的数据库" in refused.stderr
    assert as_text() == before

    default_storage.save("a.jpg", ContentFile(b"there already"))
    moved = run(["manage.py", "restore", "--replace", str(old / "backup.tar.gz")], data_dir, url)
    assert moved.returncode == 0, moved.stderr
    assert as_text() == (old / "everything.json").read_text()
    known = Unit.objects.latest("pk").pk
    assert Unit.objects.create(name="新的局").pk > known


def test_only_the_newest_of_our_own_backups_are_kept(tmp_path):
    names = [f"yichuan-tracker-2023070{day}-020000.tar.gz" for day in (1, 2, 3)]
    for name in [*names, "before-restore-20230701-020000.tar.gz", "notes.txt"]:
        (tmp_path / name).touch()
    assert [path.name for path in keep_newest(tmp_path, 2)] == names[:1]
    assert len(list(tmp_path.iterdir())) == 4
