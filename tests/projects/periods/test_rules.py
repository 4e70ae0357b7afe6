import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.periods.rules import (
    Opening,
    PeriodState,
    default_closing_on,
    default_due_on,
    is_late,
    may_file,
    parse_holidays,
    period_state,
    periods_of_year,
)

day = datetime.date
JUNE = {"opens_on": day(2023, 6, 1), "due_on": day(2023, 6, 25), "closing_on": day(2023, 7, 3)}


def may_file_june(today, **more):
    return may_file(label="2023年6月", today=today, **JUNE | more)


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
    from_the_20th = JUNE | {"opens_on": day(2023, 6, 20)}
    assert period_state(today=day(2023, 6, 19), **from_the_20th) == PeriodState.NOT_STARTED
    assert period_state(today=day(2023, 6, 20), **from_the_20th) == PeriodState.OPEN
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
    exception = Opening(expires_on=day(2023, 7, 6), reason="单位停电", approver="赵主任")
    still_open = may_file_june(day(2023, 7, 6), exception=exception)
    assert still_open
    assert "赵主任" in still_open.reason
    assert "单位停电" in still_open.reason
    expired = may_file_june(day(2023, 7, 7), exception=exception)
    assert not expired
    assert "2023年7月6日也已过" in expired.reason


def test_an_exception_does_not_open_a_month_that_has_not_begun():
    exception = Opening(expires_on=day(2023, 7, 6), reason="单位停电", approver="赵主任")
    assert not may_file_june(day(2023, 5, 31), exception=exception)


RULE = {"opening_day": 1, "due_day": 31, "closing_day": 31}


def test_a_year_has_twelve_periods_or_eleven_with_january_and_february_as_one():
    twelve = periods_of_year(2024, combines_first_months=False, **RULE)
    assert [one.month.month for one in twelve] == list(range(1, 13))
    eleven = periods_of_year(2024, combines_first_months=True, **RULE)
    assert (eleven[0].covers_from, eleven[0].month, eleven[0].opens_on) == (
        day(2024, 1, 1),
        day(2024, 2, 1),
        day(2024, 1, 1),
    )
    assert eleven[1:] == twelve[2:]


@pytest.mark.parametrize(("year", "last"), [(2023, 28), (2024, 29)])
def test_the_31st_of_february_is_its_last_day_in_leap_years_the_29th(year, last):
    january, february = periods_of_year(year, combines_first_months=False, **RULE)[:2]
    assert january.closing_on == day(year, 2, last)
    assert (february.due_on, february.closing_on) == (day(year, 2, last), day(year, 3, 31))
    # The last day still counts, the day after does not.
    dates = {"opens_on": january.opens_on, "due_on": january.due_on, "closing_on": january.closing_on}
    assert may_file(label="1月", today=day(year, 2, last), **dates)
    assert not may_file(label="1月", today=day(year, 3, 1), **dates)


@given(st.dates(min_value=day(2023, 1, 1), max_value=day(2024, 12, 31)))
def test_without_an_exception_filing_is_allowed_exactly_when_the_period_is_open_or_late(today):
    state = period_state(today=today, **JUNE)
    assert may_file_june(today).allowed == (state in {PeriodState.OPEN, PeriodState.LATE})


def test_a_pasted_table_of_holidays_is_read_line_by_line_and_from_excel():
    text = "2024-01-01 元旦 休\n2024/2/4\t春节\t班\n\n２０２４年2月10日至2024年2月12日 春节 放假"
    lines, wrong = parse_holidays(text)
    assert wrong == []
    assert [(line.day, line.name, line.is_workday) for line in lines] == [
        (day(2024, 1, 1), "元旦", False),
        (day(2024, 2, 4), "春节", True),
        *((day(2024, 2, number), "春节", False) for number in (10, 11, 12)),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("元旦 休", "看不出日期"),
        ("2023-02-29 春节 休", "没有 2023-02-29"),
        ("2024-01-01 元旦", "“休”"),
        ("2024-02-17 至 2024-02-10 春节 休", "起止"),
        ("2024-01-01 元旦 休\n2024-01-01 元旦 班", "写得不一样"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_with_its_cure(line, words):
    assert words in parse_holidays(line)[1][0]
