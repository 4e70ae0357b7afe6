import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from projects.milestones.rules import (
    DatedMilestone,
    LateScale,
    MilestoneState,
    days_late,
    milestone_rate,
    milestone_state,
    milestone_worth,
    told_from,
)

day = datetime.date
DUE = day(2023, 5, 31)
JUNE_END = day(2023, 6, 30)


@pytest.mark.parametrize(
    ("actual_on", "today", "label"),
    [
        (None, DUE, "未到期"),
        (None, day(2023, 6, 1), "逾期未完成"),
        (DUE, JUNE_END, "按期完成"),
        (day(2023, 6, 1), JUNE_END, "逾期完成"),
        (day(2023, 7, 1), JUNE_END, "逾期未完成"),
        (day(2023, 5, 1), day(2023, 5, 2), "按期完成"),
    ],
)
def test_the_state_follows_from_the_dates_as_known_that_day(actual_on, today, label):
    assert milestone_state(DUE, actual_on, today).label == label


def test_every_state_of_the_county_is_reached():
    assert set(MilestoneState.labels) == {"未到期", "按期完成", "逾期完成", "逾期未完成"}


def test_days_late_stop_at_completion_and_run_on_while_it_is_missing():
    assert days_late(DUE, day(2023, 6, 20), JUNE_END) == 20
    assert days_late(DUE, None, JUNE_END) == 30
    assert days_late(DUE, day(2023, 5, 1), JUNE_END) == 0


@pytest.mark.parametrize(
    ("actual_on", "worth"),
    [
        (DUE, "1"),
        (day(2023, 6, 1), "0.7"),
        (day(2023, 6, 30), "0.7"),
        (day(2023, 7, 1), "0.4"),
        (None, "0"),
        (day(2023, 8, 1), "0"),
    ],
)
def test_on_time_is_worth_1_up_to_30_days_late_07_later_04_and_not_done_0(actual_on, worth):
    assert milestone_worth(DatedMilestone(DUE, actual_on), day(2023, 7, 31)) == Decimal(worth)


def test_what_is_not_due_yet_does_not_count_even_when_done():
    assert milestone_worth(DatedMilestone(day(2023, 7, 1), day(2023, 5, 1)), JUNE_END) is None


def test_what_is_due_on_the_last_day_of_the_month_counts_in_it():
    assert milestone_worth(DatedMilestone(JUNE_END), JUNE_END) == 0
    assert milestone_worth(DatedMilestone(JUNE_END, JUNE_END), JUNE_END) == 1


def test_three_on_time_and_one_20_days_late_make_0925():
    done = [DatedMilestone(DUE, DUE)] * 3 + [DatedMilestone(DUE, day(2023, 6, 20))]
    assert milestone_rate(done, JUNE_END) == Fraction(925, 1000)


def test_the_mean_is_weighted():
    assert milestone_rate([DatedMilestone(DUE, DUE, Decimal(3)), DatedMilestone(DUE, None)], JUNE_END) == Fraction(3, 4)


def test_without_a_due_milestone_there_is_no_rate():
    assert milestone_rate([DatedMilestone(day(2023, 9, 30))], JUNE_END) is None


def test_the_steps_of_lateness_are_data():
    scale = LateScale(steps=((0, Decimal(1)), (10, Decimal("0.5"))), later=Decimal("0.1"), not_done=Decimal(0))
    assert [scale.worth(late) for late in (0, 10, 11)] == [Decimal(1), Decimal("0.5"), Decimal("0.1")]


@pytest.mark.parametrize(
    ("today", "told"),
    [(day(2023, 4, 20), None), (day(2023, 4, 21), day(2023, 5, 1)), (day(2023, 6, 10), day(2023, 5, 1))],
)
def test_that_only_the_county_leader_will_move_the_date_is_told_ten_days_before(today, told):
    assert told_from(DUE, today, near_days=30, warn_days=10) == told
