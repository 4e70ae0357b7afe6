import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from projects.inspections.actions import log_inspection
from projects.inspections.planning.actions import set_targets
from projects.inspections.planning.rules import NOWHERE, Place, suggested, township_of
from projects.inspections.queries import onsite_week, unseen_projects
from projects.models import Project
from projects.status.rules import Colour
from tests.world import AT, TODAY


def place(pk, colour, days, *, unseen=False, township="吕店镇"):
    return Place(pk, township, colour, days, unseen)


@pytest.mark.parametrize(
    ("registered", "name", "township"),
    [
        ("鸦岭镇", "白沙镇县道", "鸦岭镇"),
        ("", "伊川县鸦岭镇公办幼儿园", "鸦岭镇"),
        ("", "鸦岭镇至白沙镇快速通道", NOWHERE),
        ("", "县人民医院", NOWHERE),
    ],
)
def test_where_a_project_lies_is_registered_or_said_by_its_name_alone(registered, name, township):
    assert township_of(registered, name, ["白沙镇", "鸦岭镇"]) == township


def test_red_before_yellow_before_long_unseen_and_one_township_together():
    places = [
        place(1, Colour.GREEN, 5),
        place(2, Colour.GREEN, 40, unseen=True),
        place(3, Colour.YELLOW, 3, township="鸣皋镇"),
        place(4, Colour.RED, 1),
        place(5, Colour.NONE, None, unseen=True, township="鸣皋镇"),
    ]
    found = [(township, [one.project_id for one in stops]) for township, stops in suggested(places)]
    assert found == [("吕店镇", [4, 2]), ("鸣皋镇", [3, 5])]


@pytest.mark.django_db
def test_the_route_of_the_day_names_the_chosen_projects_only(world, client):
    client.force_login(world.sun)
    url = reverse("inspection-route")
    assert world.road.name in client.get(url).content.decode()
    sheet = client.get(url, {"project": [world.road.pk, "x"]}).content.decode()
    assert world.road.name in sheet
    assert world.dam.name not in sheet


@pytest.mark.django_db
def test_the_weeks_days_and_the_days_unseen_are_the_countys_own(world):
    values = {"inspected_on": TODAY - datetime.timedelta(days=10), "situation": "甲", "unit": world.sun.unit}
    log_inspection(world.road, values, by=world.sun, at=AT)
    seen = Project.objects.filter(pk=world.road.pk)
    assert unseen_projects(seen, TODAY) == []
    with pytest.raises(PermissionDenied):
        set_targets(days_per_week=3, unseen_days=7, version=1, by=world.sun, at=AT)
    set_targets(days_per_week=3, unseen_days=7, version=1, by=world.zhao, at=AT)
    changed = set_targets(days_per_week=3, unseen_days=8, version=1, by=world.zhao, at=AT)
    assert changed.version == 2
    assert onsite_week(TODAY).targets.days_per_week == 3
    assert [entry.project for entry in unseen_projects(seen, TODAY)] == [world.road]


@pytest.mark.django_db
def test_a_past_week_shows_who_was_unseen_then_and_its_days_open_to_the_visits(world, client):
    client.force_login(world.he)
    url, monday = reverse("inspection-board"), TODAY - datetime.timedelta(days=TODAY.weekday())
    values = {"inspected_on": TODAY - datetime.timedelta(days=1), "situation": "甲", "leader": world.leader_qian}
    visit = log_inspection(world.road, values, by=world.qian, at=AT)
    assert [one.project for one in client.get(url).context["unseen"]] == [world.dam]
    last_week = client.get(url, {"week": (monday - datetime.timedelta(days=3)).isoformat()})
    assert [one.project for one in last_week.context["unseen"]] == [world.road, world.dam]
    link = f"{reverse('inspection-list')}?leader={world.leader_qian.pk}&amp;since={monday}"
    (query,) = re.findall(f'href="{re.escape(link)}&amp;until=([0-9-]+)"', client.get(url).text)
    found = client.get(link.replace("&amp;", "&") + f"&until={query}").context["listing"]
    assert [one.pk for one in found.records] == [visit.pk]
