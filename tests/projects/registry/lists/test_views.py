import pytest
from django.urls import reverse

from projects.models import Membership
from projects.registry.models import ProjectList
from tests.world import AT, TODAY, make_project


@pytest.fixture
def office(world, client):
    client.force_login(world.zhao)
    return client


def test_every_list_shows_its_own_totals(world, office):
    page = office.get(reverse("list-list")).content.decode()
    assert world.key_list.name in page
    assert "12.00" in page  # 120,000 万元
    assert "2.40" in page


def test_the_page_of_all_lists_asks_the_same_number_of_questions_for_many(world, office, django_assert_num_queries):
    def count():
        with django_assert_num_queries(7):
            office.get(reverse("list-list"))

    count()
    for year in range(2010, 2022):
        row = ProjectList.objects.create(key=f"k{year}", name=f"{year}年清单", year=year, kind="other")
        Membership.objects.create(project_list=row, project=world.road, joined_on=TODAY)
    count()


def test_members_are_listed_with_constant_queries(world, office, django_assert_max_num_queries):
    url = reverse("list-detail", args=[world.key_list.pk])
    with django_assert_max_num_queries(12) as few:
        office.get(url)
    for number in range(30):
        make_project(
            f"项目{number}", key_list=world.key_list, unit=world.water, leader=world.leader_wu, position=number + 3
        )
    with django_assert_max_num_queries(12) as many:
        page = office.get(url)
    assert "项目29" in page.content.decode()
    assert len(few.captured_queries) == len(many.captured_queries)


def test_a_list_is_made_changed_archived_and_restored(world, office):
    data = {"key": "2024-key", "name": "2024年清单", "year": "2024", "kind": "county_key"}
    office.post(reverse("list-create"), data)
    row = ProjectList.objects.get(key="2024-key")
    office.post(reverse("list-edit", args=[row.pk]), data | {"batch": "第一批", "version": 1})
    row.refresh_from_db()
    assert row.batch == "第一批"
    office.post(reverse("list-archive", args=[row.pk]), {"version": 2})
    assert row.name in office.get(reverse("list-list") + "?archived=1").content.decode()
    office.post(reverse("list-restore", args=[row.pk]), {"version": 3})
    row.refresh_from_db()
    assert row.archived_at is None


@pytest.mark.parametrize("year", ["99999", "abc", ""])
def test_a_list_of_an_impossible_year_is_refused_and_the_rest_is_kept(world, office, year):
    data = {"key": "x", "name": "某年清单", "year": year, "kind": "other"}
    response = office.post(reverse("list-create"), data)
    assert response.status_code == 422
    assert "某年清单" in response.content.decode()


def test_only_an_empty_list_is_deleted(world, office):
    assert "不能删除" in office.post(reverse("list-delete", args=[world.key_list.pk]), {"version": 1}).content.decode()
    row = ProjectList.objects.create(key="e", name="空的", year=2023, kind="other")
    assert office.post(reverse("list-delete", args=[row.pk]), {"version": 1}).url == reverse("list-list")


def test_ticked_projects_join_a_list(world, office):
    target = ProjectList.objects.create(key="tf", name="四部四专班", year=2023, kind="task_force")
    url = f"{reverse('project-join-list')}?pk={world.road.pk}&pk={world.dam.pk}"
    assert world.dam.name in office.get(url).content.decode()
    office.post(url, {"project_list": target.pk, "section": "一、续建", "joined_on": "2023-07-05"})
    assert set(target.memberships.values_list("project", "section")) == {
        (world.road.pk, "一、续建"),
        (world.dam.pk, "一、续建"),
    }


def test_the_place_in_a_list_is_changed(world, office):
    row = Membership.objects.get(project=world.road)
    data = {"serial": "甲1", "position": "9", "section": "二、新开工", "joined_on": "2023-01-01", "version": 1}
    office.post(reverse("membership-edit", args=[row.pk]), data)
    row.refresh_from_db()
    assert (row.serial, row.position, row.section) == ("甲1", 9, "二、新开工")


def test_readers_see_members_without_the_column_of_edits(world, client):
    client.force_login(world.he)
    page = client.get(reverse("list-detail", args=[world.key_list.pk])).content.decode()
    assert world.road.name in page
    assert "修改</a>" not in page


def test_a_list_archived_elsewhere_meanwhile_is_a_conflict(world, office):
    ProjectList.objects.filter(pk=world.key_list.pk).update(version=5, archived_at=AT)
    response = office.post(reverse("list-archive", args=[world.key_list.pk]), {"version": 1})
    assert response.status_code == 409
