import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from projects.models import Permit, PermitType, Project
from projects.permits.actions import add_permits, change_permit, take_step
from projects.permits.board.queries import department_lines
from projects.permits.queries import (
    LIST_STATES,
    active_permits,
    dated,
    in_state,
    missing_types,
    permit_lines,
    unmet_prerequisites,
)
from projects.permits.rules import shown_state
from tests.world import AT, TODAY


@pytest.fixture
def land_use(world):
    return PermitType.objects.create(name="建设用地规划许可证", department=world.land, position=1)


@pytest.fixture
def environment(world):
    return PermitType.objects.create(name="环境影响评价", department=world.water, position=2)


@pytest.fixture
def permit(world, land_use):
    return add_permits(world.road, [land_use], by=world.zhao, at=AT)[0]


def test_what_a_project_needs_is_due_by_the_half_year_of_its_start(world, land_use, environment):
    permits = add_permits(world.road, [land_use, environment], by=world.zhao, at=AT)
    assert [permit.due_on for permit in permits] == [None] * 2
    due = Permit.objects.with_deadline()
    assert [permit.deadline_on for permit in due] == [datetime.date(2022, 5, 31)] * 2
    Project.objects.filter(pk=world.road.pk).update(planned_start_on=datetime.date(2023, 7, 1))
    assert [permit.deadline_on for permit in due.all()] == [datetime.date(2023, 10, 31)] * 2
    due.filter(pk=permits[0].pk).update(due_on=TODAY)
    assert due.get(pk=permits[0].pk).deadline_on == TODAY  # what somebody set stays
    assert not missing_types(world.road, TODAY).exists()
    assert HistoryEntry.objects.filter(object_type="permit", subject_id=world.road.pk).count() == 2


def test_only_the_office_says_what_a_project_needs(world, land_use):
    for user in (world.li, world.feng, world.sun, world.qian):
        with pytest.raises(PermissionDenied):
            add_permits(world.road, [land_use], by=user, at=AT)
    with pytest.raises(ValidationError, match="至少勾选"):
        add_permits(world.road, [], by=world.zhao, at=AT)


GRANTED = {"obtained_on": TODAY, "document_number": "地字第1号"}


def test_the_granting_department_takes_the_steps_of_its_own_column_only(world, permit, environment):
    for user in (world.li, world.wang, world.sun, world.qian, world.he):
        with pytest.raises(PermissionDenied):
            take_step(permit, "granted", GRANTED, version=1, by=user, at=AT)
    assert take_step(permit, "granted", GRANTED, version=1, by=world.feng, at=AT).state == "granted"
    other = add_permits(world.road, [environment], by=world.zhao, at=AT)[0]
    with pytest.raises(PermissionDenied):
        take_step(other, "granted", GRANTED, version=1, by=world.feng, at=AT)


def test_the_responsible_unit_says_that_it_prepares_the_papers_of_its_own_project(world, permit):
    with pytest.raises(PermissionDenied):
        take_step(permit, "preparing", {}, version=1, by=world.wang, at=AT)
    preparing = take_step(permit, "preparing", {}, version=1, by=world.li, at=AT)
    accepted = take_step(preparing, "accepted", {"accepted_on": TODAY}, version=2, by=world.feng, at=AT)
    with pytest.raises(PermissionDenied):  # a reason does not make it the unit's
        take_step(accepted, "preparing", {}, reason="重报", version=3, by=world.li, at=AT)
    returned = take_step(accepted, "returned", {"reason": "缺图"}, version=3, by=world.feng, at=AT)
    assert take_step(returned, "preparing", {}, version=4, by=world.li, at=AT).accepted_on is None


def test_a_department_does_not_move_the_due_day(world, permit):
    with pytest.raises(ValidationError, match="重点办设定"):
        change_permit(permit, {"due_on": TODAY}, version=1, by=world.feng, at=AT)
    assert change_permit(permit, {"due_on": TODAY}, version=1, by=world.zhao, at=AT).due_on == TODAY


def test_the_state_moves_by_steps_only_and_what_was_filled_in_is_changed_with_a_reason(world, permit):
    with pytest.raises(ValidationError, match="步骤"):
        change_permit(permit, {"state": "granted"}, version=1, by=world.feng, at=AT)
    granted = take_step(permit, "granted", GRANTED, version=1, by=world.feng, at=AT)
    values = {"document_number": "地字第2号"}
    with pytest.raises(ValidationError, match="理由"):
        change_permit(granted, values, version=2, by=world.feng, at=AT)
    assert change_permit(granted, values, reason="录错", version=2, by=world.feng, at=AT).document_number == "地字第2号"


