import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from projects.models import Problem
from projects.problems.actions import answer_problem, create_problem
from projects.requests.actions import Asked, approve, ask
from projects.requests.inbox.queries import to_decide
from projects.requests.queries import problem_due_in_force
from projects.requests.rules import RequestKind
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
DUE, LATER = datetime.date(2023, 7, 12), datetime.date(2023, 8, 31)
K = RequestKind


@pytest.fixture
def problem(world):
    values = {"source": "inspection", "text": "电力线路未迁改", "unit": world.traffic, "due_on": DUE}
    return create_problem(world.road, values, by=world.sun, at=AT)


def asked(world, problem, kind, by=None, **more):
    words = {} if kind == K.HAND_OVER_PROBLEM else {"reason_code": "land"}
    given = Asked(kind, problem, more.pop("day", LATER), reason="三户未签", **words, **more)
    return ask(given, by=by or world.li, at=AT)


def test_a_delay_is_decided_by_another_and_keeps_the_first_deadline(world, problem):
    for user in (world.wang, world.sun, world.he):
        with pytest.raises(PermissionDenied):
            asked(world, problem, K.DELAY_PROBLEM, by=user)
    with pytest.raises(ValidationError, match="应晚于"):
        asked(world, problem, K.DELAY_PROBLEM, day=DUE)
    request = asked(world, problem, K.DELAY_PROBLEM)
    assert Problem.objects.get().due_on == DUE  # asking moves nothing
    with pytest.raises(ValidationError, match="等待审批"):
        asked(world, problem, K.PARK_PROBLEM)
    assert [[row[1] for row in to_decide(user)] for user in (world.sun, world.zhao, world.li, world.dong)] == [
        [request.pk], [request.pk], [], []
    ]  # fmt: skip
    with pytest.raises(PermissionDenied):
        approve(request, version=1, by=world.dong, at=AT)
    approve(request, version=1, by=world.sun, at=AT)
    moved = Problem.objects.annotate(before=problem_due_in_force(TODAY - datetime.timedelta(days=1))).get()
    assert (moved.due_on, moved.original_due_on, moved.before) == (LATER, DUE, DUE)


def test_what_is_not_ours_goes_to_the_unit_named(world, problem):
    with pytest.raises(ValidationError, match="另选"):
        asked(world, problem, K.HAND_OVER_PROBLEM, unit=world.traffic)
    with pytest.raises(ValidationError, match="哪个单位"):
        asked(world, problem, K.HAND_OVER_PROBLEM)
    approve(asked(world, problem, K.HAND_OVER_PROBLEM, day=TODAY, unit=world.water), version=1, by=world.sun, at=AT)
    problem.refresh_from_db()
    assert (problem.unit, problem.state) == (world.water, "assigned")


def test_what_cannot_be_done_now_is_parked_with_a_day_to_look_again(world, problem):
    with pytest.raises(ValidationError, match="今后的日期"):
        asked(world, problem, K.PARK_PROBLEM, day=TODAY)
    approve(asked(world, problem, K.PARK_PROBLEM), version=1, by=world.sun, at=AT)
    problem.refresh_from_db()
    assert (problem.state, problem.parked_on, problem.parked_until) == ("parked", TODAY, LATER)


def test_an_approval_finds_the_problem_answered_meanwhile(world, problem):
    request = asked(world, problem, K.PARK_PROBLEM)
    answer_problem(problem, answer="已迁改", version=1, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="申请已不适用"):
        approve(request, version=1, by=world.sun, at=AT)
    request.refresh_from_db()
    assert request.verdict == "pending"


def test_a_unit_asks_on_the_page_of_the_problem_and_the_bureau_finds_it_waiting(world, client, problem):
    client.force_login(world.li)
    url = reverse("request-problem", args=[problem.pk, "hand_over_problem"])
    assert url in client.get(reverse("problem-detail", args=[problem.pk])).content.decode()
    assert client.post(url, {"unit": world.water.pk, "reason": ""}).status_code == 422
    client.post(url, {"unit": world.water.pk, "reason": "供水管线"})
    assert url not in client.get(reverse("problem-detail", args=[problem.pk])).content.decode(), "one at a time"
    client.force_login(world.sun)
    page = client.get(reverse("request-list")).content.decode()
    assert "等您审批" in page
    assert "改由县水利局办理" in page
    assert client.get(reverse("request-problem", args=[problem.pk, "stop"])).status_code == 404
