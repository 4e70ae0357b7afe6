import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from projects.models import FundingSource, ProjectCode, Responsibility, YearPlan
from projects.registry.actions import change_year_plan, set_responsibility
from projects.registry.rules import Contact, ResponsibilityRole
from tests.world import AT, TODAY, YEAR_START

# What pages ask the database, the second database answers in tests/test_query_counts.py; what they do, in the actions' own tests.
pytestmark = pytest.mark.one_database


@pytest.fixture
def office(world, client):
    client.force_login(world.zhao)
    return client


def holders(project, role):
    rows = Responsibility.objects.in_force(TODAY).filter(project=project, role=role).order_by("position", "pk")
    return [row.leader or row.unit or row.group or row.contact for row in rows]


def test_the_page_of_a_hand_over_shows_who_answers_now(world, office):
    url = reverse("responsibility-set", args=[world.road.pk, "leader"])
    form = office.get(url).context["form"]
    assert form["holder_1"].initial == world.leader_qian.pk
    response = office.post(
        url, {"holder_1": world.leader_wu.pk, "holder_2": world.leader_qian.pk, "starts_on": "2023-07-01"}
    )
    assert response.url == reverse("project-detail", args=[world.road.pk]) + "?tab=duties"
    assert set(holders(world.road, "leader")) == {world.leader_qian, world.leader_wu}


@pytest.mark.parametrize("role", ["lead_unit", "supporting_unit"])
def test_units_take_over_from_a_day(world, office, role):
    url = reverse("responsibility-set", args=[world.road.pk, role])
    office.post(url, {"holder_1": world.water.pk, "starts_on": "2023-07-01"})
    assert holders(world.road, role) == [world.water]


def test_nobody_chosen_means_nobody_answers_any_more(world, office):
    office.post(reverse("responsibility-set", args=[world.road.pk, "group"]), {"starts_on": "2023-07-01"})
    assert holders(world.road, "group") == []
    row = Responsibility.objects.get(project=world.road, role="group")
    assert row.ends_on == datetime.date(2023, 6, 30)


def test_the_contact_is_a_name_and_a_telephone(world, office):
    url = reverse("responsibility-set", args=[world.road.pk, "contact"])
    office.post(url, {"contact": "郑三", "phone": "0379-1", "starts_on": "2023-07-01"})
    assert holders(world.road, "contact") == ["郑三"]
    assert office.get(url).context["form"]["phone"].value() == "0379-1"


def test_an_archived_leader_who_still_answers_stays_in_the_choice(world, office):
    world.leader_qian.archived_at = AT
    world.leader_qian.save()
    page = office.get(reverse("responsibility-set", args=[world.road.pk, "leader"])).content.decode()
    assert "钱一平" in page
    other = office.get(reverse("responsibility-set", args=[world.dam.pk, "leader"])).content.decode()
    assert "钱一平" not in other


def test_an_unknown_role_is_not_found(world, office):
    assert office.get(reverse("responsibility-set", args=[world.road.pk, "king"])).status_code == 404


def test_a_hand_over_before_a_later_beginning_is_refused_on_the_day(world, office):
    set_responsibility(world.road, "leader", [world.leader_wu], starts_on=TODAY, by=world.zhao, at=AT)
    url = reverse("responsibility-set", args=[world.road.pk, "leader"])
    response = office.post(url, {"holder_1": world.leader_qian.pk, "starts_on": "2023-03-01", "reason": "补录"})
    assert response.status_code == 422
    assert "starts_on" in response.context["form"].errors
    assert "补录" in response.content.decode()


def test_dates_of_a_line_are_corrected_with_a_reason(world, office):
    row = Responsibility.objects.get(project=world.road, role="leader")
    url = reverse("responsibility-edit", args=[row.pk])
    data = {"starts_on": "2023-02-01", "version": 1}
    assert office.post(url, data).status_code == 422
    assert office.post(url, data | {"reason": "起日录错"}).status_code == 302
    row.refresh_from_db()
    assert (row.starts_on, row.leader) == (datetime.date(2023, 2, 1), world.leader_qian)


