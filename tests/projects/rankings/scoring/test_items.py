from decimal import Decimal
from fractions import Fraction

import pytest

from projects.permits.rules import PermitState
from projects.rankings.rules import PermitFact, ProblemFact, ReportFact, item_rule, score_project
from tests.projects.rankings.scoring.example import JUNE_END, SCHEME, day, example, milestone


def item(code, **changes):
    return score_project(example(**changes), SCHEME).item(code)


# ---- A1, A2


def test_a1_is_completion_over_schedule_and_shows_the_numbers():
    formula = item("A1").formula
    assert "5,100.00 万元 ÷ 年度计划 12,000.00 万元 = 42.5%" in formula
    assert "序时 6/12 = 50%" in formula
    assert "25 × 0.85 = 21.25" in formula


def test_a1_is_never_more_than_its_weight():
    ahead = item("A1", cumulative_wan=Decimal(9000))
    assert ahead.s == 1
    assert "最高计 1" in ahead.formula


def test_a1_of_a_negative_cumulative_is_nothing_and_not_less():
    assert item("A1", cumulative_wan=Decimal(-100)).s == 0


def test_a1_follows_the_units_own_monthly_plan_if_it_filed_one():
    own = item("A1", own_planned_wan=Decimal(5100))
    assert own.s == 1
    assert "自报计划 5,100.00 ÷ 12,000.00 = 42.5%" in own.formula


def test_a1_drops_out_while_the_own_plan_asks_nothing_yet():
    assert not item("A1", own_planned_wan=Decimal(0)).applies


def test_a_number_that_four_places_do_not_hold_is_marked_as_rounded():
    third = item("A1", cumulative_wan=Decimal(2000))
    assert third.s == Fraction(1, 3)
    assert "≈ 16.6667%" in third.formula
    assert "25 × 0.3333… ≈ 8.3333" in third.formula


@pytest.mark.parametrize("planned", [None, Decimal(0)])
def test_a2_does_not_apply_without_a_monthly_plan(planned):
    assert not item("A2", month_planned_wan=planned).applies


def test_a2_is_done_over_planned_up_to_one():
    assert item("A2").s == Fraction(9, 10)
    assert item("A2", month_done_wan=Decimal(2000)).s == 1
    assert item("A2", month_done_wan=Decimal(-1)).s == 0


# ---- B


def test_b_is_weighted_and_counts_what_is_not_done_as_nothing():
    due = day(2023, 5, 31)
    assert item("B", milestones=(milestone(1, due, due, "3"), milestone(2, due))).s == Fraction(3, 4)


def test_b_leaves_out_what_is_not_due_by_month_end_even_when_done():
    assert not item("B", milestones=(milestone(1, day(2023, 7, 1), day(2023, 6, 1)),)).applies


def test_b_takes_what_was_done_after_month_end_as_not_done():
    assert item("B", milestones=(milestone(1, day(2023, 5, 31), day(2023, 7, 1)),)).s == 0


def test_b_carries_an_old_debt_but_not_what_was_settled_in_an_earlier_year():
    old = day(2022, 9, 30)
    assert not item("B", milestones=(milestone(1, old, day(2022, 12, 31)),)).applies
    assert item("B", milestones=(milestone(1, old),)).s == 0
    assert item("B", milestones=(milestone(1, old, day(2023, 1, 5)),)).s == Fraction(4, 10)


# ---- C


@pytest.mark.parametrize(
    ("started_on", "s"),
    [
        (day(2023, 3, 31), "1"),
        (day(2023, 4, 30), "0.8"),
        (day(2023, 5, 1), "0.5"),
        (day(2023, 6, 30), "0.5"),
        (None, "0"),
        (day(2023, 7, 1), "0"),
    ],
)
def test_c_a_start_on_time_is_1_one_month_late_08_three_months_late_05_else_nothing(started_on, s):
    assert item("C", started_on=started_on).s == Fraction(s)


def test_c_a_start_more_than_three_months_late_is_nothing():
    assert item("C", start_due_on=day(2023, 1, 31), started_on=day(2023, 5, 1)).s == 0


def test_c_start_and_completion_both_due_give_the_mean():
    both = item("C", completion_due_on=day(2023, 6, 30), completed_on=None)
    assert both.s == Fraction(4, 10)
    assert "÷ 2 = 0.4" in both.formula


def test_c_does_not_apply_while_nothing_is_due_this_year():
    assert not item("C", start_due_on=day(2023, 7, 31), started_on=None).applies
    assert not item("C", start_due_on=day(2022, 7, 31)).applies


