import datetime

import pytest
from django.urls import reverse

from projects.milestones.schedule.rules import DESK, PHONE, axis_for, weeks_of
from projects.models import Milestone
from tests.projects.growth import PAGE, assert_constant_queries
from tests.world import TODAY, make_project

day = datetime.date


def test_days_are_laid_out_from_the_first_month_to_the_last():
    axis = axis_for([day(2023, 3, 15), day(2023, 9, 2)], TODAY)
    assert (axis.x(day(2023, 3, 1)), axis.x(day(2023, 9, 30))) == (DESK.left, DESK.left + DESK.days)
    assert axis.x(day(2020, 1, 1)) == DESK.left  # what lies outside stands at the edge
    assert [tick.text for tick in axis.ticks()] == ["3月", "4月", "5月", "6月", "7月", "8月", "9月"]
    narrow = axis_for([day(2023, 3, 15), day(2023, 9, 2)], TODAY, PHONE)
    assert [tick.text for tick in narrow.ticks()] == ["4月", "7月"]
    assert len(axis_for([day(2000, 1, 1), day(2060, 1, 1)], TODAY).ticks()) == 5  # sixty months, a tick a year


def test_a_month_is_shown_in_whole_weeks_from_monday():
    weeks = weeks_of(day(2023, 7, 1))
    assert (weeks[0][0], weeks[-1][-1], len(weeks)) == (day(2023, 6, 26), day(2023, 8, 6), 6)


@pytest.fixture
def busy(world):
    for project, name in ((world.road, "路基完工"), (world.dam, "水厂封顶")):
        Milestone.objects.create(project=project, name=name, due_on=day(2023, 7, 20))
    Milestone.objects.create(project=world.road, name="六月的", due_on=day(2023, 6, 10), actual_on=day(2023, 6, 12))
    return world


def test_the_calendar_shows_the_month_and_whose_it_is(busy, client):
    client.force_login(busy.he)
    page = client.get(reverse("milestone-calendar")).content.decode()
    assert all(text in page for text in ("2023年7月", "本月到期 2 个", "路基完工", "水厂封顶"))
    own = client.get(
        reverse("milestone-calendar"), {"month": "2023-06", "leader": busy.leader_qian.pk}
    ).content.decode()
    assert "本月到期 1 个" in own
    empty = client.get(reverse("milestone-calendar"), {"month": "2023-12"})
    assert empty.context["nearest"] == day(2023, 7, 1)
    assert "逾期 2 天完成" in own


@pytest.mark.parametrize("name", ["leader", "group", "unit", "list", "project"])
def test_the_timeline_is_drawn_and_readable_for_each_scope(busy, client, name):
    who = {"leader": busy.leader_qian, "group": busy.group, "unit": busy.traffic, "project": busy.road}
    client.force_login(busy.he)
    page = client.get(reverse("milestone-timeline"), {name: who.get(name, busy.key_list).pk}).content.decode()
    assert "路基完工 2023-07-20，还有 15 天" in page
    assert 'class="tl-late_done"' in page
    assert ("水厂封顶" in page) is (name == "list")


@pytest.mark.parametrize("url", ["milestone-calendar", "milestone-timeline"])
def test_as_many_questions_for_few_projects_as_for_many(busy, client, url):
    def grow():
        for number in range(8):
            project = make_project(
                f"新{number}", key_list=busy.key_list, unit=busy.traffic, leader=busy.leader_wu, position=9 + number
            )
            Milestone.objects.create(project=project, name="封顶", due_on=day(2023, 7, 21))

    client.force_login(busy.he)
    assert_constant_queries(client, reverse(url), grow, limit=PAGE)
