"""What must hold for any project and any scheme of this shape."""

import dataclasses
import datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from projects.rankings.rules import (
    MilestoneFact,
    PermitFact,
    PointFact,
    ProblemFact,
    ProjectFacts,
    ReportFact,
    from_json,
    score_body,
    score_project,
    to_json,
)
from projects.rankings.scoring.project import ProjectScore
from tests.projects.rankings.scoring.example import JUNE, SCHEME, day
from yichuan_tracker.money import round_half_up

ONE_DAY = datetime.timedelta(days=1)
dates = st.dates(min_value=day(2022, 10, 1), max_value=day(2023, 9, 30))
maybe = st.one_of(st.none(), dates)
amounts = st.decimals(min_value=0, max_value=20000, places=2)
numbers = st.integers(min_value=1, max_value=10**6)
milestones = st.builds(
    MilestoneFact,
    id=numbers,
    label=st.just("节点"),
    due_on=dates,
    actual_on=maybe,
    weight=st.sampled_from([Decimal(1), Decimal(3)]),
)
permits = st.builds(
    PermitFact, id=numbers, label=st.just("手续"), due_on=maybe, obtained_on=maybe, valid_until=maybe, owed_until=maybe
)
problems = st.builds(ProblemFact, id=numbers, label=st.just("问题"), due_on=maybe, closed_on=maybe, parked_on=maybe)
reports = st.builds(
    ReportFact,
    due_on=st.just(day(2023, 6, 25)),
    closing_on=st.just(day(2023, 7, 3)),
    filed_on=maybe,
    times_returned=st.integers(min_value=0, max_value=3),
    stands=st.booleans(),
)
given_points = st.lists(
    st.builds(PointFact, id=numbers, points=st.decimals(min_value=-9, max_value=9, places=1), reason=st.just("事由")),
    max_size=4,
    unique_by=lambda point: point.id,
)
facts_of_any_project = st.builds(
    ProjectFacts,
    project_id=st.integers(min_value=1, max_value=50),
    name=st.just("某项目"),
    month=st.just(JUNE),
    total_wan=st.one_of(st.none(), amounts),
    annual_plan_wan=st.one_of(st.none(), amounts),
    cumulative_wan=amounts,
    own_planned_wan=st.one_of(st.none(), amounts),
    month_planned_wan=st.one_of(st.none(), amounts),
    month_done_wan=amounts,
    is_continued=st.booleans(),
    start_due_on=maybe,
    started_on=maybe,
    completion_due_on=maybe,
    completed_on=maybe,
    stopped_approved=st.sampled_from([None, True, False]),
    milestones=st.lists(milestones, max_size=4, unique_by=lambda m: m.id).map(tuple),
    permits=st.lists(permits, max_size=4, unique_by=lambda p: p.id).map(tuple),
    problems=st.lists(problems, max_size=4, unique_by=lambda p: p.id).map(tuple),
    entry_due_on=maybe,
    entered_on=maybe,
    report=st.one_of(st.none(), reports),
    has_unexplained_repeat=st.booleans(),
    points=given_points.map(tuple),
)


def exact(facts):
    return score_project(facts, SCHEME).exact


def never_worse(facts, **better):
    before, after = exact(facts), exact(dataclasses.replace(facts, **better))
    return before is None or (after is not None and after >= before)


@given(facts_of_any_project)
def test_the_score_is_100_points_by_weight_plus_capped_points_rounded_once(facts):
    score = score_project(facts, SCHEME)
    applying = [item for item in score.items if item.applies]
    if not applying:
        assert score.score is None
        return
    base = 100 * sum(item.points for item in applying) / sum(Fraction(item.weight) for item in applying)
    plus = sum((line.points for line in score.points.lines if line.points > 0), Decimal(0))
    minus = sum((line.points for line in score.points.lines if line.points < 0), Decimal(0))
    total = base + Fraction(min(plus, Decimal(5))) + Fraction(max(minus, Decimal(-15)))
    assert score.score == round_half_up(total)
    assert all(0 <= item.s <= 1 and item.points == Fraction(item.weight) * item.s for item in applying)
    assert 0 <= score.base <= 100


