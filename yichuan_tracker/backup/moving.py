"""From SQLite, on which a county begins, to PostgreSQL: every row of every table, as Django reads and writes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction

from yichuan_tracker.backup.archive import Refused

OLD = "old"
ROWS_AT_ONCE = 1000


def move_rows(source: Path) -> None:
    """All tables as they are in the SQLite file, in one transaction: a failure leaves what was there. The tables must have been
    brought to the same migrations. Raises Refused, naming the table, for what this database does not take, or gives back
    otherwise."""
    given = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"file:{source}?mode=ro", "OPTIONS": {"uri": True}}
    connections.settings[OLD] = connections.configure_settings({"default": connection.settings_dict, OLD: given})[OLD]
    try:
        with transaction.atomic():
            kinds = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
            tables = [model._meta.db_table for model in kinds]
            with connection.cursor() as cursor:
                for statement in connection.ops.sql_flush(no_style(), tables):
                    cursor.execute(statement)
            for model in kinds:
                _move(model)
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), kinds):
                    cursor.execute(statement)
    finally:
        connections[OLD].close()
        del connections[OLD], connections.settings[OLD]


def _move(model: type[models.Model]) -> None:
    names = [field.attname for field in model._meta.concrete_fields]
    key = names.index(model._meta.pk.attname)
    for rows in _portions(model, names, key):
        try:
            model._base_manager.bulk_create(model(**dict(zip(names, row, strict=True))) for row in rows)
        except (DatabaseError, ValueError) as error:  # ValueError: text with a NUL, which PostgreSQL does not keep
            raise Refused(f"“{model._meta.verbose_name}”有一行写不进现在的数据库，什么也没有动：{error}") from error
        # Without the order of its own, which may join a table that is still to come.
        here = model._base_manager.filter(pk__in=[row[key] for row in rows]).order_by().values_list(*names)
        copies = {copy[key]: copy for copy in here}  # by key: no two databases sort texts alike
        for row in rows:
            if unlike := [
                name for name, old, new in zip(names, row, copies[row[key]], strict=True) if old != _bytes(new)
            ]:
                words = f"“{model._meta.verbose_name}”编号 {row[key]} 的一行（{'、'.join(unlike)}）搬过去以后不一样，什么也没有动。"
                raise Refused(words)


def _bytes(value: Any) -> Any:
    """What psycopg2 gives for a file in the database equals the same bytes only when asked so."""
    return bytes(value) if isinstance(value, memoryview) else value


def _portions(model: type[models.Model], names: list[str], key: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of the SQLite file by key, so many at a time."""
    rows = model._base_manager.using(OLD).order_by("pk").values_list(*names)
    last: Any = None
    while portion := list((rows if last is None else rows.filter(pk__gt=last))[:ROWS_AT_ONCE]):
        yield portion
        last = portion[-1][key]
