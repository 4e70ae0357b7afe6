import datetime

from hypothesis import given
from hypothesis import strategies as st

from yichuan_tracker.workdays import add_workdays, is_workday, missing_years_note, workdays_between, years_covered

day = datetime.date
# 国庆 2023: 29 September – 6 October off, 7 and 8 October worked.
NATIONAL_DAY = {day(2023, 9, 29) + datetime.timedelta(days=n): False for n in range(8)} | {
    day(2023, 10, 7): True,
    day(2023, 10, 8): True,
}
days = st.dates(min_value=day(2023, 8, 1), max_value=day(2023, 12, 1))
tables = st.dictionaries(st.dates(min_value=day(2023, 8, 1), max_value=day(2023, 12, 31)), st.booleans(), max_size=40)


def test_a_day_without_an_entry_follows_its_weekday():
    assert is_workday(day(2023, 6, 30), {})
    assert not is_workday(day(2023, 7, 1), {})


def test_a_holiday_is_not_worked_and_a_moved_saturday_is():
    assert not is_workday(day(2023, 10, 2), NATIONAL_DAY)
    assert is_workday(day(2023, 10, 7), NATIONAL_DAY)


def test_three_working_days_from_friday_end_on_wednesday():
    assert add_workdays(day(2023, 6, 30), 3, {}) == day(2023, 7, 5)


def test_the_day_itself_does_not_count_even_when_it_is_free():
    assert add_workdays(day(2023, 7, 1), 1, {}) == day(2023, 7, 3)
    assert add_workdays(day(2023, 7, 1), 0, {}) == day(2023, 7, 1)


def test_a_deadline_runs_around_the_national_holiday_and_uses_the_moved_weekend():
    assert add_workdays(day(2023, 9, 28), 2, NATIONAL_DAY) == day(2023, 10, 8)
    assert workdays_between(day(2023, 9, 28), day(2023, 10, 9), NATIONAL_DAY) == 3


def test_counting_backwards_finds_the_working_day_before():
    assert add_workdays(day(2023, 10, 7), -1, NATIONAL_DAY) == day(2023, 9, 28)


@given(days, st.integers(min_value=0, max_value=30), tables)
def test_so_many_working_days_later_is_so_many_working_days_away(start, count, table):
    assert workdays_between(start, add_workdays(start, count, table), table) == count


@given(days, days, days, tables)
def test_working_days_add_up_over_any_day_between(first, second, third, table):
    assert workdays_between(first, second, table) + workdays_between(second, third, table) == workdays_between(
        first, third, table
    )


def test_a_year_without_entries_says_so():
    assert years_covered(NATIONAL_DAY) == {2023}
    assert missing_years_note(day(2023, 9, 1), day(2023, 10, 1), NATIONAL_DAY) == ""
    note = missing_years_note(day(2023, 12, 29), day(2025, 1, 2), NATIONAL_DAY)
    assert "2024年、2025年" in note
    assert "周一至周五" in note


def test_a_new_years_holiday_in_december_does_not_stand_for_the_year_it_ends():
    assert years_covered({day(2022, 12, 28): False, day(2022, 12, 31): False, day(2023, 1, 2): False}) == {2023}
