import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.audit.rules import Conflict
from leaders.groups import actions
from leaders.models import HistoryEntry, WorkingGroup
from tests.world import AT

pytestmark = pytest.mark.django_db


def test_the_office_sets_up_a_group_and_changes_its_leader(world):
    group = actions.create_group(WorkingGroup(name="教育专班", kind="task_force"), by=world.zhao, at=AT)
    group = actions.change_group(group, {"leader": world.leader_wu}, by=world.zhao, at=AT, version=1)
    assert group.leader == world.leader_wu
    assert HistoryEntry.objects.order_by("pk").last().changes[0]["new"]["name"] == "吴二安"
    with pytest.raises(Conflict):
        actions.change_group(group, {"name": "教育体育专班"}, by=world.zhao, at=AT, version=1)


def test_a_name_stands_once(world):
    with pytest.raises(ValidationError, match="已有同名的指挥部"):
        actions.create_group(WorkingGroup(name="交通专班"), by=world.zhao, at=AT)


def test_a_group_is_archived_restored_and_deleted_only_when_nothing_hangs_on_it(world):
    group = actions.archive_group(world.group, by=world.zhao, at=AT, version=1)
    assert group not in WorkingGroup.objects.active()
    group = actions.restore_group(group, by=world.zhao, at=AT, version=2)
    assert group in WorkingGroup.objects.active()
    with pytest.raises(ValidationError, match="不能删除"):
        actions.delete_group(group, by=world.zhao, at=AT)
    other = actions.create_group(WorkingGroup(name="教育专班"), by=world.zhao, at=AT)
    actions.delete_group(other, by=world.zhao, at=AT)
    assert WorkingGroup.objects.count() == 1


@pytest.mark.parametrize("person", ["li", "sun", "qian", "feng", "he", "lin", "ma", "gu"])
def test_only_the_office_keeps_the_groups(world, person):
    by = world.people[person]
    with pytest.raises(PermissionDenied):
        actions.create_group(WorkingGroup(name="教育专班"), by=by, at=AT)
    with pytest.raises(PermissionDenied):
        actions.change_group(world.group, {"name": "甲"}, by=by, at=AT, version=1)
    with pytest.raises(PermissionDenied):
        actions.archive_group(world.group, by=by, at=AT, version=1)
    with pytest.raises(PermissionDenied):
        actions.restore_group(world.group, by=by, at=AT, version=1)
    with pytest.raises(PermissionDenied):
        actions.delete_group(world.group, by=by, at=AT)