@given(facts_of_any_project, st.integers(min_value=1, max_value=1000))
def test_weights_scaled_alike_change_no_score(facts, factor):
    items = tuple(dataclasses.replace(item, weight=item.weight * factor / 7) for item in SCHEME.items)
    exactly = tuple(dataclasses.replace(item, weight=item.weight * factor) for item in SCHEME.items)
    scaled = dataclasses.replace(SCHEME, items=exactly)
    assert score_project(facts, scaled).exact == exact(facts)
    # By a number that Decimal cannot hold exactly the rounded score is still the same but for its last digit.
    near = score_project(facts, dataclasses.replace(SCHEME, items=items)).score
    assert near is None or abs(near - score_project(facts, SCHEME).score) <= Decimal("0.01")


@given(facts_of_any_project, amounts)
def test_more_investment_in_the_year_is_never_worse(facts, more):
    assert never_worse(facts, cumulative_wan=facts.cumulative_wan + more)


@given(facts_of_any_project, amounts)
def test_more_investment_in_the_month_is_never_worse(facts, more):
    assert never_worse(facts, month_done_wan=facts.month_done_wan + more)


@given(facts_of_any_project, st.integers(min_value=0, max_value=200))
def test_an_earlier_milestone_is_never_worse_within_the_year(facts, days):
    # Before the year it would leave the year's score: that year has it.
    earlier = tuple(
        m._replace(actual_on=max(day(2023, 1, 1), m.actual_on - days * ONE_DAY))
        if m.actual_on is not None and m.actual_on.year == 2023
        else m
        for m in facts.milestones
    )
    assert never_worse(facts, milestones=earlier)


@given(facts_of_any_project, dates)
def test_a_start_made_is_never_worse_than_none_and_an_earlier_one_never_worse_than_a_later(facts, started_on):
    assert never_worse(dataclasses.replace(facts, started_on=None), started_on=started_on)
    assert never_worse(dataclasses.replace(facts, started_on=started_on), started_on=started_on - 20 * ONE_DAY)


@given(facts_of_any_project)
def test_a_permit_obtained_is_never_worse(facts):
    granted = tuple(p._replace(obtained_on=day(2023, 1, 1), valid_until=None) for p in facts.permits)
    assert never_worse(facts, permits=granted)


@given(facts_of_any_project)
def test_a_problem_closed_by_its_deadline_is_never_worse(facts):
    closed = tuple(
        p._replace(closed_on=min(p.due_on, p.closed_on or p.due_on))
        if p.due_on is not None and p.due_on.year == 2023 and (p.closed_on is None or p.closed_on.year == 2023)
        else p
        for p in facts.problems
    )
    assert never_worse(facts, problems=closed)


@given(facts_of_any_project, dates)
def test_entering_the_statistics_list_is_never_worse(facts, entered_on):
    assert never_worse(dataclasses.replace(facts, entered_on=None), entered_on=entered_on)


@given(facts_of_any_project, reports)
def test_a_report_filed_earlier_and_returned_less_is_never_worse(facts, report):
    best = report._replace(filed_on=day(2023, 6, 20), times_returned=0, stands=True)
    assert never_worse(dataclasses.replace(facts, report=report), report=best)


@given(facts_of_any_project, st.randoms())
def test_the_order_in_which_facts_come_is_of_no_consequence(facts, random):
    def shuffled(rows):
        return tuple(random.sample(rows, len(rows)))

    other = dataclasses.replace(
        facts,
        milestones=shuffled(facts.milestones),
        permits=shuffled(facts.permits),
        problems=shuffled(facts.problems),
        points=shuffled(facts.points),
    )
    assert score_project(other, SCHEME) == score_project(facts, SCHEME)


@given(st.lists(facts_of_any_project, max_size=5, unique_by=lambda facts: facts.project_id), st.randoms())
def test_the_order_of_projects_in_a_body_is_of_no_consequence(many, random):
    scores = [score_project(facts, SCHEME) for facts in many]
    other = random.sample(scores, len(scores))
    first, second = (
        score_body(kind="unit", body_id=1, name="局", month=JUNE, projects=projects, scheme=SCHEME)
        for projects in (scores, other)
    )
    assert first == second


@given(facts_of_any_project)
def test_any_score_and_its_facts_survive_freezing(facts):
    score = score_project(facts, SCHEME)
    assert from_json(ProjectScore, to_json(score)) == score
    assert from_json(ProjectFacts, to_json(facts)) == facts
