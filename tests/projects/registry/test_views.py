import datetime
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from projects.models import Membership, ProjectCode, Responsibility, YearPlan
from projects.registry.models import Project, Sector
from tests.world import AT, TODAY

# What pages ask the database, the second database answers in tests/test_query_counts.py; what they do, in the actions' own tests.
pytestmark = pytest.mark.one_database


@pytest.fixture
def office(world, client):
    client.force_login(world.zhao)
    return client


def project_form(project, **changes):
    """What the edit page sends back when nothing was touched."""
    values = {
        "name": project.name,
        "state": project.state,
        "total_wan": project.total_wan,
        "planned_start_on": project.planned_start_on,
        "planned_end_on": project.planned_end_on,
        "actual_start_on": project.actual_start_on,
        "version": project.version,
    }
    return {key: value for key, value in (values | changes).items() if value is not None}


def test_a_project_is_registered_with_all_that_is_known(world, office):
    data = {
        "name": "白元镇水厂",
        "state": "preparing",
        "total_wan": "１２，０００",
        "year": "2023",
        "starts_on": "2023-07-01",
        "label": "new_start",
        "plan_wan": "3000",
        "project_list": world.key_list.pk,
        "unit": world.water.pk,
        "leader": world.leader_wu.pk,
        "code": "2111-522323-04-01-342068",
    }
    response = office.post(reverse("project-create"), data)
    assert any("522323" in str(message) for message in get_messages(response.wsgi_request))  # another county's code
    project = Project.objects.get(name="白元镇水厂")
    assert response.url == reverse("project-detail", args=[project.pk])
    assert project.total_wan == Decimal("12000.00")
    assert YearPlan.objects.get(project=project).plan_wan == Decimal("3000.00")
    assert Membership.objects.get(project=project).position == 3
    assert ProjectCode.objects.get(project=project).code == "2111-522323-04-01-342068"
    roles = Responsibility.objects.filter(project=project).values_list("role", "starts_on")
    assert set(roles) == {("leader", datetime.date(2023, 7, 1)), ("lead_unit", datetime.date(2023, 7, 1))}


def test_what_is_refused_leaves_nothing_behind_and_keeps_what_was_typed(world, office):
    ProjectCode.objects.create(project=world.dam, code="2111-522323-04-01-342068")
    data = {
        "name": "白元镇水厂",
        "content": "日供水两万吨",
        "state": "preparing",
        "year": "2023",
        "starts_on": "2023-07-01",
        "code": "2111-522323-04-01-342068",
    }
    response = office.post(reverse("project-create"), data)
    assert response.status_code == 422
    assert "日供水两万吨" in response.content.decode()
    assert world.dam.name in response.content.decode()
    assert not Project.objects.filter(name="白元镇水厂").exists()


def test_a_second_of_the_same_name_is_asked_about_and_then_saved(world, office):
    Project.objects.filter(pk=world.dam.pk).update(name_key="鸣皋镇城乡供水一体化建设项目")
    data = {"name": world.dam.name, "state": "preparing", "year": "2023", "starts_on": "2023-07-01"}
    page = office.get(reverse("project-create")).content.decode()
    assert "确为不同项目" not in page
    refused = office.post(reverse("project-create"), data)
    assert refused.status_code == 422
    assert 'type="checkbox" name="is_different"' in refused.content.decode()
    assert office.post(reverse("project-create"), data | {"is_different": "on"}).status_code == 302
    assert Project.objects.filter(name=world.dam.name).count() == 2


@pytest.mark.parametrize("day", ["99999-01-01", "2023-02-30", "0001-01-01", "明天"])
def test_an_impossible_day_is_refused_on_its_field(world, office, day):
    response = office.post(
        reverse("project-edit", args=[world.road.pk]), project_form(world.road, signed_on=day, owner="新业主")
    )
    assert response.status_code == 422
    assert "signed_on" in response.context["form"].errors
    assert "新业主" in response.content.decode()


def test_an_edit_is_saved_with_its_history(world, office):
    response = office.post(
        reverse("project-edit", args=[world.road.pk]), project_form(world.road, owner="县交投公司"), follow=True
    )
    assert "已保存" in response.content.decode()
    world.road.refresh_from_db()
    assert (world.road.owner, world.road.version) == ("县交投公司", 2)


