import datetime
import io
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from leaders.models import HistoryEntry
from projects.dashboards.asof.known import Known
from projects.dashboards.asof.queries import list_as_of
from projects.models import Milestone, MilestoneParameters, Project, ProjectList, YearPlan
from projects.progress.actions import take_over_report
from projects.registry.actions import archive_project, change_project, create_project, set_responsibility
from projects.registry.lists.actions import leave_list
from projects.registry.plans.actions import approve_revision, request_revision
from projects.status.queries import lights_of
from tests.projects.dashboards.test_agreement import county  # noqa: F401 (fixture)
from tests.projects.growth import PAGE, assert_constant_queries
from tests.world import AT, TODAY, make_project

LIST = reverse("asof-list")
BEFORE = "2023-07-04"
JUNE = datetime.date(2023, 6, 1)


@pytest.fixture
def reader(world, client):
    client.force_login(world.he)
    return client


def shown(client, **query):
    return {row.pk: row for row in client.get(LIST, query).context["then"].projects}


def test_the_list_of_yesterday_knows_nothing_of_today(world, reader):
    key = {"list": world.key_list.pk}
    values = {"name": "改了名的路", "total_wan": Decimal(1), "remark": "更正"}
    road = change_project(world.road, values, by=world.zhao, at=AT, version=1, reason="更正")
    set_responsibility(road, "leader", [world.leader_wu], starts_on=TODAY, by=world.zhao, at=AT)
    plan = YearPlan.objects.get(project=road)
    revised = {"planned_wan": Decimal(24000), "from_on": JUNE, "reason": "文件"}
    asked = request_revision(plan, revised, by=world.zhao, at=AT, version=None)
    approve_revision(asked, by=world.zhou, at=AT, version=1)
    take_over_report(road, JUNE, done_wan=Decimal(6000), by=world.zhao, at=AT)
    leave_list(world.dam.memberships.get(), left_on=TODAY, reason="并入", by=world.zhou, at=AT, version=1)
    now, then = shown(reader, on="2023-07-05", **key), shown(reader, on=BEFORE, **key)
    assert set(now) == {road.pk}
    assert set(then) == {world.road.pk, world.dam.pk}
    changed, stood = now[road.pk], then[road.pk]
    assert (changed.name, changed.total_wan, changed.values["remark"], changed.leaders) == (
        "改了名的路",
        1,
        "更正",
        "吴二安",
    )
    assert (changed.money.plan_wan, changed.money.done_wan) == (24000, 6000)
    assert (stood.name, stood.total_wan, stood.state, stood.leaders) == (world.road.name, 60000, "在建", "钱一平")
    assert (stood.money.plan_wan, stood.money.done_wan) == (12000, 0)


def test_what_was_archived_since_stood_in_the_list(world, reader):
    archive_project(world.dam, by=world.zhao, at=AT, version=1, reason="重复")
    assert world.dam.pk not in shown(reader, on="2023-07-05")
    assert world.dam.pk in shown(reader, on=BEFORE)


def test_the_list_as_of_today_is_the_list(county, client):  # noqa: F811
    client.force_login(county.he)
    page = client.get(reverse("project-list"), {"list": county.key_list.pk}).context
    listed = page["listing"].records
    known = list_as_of(county.he, county.key_list, TODAY, ProjectList.objects.all())
    assert known.filing == page["table"].overview.filing
    then = known.projects
    assert [row.pk for row in then] == [record.pk for record in listed]
    for row, record in zip(then, listed, strict=True):
        money = (row.money.plan_wan, row.money.done_wan, row.money.rate, row.money.points)
        assert money == (record["year_plan_wan"], record["done_wan"], record["rate"], record["points"]), row.name
        assert row.lights.whole == record["light"]
        assert (row.leaders, row.serial) == (record["leaders"], record["place__serial"])


