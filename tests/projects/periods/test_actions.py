import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.models import FilingException, Holiday, Period
from projects.periods.actions import (
    ask_exception,
    clear_holiday,
    grant_exception,
    move_period,
    open_period,
    open_year,
    refuse_exception,
    revoke_exception,
    set_filing_rule,
    set_holiday,
)
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


# ---- a year's rule


def test_a_year_opens_by_its_rule_and_what_stands_keeps_its_dates(world):
    rule = {"opening_day": 20, "due_day": 26, "closing_day": 5, "combines_first_months": True, "jump_pct": 30}
    set_filing_rule(2023, rule, version=None, by=world.zhao, at=AT)
    made = open_year(2023, by=world.zhao, at=AT)
    assert [str(one) for one in made[:2]] == ["2023年1—2月", "2023年3月"]
    assert len(made) == 11 - 2  # June and July stand already
    assert Period.objects.get(month=JULY).due_on == datetime.date(2023, 7, 25)
    assert open_year(2023, by=world.zhao, at=AT) == []
    # The rule of 2023 goes on until a year has its own.
    assert str(open_period(datetime.date(2024, 1, 1), by=world.zhao, at=AT)) == "2024年1—2月"
    assert filing_decision(datetime.date(2023, 1, 1), TODAY).reason.startswith("2023年1—2月已于")


@pytest.mark.parametrize("alone", [1, 2])
def test_beside_a_month_opened_alone_the_other_opens_alone_and_no_month_stands_twice(world, alone):
    open_period(datetime.date(2024, alone, 1), by=world.zhao, at=AT)
    set_filing_rule(2024, {"combines_first_months": True}, version=None, by=world.zhao, at=AT)
    assert str(open_period(datetime.date(2024, 3 - alone, 1), by=world.zhao, at=AT)) == f"2024年{3 - alone}月"
    assert len(open_year(2024, by=world.zhao, at=AT)) == 10


def test_a_rule_written_meanwhile_is_a_conflict(world):
    set_filing_rule(2023, {"due_day": 26}, version=None, by=world.zhao, at=AT)
    with pytest.raises(Conflict):
        set_filing_rule(2023, {"due_day": 27}, version=None, by=world.zhou, at=AT)


# ---- exceptions


def ask(world, **changed):
    june = Period.objects.get(month=JUNE)
    values = {"unit": world.traffic, "project_id": None, "reason": "停电", "expires_on": datetime.date(2023, 7, 7)}
    return ask_exception(june, **values | changed, by=changed.pop("by", world.li), at=AT)


def june_for(unit, today=TODAY, project_id=None):
    return filing_decision(JUNE, today, unit_ids=[unit.pk], project_id=project_id)


def test_an_exception_opens_for_its_unit_alone_after_another_person_granted_it(world):
    asked = ask(world)
    assert not june_for(world.traffic)
    granted = grant_exception(asked, version=1, by=world.zhou, at=AT)
    assert june_for(world.traffic)
    assert "周" in june_for(world.traffic).reason
    assert not june_for(world.water)
    assert june_for(world.traffic, datetime.date(2023, 7, 7))
    expired = june_for(world.traffic, datetime.date(2023, 7, 8))
    assert not expired
    assert "2023年7月7日也已过" in expired.reason
    revoke_exception(granted, reason="已补报", version=granted.version, by=world.zhao, at=AT)
    assert not june_for(world.traffic)


def test_an_exception_for_one_project_opens_no_other_of_the_unit(world):
    grant_exception(ask(world, project_id=world.road.pk), version=1, by=world.zhou, at=AT)
    assert june_for(world.traffic, project_id=world.road.pk)
    assert not june_for(world.traffic, project_id=world.dam.pk)


def test_nobody_grants_what_they_asked_for_and_the_table_itself_refuses_it(world):
    june = Period.objects.get(month=JUNE)
    own = ask_exception(june, unit=world.traffic, project_id=None, reason="x", expires_on=TODAY, by=world.zhou, at=AT)
    for user in (world.zhou, world.zhao, world.li, world.lin):
        with pytest.raises(PermissionDenied):
            grant_exception(own, version=1, by=user, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        FilingException.objects.update(state="granted", approver=world.zhou)
    assert grant_exception(own, version=1, by=world.dong, at=AT).approver == world.dong


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"reason": " "}, "写明"), ({"expires_on": datetime.date(2023, 7, 4)}, "已经过去")],
)
def test_an_exception_needs_a_reason_and_a_day_to_come(world, changed, words):
    with pytest.raises(ValidationError, match=words):
        ask(world, **changed)


def test_an_open_month_needs_no_exception_and_another_unit_does_not_ask(world):
    with pytest.raises(PermissionDenied):
        ask(world, unit=world.water)
    with pytest.raises(ValidationError, match="不需要临时开放"):
        ask_exception(
            Period.objects.get(month=JULY), unit=world.traffic, project_id=None, reason="x", expires_on=TODAY,
            by=world.li, at=AT,
        )  # fmt: skip


def test_what_is_decided_is_decided_once(world):
    refused = refuse_exception(ask(world), note="已发通报", version=1, by=world.zhou, at=AT)
    with pytest.raises(ValidationError, match="未批准"):
        grant_exception(refused, version=refused.version, by=world.dong, at=AT)
    with pytest.raises(ValidationError, match="期限已经过去"):
        grant_exception(ask(world), version=1, by=world.zhou, at=AT.replace(day=8))


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
