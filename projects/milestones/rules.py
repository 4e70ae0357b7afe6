"""Judgements about a milestone (节点): where it stands and what a late one is worth."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.db.models import TextChoices

from yichuan_tracker.months import last_day, shift_months


class MilestoneState(TextChoices):
    """Derived from the dates, never stored."""

    NOT_DUE = "not_due", "未到期"
    ON_TIME = "on_time", "按期完成"
    LATE_DONE = "late_done", "逾期完成"
    OVERDUE = "overdue", "逾期未完成"


def milestone_state(due_on: datetime.date, actual_on: datetime.date | None, today: datetime.date) -> MilestoneState:
    """As known on `today`: what was done after that day is not done yet. The due day itself is in time, and a date
    known only to the month is stored as that month's last day."""
    if actual_on is not None and actual_on <= today:
        return MilestoneState.ON_TIME if actual_on <= due_on else MilestoneState.LATE_DONE
    return MilestoneState.OVERDUE if today > due_on else MilestoneState.NOT_DUE


def days_late(due_on: datetime.date, actual_on: datetime.date | None, today: datetime.date) -> int:
    """Calendar days from the due date to the completion, or to `today` while it is not done; 0 when in time."""
    reached = actual_on if actual_on is not None and actual_on <= today else today
    return max(0, (reached - due_on).days)


def told_from(due_on: datetime.date, today: datetime.date, near_days: int, warn_days: int) -> datetime.date | None:
    """The day from which only the higher approver moves the date, told for `warn_days` before it; None until then."""
    first = due_on - datetime.timedelta(days=near_days)
    return first if today >= first - datetime.timedelta(days=warn_days) else None


def planned_day(
    start: datetime.date, end: datetime.date, *, share_pct: int | None = None, months_before: int | None = None
) -> datetime.date:
    """倒排: where a step falls between planned start and end; the last day of its month, since plans are made by the
    month, and never outside of the two."""
    day = shift_months(end, -(months_before or 0))
    if share_pct is not None:
        day = start + datetime.timedelta(days=(end - start).days * share_pct // 100)
    return min(max(last_day(day), start), end)


@dataclass(frozen=True)
class LateScale:
    """What lateness is worth, in [0, 1]: `steps` are (at most so late, worth) from on time upwards, then `later`;
    `not_done` for what is due and not done. The unit of lateness is the caller's: days for milestones, months for
    starts."""

    steps: Sequence[tuple[int, Decimal]] = ((0, Decimal(1)), (30, Decimal("0.7")))
    later: Decimal = Decimal("0.4")
    not_done: Decimal = Decimal(0)

    def worth(self, late: int) -> Decimal:
        """What something done `late` units late is worth; 0 is on time."""
        return next((worth for limit, worth in self.steps if late <= limit), self.later)


class DatedMilestone(NamedTuple):
    """A milestone as far as judgements need it."""

    due_on: datetime.date
    actual_on: datetime.date | None = None
    weight: Decimal = Decimal(1)
    name: str = ""


def milestone_worth(milestone: DatedMilestone, as_of: datetime.date, scale: LateScale = LateScale()) -> Decimal | None:
    """What the milestone is worth at `as_of` (on time 1, ≤ 30 days late 0.7, later 0.4, not done 0); None when not due.

    Done before its date but not due yet: None, too. It will count, as on time, in the month it falls due.
    """
    if milestone.due_on > as_of:
        return None
    if milestone.actual_on is None or milestone.actual_on > as_of:
        return scale.not_done
    return scale.worth(days_late(milestone.due_on, milestone.actual_on, as_of))


def milestone_rate(
    milestones: Iterable[DatedMilestone], as_of: datetime.date, scale: LateScale = LateScale()
) -> Fraction | None:
    """节点完成率: weighted mean of what the milestones due by `as_of` are worth, unrounded; None when none is due."""
    due = [(Fraction(m.weight), worth) for m in milestones if (worth := milestone_worth(m, as_of, scale)) is not None]
    total = sum((weight for weight, _ in due), Fraction(0))
    return sum((weight * Fraction(worth) for weight, worth in due), Fraction(0)) / total if total else None