@pytest.mark.parametrize("counts_unverified", [True, False])
def test_what_nobody_verified_lights_as_it_does_on_the_live_page(world, reader, counts_unverified):
    due = TODAY - datetime.timedelta(days=40)
    Milestone.objects.create(project=world.road, name="路基", due_on=due, actual_on=due)
    MilestoneParameters.objects.create(pk=1, counts_unverified=counts_unverified)
    then, live = shown(reader, on=TODAY.isoformat())[world.road.pk].lights, lights_of([world.road.pk], TODAY)
    assert then.milestone == live[world.road.pk].milestone
    assert (then.milestone.colour == "red") is not counts_unverified


def test_the_page_says_what_history_cannot(world, reader):
    page = reader.get(LIST, {"on": BEFORE}).content.decode()
    assert f"按 {BEFORE} 当时掌握的情况" in page
    assert "这一天以后没有改动过" in page
    change_project(world.road, {"remark": "x"}, by=world.zhao, at=AT, version=1)
    context = reader.get(LIST, {"on": BEFORE}).context
    # Nothing of the world was made by an action.
    assert context["then"].unproven > 2
    assert context["then"].history_from == HistoryEntry.objects.get().at


@pytest.mark.parametrize("text", ["昨天", "2023-13-01", "2030-01-01", ""])
def test_a_day_that_is_none_or_not_yet_gives_the_end_of_last_month(world, reader, text):
    context = reader.get(LIST, {"on": text}).context
    assert context["then"].day == datetime.date(2023, 6, 30)
    assert bool(context["refused"]) == bool(text)


def test_a_project_page_shows_the_day_or_that_nobody_knew_it(world, reader):
    change_project(world.road, {"owner": "新业主"}, by=world.zhao, at=AT, version=1)
    take_over_report(world.road, datetime.date(2023, 5, 1), covers_from=datetime.date(2023, 1, 1), by=None, at=AT)
    url = reverse("asof-project", args=[world.road.pk])
    assert "2023年1—5月" in reader.get(url, {"on": "2023-07-05"}).content.decode()
    assert "新业主" in reader.get(url, {"on": "2023-07-05"}).content.decode()
    assert "新业主" not in reader.get(url, {"on": BEFORE}).content.decode()
    fresh = create_project({"name": "新项目"}, by=world.zhao, at=AT)
    page = reader.get(reverse("asof-project", args=[fresh.pk]), {"on": BEFORE}).content.decode()
    assert "那一天还没有这个项目" in page


def test_the_workbook_is_the_page(world, reader):
    response = reader.get(LIST, {"on": BEFORE, "list": world.key_list.pk, "export": "xlsx"})
    _, *lines = load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
    assert [line[1] for line in lines[:2]] == [world.road.name, world.dam.name]
    assert re.fullmatch(rf"注：数据截至 {BEFORE} 当时掌握的情况；2023年\d月已报 0/\d。", lines[-1][0])
    assert lines[0][8] == 12000


def test_a_list_of_any_length_costs_a_constant_number_of_questions(world, reader):
    def grow():
        for number in range(8):
            made = make_project(
                f"项目{number}", key_list=world.key_list, unit=world.water, leader=world.leader_wu, position=9 + number
            )
            change_project(made, {"remark": "x"}, by=world.zhao, at=AT, version=1)

    change_project(world.road, {"remark": "x"}, by=world.zhao, at=AT, version=1)
    assert_constant_queries(reader, f"{LIST}?on={BEFORE}&list={world.key_list.pk}", grow, limit=PAGE)
    assert Project.objects.count() == 10


def test_records_are_gone_through_once_and_not_for_each_project(world, monkeypatch):
    gone_through = []
    own = Known.of
    monkeypatch.setattr(Known, "of", lambda self, kind: gone_through.append(kind) or own(self, kind))
    list_as_of(world.he, None, TODAY, ProjectList.objects.all())
    few = len(gone_through)
    for number in range(5):
        make_project(f"项目{number}", key_list=world.key_list, unit=world.water, leader=world.leader_wu)
    gone_through.clear()
    assert len(list_as_of(world.he, None, TODAY, ProjectList.objects.all()).projects) > 5
    assert len(gone_through) == few
