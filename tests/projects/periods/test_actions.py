import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.models import Holiday, Period
from projects.periods.actions import clear_holiday, move_period, open_period, set_holiday
from projects.periods.queries import filing_decision, holidays, reporting_month
from tests.world import AT, TODAY

JUNE, JULY, AUGUST = (datetime.date(2023, month, 1) for month in (6, 7, 8))


def test_a_month_opens_with_the_usual_days(world):
    period = open_period(AUGUST, by=world.zhao, at=AT)
    assert (period.due_on, period.closing_on) == (datetime.date(2023, 8, 25), datetime.date(2023, 9, 3))
    assert HistoryEntry.objects.get(object_type="period", object_id=period.pk).actor == world.zhao


def test_a_month_is_opened_once(world):
    with pytest.raises(ValidationError, match="已经开放过"):
        open_period(JULY, by=world.zhao, at=AT)


def test_only_the_office_opens_a_month(world):
    for user in (world.li, world.sun, world.qian, world.he, world.lin):
        with pytest.raises(PermissionDenied):
            open_period(AUGUST, by=user, at=AT)


def test_moving_a_closing_day_needs_a_reason_and_leaves_the_old_day_in_the_history(world):
    june = Period.objects.get(month=JUNE)
    new = {"due_on": june.due_on, "closing_on": datetime.date(2023, 7, 10)}
    with pytest.raises(ValidationError, match="写明理由"):
        move_period(june, new, reason=" ", version=1, by=world.zhao, at=AT)
    move_period(june, new, reason="系统停电两天", version=1, by=world.zhao, at=AT)
    entry = HistoryEntry.objects.get(object_type="period", object_id=june.pk)
    assert (entry.reason, entry.changes[0]["old"], entry.changes[0]["new"]) == (
        "系统停电两天",
        "2023-07-03",
        "2023-07-10",
    )
    assert filing_decision(JUNE, TODAY)


def test_two_people_moving_one_period_meet_a_conflict(world):
    june = Period.objects.get(month=JUNE)
    move_period(june, {"closing_on": datetime.date(2023, 7, 10)}, reason="一", version=1, by=world.zhao, at=AT)
    with pytest.raises(Conflict):
        move_period(june, {"closing_on": datetime.date(2023, 7, 20)}, reason="二", version=1, by=world.zhou, at=AT)


def test_a_closed_month_says_since_when_and_who_can_open_it(world):
    decision = filing_decision(JUNE, TODAY)
    assert not decision
    assert "7月3日" in decision.reason
    assert "重点办" in decision.who_can_open


def test_a_month_that_was_never_opened_is_not_open(world):
    decision = filing_decision(AUGUST, TODAY)
    assert not decision
    assert "还没有开放" in decision.reason


@pytest.mark.parametrize(
    ("day", "month"),
    [((2023, 6, 10), JUNE), ((2023, 7, 2), JUNE), ((2023, 7, 3), JUNE), ((2023, 7, 4), JULY), ((2023, 9, 9), JULY)],
)
def test_the_reporting_month_is_the_earliest_that_has_not_closed(world, day, month):
    assert reporting_month(datetime.date(*day)) == month


def test_without_any_period_the_reporting_month_is_the_calendars(db):
    assert reporting_month(TODAY) == JULY


def test_a_holiday_is_entered_changed_and_taken_out_again(world):
    day = datetime.date(2023, 10, 7)
    set_holiday(day, is_workday=False, name="国庆", by=world.zhao, at=AT)
    set_holiday(day, is_workday=True, name="国庆调休上班", by=world.zhao, at=AT)
    assert holidays() == {day: True}
    entries = HistoryEntry.objects.filter(object_type="holiday").order_by("pk")
    assert [entry.action for entry in entries] == ["create", "change"]
    assert {line["field"]: line["old"] for line in entries[1].changes} == {"is_workday": False, "name": "国庆"}
    clear_holiday(Holiday.objects.get(), by=world.zhao, at=AT)
    assert holidays() == {}


def test_only_the_office_edits_holidays(world):
    with pytest.raises(PermissionDenied):
        set_holiday(TODAY, is_workday=False, name="放假", by=world.sun, at=AT)
