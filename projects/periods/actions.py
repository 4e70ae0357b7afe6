import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, changes_of, create, delete, record
from projects.periods.access import may_keep_calendar
from projects.periods.models import Holiday, Period
from projects.periods.rules import default_closing_on, default_due_on
from yichuan_tracker.months import first_day


@transaction.atomic
def open_period(
    month: datetime.date,
    *,
    by: User | None,
    at: datetime.datetime,
    due_on: datetime.date | None = None,
    closing_on: datetime.date | None = None,
) -> Period:
    """Open a month for reports; without dates the county's usual ones (25th, 3rd of the next month).

    `by` is None for a command. Raises ValidationError when the month was opened before or the dates do not fit.
    """
    _guard(by)
    month = first_day(month)
    if Period.objects.filter(month=month).exists():
        raise ValidationError({"month": f"{month.year}年{month.month}月已经开放过，请直接修改它的日期。"})
    period = Period(
        month=month, due_on=due_on or default_due_on(month), closing_on=closing_on or default_closing_on(month)
    )
    return create(period, by=by, at=at)


@transaction.atomic
def move_period(
    period: Period, values: Mapping[str, Any], *, reason: str, version: int | None, by: User, at: datetime.datetime
) -> Period:
    """Change `due_on` or `closing_on`: everybody's month, so it needs a reason that stays in the history.

    Raises ValidationError without a reason or when the dates do not fit, Conflict on a lost race.
    """
    _guard(by)
    if not reason.strip():
        raise ValidationError({"reason": "修改报送日期影响所有单位，请写明理由。"})
    return change(period, values, by=by, at=at, version=version, reason=reason.strip())


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
def clear_holiday(holiday: Holiday, *, by: User, at: datetime.datetime) -> None:
    """Take the day out of the table: it follows its weekday again."""
    _guard(by)
    delete(holiday, by=by, at=at)


def _guard(by: User | None) -> None:
    if by is not None and not may_keep_calendar(by):
        raise PermissionDenied
