import pytest
from django.urls import reverse

from projects.models import Permit, PermitType
from projects.permits.actions import add_permits, set_permit
from tests.projects.growth import LIST, PAGE, assert_constant_queries
from tests.world import AT, TODAY, make_project


@pytest.fixture
def land_use(world):
    return PermitType.objects.create(name="建设用地规划许可证", department=world.land, position=1)


@pytest.fixture
def permit(world, land_use):
    return add_permits(world.road, [land_use], by=world.zhao, at=AT)[0]


def test_the_office_lists_what_a_project_needs(world, client, land_use):
    client.force_login(world.zhao)
    url = reverse("project-permits", args=[world.road.pk])
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"permit_types": [land_use.pk]}).status_code == 302
    assert Permit.objects.get().permit_type == land_use
    client.force_login(world.li)
    assert client.post(url, {"permit_types": [land_use.pk]}).status_code == 403


def test_the_department_grants_on_a_page_that_asks_for_what_the_step_needs(world, client, permit):
    client.force_login(world.feng)
    page = client.get(reverse("permit-detail", args=[permit.pk])).content.decode()
    url = reverse("permit-step", args=[permit.pk, "granted"])
    assert url in page
    assert 'name="due_on"' not in client.get(reverse("permit-edit", args=[permit.pk])).content.decode()
    typed = {"document_number": "地字第1号", "obtained_on": "2023-07-09", "version": 1}
    refused = client.post(url, typed)
    assert (refused.status_code, refused.context["form"].errors.keys()) == (422, {"obtained_on"})
    assert 'value="地字第1号"' in refused.content.decode()
    assert client.post(url, typed | {"obtained_on": "2023-07-03"}).status_code == 302
    permit.refresh_from_db()
    assert permit.state == "granted"
    assert client.post(reverse("permit-edit", args=[permit.pk]), typed).status_code == 409
    for state in ("granted", "overdue", "nonsense"):
        assert client.get(reverse("permit-step", args=[permit.pk, state])).status_code == 404


def test_a_skipped_step_asks_for_a_reason_on_its_field(world, client, permit):
    client.force_login(world.zhao)
    url = reverse("permit-step", args=[permit.pk, "tolerated"])
    typed = {"accepted_on": "2023-07-01", "owed_papers": "红线图", "owed_until": "2023-09-30", "version": 1}
    refused = client.post(url, typed)
    assert refused.context["form"].errors.keys() == {"step_reason"}
    assert client.post(url, typed | {"step_reason": "补录"}).status_code == 302


def test_the_board_counts_and_leads_to_the_overdue_ones(world, client, permit, land_use):
    set_permit(world.dam, land_use, {"state": "granted", "obtained_on": TODAY}, by=None, at=AT)
    client.force_login(world.feng)
    board = client.get(reverse("permit-list")).content.decode()
    assert "本单位" in board
    url = reverse("permit-type", args=[land_use.pk])
    assert f"{url}?state=overdue" in board
    listed = client.get(url, {"state": "overdue"}).context["listing"].records
    assert [record.project for record in listed] == [world.road]
    assert client.get(url, {"q": "鸣皋"}).context["listing"].count == 1


def test_pages_ask_the_database_the_same_number_of_times(world, client, permit, land_use):
    client.force_login(world.zhao)

    def grow():
        kinds = [PermitType.objects.create(name=f"手续{number}", department=world.water) for number in range(6)]
        for number in range(6):
            project = make_project(f"项目{number}", key_list=world.key_list, unit=world.water, leader=world.leader_wu)
            add_permits(project, [land_use, *kinds], by=world.zhao, at=AT)
        add_permits(world.road, kinds, by=world.zhao, at=AT)

    assert_constant_queries(client, reverse("permit-type", args=[land_use.pk]), grow, limit=LIST)

    def more():
        kind = PermitType.objects.create(name="又一种", department=world.land)
        add_permits(world.road, [kind], by=world.zhao, at=AT)

    assert_constant_queries(client, reverse("permit-list"), more, limit=LIST)
    PermitType.objects.filter(name="又一种").update(name="第七种")
    assert_constant_queries(client, reverse("project-permits", args=[world.road.pk]), more, limit=PAGE)
