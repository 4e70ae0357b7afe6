import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from projects.periods.models import Holiday, Period
from projects.periods.rules import Decision, PeriodState, may_file, period_state
from yichuan_tracker.months import first_day, month_label, next_month
from yichuan_tracker.workdays import Holidays

WHO_CAN_OPEN = "重点办可以在“报送期”页面开放，或写明理由推迟关账日"


def period_for(month: datetime.date) -> Period | None:
    return Period.objects.filter(month=month).first()


def filing_decision(month: datetime.date, today: datetime.date) -> Decision:
    """Whether reports of `month` may be filed on `today`; when not, why and who can open it."""
    return decide(period_for(month), month, today)


def decide(period: Period | None, month: datetime.date, today: datetime.date) -> Decision:
    """As `filing_decision`, for a period that was read already (None: the month was never opened)."""
    if period is None:
        return Decision(False, f"{month_label(month)}还没有开放填报。", WHO_CAN_OPEN)
    return may_file(
        label=str(period),
        month=month,
        due_on=period.due_on,
        closing_on=period.closing_on,
        today=today,
        who_can_open=WHO_CAN_OPEN,
    )


def reporting_period(today: datetime.date) -> Period | None:
    """The period that people are to file for now: the earliest that began and has not closed; else the last that
    began.

    On 2 July that is still June (it closes on the 3rd), on 4 July it is July.
    """
    started = Period.objects.filter(month__lte=today)
    return started.filter(closing_on__gte=today).order_by("month").first() or started.order_by("-month").first()


def reporting_month(today: datetime.date) -> datetime.date:
    """The month of `reporting_period`, or the month of `today` when no period was ever opened."""
    period = reporting_period(today)
    return period.month if period else first_day(today)


def holidays() -> Holidays:
    """The county's table for `yichuan_tracker.workdays`."""
    return dict(Holiday.objects.values_list("day", "is_workday"))


@dataclass(frozen=True)
class PeriodRow:
    period: Period
    state: PeriodState
    decision: Decision


def period_rows(today: datetime.date) -> list[PeriodRow]:
    """All periods, the newest first, with what each allows today."""
    return [
        PeriodRow(
            period,
            period_state(month=period.month, due_on=period.due_on, closing_on=period.closing_on, today=today),
            decide(period, period.month, today),
        )
        for period in Period.objects.order_by("-month")
    ]


def next_month_to_open(today: datetime.date) -> datetime.date:
    """The month after the last one opened; this month when none was."""
    last = Period.objects.order_by("-month").first()
    return next_month(last.month) if last else first_day(today)


def holidays_of(year: int) -> QuerySet[Holiday]:
    return Holiday.objects.filter(day__year=year).order_by("day")


def holiday_years(year: int) -> list[int]:
    """Years to choose among: those entered, `year`, and the year after it."""
    entered = {day.year for day in Holiday.objects.dates("day", "year")}
    return sorted(entered | {year, year + 1})