def test_a_contacts_telephone_is_corrected(world, office):
    row = set_responsibility(
        world.road, ResponsibilityRole.CONTACT, [Contact("郑三", "1")], starts_on=YEAR_START, by=world.zhao, at=AT
    )[0]
    data = {"starts_on": "2023-01-01", "phone": "2", "version": 1, "reason": "换号"}
    office.post(reverse("responsibility-edit", args=[row.pk]), data)
    row.refresh_from_db()
    assert (row.phone, row.contact) == ("2", "郑三")


def test_a_code_with_a_wrong_check_digit_is_saved_with_a_warning(world, office):
    url = reverse("code-add", args=[world.road.pk])
    response = office.post(url, {"code": "2111-522323-04-01-342069"}, follow=True)
    page = response.content.decode()
    assert "校验码应为 8" in page
    assert ProjectCode.objects.get(project=world.road).code == "2111-522323-04-01-342069"


def test_a_code_is_changed_and_removed(world, office):
    record = ProjectCode.objects.create(project=world.road, code="2111-522323-04-01-342068")
    edit = reverse("code-edit", args=[record.pk])
    office.post(edit, {"code": record.code, "note": "一期", "version": 1})
    record.refresh_from_db()
    assert record.note == "一期"
    office.post(reverse("code-delete", args=[record.pk]), {"version": 2, "reason": "录错"})
    assert not ProjectCode.objects.exists()


def test_the_plan_of_a_year_is_made_changed_and_removed(world, office):
    office.post(reverse("year-plan-create", args=[world.road.pk]), {"year": "2024", "plan_wan": "500"})
    plan = YearPlan.objects.get(project=world.road, year=2024)
    url = reverse("year-plan-edit", args=[plan.pk])
    assert office.post(url, {"plan_wan": "600", "goal_first_half": "开工", "version": 1}).status_code == 302
    plan.refresh_from_db()
    assert (plan.year, plan.plan_wan, plan.goal_first_half) == (2024, Decimal("500.00"), "开工")
    office.post(reverse("year-plan-delete", args=[plan.pk]), {"version": 2})
    assert not YearPlan.objects.filter(pk=plan.pk).exists()


@pytest.mark.parametrize("year", ["99999", "20", "-1", "二〇二四"])
def test_a_year_that_is_none_is_refused(world, office, year):
    response = office.post(reverse("year-plan-create", args=[world.road.pk]), {"year": year, "plan_wan": "500"})
    assert response.status_code == 422
    assert "year" in response.context["form"].errors


def test_money_is_added_changed_and_removed(world, office):
    data = {"kind": "special_bond", "planned_wan": "２０００"}
    office.post(reverse("funding-add", args=[world.road.pk]), data)
    source = FundingSource.objects.get(project=world.road)
    assert source.planned_wan == Decimal("2000.00")
    office.post(reverse("funding-edit", args=[source.pk]), data | {"planned_wan": "3000", "version": 1})
    source.refresh_from_db()
    assert source.planned_wan == Decimal("3000.00")
    office.post(reverse("funding-delete", args=[source.pk]), {"version": 2})
    assert not FundingSource.objects.exists()


@pytest.mark.parametrize("name", ["code-edit", "year-plan-edit", "funding-edit", "responsibility-edit", "code-add"])
def test_an_unknown_record_is_not_found(office, name):
    assert office.get(reverse(name, args=[999999])).status_code == 404


def test_what_was_changed_since_the_page_was_opened_is_not_deleted(world, office):
    plan = YearPlan.objects.get(project=world.road)
    change_year_plan(plan, {"goal_first_half": "主体封顶"}, by=world.zhou, at=AT, version=1)
    response = office.post(reverse("year-plan-delete", args=[plan.pk]), {"version": 1, "reason": "录错"})
    assert response.status_code == 409
    assert YearPlan.objects.filter(pk=plan.pk).exists()
    office.post(reverse("year-plan-delete", args=[plan.pk]), {"version": 2, "reason": "录错"})
    assert not YearPlan.objects.filter(pk=plan.pk).exists()
