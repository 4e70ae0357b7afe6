import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuan_tracker import months

day = datetime.date
days = st.dates(min_value=day(1980, 1, 1), max_value=day(2100, 12, 31))


def test_february_of_a_leap_year_ends_on_the_29th():
    assert months.last_day(day(2024, 2, 3)) == day(2024, 2, 29)
    assert months.last_day(day(2023, 2, 3)) == day(2023, 2, 28)


def test_the_month_after_december_is_january():
    assert months.next_month(day(2023, 12, 31)) == day(2024, 1, 1)
    assert months.previous_month(day(2024, 1, 15)) == day(2023, 12, 1)
    assert months.add_months(day(2023, 6, 1), -18) == day(2021, 12, 1)


def test_the_last_day_of_a_month_stays_the_last_day():
    assert months.shift_months(day(2023, 2, 28), 1) == day(2023, 3, 31)
    assert months.shift_months(day(2023, 4, 30), 3) == day(2023, 7, 31)


def test_a_day_that_the_target_month_lacks_becomes_its_last():
    assert months.shift_months(day(2023, 1, 30), 1) == day(2023, 2, 28)
    assert months.shift_months(day(2023, 1, 15), 1) == day(2023, 2, 15)


def test_months_are_counted_without_regard_to_days():
    assert months.months_apart(day(2023, 3, 31), day(2023, 4, 1)) == 1
    assert months.months_apart(day(2023, 3, 1), day(2022, 12, 31)) == -3


def test_a_range_of_months_includes_both_ends():
    assert months.month_range(day(2022, 11, 9), day(2023, 1, 2)) == [
        day(2022, 11, 1),
        day(2022, 12, 1),
        day(2023, 1, 1),
    ]
    assert months.month_range(day(2023, 2, 1), day(2023, 1, 1)) == []


@pytest.mark.parametrize(
    "text", ["2023-13", "2023-00", "99999-01", "2023-6", "2023", "", "2023-06-01", "1900-01", "２０２３-06"]
)
def test_what_is_no_month_is_refused_in_chinese(text):
    with pytest.raises(ValueError, match="月份应写成"):
        months.parse_month(text)


@given(days)
def test_a_written_month_reads_back(any_day):
    assert months.parse_month(months.month_key(any_day)) == months.first_day(any_day)


def test_months_are_named_as_people_say_them():
    assert months.month_label(day(2023, 6, 1)) == "2023年6月"
    assert months.span_label(day(2023, 1, 1), day(2023, 2, 1)) == "2023年1—2月"
    assert months.span_label(day(2022, 12, 1), day(2023, 1, 1)) == "2022年12月—2023年1月"
    assert months.span_label(day(2023, 6, 1), day(2023, 6, 1)) == "2023年6月"
    assert months.day_label(day(2023, 6, 5)) == "2023年6月5日"


def test_a_week_runs_from_monday_to_sunday_also_across_a_years_end():
    assert months.week_of(day(2023, 1, 1)) == (day(2022, 12, 26), day(2023, 1, 1))
    assert months.week_of(day(2020, 12, 31)) == (day(2020, 12, 28), day(2021, 1, 3))  # week 53


@given(days)
def test_a_day_lies_in_its_week_which_starts_on_a_monday(any_day):
    monday, sunday = months.week_of(any_day)
    assert monday.isoweekday() == 1
    assert sunday.isoweekday() == 7
    assert monday <= any_day <= sunday


@given(days, st.integers(min_value=-600, max_value=600))
def test_moving_by_months_lands_in_the_month_that_many_away(any_day, count):
    assert months.months_apart(any_day, months.shift_months(any_day, count)) == count
    assert months.add_months(months.add_months(any_day, count), -count) == months.first_day(any_day)


def test_june_ends_the_first_half_year_and_july_begins_the_second():
    assert months.half_year(day(2023, 6, 30)) == 1
    assert months.half_year(day(2023, 7, 1)) == 2
    assert months.half_year_span(2023, 1) == (day(2023, 1, 1), day(2023, 6, 30))
    assert months.half_year_span(2023, 2) == (day(2023, 7, 1), day(2023, 12, 31))
    assert months.half_year_label(day(2023, 8, 1)) == "2023年下半年"


def test_lateness_is_counted_in_begun_months():
    assert months.months_late(day(2023, 3, 31), day(2023, 3, 31)) == 0
    assert months.months_late(day(2023, 3, 31), day(2023, 4, 1)) == 1
    assert months.months_late(day(2023, 2, 28), day(2023, 3, 31)) == 1
    assert months.months_late(day(2023, 3, 31), day(2023, 5, 1)) == 2
    assert months.months_late(day(2023, 3, 15), day(2023, 4, 15)) == 1
    assert months.months_late(day(2023, 3, 15), day(2023, 3, 20)) == 1
    assert months.months_late(day(2023, 3, 15), day(2023, 4, 16)) == 2


@given(days, days)
def test_so_many_months_late_is_reached_after_so_many_months_and_not_before(due_on, reached_on):
    late = months.months_late(due_on, reached_on)
    if late:
        assert months.shift_months(due_on, late - 1) < reached_on <= months.shift_months(due_on, late)
    else:
        assert reached_on <= due_on
