"""Judgements about a permit (手续): its states, when it is due, and whether 容缺 still holds."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import TextChoices

from yichuan_tracker.workdays import Holidays, workdays_between

FIRST_HALF_ENDS = 6
# 补正: from the day on which the applicant was told, to the day on which the papers were in; None while they are not.
Span = tuple[datetime.date, datetime.date | None]


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


# 超期 and 失效 are never stored: they follow from the dates (shown_state).
COMPUTED_STATES = frozenset({PermitState.OVERDUE, PermitState.EXPIRED})
STORED_STATES = [(state.value, state.label) for state in PermitState if state not in COMPUTED_STATES]

# Order is not forced beyond this: prerequisites only warn, because 容缺 breaks the order on purpose. A list may bring
# a permit in any state; this table is for a person's step.
NEXT_STATES: Mapping[str, frozenset[PermitState]] = {
    PermitState.NOT_STARTED: frozenset(
        {PermitState.PREPARING, PermitState.ACCEPTED, PermitState.GRANTED, PermitState.NOT_NEEDED}
    ),
    PermitState.PREPARING: frozenset(
        {PermitState.ACCEPTED, PermitState.TOLERATED, PermitState.GRANTED, PermitState.NOT_NEEDED}
    ),
    PermitState.ACCEPTED: frozenset({PermitState.TOLERATED, PermitState.GRANTED, PermitState.RETURNED}),
    PermitState.TOLERATED: frozenset({PermitState.GRANTED, PermitState.RETURNED}),
    PermitState.GRANTED: frozenset(),
    PermitState.NOT_NEEDED: frozenset({PermitState.NOT_STARTED}),
    PermitState.RETURNED: frozenset({PermitState.PREPARING, PermitState.ACCEPTED, PermitState.NOT_NEEDED}),
}
# A grant that has run out is renewed.
RENEWAL = frozenset({PermitState.PREPARING, PermitState.ACCEPTED, PermitState.GRANTED})
# While the procedure is with the department: it may be paused, and its clock runs.
WITH_DEPARTMENT = frozenset({PermitState.ACCEPTED, PermitState.TOLERATED})

# What each step asks for beside itself.
STEP_FIELDS: Mapping[str, tuple[str, ...]] = {
    PermitState.NOT_STARTED: (),
    PermitState.PREPARING: (),
    PermitState.ACCEPTED: ("accepted_on",),
    PermitState.TOLERATED: ("accepted_on", "owed_papers", "owed_until"),
    PermitState.GRANTED: ("obtained_on", "document_number", "valid_until"),
    PermitState.NOT_NEEDED: ("reason",),
    PermitState.RETURNED: ("reason",),
}
CHECKED_FIELDS = ("accepted_on", "obtained_on", "valid_until", "owed_papers", "owed_until", "reason")
# What a person does to bring it there.
STEP_VERBS: Mapping[str, str] = {
    PermitState.NOT_STARTED: "恢复为未启动",
    PermitState.PREPARING: "开始准备材料",
    PermitState.ACCEPTED: "受理",
    PermitState.TOLERATED: "容缺预审",
    PermitState.GRANTED: "办结",
    PermitState.NOT_NEEDED: "不需要办理",
    PermitState.RETURNED: "退件",
}
# The steps of the responsible unit; all others are the department's and the office's.
UNIT_STEPS = frozenset({PermitState.PREPARING})
# What a permit that is no longer granted must not carry on, nor one that begins anew, nor one accepted in full.
GRANT_FIELDS = {"obtained_on": None, "document_number": "", "valid_until": None}
ACCEPTANCE_FIELDS = {"accepted_on": None, "owed_papers": "", "owed_until": None}


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


def deadline_of(
    due_on: datetime.date | None,
    is_before_start: bool,
    planned_start_on: datetime.date | None,
    rules: Iterable[Deadlines],
) -> datetime.date | None:
    """应办时限 of a permit: the day `due_on` that somebody set, else by the rule, from whichever planned start counts (that of
    a month's end); none by the rule where the permit is not of the kinds needed before the start."""
    return due_on if due_on is not None or not is_before_start else permit_deadline(planned_start_on, rules)


class DatedPermit(NamedTuple):
    """A permit as far as judgements need it. Dates decide; of the state only 不需要, 退件 and, in what was frozen while it
    could still be typed, 失效 matter: such a row is judged anew as it was then."""

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
    # Facts that were frozen before 失效 followed from the dates still say it in the state.
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


def is_expired(permit: DatedPermit, today: datetime.date) -> bool:
    """Granted once and run out, and nobody has begun to renew it."""
    is_granted = permit.state == PermitState.GRANTED and (permit.obtained_on is None or permit.obtained_on <= today)
    return is_granted and permit.valid_until is not None and permit.valid_until < today


def shown_state(permit: DatedPermit, today: datetime.date) -> PermitState:
    """The state as a page shows it: a grant that has run out is 失效, what is due and not obtained is 超期,
    whatever was last typed. A valid 容缺 is not 超期."""
    if permit.state == PermitState.NOT_NEEDED:
        return PermitState.NOT_NEEDED
    if is_obtained(permit, today):
        return PermitState.GRANTED
    if is_expired(permit, today):
        return PermitState.EXPIRED
    if is_tolerated(permit, today):
        return PermitState.TOLERATED
    if permit.due_on is not None and permit.due_on < today:
        return PermitState.OVERDUE
    return PermitState(permit.state)


def next_states(permit: DatedPermit, today: datetime.date) -> frozenset[PermitState]:
    """The steps that may follow without saying why."""
    return RENEWAL if is_expired(permit, today) else NEXT_STATES[permit.state]


def step_order(permit: DatedPermit, today: datetime.date) -> list[PermitState]:
    """All steps but the one where it stands, in the order of the course; a grant that has run out may be granted anew."""
    held = None if is_expired(permit, today) else permit.state
    return [state for state in PermitState if state not in COMPUTED_STATES and state != held]


def left_behind(permit: DatedPermit, state: str, today: datetime.date) -> dict[str, Any]:
    """{field: empty value} of what the step to `state` makes untrue. A grant that has run out is kept as what it was."""
    fields: dict[str, Any] = {}
    is_over = is_expired(permit, today)
    if permit.state == PermitState.GRANTED and state != PermitState.GRANTED and not is_over:
        fields |= GRANT_FIELDS
    if is_over or state in {PermitState.NOT_STARTED, PermitState.PREPARING, PermitState.ACCEPTED}:
        fields |= ACCEPTANCE_FIELDS
    return fields


def missing_for(state: str, values: Mapping[str, Any], today: datetime.date) -> dict[str, str]:
    """{field: what is wrong} of a permit with `values` that is to be in `state`; what a state needs beside it (domain rule:
    容缺 with papers owed and their own deadline, 已办结 with its date, 不需要 and 退件 with the reason)."""
    wrong: dict[str, str] = {}
    accepted_on, obtained_on = values.get("accepted_on"), values.get("obtained_on")
    if accepted_on is not None and accepted_on > today:
        wrong["accepted_on"] = "受理日期不能晚于今天。"
    if obtained_on is not None and obtained_on > today:
        wrong["obtained_on"] = "办结日期不能晚于今天。"
    if obtained_on is not None and values.get("valid_until") is not None and values["valid_until"] < obtained_on:
        wrong["valid_until"] = "有效期至应不早于办结日期，请核对。"
    if state == PermitState.ACCEPTED and accepted_on is None:
        wrong["accepted_on"] = "已受理的请填受理日期，限时办结从次日起算。"
    if state == PermitState.TOLERATED and not str(values.get("owed_papers", "")).strip():
        wrong["owed_papers"] = "容缺办理请写明欠哪些材料。"
    if state == PermitState.TOLERATED and values.get("owed_until") is None:
        wrong["owed_until"] = "容缺办理请填所欠材料的补齐期限。"
    if state == PermitState.GRANTED and obtained_on is None:
        wrong["obtained_on"] = "已办结的手续请填办结日期。"
    if state == PermitState.NOT_NEEDED and not str(values.get("reason", "")).strip():
        wrong["reason"] = "不需要办理的，请写明依据。"
    if state == PermitState.RETURNED and not str(values.get("reason", "")).strip():
        wrong["reason"] = "退件请写明原因和要补正什么，责任单位看得到。"
    return wrong


# ---- 限时办结 ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clock:
    """Working days that the department has used of those it promised, and those of 补正, which do not count. It stands
    still once the permit is granted."""

    starts_on: datetime.date
    used: int
    allowed: int
    paused: int = 0
    is_paused: bool = False

    @property
    def left(self) -> int:
        return self.allowed - self.used

    @property
    def is_over(self) -> bool:
        return self.used > self.allowed


def clock_starts_on(accepted_on: datetime.date, owed_until: datetime.date | None) -> datetime.date:
    """Acceptance; with papers owing, the day by which they are to be there: the department does not answer for these days."""
    return max(accepted_on, owed_until) if owed_until is not None else accepted_on


def days_paused(pauses: Iterable[Span], start: datetime.date, end: datetime.date, holidays: Holidays) -> int:
    """Of the working days after `start` up to and with `end`, those of 补正: after the day on which the applicant was told, up
    to and with the day on which the papers were in."""
    spans = [(max(since, start), min(until or end, end)) for since, until in pauses]
    return sum(max(0, workdays_between(since, until, holidays)) for since, until in spans)


def refuse_pause(
    from_on: datetime.date,
    to_on: datetime.date | None,
    accepted_on: datetime.date | None,
    today: datetime.date,
    others: Iterable[Span],
) -> dict[str, str]:
    """{field: what is wrong} of a 补正; two of one procedure share no day, so that none counts twice."""
    wrong: dict[str, str] = {}
    if from_on > today:
        wrong["from_on"] = "告知补正日期不能晚于今天。"
    elif accepted_on is not None and from_on < accepted_on:
        wrong["from_on"] = f"告知补正不能早于受理（{accepted_on}）。"
    if to_on is not None and to_on > today:
        wrong["to_on"] = "材料收齐日期不能晚于今天；还没有收齐的不填。"
    for since, until in others:
        if (to_on is None or since < to_on) and (until is None or from_on < until):
            words = f"与 {since} 至 {until or '今'} 的补正重叠"
            wrong.setdefault("from_on", f"{words}，请先登记那一次的材料收齐日期，或核对日期。")
    return wrong


def clock_of(
    permit: DatedPermit,
    accepted_on: datetime.date | None,
    allowed_days: int | None,
    today: datetime.date,
    holidays: Holidays,
    *,
    pauses: Sequence[Span] = (),
) -> Clock | None:
    """None where nothing is timed: not accepted, returned, not needed, or a kind without a promise."""
    is_timed = permit.state in {PermitState.ACCEPTED, PermitState.TOLERATED, PermitState.GRANTED}
    if not is_timed or accepted_on is None or allowed_days is None:
        return None
    starts_on = clock_starts_on(accepted_on, permit.owed_until)
    ends_on = permit.obtained_on if permit.state == PermitState.GRANTED else today
    if ends_on is None:
        return None
    paused = days_paused(pauses, starts_on, ends_on, holidays)
    used = max(0, workdays_between(starts_on, ends_on, holidays)) - paused
    is_paused = permit.state != PermitState.GRANTED and any(until is None for _, until in pauses)
    return Clock(starts_on, used, allowed_days, paused, is_paused)
