import datetime

import pytest

from projects.models import Membership, ProjectList
from projects.rankings.facts import facts_of_month
from projects.status.rules import DEFAULT_THRESHOLDS
from tests.projects.rankings.county import CHINA, file_report

pytestmark = pytest.mark.django_db
JANUARY = datetime.date(2024, 1, 1)
CLOSED_AT = datetime.datetime(2024, 2, 3, 23, 59, tzinfo=CHINA)


@pytest.fixture
def road(world):
    key_list = ProjectList.objects.create(key="2024-key", name="2024年重点项目清单", year=2024, kind="county_key")
    Membership.objects.create(project_list=key_list, project=world.road, serial="1", position=1, joined_on=JANUARY)
    return world.road


def test_january_is_looked_at_beside_december_and_counts_alone(world, road):
    file_report(road, world.li, "500", month=datetime.date(2023, 12, 1))
    file_report(road, world.li, "500", month=JANUARY, at=datetime.datetime(2024, 1, 24, tzinfo=CHINA))
    facts = facts_of_month(JANUARY, entered_until=CLOSED_AT, thresholds=DEFAULT_THRESHOLDS).projects[road.pk]
    assert facts.has_unexplained_repeat
    assert facts.cumulative_wan == 500
    assert [source.label for source in facts.sources_of("A1", "A2")] == ["2024年1月月报"] * 2
