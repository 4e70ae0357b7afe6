import datetime
from decimal import Decimal

import pytest

from projects.models import Membership, ProjectList, YearPlan
from projects.rankings.facts import facts_of_month
from projects.registry.plans.actions import approve_revision, request_revision
from projects.registry.plans.rules import MONTH_FIELDS
from projects.status.rules import DEFAULT_THRESHOLDS
from tests.projects.rankings.county import CHINA, file_report
from tests.world import AT

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


def test_an_approved_split_is_what_a_score_measures_by_when_it_was_approved_in_time(world):
    june, months = datetime.date(2023, 6, 1), [Decimal(500)] * 6 + [Decimal(1500)] * 6
    plan = YearPlan.objects.get(project=world.road)
    values = {"planned_wan": Decimal(12000), "from_on": june, "reason": "按月分解"}
    split = dict(zip(MONTH_FIELDS, months, strict=True))
    asked = request_revision(plan, values | split, by=world.li, at=AT, version=None)
    approved_at = datetime.datetime(2023, 7, 3, 18, tzinfo=CHINA)
    approve_revision(asked, by=world.zhou, at=approved_at, version=1)
    file_report(world.road, world.li, "400")

    def facts(until):
        return facts_of_month(june, entered_until=until, thresholds=DEFAULT_THRESHOLDS).projects[world.road.pk]

    measured = facts(datetime.datetime(2023, 7, 3, 23, 59, tzinfo=CHINA))
    assert (measured.own_planned_wan, measured.month_planned_wan) == (3000, 500)
    too_late = facts(approved_at - datetime.timedelta(hours=1))
    assert too_late.own_planned_wan is None
    assert too_late.month_planned_wan != 500
