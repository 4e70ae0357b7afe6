import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from projects.guarantees.actions import set_target
from projects.guarantees.needs.actions import raise_need
from projects.guarantees.needs.queries import needs_of
from projects.problems.actions import answer_problem, create_problem
from projects.problems.queries import problems_to_answer
from tests.world import AT, TODAY

NEED = {"text": "差 12 亩供地", "category": "land", "due_on": TODAY + datetime.timedelta(days=5)}


@pytest.fixture
def led(world):
    values = {"year": 2023, "guarantee": "land", "name": "供地", "measure": "亩", "amount": 100, "unit": world.land}
    return set_target(values, by=world.zhao, at=AT)


def test_a_need_goes_to_who_leads_the_guarantee_and_is_answered_there(world, led):
    need = raise_need(world.road, NEED, by=world.li, at=AT)
    assert (need.source, need.unit) == ("need", world.land)
    assert list(problems_to_answer(world.feng, TODAY)) == [need]
    answered = answer_problem(need, answer="本月供地", version=None, by=world.feng, at=AT)
    assert answered.state == "answered"


def test_who_reports_for_the_project_raises_needs_and_nothing_else(world, led):
    with pytest.raises(PermissionDenied):
        raise_need(world.road, NEED, by=world.wang, at=AT)
    with pytest.raises(PermissionDenied):
        create_problem(world.road, {**NEED, "source": "inspection"}, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="牵头单位"):
        raise_need(world.road, {**NEED, "category": "energy"}, by=world.li, at=AT)


def test_needs_are_counted_as_the_list_behind_the_number_shows_them(world, led, client):
    overdue = {"raised_on": TODAY - datetime.timedelta(days=9), "due_on": TODAY - datetime.timedelta(days=1)}
    create_problem(world.dam, {**NEED, **overdue, "source": "inspection"}, by=world.sun, at=AT)
    answer_problem(raise_need(world.road, NEED, by=world.li, at=AT), answer="x", version=None, by=world.feng, at=AT)
    create_problem(world.dam, {**NEED, "category": "finance", "source": "other"}, by=world.zhao, at=AT)
    counts = {one.state: one.count for one in needs_of(2023, TODAY)["land"]}
    assert counts == {"": 2, "to_answer": 1, "to_verify": 1, "closed": 0, "parked": 0, "overdue": 1}
    client.force_login(world.he)
    for state, count in counts.items():
        query = {"category": "land", "since": "2023-01-01", "until": "2023-12-31", "state": state}
        assert client.get(reverse("problem-list"), query).context["listing"].count == count, state
    assert needs_of(2022, TODAY) == {}
