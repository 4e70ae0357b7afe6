"""When a month may be filed for. The dates of a period are data; the days given here are what a new period gets."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import TextChoices

from yichuan_tracker.months import day_label, first_day, last_day, months_apart, next_month

DUE_DAY = 25
CLOSING_DAY = 3
# 1–2月 may be reported as one period, as statistics do.
COMBINABLE_MONTHS: Collection[tuple[int, int]] = ((1, 2),)
WHO_CAN_OPEN = "重点办负责人（或其副职）可以为个别单位开放，须写明理由和期限"


class PeriodState(TextChoices):
    NOT_STARTED = "not_started", "未开始"
    OPEN = "open", "填报中"
    LATE = "late", "逾期填报"
    CLOSED = "closed", "已关账"


@dataclass(frozen=True)
class Decision:
    """Whether something may be done now; when not, why, since when, and who can open it (Chinese, for the screen)."""

    allowed: bool
    reason: str
    who_can_open: str = ""

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class FilingException:
    """One unit (or project) may still file until the end of `expires_on`. It closes itself."""

    expires_on: datetime.date
    reason: str
    approver: str


def default_due_on(month: datetime.date, day: int = DUE_DAY) -> datetime.date:
    """The `day` of the month; a shorter month's last day."""
    return min(last_day(month), last_day(month).replace(day=1) + datetime.timedelta(days=day - 1))


def default_closing_on(month: datetime.date, day: int = CLOSING_DAY) -> datetime.date:
    """The `day` of the month after; a shorter month's last day."""
    return default_due_on(next_month(month), day)


def period_state(
    *,
    month: datetime.date,
    due_on: datetime.date,
    closing_on: datetime.date,
    today: datetime.date,
    opens_on: datetime.date | None = None,
) -> PeriodState:
    """The state of the period of `month` on `today`. It begins on `opens_on` (the month's first day unless given)
    and closes by itself: the closing day is the last one on which anything may be filed. No stored flag is asked,
    so nothing need run at midnight."""
    if today < (opens_on or first_day(month)):
        return PeriodState.NOT_STARTED
    if today <= due_on:
        return PeriodState.OPEN
    return PeriodState.LATE if today <= closing_on else PeriodState.CLOSED


def is_late(filed_on: datetime.date, due_on: datetime.date) -> bool:
    """Filed after the due day. The due day itself is in time."""
    return filed_on > due_on


def may_file(
    *,
    label: str,
    month: datetime.date,
    due_on: datetime.date,
    closing_on: datetime.date,
    today: datetime.date,
    opens_on: datetime.date | None = None,
    exception: FilingException | None = None,
    who_can_open: str = WHO_CAN_OPEN,
) -> Decision:
    """Whether the period called `label` ("2023年6月") may be filed for today. Reading is never locked."""
    state = period_state(month=month, due_on=due_on, closing_on=closing_on, today=today, opens_on=opens_on)
    if state == PeriodState.NOT_STARTED:
        return Decision(
            False, f"{label}尚未开始填报，{day_label(opens_on or first_day(month))}起可以填报。", who_can_open
        )
    if state == PeriodState.OPEN:
        return Decision(True, f"{label}正在填报，截止{day_label(due_on)}，还有{(due_on - today).days}天。")
    if state == PeriodState.LATE:
        return Decision(
            True, f"{label}报送截止日{day_label(due_on)}已过，{day_label(closing_on)}关账前仍可补报，按迟报计。"
        )
    if exception is not None and today <= exception.expires_on:
        return Decision(
            True,
            f"{label}已关账，经{exception.approver}批准单独开放至{day_label(exception.expires_on)}（{exception.reason}），"
            "按迟报计。",
        )
    why = f"{label}已于{day_label(closing_on)}终了时自动关账，不能再填报或修改，仍可查看。"
    if exception is not None:
        why += f"单独开放的期限{day_label(exception.expires_on)}也已过。"
    return Decision(False, why, who_can_open)


def counts_for_ranking(entered_on: datetime.date, closing_on: datetime.date) -> bool:
    """A ranking takes what was entered by closing; what came in later under an exception waits for a correction."""
    return entered_on <= closing_on


def may_combine(
    first: datetime.date, last: datetime.date, combinable: Collection[tuple[int, int]] = COMBINABLE_MONTHS
) -> bool:
    """Whether the months from `first` to `last` of one year may be one period. A single month always may."""
    if months_apart(first, last) == 0:
        return True
    return first.year == last.year and (first.month, last.month) in combinable
