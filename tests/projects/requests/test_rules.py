import datetime

import pytest

from projects.registry.rules import ProjectState, free_states
from projects.requests.rules import RequestKind, is_approved_stop, is_near_deadline, is_possible

day = datetime.date


def test_what_may_be_asked_follows_from_the_state():
    possible = {state: {kind for kind in RequestKind if is_possible(kind, state)} for state in ProjectState}
    always = {RequestKind.MOVE_MILESTONE, RequestKind.MOVE_START, RequestKind.MOVE_END, RequestKind.LEAVE} | {
        RequestKind.CHANGE_LIGHT
    }
    assert possible[ProjectState.PREPARING] - always == {RequestKind.START, RequestKind.TERMINATE}
    assert possible[ProjectState.BUILDING] - always == {RequestKind.COMPLETE, RequestKind.STOP, RequestKind.TERMINATE}
    # Standing still without approval, it may ask for it; standing still is left by 复工, not by another 开工.
    assert possible[ProjectState.STOPPED] - always == {RequestKind.STOP, RequestKind.RESUME, RequestKind.TERMINATE}
    assert possible[ProjectState.COMPLETED] - always == {RequestKind.PRODUCE}
    assert possible[ProjectState.TERMINATED] == always


@pytest.mark.parametrize(
    ("planned", "near"), [(day(2023, 8, 5), False), (day(2023, 8, 4), True), (day(2023, 7, 1), True)]
)
def test_within_30_days_of_the_deadline_and_past_it_the_higher_approver_decides(planned, near):
    assert is_near_deadline(planned, day(2023, 7, 5), 30) is near


@pytest.mark.parametrize(
    ("last", "approved"),
    [
        (None, False),
        ((RequestKind.STOP, day(2023, 6, 30)), True),
        ((RequestKind.STOP, day(2023, 6, 29)), False),
        ((RequestKind.RESUME, None), False),
    ],
)
def test_an_approved_standstill_holds_to_its_planned_end_and_no_longer(last, approved):
    assert is_approved_stop(last, day(2023, 6, 30)) is approved


def test_the_office_alone_sets_what_needs_no_evidence():
    assert free_states(ProjectState.PREPARING) == [ProjectState.RESERVED, ProjectState.PREPARING]
    assert free_states(ProjectState.PRODUCING) == [ProjectState.PRODUCING, ProjectState.EFFECTIVE]
    assert free_states(ProjectState.BUILDING) == [ProjectState.BUILDING]
