import dataclasses
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from projects.rankings.reading.causes import body_change, project_change
from projects.rankings.rules import OwnWork, score_body, score_project
from tests.projects.rankings.scoring.example import EXAMPLE, JUNE, SCHEME, day
from tests.projects.rankings.scoring.test_properties import facts_of_any_project

slow = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
LIGHTER = dataclasses.replace(SCHEME, items=SCHEME.items[1:])


def changed(**values):
    return project_change(score_project(EXAMPLE, SCHEME), score_project(dataclasses.replace(EXAMPLE, **values), SCHEME))


@slow
@given(facts_of_any_project, facts_of_any_project, st.sampled_from([SCHEME, LIGHTER]))
def test_the_causes_of_a_project_sum_up_to_the_difference(before, now, scheme):
    old, new = score_project(before, SCHEME), score_project(now, scheme)
    change = project_change(old, new)
    assume(change is not None)
    assert sum(cause.by for cause in change.causes) == new.exact - old.exact
    assert all(cause.by for cause in change.causes)


@slow
@given(
    st.lists(facts_of_any_project, min_size=1, max_size=4, unique_by=lambda one: one.project_id),
    st.lists(facts_of_any_project, min_size=1, max_size=4, unique_by=lambda one: one.project_id),
    st.booleans(),
    st.sampled_from([None, 0, 1, 2]),
)
def test_the_causes_of_a_body_sum_up_to_the_difference(before, now, by_size, closed):
    scheme = dataclasses.replace(SCHEME, body=dataclasses.replace(SCHEME.body, weights_by_size=by_size))
    own = [] if closed is None else [OwnWork("rectification", Fraction(closed), Fraction(2))]
    old, new = (
        score_body(
            kind="unit", body_id=1, name="局", month=JUNE, scheme=scheme, own=work,
            projects=[score_project(one, scheme) for one in facts],
        )
        for facts, work in ((before, []), (now, own))
    )  # fmt: skip
    change = body_change(old, new, (scheme.body, scheme.body))
    assume(change is not None)
    assert sum(cause.by for cause in change.causes) == new.exact - old.exact


def test_a_milestone_that_came_in_late_is_named_with_both_formulas():
    late = EXAMPLE.milestones[0]._replace(id=99, label="主体封顶", actual_on=None)
    change = changed(milestones=(*EXAMPLE.milestones, late))
    assert change.sentence.startswith("比上月低")
    assert [cause.name for cause in change.causes] == ["B 节点"]
    assert "主体封顶" in change.causes[0].told
    assert "上月" in change.causes[0].told


@pytest.mark.parametrize(
    ("values", "name", "told"),
    [
        ({"month_planned_wan": None}, "A2 当月投资", "本月不适用"),
        ({"has_unexplained_repeat": True}, "加减分", "雷同"),
        ({"started_on": day(2023, 7, 20)}, "C 开工/竣工", "本月"),
    ],
)
def test_what_dropped_out_and_what_was_given_is_said(values, name, told):
    causes = {cause.name: cause for cause in changed(**values).causes}
    assert told in causes[name].told


def test_an_item_that_only_weighs_more_because_another_dropped_out_says_so():
    causes = {cause.name: cause.told for cause in changed(month_planned_wan=None).causes}
    assert "适用分值由 95 变为 85" in causes["D 手续"]


def test_nothing_changed_has_no_cause():
    change = changed()
    assert (change.sentence, change.causes) == ("与上月相同（88.03 分）", ())


def test_a_body_tells_its_projects_own_change_apart_from_who_came():
    def body(*facts):
        scores = [score_project(one, SCHEME) for one in facts]
        return score_body(kind="unit", body_id=1, name="局", month=JUNE, projects=scores, scheme=SCHEME)

    other = dataclasses.replace(EXAMPLE, project_id=2, name="另一项目")
    weaker = dataclasses.replace(EXAMPLE, cumulative_wan=Decimal(1000))
    came = dataclasses.replace(weaker, project_id=3, name="新项目")
    change = body_change(body(EXAMPLE, other), body(weaker, other, came), (SCHEME.body, SCHEME.body))
    assert [(cause.name, cause.project_id) for cause in change.causes if cause.project_id] == [(EXAMPLE.name, EXAMPLE.project_id)]  # fmt: skip
    coming = next(cause for cause in change.causes if cause.name == "项目进出")
    assert "新计入新项目" in coming.told
    assert coming.by < 0