@pytest.mark.parametrize(("stopped_approved", "s"), [(None, "1"), (False, "0")])
def test_c_a_continued_project_counts_while_building_and_not_when_stopped_without_approval(stopped_approved, s):
    found = item("C", start_due_on=day(2021, 3, 31), is_continued=True, stopped_approved=stopped_approved)
    assert found.s == Fraction(s)


def test_c_an_approved_stop_of_a_continued_project_is_neither_reward_nor_loss():
    found = item("C", start_due_on=None, is_continued=True, stopped_approved=True)
    assert not found.applies
    assert "经批准停工" in found.reason


def test_c_of_a_continued_project_that_should_be_completed_is_its_completion():
    assert item("C", start_due_on=None, is_continued=True, completion_due_on=JUNE_END, completed_on=None).s == 0


# ---- D, E, F, G


def test_d_counts_a_valid_rong_que_as_06_and_an_expired_one_as_nothing():
    due = day(2023, 5, 31)
    assert item("D", permits=(PermitFact(1, "环评", due, owed_until=JUNE_END),)).s == Fraction(6, 10)
    assert item("D", permits=(PermitFact(1, "环评", due, owed_until=day(2023, 6, 29)),)).s == 0


def test_d_leaves_out_what_is_not_needed_and_not_due():
    not_needed = PermitFact(1, "林地", day(2023, 5, 31), state=PermitState.NOT_NEEDED.value)
    assert not item("D", permits=(not_needed, PermitFact(2, "施工许可", day(2023, 10, 31)))).applies


def test_e_asks_for_entry_from_its_day_on():
    assert item("E", entered_on=None).s == 0
    assert item("E", entered_on=day(2023, 7, 1)).s == 0
    assert not item("E", entry_due_on=None).applies
    assert not item("E", entry_due_on=day(2023, 7, 31), entered_on=None).applies
    assert item("E", entry_due_on=day(2023, 7, 31), entered_on=day(2023, 6, 20)).s == 1


def test_f_is_closed_on_time_over_due():
    problems = (
        ProblemFact(1, "断电", day(2023, 6, 10), day(2023, 6, 10)),
        ProblemFact(2, "征迁", day(2023, 6, 10), day(2023, 6, 11)),
        ProblemFact(3, "用水", day(2023, 6, 20)),
        ProblemFact(4, "尚未到期", day(2023, 7, 1)),
        ProblemFact(5, "已挂账", day(2023, 6, 20), parked_on=day(2023, 6, 1)),
    )
    found = item("F", problems=problems)
    assert found.s == Fraction(1, 3)
    assert [source.id for source in found.sources] == [1, 2, 3]


@pytest.mark.parametrize(
    ("filed_on", "returned", "stands", "s"),
    [
        (day(2023, 6, 25), 0, True, "1"),
        (day(2023, 6, 25), 1, True, "1"),
        (day(2023, 6, 26), 0, True, "0.5"),
        (day(2023, 7, 3), 0, True, "0.5"),
        (day(2023, 6, 20), 2, True, "0.5"),
        (day(2023, 6, 26), 2, True, "0.5"),
        (day(2023, 6, 20), 1, False, "0"),
        (day(2023, 7, 4), 0, True, "0"),
        (None, 0, True, "0"),
    ],
)
def test_g_on_time_is_1_late_or_returned_twice_05_and_not_filed_by_closing_nothing(filed_on, returned, stands, s):
    report = ReportFact(day(2023, 6, 25), day(2023, 7, 3), filed_on=filed_on, times_returned=returned, stands=stands)
    assert item("G", report=report).s == Fraction(s)


def test_g_does_not_apply_where_no_report_is_asked():
    assert not item("G", report=None).applies


# ---- the printed rule


def test_the_printed_rule_is_made_of_the_schemes_own_numbers():
    assert item_rule(SCHEME.item("B")) == (
        "截至月底到期节点按权重平均，按期计 1，逾期 30 天以内计 0.7，逾期更久计 0.4，未完成计 0"
    )
    assert "0.6 × 有效容缺" in item_rule(SCHEME.item("D"))
    assert all(item_rule(entry) for entry in SCHEME.items)


def test_every_item_that_applies_ends_its_formula_with_weight_times_worth():
    for found in score_project(example(), SCHEME).items:
        if found.applies:
            assert found.formula.endswith(f"= {found.points_text}")
