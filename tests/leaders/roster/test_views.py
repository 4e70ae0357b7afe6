import pytest
from django.urls import reverse

from leaders.models import Leader, LeaderAlias
from leaders.roles import Role
from tests.world import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(world, client):
    client.force_login(world.zhao)
    return client


def typed(**values) -> dict[str, str]:
    return {"name": "郑三", "post": "", "level": "county", "unit": "", "position": "5", "aliases": ""} | values


def names(client, **query) -> list[str]:
    return [row.name for row in client.get(reverse("leader-list"), query).context["listing"].records]


def test_a_leader_is_created_edited_archived_restored_and_deleted(office, world):
    office.post(reverse("leader-create"), typed(aliases="郑叁"))
    leader = Leader.objects.get(name="郑三")
    detail = reverse("leader-detail", args=[leader.pk])
    assert "郑叁" in office.get(detail).content.decode()
    office.post(reverse("leader-edit", args=[leader.pk]), typed(post="县委常委", version=1))
    leader.refresh_from_db()
    assert (leader.post, leader.aliases.count()) == ("县委常委", 0)
    assert office.post(reverse("leader-archive", args=[leader.pk]), {"version": 2}).url == detail
    assert office.post(reverse("leader-restore", args=[leader.pk]), {"version": 3}).url == detail
    assert office.post(reverse("leader-delete", args=[leader.pk])).url == reverse("leader-list")
    assert not Leader.objects.filter(pk=leader.pk).exists()


def test_a_late_second_edit_gets_409_with_the_typed_text(office, world):
    url = reverse("leader-edit", args=[world.leader_qian.pk])
    office.post(url, typed(name="钱一平", post="常务副县长", version=1))
    response = office.post(url, typed(name="钱一平", post="县人大副主任", version=1))
    assert response.status_code == 409
    assert "县人大副主任" in response.content.decode()


def test_a_namesake_without_another_post_is_refused_and_the_text_stays(office, world):
    page = office.post(reverse("leader-create"), typed(name="钱一平", post="副县长", aliases="钱大")).content.decode()
    assert "请在职务中加以区别" in page
    assert "钱大" in page


def test_a_leader_with_projects_is_not_deleted_and_the_page_says_why(office, world):
    response = office.post(reverse("leader-delete", args=[world.leader_qian.pk]), follow=True)
    assert "不能删除；可以归档" in response.content.decode()


def test_the_list_finds_by_name_post_alias_and_state(office, world):
    LeaderAlias.objects.create(leader=world.leader_wu, name="吴贰")
    assert names(office, text="副县长") == ["钱一平"]
    assert names(office, text="吴贰") == ["吴二安"]
    Leader.objects.filter(pk=world.leader_wu.pk).update(archived_at=AT)
    assert names(office, state="active") == ["钱一平"]


def test_everyone_reads_but_only_the_office_is_offered_to_edit(client, world):
    for person in world.people.values():
        client.force_login(person)
        page = client.get(reverse("leader-detail", args=[world.leader_qian.pk])).content.decode()
        assert (reverse("leader-edit", args=[world.leader_qian.pk]) in page) == person.has_role(Role.OFFICE)
        assert client.get(reverse("leader-list")).status_code == 200


def test_the_list_takes_the_same_queries_however_long_it_is(
    office, world, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(12) as few:
        office.get(reverse("leader-list"))
    for number in range(10):
        leader = Leader.objects.create(name=f"某{number}", unit=world.water)
        LeaderAlias.objects.create(leader=leader, name=f"别名{number}")
    with django_assert_num_queries(len(few)):
        office.get(reverse("leader-list"))
