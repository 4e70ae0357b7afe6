import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Case, F, QuerySet, When

from projects.periods.models import FilingException, FilingRule, Holiday, Period
from projects.periods.rules import Decision, ExceptionState, PeriodState, may_file, period_state
from yichuan_tracker.months import day_label, first_day, month_label, next_month, shift_months
from yichuan_tracker.workdays import Holidays, missing_years_note

WHO_CAN_START = "重点办可以在“报送期”页面开放这个月份"


def period_for(month: datetime.date) -> Period | None:
    """The period in which the month is reported: its own, or 1–2月."""
    return Period.objects.filter(month__gte=month, covers_from__lte=month).first()


def filing_decision(
    month: datetime.date, today: datetime.date, *, project_id: int | None = None, unit_ids: Collection[int] = ()
) -> Decision:
    """Whether figures of `month` may be written on `today` (a day of the county's own time); when not, why, since when, and
    who can open it. Every write of a month's figures asks this, and so does every page that shows them.

    `project_id`, and the units that answer for it, tell whether an exception holds. At most two queries."""
    period = period_for(month)
    return decide(period, month, today, granted_for(period), project_id=project_id, unit_ids=unit_ids)


def decide(
    period: Period | None,
    month: datetime.date,
    today: datetime.date,
    exceptions: Iterable[FilingException] = (),
    *,
    project_id: int | None = None,
    unit_ids: Collection[int] = (),
) -> Decision:
    """As `filing_decision`, for who has read the period (None: the month was never opened) and its exceptions already."""
    if period is None:
        return Decision(False, f"{month_label(month)}还没有开放填报。", WHO_CAN_START)
    found = [one for one in exceptions if _is_for(one, project_id, unit_ids)]
    return may_file(
        label=str(period),
        opens_on=period.opens_on,
        due_on=period.due_on,
        closing_on=period.closing_on,
        today=today,
        exception=max(found, key=lambda one: one.expires_on).opening if found else None,
    )


def _is_for(exception: FilingException, project_id: int | None, unit_ids: Collection[int]) -> bool:
    if exception.project_id is not None:
        return exception.project_id == project_id
    return exception.unit_id in unit_ids


def granted_for(period: Period | None) -> list[FilingException]:
    """The exceptions granted for the period, expired ones too: they say since when it is closed again. One query."""
    if period is None:
        return []
    return list(period.exceptions.filter(state=ExceptionState.GRANTED).select_related("approver"))


def exceptions_asked() -> QuerySet[FilingException]:
    """Those that wait for an approver, the oldest first."""
    asked = FilingException.objects.filter(state=ExceptionState.ASKED)
    return asked.select_related("period", "unit", "project", "requester").order_by("requested_at", "pk")


def filing_rule(year: int) -> FilingRule:
    """The year's rule; without one, that of the last year before it that has one; without any, the usual days. What the year has
    not got itself is unsaved and has no version."""
    rule = FilingRule.objects.filter(year__lte=year).order_by("-year").first()
    return rule if rule is not None and rule.year == year else _copied(rule, year)


def _copied(rule: FilingRule | None, year: int) -> FilingRule:
    fresh = FilingRule(year=year)
    fresh.version = None  # type: ignore[assignment] # what nobody has saved yet has none
    for name in RULE_FIELDS if rule else ():
        setattr(fresh, name, getattr(rule, name))
    return fresh


RULE_FIELDS = (
    "opening_day",
    "due_day",
    "closing_day",
    "combines_first_months",
    "jump_pct",
    "idle_words",
    "problem_workdays",
)


def reporting_period(today: datetime.date) -> Period | None:
    """The period that people are to file for now: the earliest that began and has not closed; else the last that
    began.

    On 2 July that is still June (it closes on the 3rd), on 4 July it is July. One query.
    """
    open_month = Case(When(closing_on__gte=today, then=F("month")))
    return Period.objects.filter(opens_on__lte=today).order_by(open_month.asc(nulls_last=True), "-month").first()


def last_closed(today: datetime.date) -> Period | None:
    """The newest period that has closed. One query."""
    return Period.objects.filter(closing_on__lt=today).order_by("-month").first()


def reporting_month(today: datetime.date) -> datetime.date:
    """The month of `reporting_period`, or the month of `today` when no period was ever opened."""
    period = reporting_period(today)
    return period.month if period else first_day(today)


def figures_month(today: datetime.date) -> datetime.date:
    """The last month whose figures are due: nobody is behind schedule for a month that need not be reported yet."""
    return figures_month_of(reporting_period(today), today)


def figures_month_of(period: Period | None, today: datetime.date) -> datetime.date:
    """The same for who has read the reporting period already."""
    if period is None:
        return shift_months(first_day(today), -1)
    return period.month if today > period.due_on else shift_months(period.month, -1)


def holidays() -> Holidays:
    """The county's table for `yichuan_tracker.workdays`."""
    return dict(Holiday.objects.values_list("day", "is_workday"))


def workdays_note(start: datetime.date, end: datetime.date) -> str:
    """What a page says where working days between the two were counted in a year without entries; else empty. One query."""
    return missing_years_note(start, end, holidays())


@dataclass(frozen=True)
class PeriodRow:
    period: Period
    state: PeriodState
    decision: Decision

    @property
    def words(self) -> str:
        """What happens or happened by itself, short; who can open a closed month the page says once."""
        if self.state == PeriodState.CLOSED:
            return f"{day_label(self.period.closing_on)}终了时自动关账"
        if self.state == PeriodState.NOT_STARTED:
            return f"{day_label(self.period.opens_on)}自动开放"
        return self.decision.reason

    def covers(self, month: datetime.date) -> bool:
        return self.period.covers_from <= month <= self.period.month


def period_rows(today: datetime.date) -> list[PeriodRow]:
    """All periods, the newest first, with what each allows today."""
    return [
        PeriodRow(
            period,
            period_state(opens_on=period.opens_on, due_on=period.due_on, closing_on=period.closing_on, today=today),
            decide(period, period.month, today),
        )
        for period in Period.objects.order_by("-month")
    ]


def next_month_to_open(today: datetime.date) -> datetime.date:
    """The month after the last one opened; this month when none was."""
    last = Period.objects.order_by("-month").first()
    return next_month(last.month) if last else first_day(today)


def rules_of_years() -> QuerySet[FilingRule]:
    return FilingRule.objects.order_by("-year")


def holidays_of(year: int) -> QuerySet[Holiday]:
    return Holiday.objects.filter(day__year=year).order_by("day")


def holiday_years(year: int) -> list[int]:
    """Years to choose among: those entered, `year`, and the year after it."""
    entered = {day.year for day in Holiday.objects.dates("day", "year")}
    return sorted(entered | {year, year + 1})
