import dataclasses
from decimal import Decimal
from fractions import Fraction

import pytest

from projects.rankings.rules import (
    BodyRule,
    OwnWork,
    PointFact,
    ProjectFacts,
    Source,
    reports_of,
    score_body,
    score_project,
)
from tests.projects.rankings.scoring.example import JUNE, SCHEME, example


def project(number, worth, total="5000", **changes):
    """A project whose score is `worth` of 100 (only A2 applies)."""
    facts = ProjectFacts(
        number,
        f"项目{number}",
        JUNE,
        total_wan=Decimal(total),
        month_planned_wan=Decimal(100),
        month_done_wan=Decimal(worth),
        **changes,
    )
    return score_project(facts, SCHEME)


def body(*projects, scheme=SCHEME, **more):
    return score_body(kind="unit", body_id=3, name="县交通运输局", month=JUNE, projects=projects, scheme=scheme, **more)


def work(code, done, due):
    return OwnWork(code, Fraction(done), Fraction(due))


def test_a_body_is_80_percent_its_projects_and_20_percent_its_own_work():
    own = [work("reports", 1, 2), work("rectification", 3, 4), work("meetings", 1, 1)]
    found = body(project(1, 90), project(2, 70), own=own)
    assert found.projects_part == 80
    assert found.own_part == Fraction(100) * (Fraction("2.5") + Fraction("7.5") + 5) / 20
    assert found.score == Decimal("79.00")
    assert "0.8 × 80＋0.2 × 75 = 79" in found.formula


def test_own_work_that_does_not_apply_drops_out():
    found = body(project(1, 90), project(2, 70), own=[work("rectification", 1, 2), work("meetings", 0, 0)])
    assert [item.applies for item in found.own_items] == [False, True, False]
    assert found.own_part == 50
    assert found.score == Decimal("74.00")


def test_without_any_own_work_the_projects_alone_count():
    assert body(project(1, 90), project(2, 70)).score == Decimal("80.00")


def test_one_project_gives_a_score_and_no_place():
    found = body(project(1, 90))
    assert found.score == Decimal("90.00")
    assert not found.is_ranked
    assert found.note == "项目数不足，不参与排名"


def test_two_projects_give_a_place():
    found = body(project(1, 90), project(2, 70))
    assert found.is_ranked
    assert found.note == ""


def test_no_project_gives_no_score():
    found = body(own=[work("reports", 1, 1)])
    assert (found.score, found.is_ranked, found.note) == (None, False, "项目数不足，不参与排名")


def test_a_project_named_twice_counts_once_and_one_without_score_not_at_all():
    empty = score_project(ProjectFacts(9, "空", JUNE), SCHEME)
    found = body(project(1, 90), project(1, 90), empty)
    assert found.project_count == 1
    assert not found.is_ranked


@pytest.mark.parametrize(
    ("total", "weight"),
    [
        ("9999.99", "1.0"),
        ("10000", "1.2"),
        ("49999.99", "1.2"),
        ("50000", "1.5"),
        ("99999.99", "1.5"),
        ("100000", "2.0"),
        (None, "1.0"),
    ],
)
def test_weights_by_size_step_at_one_five_and_ten_yi(total, weight):
    assert BodyRule(weights_by_size=True).project_weight(total and Decimal(total)) == Decimal(weight)


def test_by_size_a_large_project_weighs_more_and_by_default_it_does_not():
    projects = project(1, 100, total="100000"), project(2, 40, total="100")
    by_size = dataclasses.replace(SCHEME, body=BodyRule(weights_by_size=True))
    assert body(*projects, scheme=by_size).score == Decimal("80.00")
    assert body(*projects).score == Decimal("70.00")


def test_projects_count_with_their_points_unless_the_scheme_says_otherwise():
    fined = project(1, 90, points=(PointFact(1, Decimal(-4), "通报"),))
    assert body(fined, project(2, 70)).score == Decimal("78.00")
    without = dataclasses.replace(SCHEME, body=BodyRule(with_points=False))
    assert body(fined, project(2, 70), scheme=without).score == Decimal("80.00")


def test_projects_are_averaged_unrounded():
    # 88.0263… each: the mean of the rounded 88.03 would be the same, the mean with 0 would not.
    found = body(score_project(example(), SCHEME), project(2, 0))
    assert found.projects_part == Fraction(100) * Fraction("83.625") / 95 / 2
    assert found.score == Decimal("44.01")


def test_a_vetoed_project_counts_as_nothing_and_is_named():
    found = body(project(1, 90), project(2, 80, veto="弄虚作假"))
    assert found.score == Decimal("45.00")
    assert "弄虚作假" in found.members[1].note


def test_a_bodys_own_points_are_capped_like_a_projects():
    points = [PointFact(1, Decimal(4), "表扬"), PointFact(2, Decimal(4), "表扬")]
    assert body(project(1, 90), project(2, 70), points=points).score == Decimal("85.00")


def test_a_veto_of_the_body_takes_its_place():
    found = body(project(1, 90), project(2, 70), veto="较大安全事故")
    assert not found.is_ranked
    assert found.note == "一票否决，不参与排名：较大安全事故"


def test_the_rate_of_a_body_is_its_sums_and_leaves_out_projects_without_a_plan():
    with_plan = score_project(example(), SCHEME)
    without = score_project(example(project_id=2, name="无计划", annual_plan_wan=None), SCHEME)
    found = body(with_plan, without)
    assert found.investment_rate == Fraction("0.425")
    assert found.cumulative_wan == Decimal(5100)


def test_reporting_of_a_body_is_the_mean_of_its_projects_reports():
    found = reports_of([score_project(example(), SCHEME), project(2, 50)])
    assert (found.code, found.done, found.due) == ("reports", 1, 1)
    assert found.sources == (Source("report", 301, "演示数据：伊河大桥 2023年6月月报"),)
