"""By what the page of plan against actual is laid out, and in which order."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class MonthSpan:
    """One line by month: one month, or several for which only their sum is known. `merged` reports that begin by its end
    stand as a whole in a later month, at the latest `until`; where there is no other figure yet, `is_known` is False."""

    first: datetime.date
    last: datetime.date
    merged: int = 0
    until: datetime.date | None = None
    is_known: bool = True


def month_spans(
    months: Sequence[datetime.date], reports: Mapping[tuple[datetime.date, datetime.date], int]
) -> list[MonthSpan]:
    """How the months of a year are laid out, by what its reports cover: (first month, last month) → how many. A month of
    which every figure stands in a later one makes one line with it: a sum of several months is never split, and what is
    not known by itself is no zero."""
    ends = {last for _, last in reports}
    spans, first = [], None
    for month in months:
        first = first or month
        merged = {last: count for (begin, last), count in reports.items() if begin <= month < last}
        if merged and month not in ends and month != months[-1]:
            continue
        count = sum(count for (begin, last), count in reports.items() if begin <= month < last)
        is_known = not merged or month in ends
        spans.append(MonthSpan(first, month, count, max(merged, default=None), is_known))
        first = None
    return spans


def in_order(rows: Iterable[T], key: Callable[[T], Any], *, is_descending: bool) -> list[T]:
    """Sorted by `key`, those without a value last whichever way."""
    rows = list(rows)
    given = sorted((row for row in rows if key(row) is not None), key=key, reverse=is_descending)
    return given + [row for row in rows if key(row) is None]
