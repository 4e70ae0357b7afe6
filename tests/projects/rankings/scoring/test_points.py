import dataclasses
from decimal import Decimal

import pytest

from projects.rankings.rules import PointFact, PointRule, ProblemFact, score_project
from projects.status.rules import Colour, LightChange
from tests.projects.rankings.scoring.example import JUNE_END, SCHEME, day, example

BASE = Decimal("88.03")


def lines(**changes):
    return [(line.name, line.points) for line in score_project(example(**changes), SCHEME).points.lines]


def given(*points):
    return tuple(PointFact(number, Decimal(value), f"事由{number}") for number, value in enumerate(points, start=1))


@pytest.mark.parametrize(
    ("cumulative", "expected"),
    [
        ("4800", []),
        ("4799.99", [("投资进度黄灯", Decimal(-1))]),
        ("2400", [("投资进度黄灯", Decimal(-1))]),
        ("2399.99", [("投资进度红灯", Decimal(-2))]),
        ("7199.99", []),
        ("7200", [("超前序时进度", Decimal(1))]),
    ],
)
def test_the_progress_light_costs_points_and_ten_points_ahead_earn_one(cumulative, expected):
    assert lines(cumulative_wan=Decimal(cumulative)) == expected


def test_a_late_milestone_costs_no_light_points_besides_its_item():
    assert lines(milestones=(example().milestones[3],)) == []


def test_an_unexplained_repeat_costs_a_point():
    assert lines(has_unexplained_repeat=True) == [("数据与上月雷同且未说明", Decimal(-1))]


def test_each_overdue_problem_costs_half_a_point_and_names_itself():
    problems = (
        ProblemFact(1, "断电", day(2023, 6, 10)),
        ProblemFact(2, "征迁", day(2022, 6, 10)),
        ProblemFact(3, "用水", JUNE_END),
        ProblemFact(4, "已销号", day(2023, 6, 10), day(2023, 6, 29)),
        ProblemFact(5, "挂账", day(2023, 6, 10), parked_on=day(2023, 6, 1)),
    )
    found = score_project(example(problems=problems), SCHEME).points
    assert [line.points for line in found.lines] == [Decimal("-0.5"), Decimal("-0.5")]
    assert [line.sources[0].label for line in found.lines] == ["断电", "征迁"]


def test_points_that_people_give_keep_their_reason_evidence_and_approver():
    point = PointFact(9, Decimal(-2), "督查通报批评", "督查通报第3期", "周主任")
    (line,) = score_project(example(points=(point,)), SCHEME).points.lines
    assert (line.reason, line.evidence, line.approver) == ("督查通报批评", "督查通报第3期", "周主任")
    assert (line.sources[0].kind, line.sources[0].id) == ("adjustment", 9)


@pytest.mark.parametrize(
    ("points", "total"),
    [
        (("2", "2", "2"), "5"),
        (("-8", "-8"), "-15"),
        (("-8", "-8", "2", "2", "2"), "-10"),
        (("3", "-4.5"), "-1.5"),
    ],
)
def test_plus_is_capped_at_5_and_minus_at_15_each_for_itself(points, total):
    score = score_project(example(points=given(*points)), SCHEME)
    assert score.points.total == Decimal(total)
    assert score.score == BASE + Decimal(total)


def test_a_capped_sum_says_so():
    assert "加分 6，最高计 5" in score_project(example(points=given("2", "2", "2")), SCHEME).formula


def test_caps_and_point_rules_are_data():
    scheme = dataclasses.replace(SCHEME, plus_cap=Decimal(1), point_rules=(PointRule("repeat", "雷同", Decimal(-3)),))
    score = score_project(example(points=given("2"), has_unexplained_repeat=True), scheme)
    assert score.points.total == Decimal(-2)
    red = score_project(example(cumulative_wan=Decimal(0)), scheme)
    assert red.points.lines == ()


def test_the_worst_month_may_end_below_zero():
    score = score_project(
        example(
            annual_plan_wan=None,
            month_done_wan=Decimal(0),
            milestones=(),
            permits=(),
            start_due_on=None,
            entry_due_on=None,
            report=None,
            points=given("-3"),
        ),
        SCHEME,
    )
    assert score.score == Decimal("-3.00")


def test_a_changed_light_costs_no_points_unless_the_scheme_says_so():
    change = LightChange(Colour.YELLOW, "口径", "会议纪要", day(2023, 8, 1), "赵", "周")
    facts = example(cumulative_wan=Decimal(0), light_change=change)  # red by the rule
    assert [line.points for line in score_project(facts, SCHEME).points.lines] == [Decimal(-2)]
    lights = dataclasses.replace(SCHEME.lights, changes_count=True)
    counted = score_project(facts, dataclasses.replace(SCHEME, lights=lights))
    assert [line.points for line in counted.points.lines] == [Decimal(-1)]
    assert "会议纪要" in counted.points.lines[0].reason
    assert counted.progress_light.colour == Colour.RED  # beside it, never in its place
