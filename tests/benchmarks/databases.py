"""Databases of a run: reference data alone (for imports), the demo county, and the county many times as large."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

REFERENCE, COUNTY, LARGE = "reference", "county", "large"


def use(name: str) -> None:
    """From here on this process works in that database."""
    if connection.settings_dict["NAME"] != _name_of(name) or connection.connection is None:
        connection.close()
        connection.settings_dict["NAME"] = _name_of(name)
        connection.ensure_connection()


def address(name: str) -> str:
    """The DATABASE_URL of one of the run's databases."""
    configured = urlsplit(os.environ["BENCHMARK_DATABASE_URL"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{_name_of(name)}"
    return configured._replace(path=f"{configured.path.rpartition('/')[0]}/{name}").geturl()


def _name_of(name: str) -> str:
    """As settings.DATABASES has it."""
    return f"{os.environ['BENCHMARK_FOLDER']}/{name}.sqlite3" if connection.vendor == "sqlite" else name


def copy(source: str, target: str) -> None:
    """A database of its own with the same content; this process goes on in it. One of that name is replaced."""
    forget(target)
    if connection.vendor == "sqlite":
        use(source)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [_name_of(target)])
    else:
        _on_server(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    use(target)


def forget(name: str) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(_name_of(name) + suffix).unlink(missing_ok=True)
    else:
        _on_server(f'DROP DATABASE IF EXISTS "{name}"')


def _on_server(command: str) -> None:
    use("postgres")
    with connection.cursor() as cursor:
        cursor.execute(command)


def prepare(with_counties: bool, times: int) -> None:
    """All of them, and the static files; to be run in a process of its own: the clocks then run in one as fresh as a web process is,
    whose memory is not scattered over what growing a county left behind."""
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    prepare_reference()
    if with_counties:
        prepare_county()
        prepare_large(times)
    connection.close()


def prepare_reference() -> None:
    """Tables, reference data, the leaders whom the sheets name, and an account of the project office."""
    from leaders.models import Leader, RoleGrant, User
    from leaders.roles import Role
    from tests.benchmarks.listed import COLUMNS
    from tests.benchmarks.models import FlatProject
    from tests.benchmarks.workbooks import leaders_named

    if connection.vendor != "sqlite":
        _on_server(f'CREATE DATABASE "{REFERENCE}"')
    use(REFERENCE)
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(FlatProject)  # without migrations: the peer's table is no part of the product
    with Path(os.devnull).open("w") as silence:
        call_command("load_reference", stdout=silence)
    Leader.objects.bulk_create(
        Leader(name=name, position=number) for number, name in enumerate(sorted(leaders_named()))
    )
    user = User(username="bench", display_name="测", must_change_password=False, password_changed_at=timezone.now())
    user.set_unusable_password()
    user.save()
    RoleGrant.objects.create(user=user, role=Role.OFFICE)
    user.remember_listing("projects", {"columns": list(COLUMNS), "per_page": 50})


def prepare_county() -> None:
    from projects.demo.county import build_county

    copy(REFERENCE, COUNTY)
    build_county()
    _analyse()


def prepare_large(times: int) -> None:
    from tests.benchmarks.growing import multiply_county

    copy(COUNTY, LARGE)
    multiply_county(times)
    _analyse()


def _analyse() -> None:
    """What a database does at night in service: without it the first query plans are guesses."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
