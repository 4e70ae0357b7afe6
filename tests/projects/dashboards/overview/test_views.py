import datetime
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from projects.dashboards.overview.tables import ProjectTable
from projects.models import (
    Inspection,
    Membership,
    Milestone,
    MonthReport,
    Period,
    ProjectCode,
    ProjectList,
    Responsibility,
    YearPlan,
)
from projects.registry.models import Project
from tests.world import AT, TODAY, YEAR_START, make_project

URL = "/projects/"


@pytest.fixture
def office(world, client):
    client.force_login(world.zhao)
    return client


def report(project, month, done, state="accepted"):
    first = datetime.date(2023, month, 1)
    return MonthReport.objects.create(
        project=project,
        month=first,
        covers_from=first,
        done_wan=Decimal(done),
        state=state,
        submitted_at=AT,
        accepted_at=AT if state == "accepted" else None,
    )


def names(response):
    return [str(row) for row in response.context["listing"].records]


def choose(user, *columns):
    user.listing_choices = {"projects": {"columns": list(columns)}}
    user.save()


def many(world, count):
    for number in range(count):
        project = make_project(
            f"项目{number}", key_list=world.key_list, unit=world.water, leader=world.leader_wu, position=number + 3
        )
        report(project, 6, 100)
        Milestone.objects.create(project=project, name="封顶", due_on=datetime.date(2023, 8, 1))
        ProjectCode.objects.create(project=project, code=f"2303-410329-04-01-{number:06}")
        Inspection.objects.create(
            project=project, inspected_on=TODAY, leader=world.leader_wu, situation="看过", author=world.sun
        )


def test_the_page_opens_with_the_newest_county_list_and_its_totals(world, office):
    make_project(
        "不在清单里",
        key_list=ProjectList.objects.create(key="o", name="其他", year=2023, kind="other"),
        unit=world.water,
        leader=world.leader_wu,
    )
    response = office.get(URL)
    assert names(response) == [world.road.name, world.dam.name]
    page = response.content.decode()
    for text in ("2 条", "12.00 亿元", "2.40 亿元", "2 人", world.key_list.name):
        assert text in page


def test_totals_follow_the_filter(world, office):
    page = office.get(URL, {"unit": world.water.pk}).content.decode()
    assert "6.00 亿元" in page
    assert "1.20 亿元" in page
    assert "1 人" in page


def test_all_projects_of_whatever_list_are_counted_once(world, office):
    second = ProjectList.objects.create(key="tf", name="专班", year=2023, kind="task_force")
    Membership.objects.create(project_list=second, project=world.road, joined_on=YEAR_START)
    response = office.get(URL, {"list": "all"})
    assert response.context["listing"].count == 2


def test_what_left_a_list_is_not_in_it_and_what_is_archived_in_none(world, office):
    world.key_list.memberships.filter(project=world.dam).update(left_on=TODAY, left_reason="调整")
    assert names(office.get(URL)) == [world.road.name]
    Project.objects.filter(pk=world.road.pk).update(archived_at=AT)
    assert names(office.get(URL)) == []
    assert names(office.get(URL, {"list": "archived"})) == [world.road.name]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "LDZ"}, ["road"]),
        ({"q": "鸣皋 镇"}, ["dam"]),
        ({"q": "2303-410329"}, ["road"]),
        ({"leader": "qian"}, ["road"]),
        ({"unit": "water"}, ["dam"]),
        ({"group": "group"}, ["road"]),
        ({"township": "town"}, ["road"]),
        ({"sector": "sector"}, ["road"]),
        ({"label": "new_start"}, ["dam"]),
        ({"state": "stopped"}, ["dam"]),
        ({"light": "yellow"}, ["dam"]),
        ({"light": "red"}, ["road"]),
        ({"light": "green"}, []),
    ],
)
def test_each_filter_narrows_the_list(world, office, query, expected):
    ProjectCode.objects.create(project=world.road, code="2303-410329-04-01-123456")
    YearPlan.objects.filter(project=world.dam).update(label="new_start")
    Project.objects.filter(pk=world.dam.pk).update(
        state="stopped",
        name_key="鸣皋镇城乡供水一体化建设项目",
        actual_start_on=None,
        planned_start_on=datetime.date(2023, 6, 30),
    )
    report(world.dam, 6, 5000)  # 41.67 % of 50 %: 8.33 points behind is green, the start a month late is yellow
    ids = {
        "qian": world.leader_qian.pk,
        "water": world.water.pk,
        "group": world.group.pk,
        "town": world.town.pk,
        "sector": world.sector.pk,
    }
    response = office.get(URL, {key: ids.get(value, value) for key, value in query.items()})
    assert names(response) == [getattr(world, name).name for name in expected]


