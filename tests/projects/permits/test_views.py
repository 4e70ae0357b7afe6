import datetime
import re
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from projects.dashboards.inbox.queries import inbox_of
from projects.models import Pause, Permit, PermitTemplate, PermitType
from projects.permits.actions import add_permits, take_step
from projects.permits.pauses.actions import change_pause, pause_clock
from projects.permits.queries import active_permits, in_state, pressing_for_department, pressing_for_reporter
from tests.projects.growth import LIST, PAGE, assert_constant_queries
from tests.world import AT, TODAY, make_project

# What pages ask the database, the second database answers in tests/test_query_counts.py; what they do, in the actions' own tests.
pytestmark = pytest.mark.one_database


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
    # Somebody granted it meanwhile: what was typed meets both versions, not a page that is not found.
    assert client.post(url, typed | {"obtained_on": "2023-07-04"}).status_code == 409
    assert client.get(url).status_code == 302
    for state in ("overdue", "nonsense"):
        assert client.get(reverse("permit-step", args=[permit.pk, state])).status_code == 404


def test_a_skipped_step_asks_for_a_reason_on_its_field(world, client, permit):
    client.force_login(world.zhao)
    url = reverse("permit-step", args=[permit.pk, "tolerated"])
    typed = {"accepted_on": "2023-07-01", "owed_papers": "红线图", "owed_until": "2023-09-30", "version": 1}
    refused = client.post(url, typed)
    assert refused.context["form"].errors.keys() == {"step_reason"}
    assert client.post(url, typed | {"step_reason": "补录"}).status_code == 302


def test_the_board_shows_a_sign_per_procedure_and_filters_by_department_and_state(world, client, permit, land_use):
    other = PermitType.objects.create(name="环境影响评价", department=world.water, position=2)
    Permit.objects.create(project=world.dam, permit_type=other, state="granted", obtained_on=TODAY)
    client.force_login(world.zhao)
    url = reverse("permit-list")

    def rows(**query):
        listing = client.get(url, query).context["listing"]
        return {str(row) for row in listing.records}, [column.label for column in listing.columns][3:], listing.totals

    page = client.get(url).content.decode()
    assert 'title="环境影响评价：已办结 2023-07-05"' in page
    assert rows()[:2] == ({str(world.road), str(world.dam)}, ["建设用地规划许可证", "环境影响评价"])
    assert rows(state="overdue")[0] == {str(world.road)}
    assert rows(department=world.water.pk) == ({str(world.dam)}, ["环境影响评价"], [
        ("已办结", 1), ("容缺期内", 0), ("超期", 0), ("未办未超期", 0),
    ])  # fmt: skip
    assert rows(department=world.water.pk, state="overdue")[0] == set()
    assert rows(list=world.key_list.pk, unit=world.traffic.pk)[0] == {str(world.road)}


def test_a_department_sees_its_queue_with_days_used_and_its_rate(world, client, permit, land_use):
    PermitType.objects.update(allowed_days=3)
    Permit.objects.filter(pk=permit.pk).update(state="accepted", accepted_on=datetime.date(2023, 6, 28))
    granted = {"state": "granted", "accepted_on": datetime.date(2023, 7, 3), "obtained_on": TODAY}
    Permit.objects.create(project=world.dam, permit_type=land_use, **granted)
    client.force_login(world.feng)
    url = reverse("permit-queue", args=[world.land.pk])
    response = client.get(url)
    assert [str(row.project) for row in response.context["listing"].records] == [str(world.road)]
    assert "5/3 超时" in response.content.decode()
    assert response.context["pace"].rate == Fraction(1, 2)
    assert client.get(url, {"all": "1"}).context["listing"].count == 2
    page = client.get(reverse("permit-departments"))
    (line,) = page.context["lines"]
    assert (line.pace.rate, line.counts.needed, line.counts.obtained) == (Fraction(1, 2), 2, 1)
    ((link, told),) = re.findall(r'href="([^"]*state=obtained)">(\d+)<', page.text)
    assert client.get(link).context["listing"].count == int(told) == 1


