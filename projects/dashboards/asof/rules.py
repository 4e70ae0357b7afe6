"""What values mean that history tells: amounts as text, days in ISO form, a related record and a choice as {id, name}."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leaders.audit.rules import Values
from projects.milestones.rules import DatedMilestone
from projects.progress.rules import FILED_STATES


@dataclass(frozen=True)
class Answering:
    role: str
    name: str
    position: int


def done_until(reports: Iterable[Values], month: datetime.date) -> Decimal:
    """调度投资 of the year of `month` up to it, of reports that were filed."""
    amounts = [
        wan_of(one.get("done_wan")) or Decimal(0)
        for one in reports
        if id_of(one.get("state")) in FILED_STATES
        and (of := day_of(one["month"])) is not None
        and of.year == month.year
        and of <= month
    ]
    return sum(amounts, Decimal(0))


def dated(milestones: Iterable[Values], day: datetime.date) -> list[DatedMilestone]:
    """Those that the light judges: due by the day, and settled neither in an earlier year nor before it."""
    found = []
    for one in milestones:
        due_on, actual_on = day_of(one["due_on"]), day_of(one.get("actual_on"))
        if due_on is None or due_on > day:
            continue
        if due_on.year == day.year or actual_on is None or actual_on.year >= day.year:
            found.append(DatedMilestone(due_on, actual_on, Decimal(str(one["weight"])), str(one["name"])))
    return found


def in_force(one: Values, day: datetime.date) -> bool:
    starts_on, ends_on = day_of(one.get("starts_on")), day_of(one.get("ends_on"))
    return (starts_on or day) <= day and (ends_on is None or ends_on >= day)


def answering(one: Values) -> Answering:
    holder = one.get("leader") or one.get("unit") or one.get("group")
    name = str(holder["name"] or f"编号 {holder['id']}") if holder else str(one.get("contact", ""))
    return Answering(str(id_of(one.get("role"))), name, int(one.get("position", 1)))


def words(value: Any, choices: Any) -> str:
    """The word of a choice as it was called then."""
    if not value:
        return ""
    return str(value["name"] or choices(value["id"]).label)


def id_of(value: Any) -> Any:
    return value["id"] if isinstance(value, dict) else value


def wan_of(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def day_of(value: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