def test_money_of_the_year_stands_beside_the_plan(world, office):
    report(world.road, 5, 3000)
    report(world.road, 6, 2100)
    report(world.road, 7, 900)  # not due yet: July is judged when it is
    report(world.dam, 6, 9999, state="draft")
    page = office.get(URL).content.decode()
    assert "5,100.00" in page
    assert "42.50%" in page
    assert "-7.50" in page
    assert "截至2023年6月" in page
    assert "9,999.00" not in page


def test_sorting_by_what_was_done_by_rate_and_by_who_answers(world, office):
    report(world.dam, 6, 100)
    report(world.road, 6, 50)
    assert names(office.get(URL, {"sort": "-done_wan"}))[0] == world.dam.name
    assert names(office.get(URL, {"sort": "rate"}))[0] == world.road.name
    assert names(office.get(URL, {"sort": "-points"}))[0] == world.dam.name
    assert names(office.get(URL, {"sort": "-lead_units"}))[0] == world.dam.name
    assert names(office.get(URL, {"sort": "leaders"}))
    assert names(office.get(URL, {"sort": "-name"}))[0] == world.dam.name
    assert names(office.get(URL, {"sort": "-serial"}))[0] == world.dam.name


@pytest.mark.parametrize(
    "query",
    [
        "page=abc",
        "list=all&sort=serial",
        "list=archived&sort=-section",
        "page=99999999999999",
        "sort=;drop",
        "list=zzz",
        "list=99999",
        "list=²",
        "unit=abc",
        "unit=999999",
        "leader=１",
        "light=blue",
        "q=%00",
        "q=" + "长" * 500,
        "state=<script>",
    ],
)
def test_nonsense_in_the_address_is_answered_with_a_page(world, office, query):
    response = office.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert "<script>" not in response.content.decode().replace("<script src", "")


def test_an_unknown_list_shows_the_usual_one_and_no_archived_project(world, office):
    Project.objects.filter(pk=world.dam.pk).update(archived_at=AT)
    assert names(office.get(URL, {"list": "zzz"})) == [world.road.name]
    assert names(office.get(URL, {"list": "99999"})) == [world.road.name]


