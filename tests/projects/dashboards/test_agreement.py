"""One query behind each number: every page that shows a figure shows the same one."""

import dataclasses
import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from projects.models import Membership, Milestone, MonthReport, Project, ProjectList, Responsibility, YearPlan
from projects.progress.queries import FilingStatus
from projects.rankings.facts import facts_of_month
from projects.registry.plans.actions import approve_revision, request_revision
from projects.registry.plans.rules import MONTH_FIELDS
from projects.status.rules import DEFAULT_THRESHOLDS
from tests.projects.rankings.county import CHINA, file_report
from tests.world import AT, make_project

JUNE, JULY = datetime.date(2023, 6, 1), datetime.date(2023, 7, 1)
MAY, JANUARY = datetime.date(2023, 5, 1), datetime.date(2023, 1, 1)


@pytest.fixture
def county(world):
    """Eight projects in which everything occurs that a figure hangs on."""
    for number in range(6):
        project = make_project(
            f"项目{number}",
            key_list=world.key_list,
            unit=world.water if number % 2 else world.traffic,
            leader=world.leader_wu if number % 3 else world.leader_qian,
            position=10 + number,
            plan_wan=[None, Decimal(0), Decimal("1234.56"), Decimal(9000), Decimal(9000), Decimal(600)][number],
            total_wan=Decimal(400) if number == 5 else Decimal(60000),
        )
        file_report(project, world.li, "100.10", month=MAY, covers_from=JANUARY)
        if number != 3:
            file_report(project, world.li, str(700 * number), planned="10")
        Milestone.objects.create(project=project, name="封顶", due_on=datetime.date(2023, 6, 1 + number * 5))
    file_report(world.road, world.li, "5100")
    file_report(world.dam, world.wang, "50", month=JULY)  # not due yet
    MonthReport.objects.filter(project__name="项目4", month=JUNE).update(state="returned")
    left = make_project("已调出", key_list=world.key_list, unit=world.water, leader=world.leader_wu, position=30)
    Membership.objects.filter(project=left).update(left_on=JUNE, left_reason="条件变化")
    archived = make_project("已归档", key_list=world.key_list, unit=world.water, leader=world.leader_wu, position=31)
    Project.objects.filter(pk=archived.pk).update(archived_at=AT)
    file_report(archived, world.li, "999")
    # A second unit and leader of one project: each has it, the total once.
    for role, field, holder in (("leader", "leader", world.leader_qian), ("lead_unit", "unit", world.land)):
        Responsibility.objects.create(project=world.dam, role=role, position=2, starts_on=JANUARY, **{field: holder})
    revise(world, world.road, "12000", JUNE, ["200"] * 6 + ["1800"] * 6)
    revise(world, world.dam, "20000", JUNE)
    revise(world, Project.objects.get(name="项目4"), "99999", JULY)  # in force after the month shown
    other = ProjectList.objects.create(key="o", name="四部四专班清单", year=2023, kind="task_force")
    Membership.objects.create(project_list=other, project=world.road, joined_on=JANUARY)
    return world


def revise(world, project, planned, from_on, months=()):
    values = {"planned_wan": Decimal(planned), "from_on": from_on, "reason": "文件"}
    split = {name: Decimal(amount) for name, amount in zip(MONTH_FIELDS, months, strict=False)}
    at = datetime.datetime(2023, 6, 20, tzinfo=CHINA)
    asked = request_revision(YearPlan.objects.get(project=project), values | split, by=world.zhao, at=at, version=None)
    approve_revision(asked, by=world.dong, at=at, version=1)


