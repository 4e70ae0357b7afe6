import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from leaders.accounts.models import User
from leaders.audit.actions import change, changes_of, create, delete, record
from leaders.audit.rules import Conflict
from leaders.organisations.models import Unit
from projects.periods.access import (
    may_ask_exception,
    may_decide_exception,
    may_keep_calendar,
    may_revoke_exception,
    why_not_decide,
)
from projects.periods.models import FilingException, FilingRule, Holiday, Period
from projects.periods.queries import filing_rule, period_for
from projects.periods.rules import EXCEPTION_STEPS, ExceptionState, PeriodDates, parse_holidays, periods_of_year
from yichuan_tracker.months import day_label, first_day

# ---- periods ----------------------------------------------------------------------------------------------------


@transaction.atomic
def open_period(
    month: datetime.date,
    *,
    by: User | None,
    at: datetime.datetime,
    opens_on: datetime.date | None = None,
    due_on: datetime.date | None = None,
    closing_on: datetime.date | None = None,
) -> Period:
    """Open a month for reports (1–2月 together where the year's rule says so); without dates those of the year's rule.

    `by` is None for a command. Raises ValidationError when the month was opened before or the dates do not fit.
    """
    _guard(by)
    month = first_day(month)
    if (there := period_for(month)) is not None:
        raise ValidationError({"month": f"{there}已经开放过，请直接修改它的日期。"})
    usual = next(one for one in _still_to_open(month.year) if one.covers_from <= month <= one.month)
    dates = PeriodDates(
        usual.covers_from,
        usual.month,
        opens_on or usual.opens_on,
        due_on or usual.due_on,
        closing_on or usual.closing_on,
    )
    return _open(dates, by, at)


@transaction.atomic
def open_year(year: int, *, by: User | None, at: datetime.datetime) -> list[Period]:
    """All periods of the year that are not there yet, by its rule. Each opens and closes by itself when its day has come."""
    _guard(by)
    return [_open(dates, by, at) for dates in _still_to_open(year)]


def _still_to_open(year: int) -> list[PeriodDates]:
    """By the year's rule, in order; beside a 1月 or 2月 that was opened alone, the other one alone: no month stands twice."""
    rule = filing_rule(year)
    taken = [(one.covers_from, one.month) for one in Period.objects.filter(month__year=year)]
    found = []
    for dates in [*_by_rule(rule, rule.combines_first_months), *_by_rule(rule, combines_first_months=False)]:
        if not any(first <= dates.month and dates.covers_from <= last for first, last in taken):
            taken.append((dates.covers_from, dates.month))
            found.append(dates)
    return sorted(found, key=lambda dates: dates.month)


def _by_rule(rule: FilingRule, combines_first_months: bool) -> list[PeriodDates]:
    return periods_of_year(
        rule.year,
        opening_day=rule.opening_day,
        due_day=rule.due_day,
        closing_day=rule.closing_day,
        combines_first_months=combines_first_months,
    )


def _open(dates: PeriodDates, by: User | None, at: datetime.datetime) -> Period:
    period = Period(
        month=dates.month,
        covers_from=dates.covers_from,
        opens_on=dates.opens_on,
        due_on=dates.due_on,
        closing_on=dates.closing_on,
    )
    return create(period, by=by, at=at)


@transaction.atomic
def move_period(
    period: Period, values: Mapping[str, Any], *, reason: str, version: int | None, by: User, at: datetime.datetime
) -> Period:
    """Change `opens_on`, `due_on` or `closing_on`: everybody's month, so it needs a reason that stays in the history.

    Raises ValidationError without a reason or when the dates do not fit, Conflict on a lost race.
    """
    _guard(by)
    if not reason.strip():
        raise ValidationError({"reason": "修改报送日期影响所有单位，请写明理由。"})
    return change(period, values, by=by, at=at, version=version, reason=reason.strip())


@transaction.atomic
def set_filing_rule(
    year: int, values: Mapping[str, Any], *, version: int | None, by: User, at: datetime.datetime
) -> FilingRule:
    """Write the year's rule. Periods that stand already keep their dates: these are moved one by one, with a reason.

    `version` None: the person saw no rule of this year. Raises ValidationError when the days do not fit, Conflict on a lost race.
    """
    _guard(by)
    there = FilingRule.objects.filter(year=year).first()
    if there is None:
        return create(FilingRule(year=year, **values), by=by, at=at)
    if version is None:
        raise Conflict(there, dict(values))
    return change(there, values, by=by, at=at, version=version)


# ---- exceptions -------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_exception(
    period: Period,
    *,
    unit: Unit | None,
    project_id: int | None,
    reason: str,
    expires_on: datetime.date,
    by: User,
    at: datetime.datetime,
) -> FilingException:
    """Ask that a closed period be opened for one unit, or (with `project_id`) for one project alone.

    Raises PermissionDenied unless `by` belongs to the unit or to the office; ValidationError without a reason, with an
    expiry that has passed, or when the period is still open for everybody.
    """
    if not may_ask_exception(by, unit.pk if unit else None):
        raise PermissionDenied
    today = timezone.localdate(at)
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么需要临时开放，批准人要看。"})
    if expires_on < today:
        raise ValidationError({"expires_on": "开放期限已经过去，请填今天或以后的日期。"})
    if today <= period.closing_on:
        raise ValidationError(f"{period}{day_label(period.closing_on)}才关账，现在不需要临时开放。")
    exception = FilingException(
        period=period,
        unit=unit,
        project_id=project_id,
        reason=reason.strip(),
        expires_on=expires_on,
        requester=by,
        requested_at=at,
    )
    return create(exception, by=by, at=at)