def test_the_export_holds_exactly_the_filtered_rows_and_the_chosen_columns(world, office):
    report(world.road, 6, 5100)
    choose(world.zhao, "name", "total_wan", "leaders", "rate", "light")
    response = office.get(URL, {"unit": world.traffic.pk, "export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = [row for row in sheet.iter_rows(values_only=True) if any(value is not None for value in row)]
    head = next(index for index, row in enumerate(rows) if "项目名称" in row)
    assert [value for value in rows[head] if value] == ["项目名称", "亮灯", "分包领导", "总投资（万元）", "完成率"]
    assert rows[head + 1][:4] == (world.road.name, "红灯", "钱一平", 60000)
    assert float(rows[head + 1][4]) == pytest.approx(0.425)
    assert len(rows) == head + 3
    assert re.fullmatch(r"注：数据截至 2023-07-05 \d\d:\d\d；.*；2023年6月月报 已报 1/1。", rows[-1][0])


EVERY_COLUMN = [
    "codes",
    "contacts",
    "groups",
    "last_inspection",
    "leaders",
    "light",
    "name",
    "next_milestone",
    "rate",
    "sector",
    "township",
    "content",
    "entered_on",
]


def test_further_columns_are_filled_when_chosen(world, office):
    many(world, 1)
    choose(world.zhao, *EVERY_COLUMN)
    page = office.get(URL, {"q": "项目0"}).content.decode()
    for text in ("2303-410329-04-01-000000", "2023-08-01", "封顶", TODAY.isoformat(), "吴二安"):
        assert text in page


EVERY_FILTER = ("q", "label", "sector", "state", "unit", "leader", "group", "township")


def every_filter(world):
    """All that the second project of `many` is found by."""
    project = Project.objects.get(name="项目1")
    values = ("项目", "continued", world.sector.pk, "preparing", world.water.pk, world.leader_wu.pk, world.group.pk)
    Project.objects.filter(pk=project.pk).update(sector=world.sector, township=world.town, state="preparing")
    YearPlan.objects.filter(project=project).update(label="continued")
    Responsibility.objects.create(project=project, role="group", group=world.group, starts_on=YEAR_START)
    return dict(zip(EVERY_FILTER, (*values, world.town.pk), strict=True))


@pytest.mark.parametrize("choice", ["usual", "all columns", "light", "another year", "all filters", "export"])
def test_no_choice_of_columns_and_filters_asks_more_than_twelve_questions(
    world, office, django_assert_max_num_queries, choice
):
    Period.objects.all().delete()  # The dearest state: where no period is open, the last one is asked for as well.
    old = ProjectList.objects.create(key="22", name="2022年清单", year=2022, kind="county_key")
    many(world, 3)
    query = {
        "light": {"light": "red"},
        "another year": {"list": old.pk, "light": "red"},
        "all filters": every_filter(world) | {"light": "red"},
        "export": {"light": "red", "export": "xlsx"},
    }.get(choice, {})
    if choice != "usual":
        choose(world.zhao, *ProjectTable.base_columns)
    for project in Project.objects.all():
        Membership.objects.create(project_list=old, project=project, joined_on=datetime.date(2022, 1, 1))
    with django_assert_max_num_queries(12) as few:
        response = office.get(URL, query)
    assert choice == "export" or "项目1" in names(response)
    for number in range(40):
        project = make_project(
            f"又{number}", key_list=world.key_list, unit=world.water, leader=world.leader_wu, position=number + 9
        )
        Membership.objects.create(project_list=old, project=project, joined_on=datetime.date(2022, 1, 1))
    with django_assert_max_num_queries(12) as more:
        office.get(URL, query)
    assert len(few.captured_queries) == len(more.captured_queries)


def test_a_list_of_an_earlier_year_shows_that_years_plan_and_leader(world, office):
    old = ProjectList.objects.create(key="22", name="2022年清单", year=2022, kind="county_key")
    Membership.objects.create(project_list=old, project=world.road, joined_on=datetime.date(2022, 1, 1))
    YearPlan.objects.create(project=world.road, year=2022, plan_wan=Decimal("8000.00"))
    Responsibility.objects.create(
        project=world.road,
        role="leader",
        leader=world.leader_wu,
        starts_on=datetime.date(2022, 1, 1),
        ends_on=datetime.date(2022, 12, 31),
    )
    MonthReport.objects.create(
        project=world.road,
        month=datetime.date(2022, 12, 1),
        covers_from=datetime.date(2022, 12, 1),
        done_wan=Decimal("4000.00"),
        state="accepted",
        accepted_at=AT,
    )
    page = office.get(URL, {"list": old.pk}).content.decode()
    assert "8,000.00" in page
    assert "50.00%" in page
    assert "吴二安</td>" in page


def test_a_list_of_a_year_to_come_has_plans_and_no_figures(world, office):
    coming = ProjectList.objects.create(key="24", name="2024年清单", year=2024, kind="other")
    Membership.objects.create(project_list=coming, project=world.road, joined_on=TODAY)
    YearPlan.objects.create(project=world.road, year=2024, plan_wan=Decimal("7000.00"))
    report(world.road, 6, 5100)
    page = office.get(URL, {"list": coming.pk}).content.decode()
    assert "7,000.00" in page
    assert "5,100.00" not in page


def test_only_the_office_sees_the_boxes_and_what_they_are_for(world, client):
    client.force_login(world.zhao)
    assert "指定分包领导" in client.get(URL).content.decode()
    client.force_login(world.he)
    page = client.get(URL).content.decode()
    assert 'name="pk"' not in page
    assert reverse("project-create") not in page


def test_before_any_list_the_page_says_how_to_begin(world, office):
    Membership.objects.all().delete()
    world.key_list.delete()
    Project.objects.update(archived_at=AT)
    page = office.get(URL).content.decode()
    assert "导入" in page