def test_every_page_tells_the_same_figures(county, client):
    client.force_login(county.he)
    list_query = {"list": county.key_list.pk}
    home = client.get("/").context["home"].figures
    listed = client.get(reverse("project-list"), list_query).context
    actual = client.get(reverse("plan-actual"), list_query).context["page"]
    by_project = {row.project_id: row for row in actual.rows}
    facts = facts_of_month(
        JUNE, entered_until=datetime.datetime(2023, 7, 3, 23, 59, tzinfo=CHINA), thresholds=DEFAULT_THRESHOLDS
    ).projects

    # The whole: home, list page, all lists, plan against actual by each layout.
    assert home.totals == listed["table"].overview.totals
    assert home.filing == listed["table"].overview.filing == actual.filing == FilingStatus(5, 8)
    assert (home.totals.count, home.totals.plan_wan) == (8, Decimal("51834.56"))
    lines = {line.project_list.pk: line.totals for line in client.get(reverse("list-list")).context["lines"]}
    assert lines[county.key_list.pk] == dataclasses.replace(home.totals, beside={})
    assert actual.total.money == home.money
    assert (home.money.count, home.money.plan_wan) == (home.totals.count, home.totals.plan_wan)
    for by in ("unit", "leader", "group", "month"):
        page = client.get(reverse("plan-actual"), list_query | {"by": by}).context["page"]
        assert page.total.money == home.money, by
    of_lists = client.get(reverse("plan-actual"), {"by": "list"}).context["page"]
    assert {row.name: row.money for row in of_lists.rows}[county.key_list.name] == home.money

    filed = 0
    # Each project: row of the list, its page, plan against actual, facts of the score.
    records = listed["listing"].records
    assert {record.pk for record in records} == by_project.keys()
    for record in records:
        sheet = client.get(reverse("project-detail", args=[record.pk])).context["sheet"]
        line = by_project[record.pk]
        shown = (record["year_plan_wan"] or 0, record["done_wan"], record["rate"], record["points"])
        assert shown == (line.money.plan_wan, line.money.done_wan, line.money.rate, line.money.points)
        assert shown == (sheet.money.plan_wan or 0, sheet.money.done_wan, sheet.money.rate, sheet.money.points)
        assert record["light"] == sheet.lights.whole
        filed += sheet.filing.filed
        assert (line.progress, line.entry) == (sheet.lights.progress, sheet.lights.entry)
        scored = facts[record.pk]
        assert (scored.annual_plan_wan or 0, scored.cumulative_wan) == shown[:2]
    assert sum(record["done_wan"] for record in records) == home.money.done_wan
    assert filed == home.filing.filed

    # What is filtered and sorted by is what is shown.
    for colour in ("red", "yellow", "green", "none"):
        filtered = client.get(reverse("project-list"), list_query | {"light": colour}).context["listing"].records
        assert {one.pk for one in filtered} == {one.pk for one in records if one["light"].colour == colour}
    for column in ("points", "rate", "done_wan", "plan"):
        ordered = client.get(reverse("project-list"), list_query | {"sort": column}).context["listing"].records
        key = {"plan": "year_plan_wan"}.get(column, column)
        values = [one[key] for one in ordered if one.get(key) is not None]
        assert values == sorted(values), column


def test_the_exported_workbooks_carry_what_the_pages_show(county, client):
    client.force_login(county.he)
    home = client.get("/").context["home"].figures
    listed = exported(client, "project-list", {"list": county.key_list.pk})
    assert sum(value or 0 for value in listed["年度计划（万元）"]) == pytest.approx(float(home.totals.plan_wan))
    assert sum(value or 0 for value in listed["本年完成（万元）"]) == pytest.approx(float(home.money.done_wan))
    actual = exported(client, "plan-actual", {"list": county.key_list.pk})
    assert actual["年度计划（万元）"][-1] == pytest.approx(float(home.totals.plan_wan))
    assert actual["本年完成（万元）"][-1] == pytest.approx(float(home.money.done_wan))
    assert actual["完成率"][-1] == pytest.approx(float(home.money.rate), abs=0.00005)


def exported(client, url, query):
    response = client.get(reverse(url), query | {"export": "xlsx"})
    heading, *lines = load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
    return {name: [line[index] for line in lines] for index, name in enumerate(heading)}