def test_a_department_accepts_what_it_ticked_on_one_day_or_nothing(world, client, permit, land_use):
    (other,) = add_permits(world.dam, [land_use], by=world.zhao, at=AT)
    client.force_login(world.feng)
    url = reverse("permit-accept") + f"?pk={permit.pk}&pk={other.pk}"
    typed = {"accepted_on": "2023-07-04", "seen": [f"{permit.pk}.1", f"{other.pk}.1"]}
    assert client.get(url).status_code == 200
    take_step(other, "not_needed", {"reason": "不涉及"}, version=1, by=world.zhao, at=AT)
    refused = client.post(url, typed)
    page = refused.content.decode()
    assert (refused.status_code, "有变动" in page, f'value="{other.pk}.2"' in page) == (422, True, True)
    assert Permit.objects.get(pk=permit.pk).state == "not_started"
    assert client.post(reverse("permit-accept") + f"?pk={permit.pk}", typed).status_code == 302
    assert Permit.objects.get(pk=permit.pk).accepted_on == datetime.date(2023, 7, 4)
    foreign = PermitType.objects.create(name="水土保持", department=world.water)
    (foreign_permit,) = add_permits(world.dam, [foreign], by=world.zhao, at=AT)
    assert client.get(reverse("permit-accept") + f"?pk={foreign_permit.pk}").status_code == 403


def test_a_department_grants_what_it_ticked_each_with_its_own_document(world, client, permit, land_use):
    (other,) = add_permits(world.dam, [land_use], by=world.zhao, at=AT)
    client.force_login(world.feng)
    url = reverse("permit-grant") + f"?pk={permit.pk}&pk={other.pk}"
    typed = {"obtained_on": "2023-07-04", "seen": [f"{permit.pk}.1", f"{other.pk}.1"]}
    typed |= {f"number_{permit.pk}": "伊批1号", f"number_{other.pk}": "伊批2号", f"until_{other.pk}": "2024-07-04"}
    page = client.get(url).content.decode()
    assert (f"number_{permit.pk}" in page, f"until_{other.pk}" in page) == (True, True)
    refused = client.post(url, typed | {f"until_{other.pk}": "2023-07-01"})
    assert (refused.status_code, Permit.objects.filter(state="granted").exists()) == (422, False)
    assert "一项也没有改动" in refused.content.decode()
    assert client.post(url, typed).status_code == 302
    assert set(Permit.objects.values_list("document_number", "obtained_on", "valid_until")) == {
        ("伊批1号", datetime.date(2023, 7, 4), None),
        ("伊批2号", datetime.date(2023, 7, 4), datetime.date(2024, 7, 4)),
    }


def test_what_a_colleague_granted_meanwhile_is_told_and_not_passed_over(world, client, permit, land_use):
    (other,) = add_permits(world.dam, [land_use], by=world.zhao, at=AT)
    client.force_login(world.feng)
    url = reverse("permit-grant") + f"?pk={permit.pk}&pk={other.pk}"
    typed = {"obtained_on": "2023-07-04", "seen": [f"{permit.pk}.1", f"{other.pk}.1"]}
    typed |= {f"number_{permit.pk}": "伊批1号", f"number_{other.pk}": "伊批2号"}
    values = {"obtained_on": datetime.date(2023, 7, 4), "document_number": "伊批9号", "valid_until": None}
    take_step(permit, "granted", values, version=1, by=world.zhao, at=AT)
    refused = client.post(url, typed)
    assert (refused.status_code, Permit.objects.filter(state="granted").count()) == (422, 1)
    assert f"“{world.road}”的“{permit}”在您打开页面后有变动" in refused.content.decode()
    seen = client.post(url, typed | {"seen": [f"{permit.pk}.2", f"{other.pk}.1"]}, follow=True)
    assert "已办结 1 项手续。另有 1 项原来就已办结，没有改动。" in seen.content.decode()
    # The same said twice is no contradiction.
    assert client.post(url, typed | {f"number_{permit.pk}": "伊批9号"}).status_code == 302


