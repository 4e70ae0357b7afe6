import datetime
import itertools

import pytest

from projects.problems.ledger.rules import parts_of
from projects.problems.rules import (
    NEXT_STATES,
    OPEN_STATES,
    ProblemCategory,
    ProblemSource,
    ProblemState,
    is_closed_on_time,
    is_due,
    is_overdue,
    may_move,
    may_verify,
)

day = datetime.date
DUE = day(2023, 6, 20)
JUNE_END = day(2023, 6, 30)


def test_a_problem_runs_from_assignment_to_closing():
    path = [
        ProblemState.ASSIGNED,
        ProblemState.SIGNED,
        ProblemState.HANDLING,
        ProblemState.ANSWERED,
        ProblemState.VERIFYING,
        ProblemState.CLOSED,
    ]
    assert [state.label for state in path] == ["交办", "签收", "办理", "反馈", "核查", "销号"]
    assert all(may_move(now, then) for now, then in itertools.pairwise(path))


def test_a_problem_that_nobody_answered_cannot_be_closed():
    for state in (ProblemState.ASSIGNED, ProblemState.SIGNED, ProblemState.HANDLING, ProblemState.PARKED):
        assert not may_move(state, ProblemState.CLOSED)


def test_a_failed_check_and_a_relapse_go_back_to_handling():
    assert may_move(ProblemState.VERIFYING, ProblemState.HANDLING)
    assert may_move(ProblemState.CLOSED, ProblemState.HANDLING)
    assert may_move(ProblemState.PARKED, ProblemState.HANDLING)


def test_every_state_says_what_may_follow_and_closed_and_parked_are_not_open():
    assert set(NEXT_STATES) == set(ProblemState)
    assert {state.label for state in set(ProblemState) - OPEN_STATES} == {"销号", "挂账"}


def test_the_county_words_are_the_labels():
    assert ProblemSource.labels[:5] == ["现场督查", "微信群", "例会", "企业反映", "12345"]
    assert ProblemCategory.labels == ["融资", "用地", "征迁", "环保", "用能", "手续", "水电气", "其他"]


def test_closing_on_the_day_of_the_deadline_is_on_time():
    assert is_closed_on_time(DUE, DUE, JUNE_END)
    assert not is_closed_on_time(DUE, day(2023, 6, 21), JUNE_END)
    assert not is_closed_on_time(DUE, None, JUNE_END)


def test_what_was_closed_after_the_month_was_still_open_in_it():
    assert not is_closed_on_time(day(2023, 7, 10), day(2023, 7, 1), JUNE_END)
    assert is_overdue(DUE, day(2023, 7, 1), JUNE_END)


def test_the_day_of_the_deadline_is_not_overdue():
    assert not is_overdue(DUE, None, DUE)
    assert is_overdue(DUE, None, day(2023, 6, 21))
    assert not is_overdue(DUE, DUE, JUNE_END)
    assert not is_overdue(None, None, JUNE_END)


def test_a_problem_parked_by_its_deadline_is_not_due_and_one_parked_later_is():
    assert is_due(DUE, None, DUE)
    assert not is_due(DUE, None, day(2023, 6, 19))
    assert not is_due(None, None, JUNE_END)
    assert not is_due(DUE, DUE, JUNE_END)
    assert is_due(DUE, day(2023, 6, 21), JUNE_END)
    assert not is_overdue(DUE, None, JUNE_END, parked_on=day(2023, 6, 1))


def test_who_answered_may_not_verify():
    assert may_verify(7, 8)
    assert not may_verify(7, 7)
    assert may_verify(None, 7)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1.两户未签协议；2.杆线未迁。", ["两户未签协议", "杆线未迁。"]),
        ("（1）资金缺口\n（2）用地未批", ["资金缺口", "用地未批"]),
        ("①资金②用地", ["①资金②用地"]),  # no sign between them: it may be a name
        ("一是资金缺口；二是用地未批", ["资金缺口", "用地未批"]),
        ("2.杆线未迁；3.管网未改", ["2.杆线未迁；3.管网未改"]),
        ("需协调：1.资金；2.用地", ["需协调：1.资金；2.用地"]),
        ("1.5亩用地未批；2.3公里管网未改", ["1.5亩用地未批；2.3公里管网未改"]),
        ("两户未签协议；杆线未迁", ["两户未签协议；杆线未迁"]),
    ],
)
def test_problems_listed_in_one_cell_are_told_apart_by_their_numbers(text, parts):
    assert parts_of(text) == parts
