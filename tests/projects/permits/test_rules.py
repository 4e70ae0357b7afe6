import datetime

import pytest

from projects.permits.rules import (
    ACCEPTANCE_FIELDS,
    GRANT_FIELDS,
    NEXT_STATES,
    STEP_FIELDS,
    DatedPermit,
    Deadlines,
    PermitState,
    clock_of,
    is_due,
    is_obtained,
    is_tolerated,
    left_behind,
    missing_for,
    next_states,
    permit_deadline,
    refuse_pause,
    shown_state,
)

day = datetime.date
JUNE_END = day(2023, 6, 30)
DUE = day(2023, 5, 31)


@pytest.mark.parametrize(
    ("start", "deadline"),
    [
        (day(2023, 1, 31), day(2023, 5, 31)),
        (day(2023, 6, 30), day(2023, 5, 31)),
        (day(2023, 7, 1), day(2023, 10, 31)),
        (day(2024, 12, 31), day(2024, 10, 31)),
        (None, None),
    ],
)
def test_the_deadline_follows_the_half_year_of_the_planned_start(start, deadline):
    assert permit_deadline(start) == deadline


def test_the_deadlines_are_data_by_year_and_hold_until_a_later_year_has_its_own():
    rules = [Deadlines(2024, (4, 30), (9, 30)), Deadlines(2026, (5, 15), (11, 15))]
    found = [permit_deadline(day(year, 9, 1), rules) for year in (2023, 2024, 2025, 2026)]
    assert found == [day(2023, 10, 31), day(2024, 9, 30), day(2025, 9, 30), day(2026, 11, 15)]


def test_a_permit_is_due_from_its_day_on_unless_it_is_not_needed():
    assert is_due(DatedPermit(DUE), DUE)
    assert not is_due(DatedPermit(DUE), day(2023, 5, 30))
    assert not is_due(DatedPermit(None), JUNE_END)
    assert not is_due(DatedPermit(DUE, state=PermitState.NOT_NEEDED), JUNE_END)


def test_a_permit_counts_as_obtained_from_its_grant_to_its_last_valid_day():
    permit = DatedPermit(DUE, obtained_on=day(2023, 5, 10), valid_until=JUNE_END)
    assert not is_obtained(permit, day(2023, 5, 9))
    assert is_obtained(permit, day(2023, 5, 10))
    assert is_obtained(permit, JUNE_END)
    assert not is_obtained(permit, day(2023, 7, 1))


def test_a_permit_that_a_list_marks_done_without_a_date_is_obtained():
    assert is_obtained(DatedPermit(DUE, state=PermitState.GRANTED), JUNE_END)


def test_papers_owing_are_tolerated_until_their_own_deadline_and_no_longer():
    permit = DatedPermit(DUE, owed_until=JUNE_END, state=PermitState.TOLERATED)
    assert is_tolerated(permit, JUNE_END)
    assert not is_tolerated(permit, day(2023, 7, 1))


def test_what_is_obtained_or_returned_is_not_tolerated_besides():
    assert not is_tolerated(DatedPermit(DUE, obtained_on=DUE, owed_until=JUNE_END), JUNE_END)
    assert not is_tolerated(DatedPermit(DUE, owed_until=JUNE_END, state=PermitState.RETURNED), JUNE_END)


def test_facts_frozen_while_void_could_be_typed_are_judged_as_they_were():
    frozen = DatedPermit(DUE, obtained_on=DUE, owed_until=JUNE_END, state=PermitState.EXPIRED)
    assert not is_obtained(frozen, JUNE_END)
    assert not is_tolerated(frozen, JUNE_END)


@pytest.mark.parametrize(
    ("permit", "label"),
    [
        (DatedPermit(DUE, obtained_on=DUE, state=PermitState.GRANTED), "已办结"),
        (DatedPermit(DUE, obtained_on=DUE, valid_until=day(2023, 6, 1), state=PermitState.GRANTED), "失效"),
        (DatedPermit(DUE, state=PermitState.ACCEPTED), "超期"),
        (DatedPermit(JUNE_END, state=PermitState.ACCEPTED), "已受理"),
        (DatedPermit(DUE, owed_until=JUNE_END, state=PermitState.TOLERATED), "容缺预审"),
        (DatedPermit(DUE, owed_until=day(2023, 6, 1), state=PermitState.TOLERATED), "超期"),
        (DatedPermit(DUE, state=PermitState.NOT_NEEDED), "不需要"),
        (DatedPermit(None, obtained_on=DUE, valid_until=day(2023, 6, 1), state=PermitState.ACCEPTED), "已受理"),
        (DatedPermit(None, state=PermitState.RETURNED), "退件"),
        (DatedPermit(None, state=PermitState.GRANTED), "已办结"),
    ],
)
def test_a_page_shows_overdue_and_void_by_itself(permit, label):
    assert shown_state(permit, JUNE_END).label == label


def test_every_stored_state_says_what_may_follow_and_asks_for_what_it_needs():
    assert set(NEXT_STATES) == set(STEP_FIELDS) == set(PermitState) - {"overdue", "expired"}
    assert PermitState.TOLERATED in NEXT_STATES[PermitState.ACCEPTED]
    assert not NEXT_STATES[PermitState.GRANTED]


def test_a_grant_that_has_run_out_is_renewed():
    permit = DatedPermit(DUE, obtained_on=DUE, valid_until=day(2023, 6, 29), state=PermitState.GRANTED)
    assert PermitState.ACCEPTED in next_states(permit, JUNE_END)
    assert not next_states(permit, day(2023, 6, 29))


