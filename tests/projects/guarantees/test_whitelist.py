import datetime

import pytest

from projects.guarantees.whitelist.queries import whitelist_on
from projects.models import Membership, ProjectList
from projects.progress.queries import projects_to_report
from tests.world import TODAY

DAY = datetime.timedelta(days=1)


@pytest.fixture
def listed(world):
    white = ProjectList.objects.create(key="w", name="四保白名单", year=2023, kind="whitelist")
    first, last = TODAY - 60 * DAY, TODAY - 30 * DAY
    Membership.objects.create(
        project_list=white, project=world.road, joined_on=first, left_on=last, left_reason="已竣工"
    )
    Membership.objects.create(project_list=white, project=world.road, joined_on=TODAY)
    return white


@pytest.mark.parametrize(
    ("days", "stands"), [(61, False), (60, True), (31, True), (30, False), (1, False), (0, True), (-9, True)]
)
def test_the_list_is_looked_up_as_it_stood_on_the_day(world, listed, days, stands):
    found = whitelist_on(TODAY - days * DAY)
    assert [member.project for member in found.members] == ([world.road] if stands else [])


def test_a_search_also_tells_of_stretches_that_do_not_cover_the_day(world, listed):
    world.dam.owner = "某某水务公司"
    world.dam.save()
    found = whitelist_on(TODAY - DAY, "ldzxd")
    assert (found.members, [one.left_reason for one in found.others]) == ([], ["", "已竣工"])
    assert whitelist_on(TODAY, "水务").members == []
    Membership.objects.create(project_list=listed, project=world.dam, joined_on=TODAY)
    assert [one.project for one in whitelist_on(TODAY, "水务").members] == [world.dam]


def test_who_stands_on_the_whitelist_alone_owes_no_reports(world, listed):
    month = datetime.date(2023, 7, 1)
    assert world.road in projects_to_report(month)
    Membership.objects.filter(project_list=world.key_list, project=world.road).delete()
    assert world.road not in projects_to_report(month)
