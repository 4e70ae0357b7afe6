import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.periods.rules import (
    FilingException,
    PeriodState,
    counts_for_ranking,
    default_closing_on,
    default_due_on,
    is_late,
    may_combine,
    may_file,
    period_state,
)

day = datetime.date
JUNE = {"month": day(2023, 6, 1), "due_on": day(2023, 6, 25), "closing_on": day(2023, 7, 3)}


def may_file_june(today, **more):
    return may_file(label="2023年6月", today=today, **JUNE, **more)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (day(2023, 5, 31), "未开始"),
        (day(2023, 6, 1), "填报中"),
        (day(2023, 6, 25), "填报中"),
        (day(2023, 6, 26), "逾期填报"),
        (day(2023, 7, 3), "逾期填报"),
        (day(2023, 7, 4), "已关账"),
    ],
)
def test_a_period_opens_falls_due_and_closes_by_itself_by_the_date_alone(today, state):
    assert period_state(today=today, **JUNE).label == state


def test_a_county_may_open_the_month_on_the_20th_only():
    assert period_state(today=day(2023, 6, 19), opens_on=day(2023, 6, 20), **JUNE) == PeriodState.NOT_STARTED
    assert period_state(today=day(2023, 6, 20), opens_on=day(2023, 6, 20), **JUNE) == PeriodState.OPEN
    assert "2023年6月20日起" in may_file_june(day(2023, 6, 19), opens_on=day(2023, 6, 20)).reason


def test_the_defaults_are_the_25th_and_the_3rd_of_the_next_month():
    assert default_due_on(day(2023, 12, 1)) == day(2023, 12, 25)
    assert default_closing_on(day(2023, 12, 1)) == day(2024, 1, 3)


def test_a_due_day_that_the_month_lacks_is_its_last_day():
    assert default_due_on(day(2023, 2, 1), day=30) == day(2023, 2, 28)
    assert default_closing_on(day(2024, 1, 31), day=31) == day(2024, 2, 29)


def test_the_due_day_itself_is_in_time_and_the_next_is_late():
    assert not is_late(day(2023, 6, 25), JUNE["due_on"])
    assert is_late(day(2023, 6, 26), JUNE["due_on"])


def test_before_the_due_day_filing_is_allowed_and_the_days_left_are_named():
    decision = may_file_june(day(2023, 6, 22))
    assert decision.allowed
    assert "还有3天" in decision.reason


def test_between_due_and_closing_filing_is_allowed_and_called_late():
    decision = may_file_june(day(2023, 7, 3))
    assert decision
    assert "按迟报计" in decision.reason
    assert "2023年7月3日" in decision.reason


def test_a_closed_period_says_why_since_when_and_who_can_open_it():
    decision = may_file_june(day(2023, 7, 4))
    assert not decision
    assert "自动关账" in decision.reason
    assert "2023年7月3日" in decision.reason
    assert "重点办负责人" in decision.who_can_open


def test_an_exception_opens_a_closed_period_until_its_expiry_and_then_closes_itself():
    exception = FilingException(expires_on=day(2023, 7, 6), reason="单位停电", approver="赵主任")
    still_open = may_file_june(day(2023, 7, 6), exception=exception)
    assert still_open
    assert "赵主任" in still_open.reason
    assert "单位停电" in still_open.reason
    expired = may_file_june(day(2023, 7, 7), exception=exception)
    assert not expired
    assert "2023年7月6日也已过" in expired.reason


def test_an_exception_does_not_open_a_month_that_has_not_begun():
    exception = FilingException(expires_on=day(2023, 7, 6), reason="单位停电", approver="赵主任")
    assert not may_file_june(day(2023, 5, 31), exception=exception)


def test_what_is_entered_on_the_closing_day_counts_for_the_ranking_and_what_comes_later_does_not():
    assert counts_for_ranking(day(2023, 7, 3), JUNE["closing_on"])
    assert not counts_for_ranking(day(2023, 7, 4), JUNE["closing_on"])


def test_january_and_february_may_be_one_period_and_other_months_may_not():
    assert may_combine(day(2023, 1, 1), day(2023, 2, 1))
    assert may_combine(day(2023, 6, 1), day(2023, 6, 1))
    assert not may_combine(day(2023, 2, 1), day(2023, 3, 1))
    assert not may_combine(day(2022, 1, 1), day(2023, 2, 1))
    assert may_combine(day(2023, 7, 1), day(2023, 8, 1), combinable=[(7, 8)])


@given(st.dates(min_value=day(2023, 1, 1), max_value=day(2024, 12, 31)))
def test_without_an_exception_filing_is_allowed_exactly_when_the_period_is_open_or_late(today):
    state = period_state(today=today, **JUNE)
    assert may_file_june(today).allowed == (state in {PeriodState.OPEN, PeriodState.LATE})