@pytest.mark.parametrize(
    ("permit", "state", "left"),
    [
        (DatedPermit(DUE, obtained_on=DUE, state="granted"), "accepted", {*GRANT_FIELDS, *ACCEPTANCE_FIELDS}),
        (DatedPermit(DUE, obtained_on=DUE, valid_until=DUE, state="granted"), "granted", {*ACCEPTANCE_FIELDS}),
        (DatedPermit(DUE, owed_until=JUNE_END, state="returned"), "preparing", {*ACCEPTANCE_FIELDS}),
        (DatedPermit(DUE, owed_until=JUNE_END, state="tolerated"), "granted", set()),
        (DatedPermit(DUE, state="accepted"), "tolerated", set()),
    ],
)
def test_a_step_leaves_behind_what_it_makes_untrue(permit, state, left):
    assert set(left_behind(permit, state, JUNE_END)) == left


@pytest.mark.parametrize(
    ("state", "values", "fields"),
    [
        ("accepted", {}, ["accepted_on"]),
        ("accepted", {"accepted_on": day(2023, 7, 1)}, ["accepted_on"]),
        ("tolerated", {}, ["owed_papers", "owed_until"]),
        ("granted", {}, ["obtained_on"]),
        ("granted", {"obtained_on": JUNE_END, "valid_until": DUE}, ["valid_until"]),
        ("not_needed", {"reason": " "}, ["reason"]),
        ("returned", {}, ["reason"]),
        ("returned", {"reason": "缺图"}, []),
        ("preparing", {}, []),
    ],
)
def test_a_state_says_what_it_needs_beside_it(state, values, fields):
    assert list(missing_for(state, values, JUNE_END)) == fields


@pytest.mark.parametrize(
    ("permit", "used"),
    [
        # Accepted on Friday the 9th; 端午 22–24 June off, Sunday the 25th worked.
        (DatedPermit(None, state=PermitState.ACCEPTED), 14),
        (DatedPermit(None, obtained_on=day(2023, 6, 13), state=PermitState.GRANTED), 2),
        (DatedPermit(None, obtained_on=day(2023, 6, 9), state=PermitState.GRANTED), 0),
        # With papers owing the days begin when these should be there.
        (DatedPermit(None, owed_until=day(2023, 6, 27), state=PermitState.TOLERATED), 3),
        (DatedPermit(None, owed_until=day(2023, 7, 10), state=PermitState.TOLERATED), 0),
    ],
)
def test_the_department_is_timed_in_working_days_from_the_day_after_acceptance(permit, used):
    holidays = {day(2023, 6, number): False for number in (22, 23, 24)} | {day(2023, 6, 25): True}
    clock = clock_of(permit, day(2023, 6, 9), 10, JUNE_END, holidays)
    assert (clock.used, clock.is_over) == (used, used > 10)


@pytest.mark.parametrize(
    ("pauses", "used", "paused", "is_paused"),
    [
        ([(day(2023, 6, 12), day(2023, 6, 16))], 9, 4, False),  # told on Monday, in on Friday: four days do not count
        ([(day(2023, 6, 12), day(2023, 6, 12))], 13, 0, False),
        ([(day(2023, 6, 26), None)], 9, 4, True),
        ([(day(2023, 6, 12), day(2023, 6, 13)), (day(2023, 6, 28), None)], 10, 3, True),
        ([(day(2023, 5, 1), day(2023, 6, 12))], 12, 1, False),  # of an earlier acceptance, but for its last day
    ],
)
def test_the_clock_stands_still_from_the_day_after_the_notice_until_the_papers_are_in(pauses, used, paused, is_paused):
    holidays = {day(2023, 6, number): False for number in (22, 23)}
    clock = clock_of(
        DatedPermit(None, state=PermitState.ACCEPTED), day(2023, 6, 9), 20, JUNE_END, holidays, pauses=pauses
    )
    assert (clock.used, clock.paused, clock.is_paused) == (used, paused, is_paused)


@pytest.mark.parametrize(
    ("from_on", "to_on", "wrong"),
    [
        (day(2023, 6, 12), day(2023, 6, 16), set()),
        (day(2023, 6, 16), day(2023, 6, 20), set()),  # told again on the day on which the papers were in
        (day(2023, 6, 8), None, {"from_on"}),  # before acceptance
        (day(2023, 7, 1), None, {"from_on"}),
        (day(2023, 6, 26), day(2023, 7, 1), {"to_on"}),
        (day(2023, 6, 20), day(2023, 6, 23), {"from_on"}),  # overlaps
        (day(2023, 6, 10), None, {"from_on"}),
    ],
)
def test_a_correction_lies_after_acceptance_before_today_and_beside_the_others(from_on, to_on, wrong):
    others = [(day(2023, 6, 22), day(2023, 6, 25))]
    assert set(refuse_pause(from_on, to_on, day(2023, 6, 9), JUNE_END, others)) == wrong


def test_nothing_is_timed_before_acceptance_after_a_return_or_without_a_promise():
    accepted = DatedPermit(None, state=PermitState.ACCEPTED)
    assert clock_of(accepted, None, 10, JUNE_END, {}) is None
    assert clock_of(accepted, DUE, None, JUNE_END, {}) is None
    assert clock_of(DatedPermit(None, state=PermitState.RETURNED), DUE, 10, JUNE_END, {}) is None
