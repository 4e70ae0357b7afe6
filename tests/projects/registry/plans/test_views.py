import pytest
from django.urls import reverse

from projects.models import FundingSource, PlanRevision, YearPlan


@pytest.fixture
def plan(world):
    return YearPlan.objects.get(project=world.road)


def test_helper_buttons_fill_the_months_and_save_nothing(world, client, plan):
    client.force_login(world.li)
    url = reverse("plan-revise", args=[plan.pk])
    typed = {"planned_wan": "１2,000", "reason": "文件", "from_on": "2023-07-05", "version": 1}
    page = client.post(url, typed | {"fill": "evenly"})
    assert page.status_code == 200
    assert page.context["form"]["m12_wan"].value() == 1000
    assert page.context["form"]["reason"].value() == "文件"
    quarters = {"q1_wan": "300", "q2_wan": "600", "q3_wan": "", "q4_wan": "1"}
    page = client.post(url, typed | quarters | {"fill": "by_quarter"})
    assert (page.context["form"]["planned_wan"].value(), page.context["form"]["m4_wan"].value()) == (901, 200)
    assert client.post(url, typed | {"planned_wan": "很多", "fill": "evenly"}).status_code == 422
    empty = client.post(url, typed | {"m1_wan": "70", "fill": "by_quarter"})
    assert (empty.status_code, empty.context["form"]["m1_wan"].value()) == (422, "70")
    assert not PlanRevision.objects.exists()


def test_the_unit_asks_the_head_approves_and_the_page_tells_both(world, client, plan):
    client.force_login(world.li)
    url = reverse("plan-revise", args=[plan.pk])
    months = {f"m{number}_wan": "1250" for number in range(1, 13)}
    typed = {"planned_wan": "15000", "reason": "伊重点〔2023〕5号", "from_on": "2023-07-05", "version": 1} | months
    wrong = client.post(url, typed | {"m12_wan": "1249"})
    assert wrong.status_code == 422
    assert "少 1.00 万元" in wrong.content.decode()
    assert client.post(url, typed).status_code == 302
    revision = PlanRevision.objects.get()
    client.force_login(world.zhou)
    assert revision.reason in client.get(reverse("request-list")).content.decode()
    decide = reverse("plan-decide", args=[revision.pk])
    assert client.get(reverse("plan-request", args=[revision.pk])).status_code == 200
    assert client.post(decide, {"verdict": "refused", "version": 1}).status_code == 422
    client.post(decide, {"verdict": "approved", "version": 1})
    page = client.get(reverse("project-detail", args=[world.road.pk]), {"tab": "funding"}).content.decode()
    for text in ("15,000.00", "12,000.00", "伊重点〔2023〕5号", "已批准", "1,250.00", "李", "周"):
        assert text in page
    # The next one is looked at beside the split that it replaces; the first replaced none.
    client.force_login(world.li)
    client.post(url, typed | {"m1_wan": "1000", "m12_wan": "1500", "from_on": "2023-08-01", "version": 2})
    later = PlanRevision.objects.latest("pk")
    assert client.get(reverse("plan-request", args=[later.pk])).context["replaced"] == revision
    assert "原分解" not in client.get(reverse("plan-request", args=[revision.pk])).text


def test_a_request_is_taken_back_from_the_project_page(world, client, plan):
    client.force_login(world.li)
    typed = {"planned_wan": "15000", "reason": "文件", "from_on": "2023-07-05", "version": 1}
    client.post(reverse("plan-revise", args=[plan.pk]), typed)
    revision = PlanRevision.objects.get()
    withdraw = reverse("plan-withdraw", args=[revision.pk])
    page = reverse("plan-request", args=[revision.pk])
    assert page in client.get(reverse("project-detail", args=[world.road.pk]), {"tab": "funding"}).content.decode()
    assert withdraw in client.get(page).content.decode()
    client.post(withdraw, {"version": 1})
    revision.refresh_from_db()
    assert revision.state == "withdrawn"


def test_arrivals_are_entered_changed_and_removed(world, client):
    client.force_login(world.li)
    source = FundingSource.objects.create(project=world.road, kind="special_bond", planned_wan=2000)
    client.post(reverse("arrival-add", args=[source.pk]), {"arrived_on": "2023-07-01", "amount_wan": "５００"})
    arrival = source.arrivals.get()
    changed = {"arrived_on": "2023-07-01", "amount_wan": "600", "version": 1}
    client.post(reverse("arrival-edit", args=[arrival.pk]), changed)
    page = client.get(reverse("project-detail", args=[world.road.pk]), {"tab": "funding"}).content.decode()
    assert "600.00" in page
    assert "30.00%" in page
    client.post(reverse("arrival-delete", args=[arrival.pk]), {"version": 2})
    assert not source.arrivals.exists()
