"""The product with one safeguard off, for the drills' negative twins: what they find here they would find in the product.

Each name is a WSGI application that gunicorn can serve; the safeguard goes before anything of the product is read.
"""

from typing import Any

from django.db import transaction


def _without_atomic() -> Any:
    """Every statement is committed by itself."""
    transaction.Atomic.__enter__ = lambda self: None
    transaction.Atomic.__exit__ = lambda self, *_: None
    from yichuan_tracker.wsgi import application

    return application


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
    return {"atomic": _without_atomic, "version": _without_version}[name]()
