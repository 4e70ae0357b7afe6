import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from projects.dashboards.inbox.queries import inbox_of
from projects.guarantees.whitelist.queries import whitelist_on
from projects.models import Membership, ProjectList
from projects.progress.queries import projects_to_report
from projects.registry.lists.actions import change_membership, join_list
from tests.world import AT, TODAY

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


def test_a_stretch_ends_after_its_last_day_and_the_office_is_told_before(world, listed):
    member = Membership.objects.get(left_on=None, project=world.road, project_list=listed)
    change_membership(member, {"valid_until": TODAY + 30 * DAY}, by=world.zhao, at=AT, version=1)
    assert [one.project for one in whitelist_on(TODAY + 30 * DAY).members] == [world.road]
    assert whitelist_on(TODAY + 31 * DAY).members == []

    def told(day):
        return [(one.about, one.due_on) for one in inbox_of(world.zhao, day) if one.kind == "白名单到期"]

    assert told(TODAY - DAY) == []
    assert told(TODAY) == told(TODAY + 30 * DAY) == [(world.road.name, TODAY + 30 * DAY)]
    assert told(TODAY + 31 * DAY) == []  # it has ended by itself


def test_what_ran_out_is_renewed_by_another_stretch_and_the_days_between_stay_unprotected(world, listed):
    Membership.objects.filter(left_on=None, project=world.road, project_list=listed).update(valid_until=TODAY + 9 * DAY)
    assert join_list(listed, [world.road], joined_on=TODAY + 9 * DAY, by=world.zhao, at=AT) == 0
    assert join_list(listed, [world.road], joined_on=TODAY + 20 * DAY, by=world.zhao, at=AT) == 1
    days = [day for day in range(25) if whitelist_on(TODAY + day * DAY).members]
    assert days == [*range(10), *range(20, 25)]
    assert [one.left_reason for one in listed.memberships.order_by("joined_on")] == ["已竣工", "有效期届满", ""]


def test_only_a_whitelist_has_an_end(world, listed, client):
    join_list(listed, [world.dam], joined_on=TODAY, valid_until=TODAY, by=world.zhao, at=AT)
    with pytest.raises(ValidationError, match="只有四保白名单"):
        join_list(world.key_list, [world.dam], joined_on=TODAY, valid_until=TODAY, by=world.zhao, at=AT)
    with pytest.raises(ValidationError, match="不早于列入"):
        join_list(listed, [world.road], joined_on=TODAY, valid_until=TODAY - DAY, by=world.zhao, at=AT)
    client.force_login(world.zhao)
    white, key = (one.memberships.filter(left_on=None).first() for one in (listed, world.key_list))
    assert [
        "valid_until" in client.get(reverse("membership-edit", args=[one.pk])).context["form"].fields
        for one in (white, key)
    ] == [True, False]


def test_who_stands_on_the_whitelist_alone_owes_no_reports(world, listed):
    month = datetime.date(2023, 7, 1)
    assert world.road in projects_to_report(month)
    Membership.objects.filter(project_list=world.key_list, project=world.road).delete()
    assert world.road not in projects_to_report(month)
