from decimal import Decimal
from fractions import Fraction

import pytest

from projects.progress.rules import (
    NEXT_STATES,
    ReportFigures,
    ReportLimits,
    ReportState,
    check_report,
    completion_rate,
    format_points,
    is_explained,
    may_move,
    points_ahead,
    schedule_fraction,
)

PLAN = Decimal(12000)


def codes(now, before=None, months_sum=None, plan=PLAN, **more):
    months_sum = (now.done_wan or Decimal(0)) if months_sum is None else months_sum
    return [w.code for w in check_report(now, before, months_sum_wan=months_sum, annual_plan_wan=plan, **more)]


def test_a_report_goes_from_draft_to_accepted_and_a_returned_one_is_sent_again():
    assert may_move(ReportState.DRAFT, ReportState.SUBMITTED)
    assert may_move(ReportState.SUBMITTED, ReportState.RETURNED)
    assert may_move(ReportState.RETURNED, ReportState.SUBMITTED)
    assert may_move(ReportState.SUBMITTED, ReportState.ACCEPTED)
    assert not may_move(ReportState.DRAFT, ReportState.ACCEPTED)
    assert set(NEXT_STATES) == set(ReportState)


def test_an_accepted_report_changes_no_more():
    assert NEXT_STATES[ReportState.ACCEPTED] == frozenset()


def test_the_schedule_of_june_is_six_twelfths():
    assert schedule_fraction(6, PLAN) == Fraction(1, 2)
    assert schedule_fraction(7) == Fraction(7, 12)


def test_a_unit_with_an_approved_split_is_measured_by_it():
    assert schedule_fraction(3, PLAN, Decimal(1500)) == Fraction(1, 8)


def test_an_own_plan_above_the_plan_of_the_year_is_never_more_than_the_whole():
    assert schedule_fraction(6, PLAN, Decimal(15000)) == 1
    assert schedule_fraction(6, PLAN, Decimal(-1)) == 0


def test_5100_of_12000_in_june_is_seven_and_a_half_points_behind():
    rate = completion_rate(Decimal(5100), PLAN)
    assert rate == Fraction(425, 1000)
    assert points_ahead(rate, Fraction(1, 2)) == Fraction(-15, 2)
    assert format_points(points_ahead(rate, Fraction(1, 2))) == "-7.50"
    assert format_points(Fraction(3, 2)) == "+1.50"
    assert format_points(Fraction(0)) == "0.00"


@pytest.mark.parametrize("plan", [None, Decimal(0)])
def test_without_a_plan_there_is_no_rate_and_no_distance(plan):
    assert completion_rate(Decimal(100), plan) is None
    assert points_ahead(None, Fraction(1, 2)) is None
    assert format_points(None) == "—"


def test_the_same_text_as_last_month_is_found_behind_blanks_and_stops():
    assert codes(ReportFigures(Decimal(1), "主体 施工。"), ReportFigures(Decimal(2), "主体施工")) == ["same_text"]
    assert codes(ReportFigures(Decimal(1), "二层施工"), ReportFigures(Decimal(2), "一层施工")) == []


def test_the_same_figure_as_last_month_asks_for_a_reason():
    (warning,) = check_report(
        ReportFigures(Decimal("900.00")),
        ReportFigures(Decimal(900)),
        months_sum_wan=Decimal(1800),
        annual_plan_wan=PLAN,
    )
    assert warning.code == "same_figure"
    assert "雷同" in warning.message
    assert "900.00 万元" in warning.message


def test_nothing_after_nothing_is_no_repetition():
    assert codes(ReportFigures(Decimal(0), ""), ReportFigures(Decimal(0), "")) == []
    assert codes(ReportFigures(None), ReportFigures(None)) == []


def test_the_first_report_of_a_project_repeats_nothing():
    assert codes(ReportFigures(Decimal(900), "主体施工")) == []


def test_a_negative_month_asks_for_a_reason():
    assert codes(ReportFigures(Decimal(-5)), months_sum=Decimal(100)) == ["negative"]


def test_a_cumulative_above_the_plan_asks_for_a_reason_and_one_equal_to_it_does_not():
    assert codes(ReportFigures(Decimal(100)), months_sum=Decimal("12000.01")) == ["over_plan"]
    assert codes(ReportFigures(Decimal(100)), months_sum=PLAN) == []


def test_a_month_above_30_percent_of_the_plan_is_a_jump_and_30_percent_is_not():
    assert codes(ReportFigures(Decimal("3600.01"))) == ["jump"]
    assert codes(ReportFigures(Decimal("3600.00"))) == []


def test_a_report_of_several_months_is_a_jump_by_what_it_makes_a_month():
    assert codes(ReportFigures(Decimal("7200.01"), months=2)) == ["jump"]
    assert codes(ReportFigures(Decimal(7200), months=2)) == []


def test_the_threshold_of_a_jump_is_data():
    assert codes(ReportFigures(Decimal(3600)), limits=ReportLimits(jump_share=Decimal("0.2"))) == ["jump"]


def test_without_a_plan_nothing_is_said_about_the_plan():
    assert codes(ReportFigures(Decimal(99999)), plan=None) == []


def test_blanks_and_strokes_are_no_reason():
    assert is_explained("冬季停工")
    assert not is_explained(" —— 。")