def test_a_step_of_many_that_skips_others_asks_for_a_reason(world, client, permit):
    Permit.objects.filter(pk=permit.pk).update(state="returned", reason="缺图")
    client.force_login(world.feng)
    url = reverse("permit-grant") + f"?pk={permit.pk}"
    typed = {"obtained_on": "2023-07-04", "seen": [f"{permit.pk}.1"]}
    refused = client.post(url, typed)
    assert (refused.status_code, "step_reason" in refused.context["form"].fields) == (422, True)
    assert client.post(url, typed | {"step_reason": "补录"}).status_code == 302


def test_papers_go_back_to_be_corrected_and_come_in_again(world, client, permit):
    PermitType.objects.update(allowed_days=3)
    Permit.objects.filter(pk=permit.pk).update(state="accepted", accepted_on=datetime.date(2023, 6, 28))
    client.force_login(world.feng)
    typed = {"from_on": "2023-06-29", "to_on": "", "reason": "缺红线图"}
    assert client.post(reverse("pause-create", args=[permit.pk]), typed).status_code == 302
    pause = Pause.objects.get()
    queue = reverse("permit-queue", args=[world.land.pk])
    assert "1/3 补正中" in client.get(queue, {"state": "paused"}).content.decode()
    early = datetime.date(2023, 6, 28)
    Pause.objects.create(permit=permit, from_on=early, to_on=early, reason="缺章")
    assert [one.note for one in inbox_of(world.li, TODAY) if one.is_returned] == ["缺红线图"]
    with pytest.raises(ValidationError, match="还在补正"):
        take_step(permit, "granted", {"obtained_on": TODAY}, version=None, by=world.feng, at=AT)
    assert client.get(reverse("pause-create", args=[permit.pk])).status_code == 200
    assert client.post(reverse("pause-create", args=[permit.pk]), typed).status_code == 422
    edit = reverse("pause-edit", args=[pause.pk])
    assert client.post(edit, typed | {"to_on": "2023-07-04", "version": 1}).status_code == 302
    assert "2/3" in client.get(queue).content.decode()
    take_step(permit, "granted", {"obtained_on": TODAY}, version=None, by=world.feng, at=AT)
    assert client.get(edit).status_code == 403
    client.force_login(world.zhao)
    assert client.post(reverse("pause-remove", args=[pause.pk]), {"version": 2}).status_code == 302
    assert not Pause.objects.filter(pk=pause.pk).exists()


def test_a_correction_is_over_when_the_papers_are_returned_for_good(world, permit):
    Permit.objects.filter(pk=permit.pk).update(state="accepted", accepted_on=datetime.date(2023, 6, 28))
    permit.refresh_from_db()
    early = datetime.date(2023, 6, 29)
    Pause.objects.create(permit=permit, from_on=early, to_on=early, reason="缺章")
    pause_clock(permit, {"from_on": TODAY, "to_on": None, "reason": "缺图"}, by=world.feng, at=AT)
    take_step(permit, "returned", {"reason": "不补了"}, version=1, by=world.feng, at=AT)
    assert [pause.to_on for pause in Pause.objects.all()] == [early, TODAY]
    assert [one.note for one in inbox_of(world.li, TODAY) if one.is_returned] == ["不补了"]


def test_a_correction_of_an_earlier_acceptance_is_still_mended(world, permit):
    Permit.objects.filter(pk=permit.pk).update(state="accepted", accepted_on=datetime.date(2023, 6, 28))
    permit.refresh_from_db()
    early = datetime.date(2023, 6, 20)
    pause = Pause.objects.create(permit=permit, from_on=early, to_on=early, reason="缺章")
    values = {"from_on": early, "to_on": early, "reason": "缺公章"}
    assert change_pause(pause, values, version=1, by=world.feng, at=AT).reason == "缺公章"
    with pytest.raises(ValidationError, match="不能早于受理"):
        change_pause(pause, values | {"from_on": datetime.date(2023, 6, 19)}, version=2, by=world.feng, at=AT)


