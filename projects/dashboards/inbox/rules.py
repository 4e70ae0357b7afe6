"""Where a thing to do stands in the inbox: by its day, and by who waits for whom."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

WEEK, MONTH = datetime.timedelta(days=7), datetime.timedelta(days=30)


class Place(TextChoices):
    """In the order in which they are read."""

    OVERDUE = "overdue", "已超期"
    RETURNED = "returned", "退回的"
    WAITING = "waiting", "等您办的"
    WEEK = "week", "7 天内到期"
    MONTH = "month", "8 至 30 天内到期"
    LATER = "later", "30 天以后到期"


@dataclass(frozen=True)
class Entry:
    """One thing to do. `kind` is what it is (节点), `about` the project or unit; without `due_on` it has no day of its own.
    `counts` is how many it stands for, where a page lists them."""

    kind: str
    title: str
    about: str
    url: str
    due_on: datetime.date | None = None
    note: str = ""
    is_returned: bool = False
    counts: int = 1


def place_of(entry: Entry, today: datetime.date) -> Place:
    """What was returned is said so, whatever its day; the day of the deadline is not overdue: it waits."""
    if entry.is_returned:
        return Place.RETURNED
    if entry.due_on is None or entry.due_on == today:
        return Place.WAITING
    if entry.due_on < today:
        return Place.OVERDUE
    if entry.due_on <= today + WEEK:
        return Place.WEEK
    return Place.MONTH if entry.due_on <= today + MONTH else Place.LATER


def by_place(entries: Iterable[Entry], today: datetime.date) -> list[tuple[Place, list[Entry]]]:
    """The places that have something, in their order; within one the nearest day first, what has no day last."""
    found: dict[Place, list[Entry]] = {place: [] for place in Place}
    for entry in sorted(entries, key=lambda entry: entry.due_on or datetime.date.max):
        found[place_of(entry, today)].append(entry)
    return [(place, held) for place, held in found.items() if held]