def test_a_lost_race_shows_both_versions(world, office):
    Project.objects.filter(pk=world.road.pk).update(owner="别人先改的", version=2)
    response = office.post(
        reverse("project-edit", args=[world.road.pk]), project_form(world.road, owner="我填的", version=1)
    )
    assert response.status_code == 409
    assert "别人先改的" in response.content.decode()
    assert "我填的" in response.content.decode()
    world.road.refresh_from_db()
    assert world.road.owner == "别人先改的"


def test_an_amount_that_breaks_a_rule_says_so_in_chinese(world, office):
    response = office.post(reverse("project-edit", args=[world.road.pk]), project_form(world.road, total_wan="-5"))
    assert response.status_code == 422
    assert "不能为负数" in response.content.decode()


def test_someone_elses_project_is_refused_and_nothing_is_written(world, client):
    client.force_login(world.wang)
    response = client.post(reverse("project-edit", args=[world.road.pk]), project_form(world.road, owner="王改的"))
    assert response.status_code == 403
    world.road.refresh_from_db()
    assert world.road.owner == ""


@pytest.mark.parametrize("name", ["project-edit", "project-archive", "project-delete"])
def test_an_unknown_project_is_not_found(office, name):
    assert office.get(reverse(name, args=[999999])).status_code == 404


def test_a_parent_is_named_so_that_it_is_found_alone(world, office):
    Project.objects.filter(pk=world.dam.pk).update(name_key="鸣皋镇城乡供水一体化建设项目")
    url = reverse("project-edit", args=[world.road.pk])
    for text, why in (("白沙", "没有找到"), ("镇", f"不止一个项目：{world.road.name}、{world.dam.name}")):
        refused = office.post(url, project_form(world.road, parent=text))
        assert why in str(refused.context["form"].errors["parent"])
    office.post(url, project_form(world.road, parent="鸣皋"))
    world.road.refresh_from_db()
    assert world.road.parent == world.dam


def test_a_project_is_archived_restored_and_not_deleted_while_something_hangs_on_it(world, office):
    pk = world.road.pk
    assert "请写明归档理由" in office.post(reverse("project-archive", args=[pk]), {"version": 1}).content.decode()
    office.post(reverse("project-archive", args=[pk]), {"version": 1, "reason": "重复"})
    world.road.refresh_from_db()
    assert world.road.archived_at
    refused = office.post(reverse("project-delete", args=[pk]), {"version": 2})
    assert "不能删除" in refused.content.decode()
    office.post(reverse("project-restore", args=[pk]), {"version": 2})
    world.road.refresh_from_db()
    assert world.road.archived_at is None


def test_an_empty_project_is_deleted(world, office):
    project = Project.objects.create(name="录错的", name_key="录错的")
    response = office.post(reverse("project-delete", args=[project.pk]), {"version": 1})
    assert response.url == reverse("project-list")
    assert not Project.objects.filter(pk=project.pk).exists()


def test_a_leader_is_assigned_to_the_ticked_projects(world, office):
    url = f"{reverse('project-assign-leader')}?pk={world.road.pk}&pk={world.dam.pk}&pk=abc&pk=999999"
    page = office.get(url).content.decode()
    assert world.road.name in page
    assert world.dam.name in page
    response = office.post(url, {"leader": world.leader_wu.pk, "starts_on": TODAY.isoformat(), "reason": "分工"})
    assert response.url == reverse("project-list")
    now = Responsibility.objects.in_force(TODAY).filter(role="leader")
    assert {row.leader for row in now} == {world.leader_wu}


def test_without_a_tick_the_list_asks_for_one(office):
    response = office.get(reverse("project-assign-leader"), follow=True)
    assert "没有勾选项目" in response.content.decode()


def test_sectors_are_added_and_renamed_by_the_office_only(world, office, client):
    office.post(reverse("sector-list"), {"name": "产业发展"})
    sector = Sector.objects.get(name="产业发展")
    office.post(reverse("sector-edit", args=[sector.pk]), {"name": "产业", "version": 1})
    sector.refresh_from_db()
    assert sector.name == "产业"
    twice = office.post(reverse("sector-list"), {"name": "产业"})
    assert twice.status_code == 422
    client.force_login(world.he)
    assert "产业" in client.get(reverse("sector-list")).content.decode()
    assert client.post(reverse("sector-list"), {"name": "教育"}).status_code == 403


def test_an_archived_project_is_not_edited(world, office):
    Project.objects.filter(pk=world.road.pk).update(archived_at=AT)
    assert office.get(reverse("project-edit", args=[world.road.pk])).status_code == 403
