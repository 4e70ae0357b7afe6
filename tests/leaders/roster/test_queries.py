import pytest

from leaders.models import Leader, LeaderAlias
from leaders.roster.queries import known_leaders, nearest_leaders
from tests.world import AT


@pytest.mark.parametrize(
    "written", ["钱一平", "钱 一平", "钱一平（副县长）", "钱一平 副县长", "副县长 钱一平", "钱一平同志"]
)
def test_a_leader_is_found_by_name_and_by_name_with_post(world, written):
    assert known_leaders().get(written) == world.leader_qian


def test_two_leaders_of_one_name_are_told_apart_by_their_posts(world):
    other = Leader.objects.create(name="钱一平", post="县水利局局长")
    known = known_leaders()
    assert known.get("钱一平") is None
    assert known["钱一平（副县长）"] == world.leader_qian
    assert known["县水利局局长钱一平"] == other


def test_an_alias_is_found_and_a_likely_slip_is_only_proposed(world):
    LeaderAlias.objects.create(leader=world.leader_qian, name="钱乙平")
    assert known_leaders()["钱乙平"] == world.leader_qian
    assert known_leaders().get("钱一萍") is None
    assert nearest_leaders("钱一萍") == [world.leader_qian]


def test_an_archived_leader_is_still_read_but_not_proposed(world):
    Leader.objects.filter(pk=world.leader_qian.pk).update(archived_at=AT)
    assert known_leaders()["钱一平"] == world.leader_qian
    assert nearest_leaders("钱一萍") == []
