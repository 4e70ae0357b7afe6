import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry, Leader
from leaders.roster import actions
from tests.world import AT

pytestmark = pytest.mark.django_db


def change(world, values=(), *, aliases=(), by=None, version=1):
    leader = world.leader_qian
    return actions.change_leader(leader, dict(values), aliases=aliases, by=by or world.zhao, at=AT, version=version)


def test_the_office_enters_a_leader_with_aliases(world):
    leader = actions.create_leader(Leader(name="郑三"), aliases=["郑叁"], by=world.zhao, at=AT)
    assert leader.aliases.get().name == "郑叁"
    assert HistoryEntry.objects.get(object_type="leader").changes[-1]["label"] == "别名"


def test_a_leader_is_changed_with_history_and_a_late_second_change_conflicts(world):
    assert change(world, {"post": "常务副县长"}, aliases=["钱乙平"]).version == 2
    with pytest.raises(Conflict):
        change(world, {"post": "县长"})
    assert world.leader_qian.aliases.count() == 1


def test_an_alias_leads_to_one_person(world):
    with pytest.raises(ValidationError) as refusal:
        change(world, aliases=["吴二安"])
    assert "一个别名只能指一个人" in refusal.value.message_dict["aliases"][0]


def test_two_leaders_of_one_name_need_different_posts(world):
    assert actions.create_leader(Leader(name="钱一平", post="局长"), by=world.zhao, at=AT).pk
    with pytest.raises(ValidationError, match="请在职务中加以区别"):
        actions.create_leader(Leader(name="钱一平", post="副县长"), by=world.zhao, at=AT)


def test_a_leader_is_archived_and_restored(world):
    leader = actions.archive_leader(world.leader_qian, by=world.zhao, at=AT, version=1)
    assert leader not in Leader.objects.active()
    assert actions.restore_leader(leader, by=world.zhao, at=AT, version=2) in Leader.objects.active()


def test_a_leader_is_deleted_only_when_nothing_hangs_on_it(world):
    with pytest.raises(ValidationError, match="不能删除"):
        actions.delete_leader(world.leader_qian, by=world.zhao, at=AT)
    other = actions.create_leader(Leader(name="郑三"), by=world.zhao, at=AT)
    actions.delete_leader(other, by=world.zhao, at=AT)
    assert not Leader.objects.filter(name="郑三").exists()


@pytest.mark.parametrize("person", ["li", "sun", "qian", "feng", "he", "lin", "ma", "gu"])
def test_only_the_office_keeps_the_roster(world, person):
    by = world.people[person]
    with pytest.raises(PermissionDenied):
        actions.create_leader(Leader(name="郑三"), by=by, at=AT)
    with pytest.raises(PermissionDenied):
        change(world, {"post": "县长"}, by=by)
    with pytest.raises(PermissionDenied):
        actions.archive_leader(world.leader_qian, by=by, at=AT, version=1)
    with pytest.raises(PermissionDenied):
        actions.restore_leader(world.leader_qian, by=by, at=AT, version=1)
    with pytest.raises(PermissionDenied):
        actions.delete_leader(world.leader_qian, by=by, at=AT)


def test_of_several_entered_at_once_an_alias_leads_to_one_person_too(world):
    told = [(Leader(name="郑三"), ["老郑"], {}), (Leader(name="郑四"), ["老郑"], {})]
    with pytest.raises(ValidationError) as refusal:
        actions.create_leaders(told, by=world.zhao, at=AT, batch_id=1)
    assert "郑三" in refusal.value.message_dict["aliases"][0]
    actions.create_leaders([(Leader(name="郑三"), ["老郑"], {})], by=world.zhao, at=AT, batch_id=1)
    assert Leader.objects.get(name="郑三").aliases.get().name == "老郑"
