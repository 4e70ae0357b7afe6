from decimal import Decimal
from fractions import Fraction

import pytest

from projects.rankings.rules import PointFact, ProjectFacts, score_project
from projects.status.rules import Colour, milestone_light, project_light
from tests.projects.rankings.scoring.example import EXAMPLE, JUNE, JUNE_END, SCHEME, day, example


@pytest.mark.parametrize(
    ("code", "points"),
    [("A1", "21.25"), ("A2", "9"), ("B", "23.125"), ("C", "12"), ("D", "8.25"), ("E", "5"), ("F", "—"), ("G", "5")],
)
def test_each_item_of_the_worked_example_has_its_points(code, points):
    assert score_project(EXAMPLE, SCHEME).item(code).points_text == points


def test_the_worked_example_gives_83_625_of_95_and_so_88_03():
    score = score_project(EXAMPLE, SCHEME)
    assert score.item_points == Fraction("83.625")
    assert score.applicable_weight == 95
    assert score.base_score == Decimal("88.03")
    assert score.score == Decimal("88.03")
    assert score.points.lines == ()


def test_in_the_worked_example_the_problem_item_drops_out_and_says_so():
    item = score_project(EXAMPLE, SCHEME).item("F")
    assert (item.applies, item.s, item.points) == (False, None, None)
    assert "没有到期的问题" in item.reason


def test_in_the_worked_example_the_progress_light_is_green_and_the_projects_own_yellow():
    score = score_project(EXAMPLE, SCHEME)
    assert score.progress_light.colour == Colour.GREEN
    assert "落后 7.50 个百分点" in score.progress_light.numbers
    milestones = milestone_light([m.dated for m in EXAMPLE.milestones], JUNE_END)
    assert project_light([score.progress_light, milestones]).colour == Colour.YELLOW


def test_the_formula_shows_the_sum_the_denominator_and_what_dropped_out():
    formula = score_project(EXAMPLE, SCHEME).formula
    assert "21.25＋9＋23.125＋12＋8.25＋5＋5" in formula
    assert "适用分值 95 ≈ 88.0263" in formula
    assert "F 问题不适用" in formula
    assert formula.endswith("88.03 分")


def test_a_score_opens_to_the_rows_it_was_made_of():
    score = score_project(EXAMPLE, SCHEME)
    assert [(source.kind, source.id) for source in score.item("A1").sources] == [("plan", 5), ("report", 301)]
    assert [source.label for source in score.item("B").sources] == ["节点1", "节点2", "节点3", "节点4"]
    assert len(score.item("D").sources) == 8
    assert [(source.kind, source.id) for source in score.item("G").sources] == [("report", 301)]


def test_a_score_is_rounded_once_and_half_up():
    # 90.004 and a point of 0.001: rounded before adding it would be 90.00.
    facts = ProjectFacts(
        1,
        "一项",
        JUNE,
        month_planned_wan=Decimal(100),
        month_done_wan=Decimal("90.004"),
        points=(PointFact(1, Decimal("0.001"), "试"),),
    )
    assert score_project(facts, SCHEME).score == Decimal("90.01")


def test_a_project_without_any_applicable_item_has_no_score_and_no_place():
    score = score_project(ProjectFacts(1, "空", JUNE), SCHEME)
    assert (score.score, score.exact, score.base, score.is_ranked) == (None, None, None, False)
    assert "没有适用的考评项" in score.note


def test_without_a_plan_the_first_item_drops_out_and_the_completeness_check_names_it():
    for plan in (None, Decimal(0)):
        score = score_project(example(annual_plan_wan=plan), SCHEME)
        assert not score.item("A1").applies
        assert score.gaps == ("没有年度计划投资（或为零）",)
        assert score.applicable_weight == 70


def test_a_report_that_was_not_filed_is_a_gap():
    report = EXAMPLE.report
    for missing in (None, day(2023, 7, 4)):
        changed = example(report=type(report)(report.due_on, report.closing_on, filed_on=missing))
        assert score_project(changed, SCHEME).gaps == ("本月尚未提交",)


def test_a_veto_leaves_the_score_and_takes_the_place():
    score = score_project(example(veto="弄虚作假"), SCHEME)
    assert score.score == Decimal("88.03")
    assert not score.is_ranked
    assert score.note == "一票否决，不参与排名：弄虚作假"


def test_a_month_is_a_first_day():
    with pytest.raises(ValueError, match="not a month"):
        example(month=JUNE_END)


def test_investment_and_milestone_rates_stand_ready_for_ties():
    score = score_project(EXAMPLE, SCHEME)
    assert score.investment_rate == Fraction("0.425")
    assert score.milestone_rate == Fraction("0.925")
    assert score.red_lights == 0