@transaction.atomic
def grant_exception(
    exception: FilingException, *, version: int | None, by: User, at: datetime.datetime, note: str = ""
) -> FilingException:
    """Open the period for whom it was asked, until the end of its last day.

    Raises PermissionDenied for who asked for it and for who may not approve, ValidationError when it is decided already
    or its last day has passed, Conflict.
    """
    _guard_decision(exception, by)
    if timezone.localdate(at) > exception.expires_on:
        raise ValidationError("申请的开放期限已经过去，请申请人另提一份。")
    return _decide(exception, ExceptionState.GRANTED, "approve", note=note, version=version, by=by, at=at)


@transaction.atomic
def refuse_exception(
    exception: FilingException, *, note: str, version: int | None, by: User, at: datetime.datetime
) -> FilingException:
    """Raises as `grant_exception`, and ValidationError without a note that says why."""
    _guard_decision(exception, by)
    if not note.strip():
        raise ValidationError({"note": "请写明不批准的原因，申请人才知道怎么办。"})
    return _decide(exception, ExceptionState.REFUSED, "refuse", note=note, version=version, by=by, at=at)


def _guard_decision(exception: FilingException, by: User) -> None:
    if not may_decide_exception(by, exception):
        raise PermissionDenied(why_not_decide(by, exception.requester_id))


def _decide(
    exception: FilingException,
    state: ExceptionState,
    action: str,
    *,
    note: str,
    version: int | None,
    by: User,
    at: datetime.datetime,
) -> FilingException:
    _may_step(exception, state)
    values = {"state": state, "approver": by, "decided_at": at, "decision_note": note.strip()}
    return change(exception, values, by=by, at=at, version=version, action=action, reason=note.strip())


@transaction.atomic
def revoke_exception(
    exception: FilingException, *, reason: str, version: int | None, by: User, at: datetime.datetime
) -> FilingException:
    """Who asked takes an undecided request back; the office closes at once what was granted, with a reason. What was filed
    meanwhile stays.

    Raises PermissionDenied, ValidationError without that reason or when there is nothing to take back, Conflict.
    """
    if not may_revoke_exception(by, exception):
        raise PermissionDenied
    if exception.state == ExceptionState.GRANTED and not reason.strip():
        raise ValidationError({"reason": "请写明为什么提前关闭，单位看得到。"})
    _may_step(exception, ExceptionState.REVOKED)
    values = {"state": ExceptionState.REVOKED}
    return change(exception, values, by=by, at=at, version=version, action="withdraw", reason=reason.strip())


def _may_step(exception: FilingException, state: ExceptionState) -> None:
    if state not in EXCEPTION_STEPS[exception.state]:
        raise ValidationError(f"这份申请已是“{exception.get_state_display()}”，不能再改为“{state.label}”。")


# ---- working days -----------------------------------------------------------------------------------------------


@transaction.atomic
def set_holiday(day: datetime.date, *, is_workday: bool, name: str, by: User, at: datetime.datetime) -> Holiday:
    """Enter the day in the table, or change what stands there for it."""
    _guard(by)
    holiday = Holiday.objects.select_for_update().filter(day=day).first()
    if holiday is None:
        return create(Holiday(day=day, is_workday=is_workday, name=name), by=by, at=at)
    old = {"is_workday": holiday.is_workday, "name": holiday.name}
    holiday.is_workday, holiday.name = is_workday, name
    holiday.full_clean()
    lines = changes_of(holiday, old)
    if lines:
        holiday.save()
        record("change", holiday, by=by, at=at, changes=lines)
    return holiday


@transaction.atomic
def import_holidays(text: str, *, by: User, at: datetime.datetime) -> list[datetime.date]:
    """Enter the days of a pasted table (see `parse_holidays`), and return them. A day that stands is changed.

    Raises ValidationError with every line that cannot be read; then nothing is written.
    """
    _guard(by)
    lines, wrong = parse_holidays(text)
    if wrong or not lines:
        raise ValidationError({"text": wrong or ["请粘贴放假安排，一行一天。"]})
    for line in lines:
        set_holiday(line.day, is_workday=line.is_workday, name=line.name, by=by, at=at)
    return [line.day for line in lines]


@transaction.atomic
def clear_holiday(holiday: Holiday, *, by: User, at: datetime.datetime) -> None:
    """Take the day out of the table: it follows its weekday again."""
    _guard(by)
    delete(holiday, by=by, at=at)


def _guard(by: User | None) -> None:
    if by is not None and not may_keep_calendar(by):
        raise PermissionDenied