def test_no_correction_stays_open_beside_a_grant(world, permit):
    values = {"from_on": TODAY, "to_on": TODAY, "reason": "缺图"}
    pause = Pause.objects.create(permit=permit, **values)
    Permit.objects.filter(pk=permit.pk).update(state="granted", obtained_on=TODAY)
    with pytest.raises(ValidationError, match="已不在部门办理"):
        change_pause(pause, values | {"to_on": None}, version=1, by=world.zhao, at=AT)
    Pause.objects.update(to_on=None)  # as when a list says that it was granted
    assert not in_state(active_permits(TODAY), "paused").exists()
    left = Pause.objects.select_related("permit__project").get()
    assert change_pause(left, values, version=1, by=world.feng, at=AT).to_on == TODAY
    Pause.objects.update(to_on=None)
    permit.refresh_from_db()
    take_step(permit, "accepted", {"accepted_on": TODAY}, reason="录错", version=1, by=world.feng, at=AT)
    assert Pause.objects.get().to_on == TODAY


def test_projects_without_procedures_are_found_and_get_a_template_at_once(world, client, permit, land_use):
    other = PermitType.objects.create(name="环境影响评价", position=2)
    template = PermitTemplate.objects.create(name="房建")
    template.permit_types.set([land_use, other])
    client.force_login(world.zhao)
    found = client.get(reverse("permit-list"), {"state": "none"}).context["listing"].records
    assert list(found) == [world.dam]
    url = reverse("permit-apply-many") + f"?pk={world.road.pk}&pk={world.dam.pk}&template={template.pk}"
    lines = dict(client.get(url).context["lines"])
    assert lines == {world.road: [other], world.dam: [land_use, other]}
    assert client.post(url).status_code == 302
    assert Permit.objects.count() == 4
    assert client.post(url).status_code == 422


@pytest.mark.parametrize(
    ("values", "on", "why"),
    [
        ({"state": "accepted"}, datetime.date(2022, 5, 31), "超期未办"),
        ({"due_on": datetime.date(2023, 8, 4)}, datetime.date(2023, 8, 4), "应办结"),
        ({"due_on": datetime.date(2023, 8, 5)}, None, None),
        ({"state": "tolerated", "owed_until": TODAY}, TODAY, "应补齐容缺材料"),
        ({"state": "granted", "obtained_on": TODAY, "valid_until": TODAY}, TODAY, "有效期届满"),
        ({"state": "granted", "valid_until": datetime.date(2023, 7, 4)}, datetime.date(2023, 7, 4), "有效期已过"),
        ({"state": "granted"}, None, None),
        ({"state": "not_needed", "reason": "不涉及"}, None, None),
    ],
)
def test_what_presses_is_told_to_the_unit_and_the_department(world, land_use, values, on, why):
    Permit.objects.create(project=world.road, permit_type=land_use, **values)
    told = [(permit.pressing_on, permit.pressing_why) for permit in pressing_for_reporter(world.li, TODAY)]
    assert told == ([(on, why)] if on else [])
    assert len(pressing_for_department(world.land.pk, TODAY)) == len(told)
    assert not pressing_for_reporter(world.wang, TODAY)


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
        kind = PermitType.objects.create(name=f"又一种{PermitType.objects.count()}", department=world.land)
        add_permits(world.road, [kind], by=world.zhao, at=AT)

    assert_constant_queries(client, reverse("permit-list"), more, limit=LIST)
    assert_constant_queries(client, reverse("permit-departments"), more, limit=LIST)
    assert_constant_queries(client, reverse("permit-queue", args=[world.land.pk]), more, limit=LIST)
    assert_constant_queries(client, reverse("project-permits", args=[world.road.pk]), more, limit=PAGE)
