"""By what the page of plan against actual is laid out, and in which order."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import TextChoices

T = TypeVar("T")


class Dimension(TextChoices):
    PROJECT = "project", "按项目"
    UNIT = "unit", "按责任单位"
    LEADER = "leader", "按分包领导"
    GROUP = "group", "按指挥部（专班）"
    LIST = "list", "按清单"
    MONTH = "month", "按月份"


def dimension_named(text: str) -> Dimension:
    """What an address asks for; projects for anything else."""
    return Dimension(text) if text in Dimension.values else Dimension.PROJECT


def in_order(rows: Iterable[T], key: Callable[[T], Any], *, is_descending: bool) -> list[T]:
    """Sorted by `key`, those without a value last whichever way."""
    rows = list(rows)
    given = sorted((row for row in rows if key(row) is not None), key=key, reverse=is_descending)
    return given + [row for row in rows if key(row) is None]
