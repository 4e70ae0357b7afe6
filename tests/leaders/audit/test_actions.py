import pytest

from leaders.audit.actions import change_many
from leaders.audit.rules import Conflict
from projects.models import Project
from tests.world import AT

pytestmark = pytest.mark.django_db


def test_one_record_told_twice_is_a_conflict_and_not_one_change_lost(world):
    first, second = (Project.objects.get(pk=world.road.pk) for _ in range(2))
    told = [(first, {"owner": "甲公司"}, first.version, {}), (second, {"owner": "乙公司"}, second.version, {})]
    with pytest.raises(Conflict):
        change_many(told, by=world.zhao, at=AT, batch_id=1)
    change_many(told[1:], by=world.zhao, at=AT, batch_id=1)
