import pytest
from django.urls import reverse

from leaders.models import WorkingGroup
from leaders.roles import Role
from tests.world import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(world, client):
    client.force_login(world.zhao)
    return client


def typed(**values) -> dict[str, str]:
    return {"name": "教育专班", "kind": "task_force", "lead_unit": "", "leader": ""} | values


def names(client, **query) -> list[str]:
    return [row.name for row in client.get(reverse("group-list"), query).context["listing"].records]


def test_a_group_is_created_edited_archived_restored_and_deleted(office, world):
    office.post(reverse("group-create"), typed())
    group = WorkingGroup.objects.get(name="教育专班")
    detail = reverse("group-detail", args=[group.pk])
    office.post(reverse("group-edit", args=[group.pk]), typed(leader=world.leader_wu.pk, version=1))
    page = office.get(detail).content.decode()
    assert "吴二安" in page
    assert "修改" in page
    assert office.post(reverse("group-archive", args=[group.pk]), {"version": 2}).url == detail
    assert office.post(reverse("group-restore", args=[group.pk]), {"version": 3}).url == detail
    assert office.post(reverse("group-delete", args=[group.pk])).url == reverse("group-list")
    assert not WorkingGroup.objects.filter(pk=group.pk).exists()


def test_a_late_second_edit_gets_409_with_the_typed_text(office, world):
    url = reverse("group-edit", args=[world.group.pk])
    office.post(url, typed(name="交通建设专班", version=1))
    response = office.post(url, typed(name="大交通专班", version=1))
    assert response.status_code == 409
    assert "大交通专班" in response.content.decode()


def test_dates_the_wrong_way_round_are_refused_and_stay_on_the_page(office, world):
    page = office.post(reverse("group-create"), typed(valid_from="2023-06-01", valid_to="2023-05-01")).content.decode()
    assert "撤销日期早于成立日期" in page
    assert 'value="2023-06-01"' in page


def test_the_list_finds_by_name_kind_and_state(office, world):
    WorkingGroup.objects.create(name="产业发展工作指挥部", archived_at=AT)
    assert names(office, text="交通") == ["交通专班"]
    assert names(office, kind="command") == ["产业发展工作指挥部"]
    assert names(office, state="active") == ["交通专班"]


def test_everyone_reads_but_only_the_office_is_offered_to_edit(client, world):
    for person in world.people.values():
        client.force_login(person)
        page = client.get(reverse("group-detail", args=[world.group.pk])).content.decode()
        assert (reverse("group-edit", args=[world.group.pk]) in page) == person.has_role(Role.OFFICE)
        assert client.get(reverse("group-list")).status_code == 200


def test_the_list_takes_the_same_queries_however_long_it_is(
    office, world, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(12) as few:
        office.get(reverse("group-list"))
    for number in range(10):
        WorkingGroup.objects.create(name=f"专班{number}", lead_unit=world.water, leader=world.leader_wu)
    with django_assert_num_queries(len(few)):
        office.get(reverse("group-list"))
