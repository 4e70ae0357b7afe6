import datetime

from projects.inspections.rules import (
    InspectionTargets,
    days_missing,
    days_unseen,
    is_unseen,
    on_site_words,
    onsite_days,
    refuse_date,
)

MONDAY = datetime.date(2023, 7, 3)
TUESDAY = datetime.date(2023, 7, 4)


def test_two_projects_on_one_day_are_one_day():
    assert onsite_days([("钱", TUESDAY), ("钱", TUESDAY), ("钱", MONDAY), ("吴", MONDAY)]) == {
        "钱": [MONDAY, TUESDAY],
        "吴": [MONDAY],
    }


def test_two_days_a_week_meet_the_target_and_the_target_is_data():
    assert [days_missing(days) for days in (0, 1, 2, 3)] == [2, 1, 0, 0]
    assert days_missing(1, InspectionTargets(days_per_week=1)) == 0


def test_a_project_is_unseen_after_more_than_the_limit_or_when_nobody_ever_came():
    today = datetime.date(2023, 7, 31)
    assert not is_unseen(datetime.date(2023, 7, 1), today)
    assert is_unseen(datetime.date(2023, 6, 30), today)
    assert is_unseen(None, today)
    assert (days_unseen(None, today), days_unseen(today, today)) == (None, 0)


def test_a_visit_is_not_in_the_future_and_not_in_the_wrong_year():
    assert "不能晚于今天" in refuse_date(TUESDAY, MONDAY)
    assert "核对年份" in refuse_date(datetime.date(2022, 7, 1), MONDAY)
    assert refuse_date(MONDAY, MONDAY) == refuse_date(datetime.date(2023, 1, 1), MONDAY) == ""


def test_hands_on_site_are_said_as_far_as_they_were_counted():
    assert on_site_words(60, 2) == "现场 60 人、机械 2 台"
    assert [on_site_words(0, None), on_site_words(None, 3), on_site_words(None, None)] == ["现场 0 人", "机械 3 台", ""]