def test_papers_owing_have_their_own_deadline(world, permit):
    accepted = take_step(permit, "accepted", {"accepted_on": TODAY}, version=1, by=world.feng, at=AT)
    with pytest.raises(ValidationError, match="补齐期限"):
        take_step(accepted, "tolerated", {"owed_papers": "红线图"}, version=2, by=world.feng, at=AT)
    owed = {"owed_papers": "红线图", "owed_until": datetime.date(2023, 9, 30)}
    take_step(accepted, "tolerated", owed, version=2, by=world.feng, at=AT)
    (line,) = permit_lines(world.road, TODAY)
    assert line.state == "tolerated"
    (overdue,) = permit_lines(world.road, datetime.date(2023, 10, 1))
    assert (overdue.state, overdue.tone) == ("overdue", "danger")


def test_a_step_that_skips_others_asks_for_a_reason(world, permit):
    owed = {"owed_papers": "红线图", "owed_until": TODAY}
    with pytest.raises(ValidationError, match="跳过"):
        take_step(permit, "tolerated", owed, version=1, by=world.feng, at=AT)
    take_step(permit, "tolerated", owed, reason="补录", version=1, by=world.feng, at=AT)
    assert HistoryEntry.objects.filter(object_type="permit").first().reason == "补录"


def test_a_grant_taken_back_counts_no_longer_and_one_run_out_keeps_its_days(world, permit):
    until = TODAY - datetime.timedelta(days=1)
    granted = take_step(permit, "granted", GRANTED, version=1, by=world.feng, at=AT)
    back = take_step(granted, "accepted", {"accepted_on": TODAY}, reason="录错", version=2, by=world.feng, at=AT)
    assert (back.obtained_on, back.document_number) == (None, "")
    run_out = GRANTED | {"obtained_on": until, "valid_until": until}
    expired = take_step(back, "granted", run_out, version=3, by=world.feng, at=AT)
    renewed = take_step(expired, "preparing", {}, version=4, by=world.feng, at=AT)
    assert renewed.obtained_on == until


def test_what_usually_comes_before_warns_until_it_is_settled(world, permit, environment):
    permit.permit_type.prerequisites.set([environment])
    assert unmet_prerequisites(permit, TODAY) == []  # the project does not need it
    (before,) = add_permits(world.road, [environment], by=world.zhao, at=AT)
    assert [line.permit for line in unmet_prerequisites(permit, TODAY)] == [before]
    take_step(before, "not_needed", {"reason": "不涉及"}, version=1, by=world.zhao, at=AT)
    assert unmet_prerequisites(permit, TODAY) == []


def test_two_people_on_one_permit_meet_a_conflict(world, permit):
    take_step(permit, "preparing", {}, version=1, by=world.feng, at=AT)
    with pytest.raises(Conflict):
        take_step(permit, "accepted", {"accepted_on": TODAY}, version=1, by=world.zhao, at=AT)


def test_counts_per_department(world, permit, land_use, environment):
    owed = {"state": "tolerated", "owed_until": TODAY}
    Permit.objects.create(project=world.dam, permit_type=land_use, **owed)
    Permit.objects.create(project=world.road, permit_type=environment, state="granted", obtained_on=TODAY)
    Permit.objects.create(project=world.dam, permit_type=environment, state="not_needed", reason="不涉及")
    counts = [line.counts for line in department_lines(TODAY, {})]
    assert [(one.needed, one.obtained, one.tolerated, one.overdue) for one in counts] == [(2, 0, 1, 1), (1, 1, 0, 0)]


@pytest.mark.parametrize(
    ("values", "state", "shown"),
    [
        ({"state": "granted", "obtained_on": TODAY}, "obtained", "granted"),
        ({"state": "granted", "obtained_on": TODAY, "valid_until": TODAY}, "obtained", "granted"),
        (
            {"state": "granted", "obtained_on": datetime.date(2023, 1, 1), "valid_until": datetime.date(2023, 7, 4)},
            "overdue",
            "expired",
        ),
        ({"state": "granted"}, "obtained", "granted"),
        ({"state": "granted", "valid_until": datetime.date(2023, 7, 4)}, "overdue", "expired"),
        ({"state": "tolerated", "owed_until": TODAY}, "tolerated", "tolerated"),
        ({"state": "tolerated", "owed_until": datetime.date(2023, 7, 4)}, "overdue", "overdue"),
        ({"state": "accepted"}, "overdue", "overdue"),
        ({"state": "accepted", "due_on": TODAY}, "not_yet", "accepted"),
        ({"state": "accepted", "due_on": None}, "overdue", "overdue"),
        ({"state": "not_needed", "reason": "不涉及"}, "not_needed", "not_needed"),
    ],
)
def test_the_database_and_the_rules_agree_on_a_permits_state(world, land_use, values, state, shown):
    permit = Permit.objects.create(project=world.road, permit_type=land_use, **values)
    found = [key for key, _ in LIST_STATES if in_state(active_permits(TODAY), key).exists()]
    assert found == [state]
    assert shown_state(dated(Permit.objects.with_deadline().get(pk=permit.pk)), TODAY) == shown
