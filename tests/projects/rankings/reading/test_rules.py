"""Where points were lost: nothing is lost twice, nothing gets lost."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from projects.rankings.reading.rules import (
    ItemLine,
    PointSums,
    ScoreLine,
    TrendPoint,
    bands,
    bands_chart,
    body_losses,
    project_losses,
    reasons,
    standing_sentence,
    trend_sentence,
    worst_projects,
)
from projects.rankings.rules import (
    OwnWork,
    PointFact,
    ProjectFacts,
    default_scheme,
    from_json,
    score_body,
    score_project,
    to_json,
)
from projects.rankings.scoring.facts import MilestoneFact, ReportFact

JUNE = datetime.date(2023, 6, 1)
SCHEME = default_scheme(JUNE)


def facts(pk=1, done="5100", **values):
    late = MilestoneFact(1, "封顶", datetime.date(2023, 5, 31), datetime.date(2023, 6, 20))
    report = ReportFact(datetime.date(2023, 6, 25), datetime.date(2023, 7, 3), filed_on=datetime.date(2023, 6, 24))
    usual = {
        "annual_plan_wan": Decimal(12000),
        "cumulative_wan": Decimal(done),
        "milestones": (late,),
        "report": report,
    }
    return ProjectFacts(pk, f"项目{pk}", JUNE, **(usual | values))


def line(score):
    return from_json(ScoreLine, to_json(score))


def minus(points):
    return (PointFact(1, Decimal(points), "通报"),)


@pytest.mark.parametrize(
    "one",
    [
        facts(),
        facts(points=minus("-2")),
        facts(done="13000"),
        facts(done="1000", points=minus("3")),
        facts(milestones=()),
    ],
)
def test_a_score_is_what_was_not_lost_plus_what_was_given(one):
    score = score_project(one, SCHEME)
    losses = project_losses(line(score))
    assert 100 - sum(losses.values()) + Fraction(score.points.plus) == score.exact


@pytest.mark.parametrize(
    "own", [(), (OwnWork("reports", Fraction(1), Fraction(2)), OwnWork("rectification", Fraction(3), Fraction(4)))]
)
def test_a_body_loses_what_its_projects_and_its_own_work_lose(own):
    scores = [score_project(facts(1), SCHEME), score_project(facts(2, done="2000", veto="弄虚作假"), SCHEME)]
    scores.append(score_project(facts(3, done="3000", points=minus("-2")), SCHEME))
    body = score_body(
        kind="unit", body_id=1, name="局", month=JUNE, projects=scores, scheme=SCHEME, own=own, points=minus("-1.5")
    )  # fmt: skip
    losses = body_losses(body, {score.project_id: line(score) for score in scores}, SCHEME.body)
    assert 100 - sum(losses.values()) == body.exact
    assert losses["minus"] > Fraction(3, 2)
    assert "veto" in losses


def test_the_three_largest_losses_are_compared_with_the_month_before_and_the_median():
    own = {"A1": Fraction(5), "B": Fraction(9), "D": Fraction(0), "G": Fraction(1), "E": Fraction(2)}
    found = reasons(
        own, {"B": Fraction(4), "A1": Fraction(6)}, [own, {"B": Fraction(1)}], {"A1": "投资", "B": "节点"}, {"B": "迟"}
    )
    assert [one.sentence for one in found] == [
        "节点失 9.00 分，比上月多失 5.00 分，比本榜中位多失 4.00 分。",
        "投资失 5.00 分，比上月少失 1.00 分，与本榜中位相同。",
        "E失 2.00 分，与本榜中位相同。",
    ]
    assert found[0].told == "迟"
    assert reasons({"A1": Fraction(0)}, None, [], {}, {}) == []


def test_the_projects_behind_a_loss_are_named():
    def project(pk, points):
        item = ItemLine("B", "节点", Decimal(25), True, Fraction(points))
        return ScoreLine(pk, f"项目{pk}", (item,), Decimal(25), PointSums(Decimal(0), Decimal(0)), True)

    told = worst_projects("B", [project(1, 25), project(2, 5), project(3, 20), project(4, 0)])
    assert told == "4 个项目中 3 个在这一项失分，最多的是项目4、项目2。"
    assert worst_projects("B", [project(1, 25)]) == ""
    assert worst_projects("A1", [project(1, 5)]) == worst_projects("minus", [project(1, 5)]) == ""


def test_the_year_in_a_sentence():
    months = [
        TrendPoint(datetime.date(2023, month, 1), Decimal(score), place, 13, Decimal(80))
        for month, score, place in ((4, "82.00", 5), (5, "90.50", 1), (6, "88.03", None))
    ]
    assert trend_sentence(months) == (
        "今年公布过 3 个月：最高 5 月 90.50 分（第 1 名，共 13 个），最低 4 月 82.00 分（第 5 名，共 13 个）；"
        "6 月 88.03 分，比 5 月降 2.47 分。"
    )
    assert trend_sentence(months[:1]) == "今年公布过 1 个月：4 月 82.00 分（第 5 名，共 13 个）。"


def test_the_standing_on_the_board_and_its_bands():
    scores = [Decimal(one) for one in ("61", "64.99", "65", "88.03")]
    found = bands(scores, Decimal("88.03"))
    assert [(one.label, one.count) for one in found] == [
        ("60–65", 2),
        ("65–70", 1),
        ("70–75", 0),
        ("75–80", 0),
        ("80–85", 0),
        ("85–90", 1),
    ]
    assert bands_chart(found)["own"] == 5
    assert standing_sentence(scores, Decimal("88.03")) == "本榜 4 个，中位 65.00 分；本月 88.03 分，高于其中 3 个。"
    assert bands([Decimal("-3")], Decimal("-3"))[0].start == -5
