import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from leaders.models import HistoryEntry
from projects.models import Membership
from projects.registry.lists import actions
from projects.registry.models import Project, ProjectList
from projects.registry.rules import ListKind
from tests.world import AT, TODAY, YEAR_START


@pytest.fixture
def batch(world):
    values = {"key": "2023-tf", "name": "四部四专班", "year": 2023, "kind": ListKind.TASK_FORCE}
    return actions.create_list(values, by=world.zhao, at=AT)


DAY = datetime.timedelta(days=1)


def refusal(callable_, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        callable_(*args, **kwargs)
    return caught.value


def test_projects_join_at_the_end_in_their_order(world, batch):
    assert actions.join_list(batch, [world.dam], joined_on=TODAY, by=world.zhao, at=AT) == 1
    assert actions.join_list(batch, [world.dam, world.road], joined_on=TODAY, by=world.zhao, at=AT) == 1
    rows = batch.memberships.order_by("position")
    assert [(row.project, row.serial) for row in rows] == [(world.dam, "1"), (world.road, "2")]
    entry = HistoryEntry.objects.get(action="join", subject_id=world.road.pk)
    assert entry.object_id == rows[1].pk


def test_a_project_leaves_with_a_reason_and_comes_back_as_another_stretch(world):
    row = Membership.objects.get(project=world.road)
    left = actions.leave_list(row, left_on=TODAY, reason="资金未落实", by=world.zhou, at=AT, version=1)
    assert (left.left_on, left.left_reason) == (TODAY, "资金未落实")
    early = refusal(actions.join_list, world.key_list, [world.road], joined_on=TODAY - DAY, by=world.zhao, at=AT)
    assert "joined_on" in early.message_dict
    for fresh in (1, 0):  # once it is back there is nothing to join
        joined = actions.join_list(world.key_list, [world.road], joined_on=TODAY + DAY, by=world.zhao, at=AT)
        assert joined == fresh
    stretches = Membership.objects.filter(project=world.road).order_by("pk")
    assert [(one.serial, one.joined_on, one.left_on) for one in stretches] == [
        ("1", YEAR_START, TODAY), ("1", TODAY + DAY, None),
    ]  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(project_list=world.key_list, project=world.road, joined_on=TODAY)
    actions_told = HistoryEntry.objects.filter(subject_id=world.road.pk).order_by("pk").values_list("action", flat=True)
    assert list(actions_told) == ["leave", "join"]


@pytest.mark.parametrize(
    ("day", "reason", "field"),
    [
        (TODAY, " ", "reason"),
        (TODAY + datetime.timedelta(days=1), "x", "left_on"),
        (YEAR_START - datetime.timedelta(days=1), "x", "left_on"),
    ],
)
def test_leaving_without_reason_or_on_an_impossible_day_is_refused(world, day, reason, field):
    row = Membership.objects.get(project=world.road)
    error = refusal(actions.leave_list, row, left_on=day, reason=reason, by=world.zhou, at=AT, version=1)
    assert field in error.message_dict


def test_nothing_joins_an_archived_list_and_no_archived_project_joins(world, batch):
    Project.objects.filter(pk=world.dam.pk).update(archived_at=AT)
    world.dam.refresh_from_db()
    assert world.dam.name in str(refusal(actions.join_list, batch, [world.dam], joined_on=TODAY, by=world.zhao, at=AT))
    archived = actions.archive_list(batch, by=world.zhao, at=AT, version=1)
    assert "已归档" in str(refusal(actions.join_list, archived, [world.road], joined_on=TODAY, by=world.zhao, at=AT))
    assert actions.restore_list(archived, by=world.zhao, at=AT, version=2).archived_at is None


def test_one_list_per_year_kind_and_batch(world, batch):
    values = {"key": "again", "name": "又一份", "year": 2023, "kind": ListKind.TASK_FORCE}
    assert "同种类" in str(refusal(actions.create_list, values, by=world.zhao, at=AT))


def test_a_list_with_projects_is_not_deleted_an_empty_one_is(world, batch):
    assert "清单项目" in str(refusal(actions.delete_list, world.key_list, by=world.zhao, at=AT))
    actions.delete_list(batch, by=world.zhao, at=AT)
    assert not ProjectList.objects.filter(pk=batch.pk).exists()


@pytest.mark.parametrize("name", ["li", "sun", "qian", "he", "gu"])
def test_only_the_office_keeps_lists(world, name):
    person = world.people[name]
    row = Membership.objects.get(project=world.road)
    with pytest.raises(PermissionDenied):
        actions.join_list(world.key_list, [world.road], joined_on=TODAY, by=person, at=AT)
    with pytest.raises(PermissionDenied):
        actions.leave_list(row, left_on=TODAY, reason="x", by=person, at=AT, version=1)
    with pytest.raises(PermissionDenied):
        actions.change_list(world.key_list, {"name": "x"}, by=person, at=AT, version=1)
