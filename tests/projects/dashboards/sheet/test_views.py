import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from leaders.audit.actions import record
from projects.dashboards.sheet.rules import Tab
from projects.models import (
    ChangeRequest,
    Finding,
    FundingArrival,
    FundingSource,
    Inspection,
    Milestone,
    MonthReport,
    Permit,
    PermitType,
    Problem,
    ProjectCode,
    Responsibility,
)
from projects.registry.actions import change_project, set_responsibility
from projects.registry.models import Project
from projects.registry.plans.actions import approve_revision, request_revision
from tests.world import AT, TODAY

# What the page asks the database, the second database answers in tests/test_query_counts.py.
pytestmark = pytest.mark.one_database


@pytest.fixture
def url(world):
    return reverse("project-detail", args=[world.road.pk])


@pytest.fixture
def office(world, client):
    client.force_login(world.zhao)
    return client


def fill(world, times=1):
    road = world.road
    for number in range(times):
        month = datetime.date(2023, 6 - number % 6, 1)
        if not MonthReport.objects.filter(project=road, month=month).exists():
            MonthReport.objects.create(
                project=road,
                month=month,
                covers_from=month,
                done_wan=Decimal("850.00"),
                progress="路基完成",
                state="accepted",
                accepted_at=AT,
                submitted_at=AT,
            )
        milestone = Milestone.objects.create(project=road, name=f"路面{number}", due_on=datetime.date(2023, 7, 25))
        move = {
            "kind": "move_milestone",
            "before_on": TODAY,
            "proposed_on": datetime.date(2023, 8, 1),
            "reason_code": "weather",
            "reason": "汛期",
        }
        ChangeRequest.objects.create(project=road, milestone=milestone, requester=world.li, requested_at=AT, **move)
        visit = Inspection.objects.create(
            project=road, inspected_on=TODAY, leader=world.leader_qian, situation="桥梁下部", author=world.qian
        )
        Finding.objects.create(inspection=visit, text="护栏未装")
        Problem.objects.create(
            project=road, source="chat", raised_on=TODAY, text="线杆未迁", unit=world.traffic, due_on=TODAY
        )
        permit_type = PermitType.objects.create(name=f"环评{number}", department=world.land)
        Permit.objects.create(project=road, permit_type=permit_type, due_on=datetime.date(2023, 5, 31))
        source = FundingSource.objects.create(project=road, kind="special_bond", planned_wan=Decimal("2000.00"))
        FundingArrival.objects.create(source=source, arrived_on=TODAY, amount_wan=100 + number)
        ProjectCode.objects.create(project=road, code=f"2303-410329-04-01-{number:06}")
        record("change", road, by=world.zhao, at=AT)


def test_a_leader_reads_the_sheet_without_a_further_click(world, client, url):
    fill(world)
    client.force_login(world.qian)
    page = client.get(url).content.decode()
    for text in (
        "在建",
        "红灯",
        "7.08%",
        "850.00",
        "路面0",
        "2023-07-25",
        "钱一平",
        "县交通运输局",
        "桥梁下部",
        "1 个问题",
    ):
        assert text in page


TAB_TEXTS = {
    "": "环评0",  # only its absence is asked of the overview
    "milestones": "路面0",
    "requests": "汛期",
    "reports": "路基完成",
    "permits": "环评0",
    "inspections": "护栏未装",
    "problems": "线杆未迁",
    "duties": "更正起止",
    "funding": "地方政府专项债券",
    "history": "赵",
}


@pytest.mark.parametrize("tab", [tab for tab in Tab.values if tab])
def test_each_tab_shows_its_records(world, office, url, tab):
    fill(world)
    assert TAB_TEXTS[tab] in office.get(url, {"tab": tab}).content.decode()


@pytest.mark.parametrize("tab", Tab.values)
def test_each_tab_has_an_empty_state_that_teaches(world, office, tab):
    bare = Project.objects.create(name="刚登记的", name_key="刚登记的")
    response = office.get(reverse("project-detail", args=[bare.pk]), {"tab": tab})
    assert response.status_code == 200
    assert "未指定" in response.content.decode()


@pytest.mark.parametrize("tab", Tab.values)
@pytest.mark.parametrize("who", ["li", "zhao", "qian"])
def test_the_page_asks_twenty_five_questions_at_most_whatever_hangs_on_the_project(
    world, client, url, tab, who, django_assert_max_num_queries
):
    client.force_login(world.people[who])
    fill(world)
    with django_assert_max_num_queries(25) as few:
        client.get(url, {"tab": tab})
    PermitType.objects.update(name="别名")
    Permit.objects.all().delete()
    PermitType.objects.all().delete()
    ProjectCode.objects.all().delete()
    fill(world, 12)
    with django_assert_max_num_queries(25) as many:
        client.get(url, {"tab": tab})
    assert len(few.captured_queries) == len(many.captured_queries)


