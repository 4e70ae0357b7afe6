"""One query behind each number: every page that shows a figure shows the same one."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from projects.models import Membership, Milestone, MonthReport, Project, ProjectList, Responsibility, YearPlan
from projects.progress.queries import FilingStatus
from projects.rankings.facts import facts_of_month
from projects.registry.plans.actions import approve_revision, request_revision
from projects.registry.plans.rules import MONTH_FIELDS
from projects.status.rules import DEFAULT_THRESHOLDS
from tests.projects.dashboards.agreement import assert_pages_agree
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


def test_every_page_and_workbook_tells_the_same_figures(county, client):
    client.force_login(county.he)
    home, records = assert_pages_agree(client, county.key_list)
    assert (home.totals.count, home.totals.plan_wan, home.filing) == (8, Decimal("51834.56"), FilingStatus(5, 8))
    facts = facts_of_month(
        JUNE, entered_until=datetime.datetime(2023, 7, 3, 23, 59, tzinfo=CHINA), thresholds=DEFAULT_THRESHOLDS
    ).projects
    for record in records:
        scored = facts[record.pk]
        shown = (record["year_plan_wan"] or 0, record["done_wan"])
        assert (scored.annual_plan_wan or 0, scored.cumulative_wan) == shown

    # What is sorted by is what is shown.
    for column in ("points", "rate", "done_wan", "plan"):
        query = {"list": county.key_list.pk, "sort": column}
        ordered = client.get(reverse("project-list"), query).context["listing"].records
        key = {"plan": "year_plan_wan"}.get(column, column)
        values = [one[key] for one in ordered if one.get(key) is not None]
        assert values == sorted(values), column
