"""The product with one safeguard off, for the drills' negative twins: what they find here they would find in the product. And, whole,
with slow imports.

Each name is a WSGI application that gunicorn can serve; the safeguard goes before anything of the product is read.
"""

import time
from typing import Any

from django.db import transaction
from django.db.backends.signals import connection_created

SLOW_SECONDS = 0.2
SLOW = ('INSERT INTO "projects_import', 'UPDATE "projects_import', 'DELETE FROM "projects_plannedwrites')


def _slow() -> Any:
    """What an import writes of itself, after all that it brings, takes its time: most kills then meet one that is half done."""

    def write(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(SLOW):
            time.sleep(SLOW_SECONDS)
        return execute(sql, params, many, context)

    def slow_down(*, connection: Any, **_: Any) -> None:
        if write not in connection.execute_wrappers:
            connection.execute_wrappers.append(write)

    connection_created.connect(slow_down, weak=False)
    from yichuan_tracker.wsgi import application

    return application


def _without_atomic() -> Any:
    """Every statement is committed by itself, imports slow."""
    transaction.Atomic.__enter__ = lambda self: None
    transaction.Atomic.__exit__ = lambda self, *_: None
    return _slow()


class _Whichever(int):
    """A version that is the one of any record."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = int.__hash__


def _without_version() -> Any:
    """Whoever saves last has saved: the version that a person saw says nothing."""
    from yichuan_tracker.wsgi import application  # noqa: I001 (models can be read only then)
    from yichuan_tracker.web.forms import VersionField

    VersionField.clean = lambda self, value: _Whichever(value) if value else None
    return application


def __getattr__(name: str) -> Any:
    return {"slow": _slow, "atomic": _without_atomic, "version": _without_version}[name]()
