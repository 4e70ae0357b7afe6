"""Words and judgements of the problem ledger (问题台账)."""

import datetime
from collections.abc import Mapping

from django.db.models import TextChoices

from yichuan_tracker.workdays import Holidays, add_workdays


class ProblemState(TextChoices):
    ASSIGNED = "assigned", "交办"
    SIGNED = "signed", "签收"
    HANDLING = "handling", "办理"
    ANSWERED = "answered", "反馈"
    VERIFYING = "verifying", "核查"
    CLOSED = "closed", "销号"
    PARKED = "parked", "挂账"


# 挂账 parks with approval and comes back to 办理; a check that fails sends back to 办理; 销号 can be reopened (反弹).
NEXT_STATES: Mapping[str, frozenset[str]] = {
    ProblemState.ASSIGNED: frozenset(
        {ProblemState.SIGNED, ProblemState.HANDLING, ProblemState.ANSWERED, ProblemState.PARKED}
    ),
    ProblemState.SIGNED: frozenset({ProblemState.HANDLING, ProblemState.ANSWERED, ProblemState.PARKED}),
    ProblemState.HANDLING: frozenset({ProblemState.ANSWERED, ProblemState.PARKED}),
    ProblemState.ANSWERED: frozenset({ProblemState.VERIFYING, ProblemState.CLOSED, ProblemState.HANDLING}),
    ProblemState.VERIFYING: frozenset({ProblemState.CLOSED, ProblemState.HANDLING}),
    ProblemState.CLOSED: frozenset({ProblemState.HANDLING}),
    ProblemState.PARKED: frozenset({ProblemState.HANDLING}),
}
OPEN_STATES = frozenset(ProblemState) - {ProblemState.CLOSED, ProblemState.PARKED}
# It lies with the unit: an answer is waited for, more time or another unit may be asked for.
WAITING_STATES = frozenset(state for state, after in NEXT_STATES.items() if ProblemState.ANSWERED in after)


def problem_label(text: str) -> str:
    """How a problem is called where its text is too long."""
    return text[:60]


class ProblemSource(TextChoices):
    INSPECTION = "inspection", "现场督查"
    CHAT = "chat", "微信群"
    MEETING = "meeting", "例会"
    ENTERPRISE = "enterprise", "企业反映"
    HOTLINE = "hotline", "12345"
    REPORT = "report", "月报"
    INSTRUCTION = "instruction", "领导批示"
    NEED = "need", "保障需求"
    OTHER = "other", "其他"


class ProblemCategory(TextChoices):
    FINANCE = "finance", "融资"
    LAND = "land", "用地"
    RELOCATION = "relocation", "征迁"
    ENVIRONMENT = "environment", "环保"
    ENERGY = "energy", "用能"
    PERMITS = "permits", "手续"
    UTILITIES = "utilities", "水电气"
    OTHER = "other", "其他"


def may_move(now: str, then: str) -> bool:
    """Whether a problem may go from state `now` to state `then` in one step."""
    return then in NEXT_STATES[now]


def is_closed(closed_on: datetime.date | None, as_of: datetime.date) -> bool:
    """Closed (销号) by `as_of`; what was closed later was still open then."""
    return closed_on is not None and closed_on <= as_of


def is_due(due_on: datetime.date | None, parked_on: datetime.date | None, as_of: datetime.date) -> bool:
    """Whether it counts as due by `as_of`. Without a deadline it never does; what was parked (挂账, with approval) by
    its deadline does not either, what was parked after the deadline stays due."""
    if due_on is None or due_on > as_of:
        return False
    return parked_on is None or parked_on > due_on


def is_closed_on_time(due_on: datetime.date, closed_on: datetime.date | None, as_of: datetime.date) -> bool:
    """Closed by its deadline; the day of the deadline is in time."""
    return closed_on is not None and closed_on <= min(due_on, as_of)


def is_overdue(
    due_on: datetime.date | None,
    closed_on: datetime.date | None,
    as_of: datetime.date,
    parked_on: datetime.date | None = None,
) -> bool:
    """The deadline has passed and it is still open. The day of the deadline is not overdue."""
    if due_on is None or due_on >= as_of:
        return False
    return is_due(due_on, parked_on, as_of) and not is_closed(closed_on, as_of)


def is_at_once(raised_on: datetime.date, answered_on: datetime.date | None) -> bool:
    """马上办: answered on the very day on which it was raised."""
    return answered_on == raised_on


def may_verify(answerer_id: int | None, verifier_id: int) -> bool:
    """The unit says done; someone else verifies and closes."""
    return answerer_id is None or answerer_id != verifier_id


class EscalationStep(TextChoices):
    REMINDER = "reminder", "提醒"
    LETTER = "letter", "提醒函"
    ORDER = "order", "督办函"
    LEADER = "leader", "报分包领导"


# Steps that go out as a letter to the unit.
LETTERS = (EscalationStep.LETTER, EscalationStep.ORDER)


def steps_reached(
    due_on: datetime.date, today: datetime.date, ladder: Mapping[str, int], holidays: Holidays
) -> dict[str, datetime.date]:
    """{step: the day on which it was reached} of those reached by `today`; `ladder` is {step: working days overdue}."""
    days = {step: add_workdays(due_on, workdays, holidays) for step, workdays in ladder.items()}
    return {step: day for step, day in days.items() if day <= today}
