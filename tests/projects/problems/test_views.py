import datetime

import pytest
from django.urls import reverse

from projects.models import Problem
from projects.problems.actions import answer_problem, create_problem
from tests.projects.growth import LIST, PAGE, assert_constant_queries
from tests.world import AT, TODAY

LISTING = "/problems/"


def raise_problem(world, text="电力线路未迁改", project=None, **values):
    values = {
        "source": "inspection",
        "text": text,
        "unit": world.traffic,
        "due_on": datetime.date(2023, 7, 12),
    } | values
    return create_problem(project or world.road, values, by=world.sun, at=AT)


def texts(response):
    return [record.text for record in response.context["listing"].records]


def test_the_form_proposes_the_responsible_unit_and_five_working_days(world, client):
    client.force_login(world.sun)
    url = reverse("problem-create", args=[world.road.pk])
    form = client.get(url).context["form"]
    assert (form.initial["unit"], form.initial["due_on"]) == (world.traffic.pk, datetime.date(2023, 7, 12))
    typed = {
        "text": "围挡破损",
        "unit": world.traffic.pk,
        "due_on": "2023-07-12",
        "source": "chat",
        "raised_on": "2023-07-05",
    }
    assert client.post(url, typed | {"raised_on": "2023-07-06"}).status_code == 422
    client.post(url, typed)
    assert Problem.objects.get().source == "chat"


def test_from_assignment_to_closing_each_by_another_person(world, client):
    problem = raise_problem(world)
    page = reverse("problem-detail", args=[problem.pk])
    client.force_login(world.li)
    refused = client.post(reverse("problem-answer", args=[problem.pk]), {"answer": " ", "version": 1})
    assert refused.status_code == 422
    client.post(reverse("problem-answer", args=[problem.pk]), {"answer": "已迁改", "version": 1})
    assert client.post(reverse("problem-verify", args=[problem.pk]), {"version": 2}).status_code == 403
    client.force_login(world.sun)
    assert "整改到位，销号" in client.get(page).content.decode()
    back = client.post(reverse("problem-verify", args=[problem.pk]), {"version": 2, "step": "return", "reason": ""})
    assert back.status_code == 422
    client.post(reverse("problem-verify", args=[problem.pk]), {"version": 2, "reason": ""})
    shown = client.get(page).content.decode()
    assert "孙核查" in shown
    assert "销号" in shown
    assert "整改到位，销号" not in shown


def test_who_answered_is_told_that_another_must_verify(world, client):
    problem = raise_problem(world)
    answer_problem(problem, answer="代填", version=1, by=world.zhao, at=AT)
    client.force_login(world.zhao)
    assert "整改到位，销号" not in client.get(reverse("problem-detail", args=[problem.pk])).content.decode()
    response = client.post(reverse("problem-verify", args=[problem.pk]), {"version": 2})
    assert response.status_code == 422
    assert "须由他人核查" in response.content.decode()


def test_moving_the_deadline_without_a_reason_keeps_what_was_typed(world, client):
    problem = raise_problem(world)
    client.force_login(world.sun)
    url = reverse("problem-edit", args=[problem.pk])
    typed = {"text": "改过的文字", "due_on": "2023-07-20", "source": "chat", "raised_on": "2023-07-05", "version": 1}
    refused = client.post(url, typed)
    assert refused.status_code == 422
    assert "改过的文字" in refused.content.decode()
    assert client.post(url, typed | {"reason": "雨天"}).status_code == 302
    assert client.post(url, typed | {"reason": "再推", "due_on": "2023-07-30"}).status_code == 409


def test_the_ledger_lists_open_ones_first_and_filters(world, client):
    raise_problem(world, "近的")
    raise_problem(world, "无期限", due_on=None)
    raise_problem(world, "旧的", raised_on=datetime.date(2023, 6, 1), due_on=datetime.date(2023, 6, 30))
    done = raise_problem(world, "办完的", due_on=TODAY, category="land")
    Problem.objects.filter(pk=done.pk).update(state="closed", closed_on=TODAY, verifier=world.sun)
    client.force_login(world.he)
    assert texts(client.get(LISTING)) == ["旧的", "近的", "无期限", "办完的"]
    assert texts(client.get(LISTING, {"state": "overdue"})) == ["旧的"]
    assert texts(client.get(LISTING, {"state": "closed"})) == ["办完的"]
    assert texts(client.get(LISTING, {"category": "land"})) == ["办完的"]
    assert texts(client.get(LISTING, {"q": "无期"})) == ["无期限"]
    assert texts(client.get(LISTING, {"q": "ldz", "state": "open"})) == ["旧的", "近的", "无期限"]
    assert texts(client.get(LISTING, {"unit": world.water.pk})) == []


@pytest.mark.parametrize("query", ["page=abc", "sort=-x", "state=nonsense", "unit=abc", "category=x"])
def test_any_address_gives_a_page(world, client, query):
    raise_problem(world)
    client.force_login(world.he)
    assert client.get(f"{LISTING}?{query}").status_code == 200


def test_pages_ask_the_database_the_same_number_of_times(world, client):
    problem = raise_problem(world)
    client.force_login(world.zhao)

    def grow():
        for number in range(10):
            raise_problem(world, f"问题{number}", project=world.dam if number % 2 else world.road)

    assert_constant_queries(client, LISTING, grow, limit=LIST)
    url = reverse("problem-detail", args=[problem.pk])
    assert_constant_queries(
        client, url, lambda: answer_problem(problem, answer="好", version=1, by=world.li, at=AT), limit=PAGE
    )


def test_further_leaders_of_a_ledger_are_mended_where_there_is_one(world, client):
    problem = raise_problem(world)
    client.force_login(world.zhao)
    url = reverse("problem-edit", args=[problem.pk])
    assert "other_assigners" not in client.get(url).context["form"].fields
    Problem.objects.filter(pk=problem.pk).update(assigner=world.leader_qian, other_assigners="吴二安")
    form = client.get(url).context["form"]
    typed = {name: form.initial[name] or "" for name in form.fields if name in form.initial}
    assert client.post(url, typed | {"other_assigners": "吴二安、郑三和"}).status_code == 302
    assert Problem.objects.get().other_assigners == "吴二安、郑三和"
