"""改灯: asked for by the office, decided by another, in force to its day, beside what is computed."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from projects.requests.actions import Asked, approve, ask
from projects.requests.inbox.queries import matters, to_decide
from projects.requests.rules import RequestKind
from projects.status.queries import lights_of
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
UNTIL = datetime.date(2023, 8, 1)
DAY = datetime.timedelta(days=1)


def change_light(world, light="entry", colour="green", *, by=None, until=UNTIL, at=AT):
    asked = Asked(
        RequestKind.CHANGE_LIGHT,
        world.road,
        until,
        light=light,
        colour=colour,
        reason="统计口径",
        evidence="统计局来函",
    )
    return ask(asked, by=by or world.zhao, at=at)


def entry(world, on=TODAY):
    light = lights_of([world.road.pk], on)[world.road.pk].entry
    return light.colour, light.shown


def test_a_light_is_changed_by_two_people_and_to_its_day(world):
    asked = change_light(world)
    assert entry(world) == ("red", "red")
    approve(asked, version=1, by=world.zhou, at=AT)
    assert entry(world) == ("red", "green")
    assert entry(world, UNTIL) == ("red", "green")
    assert entry(world, UNTIL + DAY) == ("red", "red")
    assert entry(world, TODAY - DAY) == ("red", "red")  # a past day is shown as it was


def test_a_further_request_ends_it_before_its_day(world):
    approve(change_light(world), version=1, by=world.zhou, at=AT)
    end = change_light(world, colour="restored", until=TODAY, at=AT + DAY)
    approve(end, version=1, by=world.zhou, at=AT + DAY)
    assert entry(world, TODAY + DAY) == ("red", "red")


def test_two_lights_of_a_project_wait_side_by_side_and_to_end_a_change_is_never_late(world):
    change_light(world, until=TODAY)
    change_light(world, light="progress", colour="restored", until=TODAY)
    with pytest.raises(ValidationError, match="已有一份申请在等待审批"):
        change_light(world, colour="yellow")
    lines = list(to_decide(world.zhou))
    assert [line[-1] for line in lines] == [TODAY, None]
    assert [one.overdue_days for one in matters(lines, TODAY + DAY)] == [1, 0]


def test_only_the_office_asks_never_for_a_day_that_has_passed_and_another_decides(world):
    for user in (world.li, world.qian, world.sun, world.dong):
        with pytest.raises(PermissionDenied):
            change_light(world, by=user)
    with pytest.raises(ValidationError, match="期限不能早于今天"):
        change_light(world, until=TODAY - DAY)
    with pytest.raises(ValidationError, match="改灯须写明"):
        change_light(world, light="")
    asked = change_light(world, by=world.zhou)
    with pytest.raises(PermissionDenied):
        approve(asked, version=1, by=world.zhou, at=AT)
    with pytest.raises(ValidationError, match="期限 2023-08-01 已过"):
        approve(asked, version=1, by=world.dong, at=AT + 40 * DAY)


def test_the_form_asks_for_a_day_unless_the_change_ends(world, client):
    client.force_login(world.zhao)
    url = f"/requests/projects/{world.road.pk}/change_light/"
    typed = {"light": "entry", "colour": "green", "proposed_on": "", "reason": "口径", "evidence": "来函"}
    page = client.post(url, typed)
    assert page.status_code == 422
    assert "改灯要有期限" in page.content.decode()
    assert client.post(url, typed | {"colour": "restored"}).status_code == 302
    client.force_login(world.li)
    assert client.get(url).status_code == 403
