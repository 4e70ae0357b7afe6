"""Judgements about a permit (手续): its states, when it is due, and whether 容缺 still holds."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices

FIRST_HALF_ENDS = 6


class PermitState(TextChoices):
    NOT_STARTED = "not_started", "未启动"
    PREPARING = "preparing", "材料准备"
    ACCEPTED = "accepted", "已受理"
    TOLERATED = "tolerated", "容缺预审"
    GRANTED = "granted", "已办结"
    NOT_NEEDED = "not_needed", "不需要"
    RETURNED = "returned", "退件"
    OVERDUE = "overdue", "超期"
    EXPIRED = "expired", "失效"


# Order is not forced beyond this: prerequisites only warn, because 容缺 breaks the order on purpose. A list may bring
# a permit in any state; this table is for a person's step. 超期 and 失效 also show by themselves (shown_state).
NEXT_STATES: Mapping[str, frozenset[str]] = {
    PermitState.NOT_STARTED: frozenset(
        {PermitState.PREPARING, PermitState.ACCEPTED, PermitState.GRANTED, PermitState.NOT_NEEDED, PermitState.OVERDUE}
    ),
    PermitState.PREPARING: frozenset(
        {PermitState.ACCEPTED, PermitState.TOLERATED, PermitState.GRANTED, PermitState.NOT_NEEDED, PermitState.OVERDUE}
    ),
    PermitState.ACCEPTED: frozenset(
        {PermitState.TOLERATED, PermitState.GRANTED, PermitState.RETURNED, PermitState.OVERDUE}
    ),
    PermitState.TOLERATED: frozenset({PermitState.GRANTED, PermitState.RETURNED, PermitState.OVERDUE}),
    PermitState.GRANTED: frozenset({PermitState.EXPIRED}),
    PermitState.NOT_NEEDED: frozenset({PermitState.NOT_STARTED}),
    PermitState.RETURNED: frozenset({PermitState.PREPARING, PermitState.ACCEPTED, PermitState.NOT_NEEDED}),
    PermitState.OVERDUE: frozenset(
        {
            PermitState.PREPARING,
            PermitState.ACCEPTED,
            PermitState.TOLERATED,
            PermitState.GRANTED,
            PermitState.NOT_NEEDED,
        }
    ),
    PermitState.EXPIRED: frozenset({PermitState.PREPARING, PermitState.ACCEPTED, PermitState.GRANTED}),
}


@dataclass(frozen=True)
class Deadlines:
    """From `year` on (until a later rule): projects that start in January–June finish what comes before the start by
    `first_half` of that year, those of July–December by `second_half`; (month, day)."""

    year: int
    first_half: tuple[int, int]
    second_half: tuple[int, int]


# The county's rule, for years before the first that has its own.
USUAL_DEADLINES = Deadlines(0, (5, 31), (10, 31))


def permit_deadline(planned_start_on: datetime.date | None, rules: Iterable[Deadlines] = ()) -> datetime.date | None:
    """应办时限 from the planned start, and so moved with it; None without a planned start."""
    if planned_start_on is None:
        return None
    in_force = [rule for rule in (USUAL_DEADLINES, *rules) if rule.year <= planned_start_on.year]
    rule = max(in_force, key=lambda one: one.year)
    month, day = rule.first_half if planned_start_on.month <= FIRST_HALF_ENDS else rule.second_half
    return datetime.date(planned_start_on.year, month, day)


def is_active(active_from: datetime.date | None, active_to: datetime.date | None, today: datetime.date) -> bool:
    """Whether a kind of the catalogue may be newly given to projects. Both days belong to it; an open end is for ever."""
    return (active_from is None or active_from <= today) and (active_to is None or today <= active_to)


@dataclass(frozen=True)
class DatedPermit:
    """A permit as far as judgements need it. Dates decide; of the state only 不需要 and 退件 matter."""

    due_on: datetime.date | None
    obtained_on: datetime.date | None = None
    valid_until: datetime.date | None = None
    owed_until: datetime.date | None = None
    state: str = PermitState.NOT_STARTED


def is_due(permit: DatedPermit, as_of: datetime.date) -> bool:
    """Whether it should be obtained by `as_of`. What is not needed is never due."""
    return permit.state != PermitState.NOT_NEEDED and permit.due_on is not None and permit.due_on <= as_of


def is_obtained(permit: DatedPermit, as_of: datetime.date) -> bool:
    """Granted by `as_of` and not run out: 失效 is as if it had not been granted. The last valid day is valid.

    A list that marks a permit √ gives no date: 已办结 without a date counts.
    """
    if permit.state == PermitState.EXPIRED or (permit.obtained_on is None and permit.state != PermitState.GRANTED):
        return False
    if permit.obtained_on is not None and permit.obtained_on > as_of:
        return False
    return permit.valid_until is None or permit.valid_until >= as_of


def is_tolerated(permit: DatedPermit, as_of: datetime.date) -> bool:
    """A valid 容缺: accepted with papers owing, whose own deadline has not passed, and not obtained yet."""
    if permit.state in {PermitState.RETURNED, PermitState.NOT_NEEDED, PermitState.EXPIRED}:
        return False
    return not is_obtained(permit, as_of) and permit.owed_until is not None and permit.owed_until >= as_of


def shown_state(permit: DatedPermit, today: datetime.date) -> PermitState:
    """The state as a page shows it: a grant that has run out is 失效, what is due and not obtained is 超期,
    whatever was last typed. A valid 容缺 is not 超期."""
    if permit.state == PermitState.NOT_NEEDED:
        return PermitState.NOT_NEEDED
    if is_obtained(permit, today):
        return PermitState.GRANTED
    was_granted = permit.state == PermitState.GRANTED if permit.obtained_on is None else permit.obtained_on <= today
    if was_granted:
        return PermitState.EXPIRED
    if is_tolerated(permit, today):
        return PermitState.TOLERATED
    if permit.due_on is not None and permit.due_on < today:
        return PermitState.OVERDUE
    return PermitState(permit.state)
