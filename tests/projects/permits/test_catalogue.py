import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.urls import reverse

from leaders.models import HistoryEntry
from projects.models import Permit, PermitDeadlines, PermitTemplate, PermitType, Prerequisite, Project
from projects.permits.actions import add_permits, remove_permit, take_step
from projects.permits.catalogue.actions import (
    change_permit_type,
    change_template,
    create_permit_type,
    create_template,
    set_deadlines,
)
from projects.permits.catalogue.queries import apply_lines
from projects.permits.queries import active_types, deadline_rules
from projects.permits.rules import permit_deadline
from tests.projects.growth import PAGE, assert_constant_queries
from tests.world import AT, TODAY

day = datetime.date


@pytest.fixture
def filing(world):
    return create_permit_type({"name": "立项", "position": 1}, by=world.zhao, at=AT)


@pytest.fixture
def environment(world, filing):
    values = {"name": "环境影响评价", "department": world.land, "allowed_days": 15, "position": 2}
    return create_permit_type(values, [filing], by=world.zhao, at=AT)


@pytest.fixture
def template(world, filing, environment):
    made = create_template("房建", by=world.zhao, at=AT)
    return change_template(made, "房建", [filing, environment], version=1, by=world.zhao, at=AT)


def test_a_kind_keeps_its_prerequisites_with_their_history(world, environment, filing):
    assert list(environment.prerequisites.all()) == [filing]
    with pytest.raises(ValidationError, match="自己为前置"):
        change_permit_type(environment, {}, [environment], version=1, by=world.zhao, at=AT)
    change_permit_type(environment, {"allowed_days": 10}, [], version=1, by=world.zhao, at=AT)
    told = HistoryEntry.objects.filter(object_type="permittype").latest("pk").changes
    assert {(line["field"], line["old"], line["new"]) for line in told} == {
        ("allowed_days", 15, 10),
        ("prerequisites", "立项", None),
    }
    with pytest.raises(PermissionDenied):
        change_permit_type(environment, {}, [], version=2, by=world.feng, at=AT)


def test_a_template_adds_what_is_missing_and_never_what_is_there(world, template, filing, environment):
    Permit.objects.create(project=world.road, permit_type=filing, state="granted", obtained_on=TODAY)
    assert [(line.is_new, line.deadline_on) for line in apply_lines(world.road, template, TODAY)] == [
        (False, day(2022, 5, 31)),
        (True, day(2022, 5, 31)),
    ]
    added = add_permits(world.road, [filing, environment], template=template, by=world.zhao, at=AT)
    assert [permit.permit_type for permit in added] == [environment]
    assert Permit.objects.get(permit_type=filing).state == "granted"
    assert HistoryEntry.objects.latest("pk").reason == "按“房建”模板"
    with pytest.raises(ValidationError, match="还没有"):
        add_permits(world.road, [filing, environment], by=world.zhao, at=AT)


def test_what_was_begun_is_not_removed(world, filing, environment):
    fresh, begun = add_permits(world.road, [filing, environment], by=world.zhao, at=AT)
    begun = take_step(begun, "accepted", {"accepted_on": TODAY}, version=1, by=world.zhao, at=AT)
    remove_permit(fresh, version=1, by=world.zhao, at=AT)
    with pytest.raises(ValidationError, match="已经开始办理"):
        remove_permit(begun, version=2, by=world.zhao, at=AT)
    assert Permit.objects.get() == begun


def test_an_archived_project_keeps_its_procedures(world, filing):
    (fresh,) = add_permits(world.road, [filing], by=world.zhao, at=AT)
    Project.objects.update(archived_at=AT)
    with pytest.raises(PermissionDenied):
        remove_permit(Permit.objects.get(pk=fresh.pk), version=1, by=world.zhao, at=AT)


def test_a_kind_is_given_to_projects_only_while_it_is_active(world, filing):
    change_permit_type(filing, {"active_from": TODAY, "active_to": TODAY}, [], version=1, by=world.zhao, at=AT)
    days = (day(2023, 7, 4), TODAY, day(2023, 7, 6))
    assert [active_types(one).exists() for one in days] == [False, True, False]


@pytest.mark.parametrize("start", [day(2022, 3, 1), day(2023, 9, 1), day(2024, 6, 30), day(2025, 7, 1), None])
def test_the_database_and_the_rules_agree_on_the_deadline_of_each_year(world, filing, start):
    set_deadlines(
        2024,
        {"first_half_on": day(2024, 4, 30), "second_half_on": day(2024, 9, 30)},
        version=None,
        by=world.zhao,
        at=AT,
    )
    world.road.planned_start_on, world.road.planned_end_on = start, None
    world.road.save()
    later = PermitType.objects.create(name="联合验收", is_before_start=False)
    add_permits(world.road, [filing, later], by=world.zhao, at=AT)
    by_rule, after_start = Permit.objects.with_deadline()
    assert by_rule.deadline_on == permit_deadline(start, deadline_rules())
    assert after_start.deadline_on is None


def test_a_years_days_are_its_own_and_exist_in_every_later_year(world):
    for wrong in (day(2023, 5, 31), day(2024, 2, 29)):
        values = {"first_half_on": wrong, "second_half_on": day(2024, 10, 31)}
        with pytest.raises(ValidationError):
            set_deadlines(2024, values, version=None, by=world.zhao, at=AT)
    assert not PermitDeadlines.objects.exists()


def test_the_default_catalogue_is_loaded_once_and_what_the_county_took_out_stays_out(world):
    call_command("load_reference", verbosity=0)
    template = PermitTemplate.objects.get(name="企业备案")
    template.permit_types.remove(template.permit_types.first())
    Prerequisite.objects.all().delete()
    kept = template.permit_types.count()
    call_command("load_reference", verbosity=0)
    assert (template.permit_types.count(), Prerequisite.objects.count()) == (kept, 0)


def test_the_office_applies_a_template_after_looking(world, client, template):
    client.force_login(world.zhao)
    url = reverse("permit-apply", args=[world.road.pk]) + f"?template={template.pk}"
    assert client.get(url).content.decode().count("checked") == 2
    assert client.post(url, {}).status_code == 422
    kinds = list(template.permit_types.values_list("pk", flat=True))
    assert client.post(url, {"permit_types": kinds}).status_code == 302
    assert "已有，不变" in client.get(url).content.decode()


def test_the_catalogue_is_edited_on_its_pages(world, client, environment, filing):
    client.force_login(world.zhao)
    url = reverse("permit-type-edit", args=[environment.pk])
    typed = {"name": "环评", "position": 5, "prerequisites": [filing.pk], "version": 1, "is_before_start": "on"}
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed).status_code == 409
    deadlines = reverse("permit-deadlines", args=[2023])
    days = {"first_half_on": "2023-06-15", "second_half_on": "2023-11-15", "remind_days": 20, "version": ""}
    assert client.post(deadlines, days).status_code == 302
    assert client.post(deadlines, days).status_code == 409

    def grow():
        for number in range(4):
            kind = PermitType.objects.create(name=f"手续{number}")
            kind.prerequisites.set([filing])
            PermitTemplate.objects.create(name=f"类型{number}").permit_types.set([kind, filing])

    PermitTemplate.objects.create(name="房建").permit_types.set([filing])
    assert_constant_queries(client, reverse("permit-catalogue"), grow, limit=PAGE)