def test_buttons_are_those_of_the_role(world, client, url):
    edit, fill_in = (
        reverse("project-edit", args=[world.road.pk]),
        reverse("report-fill", args=[world.road.pk, "2023-07"]),
    )
    expected = {"zhao": {edit, fill_in}, "li": {fill_in}, "wang": set(), "he": set(), "qian": set()}
    for name, links in expected.items():
        client.force_login(world.people[name])
        page = client.get(url).content.decode()
        assert {link for link in (edit, fill_in) if f'href="{link}"' in page} == links, name


def test_an_imported_value_shows_the_cell_until_somebody_types_another(world, office, url):
    origin = {"total_wan": {"sheet": "2023年重点项目", "cell": "H9"}}
    line = {"field": "total_wan", "label": "总投资", "type": "wan", "old": None, "new": "60000.00"}
    record("import", world.road, by=world.zhao, at=AT, batch_id=1, changes=[line], origin=origin)
    assert "2023年重点项目 H9" in office.get(url).content.decode()
    change_project(world.road, {"total_wan": Decimal("70000")}, by=world.zhao, at=AT, version=1)
    assert "2023年重点项目 H9" not in office.get(url).content.decode()


def test_history_tells_old_and_new_by_person_also_of_what_hangs_on_the_project(world, office, url):
    plan = world.road.year_plans.get()
    values = {"planned_wan": Decimal("15000.00"), "from_on": TODAY, "reason": "伊重点〔2023〕5号"}
    revision = request_revision(plan, values, by=world.zhao, at=AT, version=1)
    approve_revision(revision, by=world.zhou, at=AT, version=1)
    page = office.get(url, {"tab": "history"}).content.decode()
    for text in ("12,000.00", "15,000.00", "伊重点〔2023〕5号", "赵"):
        assert text in page


def test_who_answered_before_stays_readable(world, office, url):
    set_responsibility(world.road, "leader", [world.leader_wu], starts_on=TODAY, by=world.zhao, at=AT)
    page = office.get(url, {"tab": "duties"}).content.decode()
    assert "已交接" in page
    assert "2023-07-04" in page


def test_a_project_without_plan_has_no_bar_and_says_why(world, office, url):
    world.road.year_plans.all().delete()
    page = office.get(url).content.decode()
    assert "还没有年度计划投资" in page
    assert "money-bar" not in page


def test_an_archived_project_is_read_and_not_worked_on(world, office, url):
    Project.objects.filter(pk=world.road.pk).update(archived_at=AT)
    page = office.get(url).content.decode()
    assert "已归档" in page
    assert reverse("project-restore", args=[world.road.pk]) in page
    assert reverse("project-edit", args=[world.road.pk]) not in page
    assert reverse("report-fill", args=[world.road.pk, "2023-07"]) not in page


@pytest.mark.parametrize(("who", "status"), [("he", 200), ("lin", 404), ("ma", 404), ("gu", 404)])
def test_administrators_do_not_find_projects(world, client, url, who, status):
    client.force_login(world.people[who])
    assert client.get(url).status_code == status


def test_an_unknown_project_is_not_found(office):
    assert office.get("/projects/999999/").status_code == 404


def test_roles_stand_in_the_order_of_their_weight(world, office, url):
    Responsibility.objects.create(project=world.road, role="contact", contact="郑三", starts_on=TODAY)
    rows = office.get(url, {"tab": "duties"}).context["responsibilities"]
    assert [row.role for row, _ in rows] == ["leader", "lead_unit", "group", "contact"]


def test_cells_of_plans_reports_and_codes_stand_beside_them(world, office, url):
    plan = world.road.year_plans.get()
    fill(world)
    origin = {
        "yearplan.2023.plan_wan": {"sheet": "清单", "cell": "L9"},
        "monthreport.2023-06.done_wan": {"sheet": "6月", "cell": "F6"},
        "projectcode.2303-410329-04-01-000000.code": {"sheet": "清单", "cell": "C9"},
    }
    record("import", world.road, by=world.zhao, at=AT, batch_id=1, origin=origin)
    assert "清单 L9" in office.get(url, {"tab": "funding"}).content.decode()
    assert "6月 F6" in office.get(url, {"tab": "reports"}).content.decode()
    assert "清单 C9" in office.get(url).content.decode()
    values = {"planned_wan": Decimal("1.00"), "from_on": TODAY, "reason": "调整"}
    revision = request_revision(plan, values, by=world.zhao, at=AT, version=1)
    approve_revision(revision, by=world.zhou, at=AT, version=1)
    assert "清单 L9" not in office.get(url, {"tab": "funding"}).content.decode()
