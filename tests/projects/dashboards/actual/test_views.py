import datetime
import io
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from projects.dashboards.actual.rules import Dimension, MonthSpan, in_order, month_spans
from projects.models import FundingArrival, FundingSource, MonthReport
from tests.projects.growth import PAGE, assert_constant_queries
from tests.projects.rankings.county import file_report
from tests.world import make_project
from yichuan_tracker.months import month_range

URL = reverse("plan-actual")


@pytest.fixture
def reader(world, client):
    client.force_login(world.he)
    return client


@pytest.fixture
def filed(world):
    file_report(world.road, world.li, "3000", month=datetime.date(2023, 5, 1), covers_from=datetime.date(2023, 1, 1))
    file_report(world.road, world.li, "900")
    file_report(world.dam, world.wang, "6000")
    source = FundingSource.objects.create(project=world.road, kind="special_bond", planned_wan=1000)
    FundingArrival.objects.create(source=source, arrived_on=datetime.date(2023, 6, 1), amount_wan=250)
    return world


def rows(client, **query):
    return {row.name: row for row in client.get(URL, query).context["rows"]}


def test_those_without_a_value_come_last_whichever_way():
    assert in_order([2, None, 3], lambda one: one, is_descending=True) == [3, 2, None]
    assert in_order([2, None, 3], lambda one: one, is_descending=False) == [2, 3, None]


@pytest.mark.parametrize("by", Dimension.values)
def test_each_layout_costs_a_constant_number_of_questions(world, reader, by):
    def grow():
        for number in range(12):
            made = make_project(
                f"项目{number}", key_list=world.key_list, unit=world.water, leader=world.leader_wu, position=9 + number
            )
            FundingSource.objects.create(project=made, kind="enterprise", planned_wan=5)

    assert_constant_queries(reader, f"{URL}?by={by}", grow, limit=PAGE)


def test_plan_actual_and_schedule_stand_side_by_side(filed, reader):
    road = rows(reader)[filed.road.name]
    assert (road.money.plan_wan, road.money.scheduled_to_fen, road.money.done_wan) == (12000, 6000, 3900)
    assert road.money.points == Decimal("-17.5")
    assert (road.funding.planned_wan, road.funding.arrived_wan) == (1000, 250)
    assert (road.progress.colour, road.entry.colour) == ("yellow", "red")
    page = reader.get(URL).content.decode()
    for text in ("3,900.00", "-17.50", "25.00%", "已报", "2/2"):
        assert text in page


def test_a_figure_leads_to_the_rows_that_make_it(filed, reader):
    unit = rows(reader, by="unit")["县交通局"]
    behind = reader.get(f"{URL}{unit.rows}").context
    assert [row.name for row in behind["rows"]] == [filed.road.name]
    assert behind["page"].total.money == unit.money
    assert rows(reader, by="leader")["吴二安"].money.done_wan == 6000
    assert rows(reader, by="group")["未指定"].money.count == 1


@pytest.mark.parametrize("by", ["unit", "leader", "group"])
def test_every_line_opens_to_projects_that_make_its_sum(filed, reader, by):
    made = make_project("没有人管的项目", key_list=filed.key_list, unit=filed.water, leader=filed.leader_wu, position=9)
    made.responsibilities.all().delete()
    lines = rows(reader, by=by)
    assert lines["未指定"].money.count == (2 if by == "group" else 1)
    for line in lines.values():
        shown = reader.get(URL + line.rows).context
        assert (len(shown["rows"]), shown["page"].total.money) == (line.money.count, line.money), line.name


def test_the_last_month_is_the_total_and_each_month_its_own_part(filed, reader):
    context = reader.get(URL, {"by": "month"}).context
    may, june = context["rows"][-2:]
    assert june.money == context["page"].total.money
    assert (may.done_wan, june.done_wan, june.planned_wan) == (3000, 6900, 2000)
    assert rows(reader, month="2023-05")[filed.road.name].money.done_wan == 3000


def test_each_list_counts_its_own_and_the_total_counts_once(filed, reader):
    from projects.models import Membership, ProjectList

    other = ProjectList.objects.create(key="o", name="四部四专班清单", year=2023, kind="task_force")
    Membership.objects.create(project_list=other, project=filed.road, joined_on=datetime.date(2023, 1, 1))
    page = reader.get(URL, {"by": "list"}).context["page"]
    assert {row.name: row.money.count for row in page.rows} == {filed.key_list.name: 2, other.name: 1}
    assert page.total.money.count == 2


def test_the_workbook_is_the_page(filed, reader):
    response = reader.get(URL, {"by": "unit", "sort": "-done", "export": "xlsx"})
    sheet = load_workbook(io.BytesIO(response.content)).active
    written = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)]
    assert [line[0] for line in written[:-1]] == ["县水利局", "县交通局", "合计", None]
    assert re.fullmatch(r"注：数据截至 2023-07-05 \d\d:\d\d；2023年6月已报 2/2。", written[-1][0])
    assert [line[4] for line in written[:3]] == [6000, 3900, 9900]
    assert written[1][5] == pytest.approx(0.325)


@pytest.mark.parametrize("query", ["by=x&list=99&month=2023-99&unit=abc&sort=nonsense", "month=2030-01", "unit=999999"])
def test_nonsense_in_the_address_is_answered_with_a_page(filed, reader, query):
    assert reader.get(f"{URL}?{query}").status_code == 200


def test_a_draft_counts_nowhere(filed, reader):
    MonthReport.objects.filter(project=filed.dam).update(state="draft")
    assert rows(reader)[filed.dam.name].money.done_wan == 0


JAN, FEB, MAR, MAY, JUNE = (datetime.date(2023, month, 1) for month in (1, 2, 3, 5, 6))


@pytest.mark.one_database
def test_a_sum_of_several_months_is_one_line_and_says_whose_figures_come_later():
    months = month_range(JAN, JUNE)
    assert [(one.first.month, one.last.month) for one in month_spans(months, {(JAN, MAY): 393, (JUNE, JUNE): 9})] == [
        (1, 5), (6, 6),
    ]  # fmt: skip
    mixed = month_spans(months, {(JAN, MAY): 392, (FEB, FEB): 1, (JUNE, JUNE): 393})
    assert [(one.first.month, one.last.month, one.merged, one.until) for one in mixed] == [
        (1, 2, 392, MAY), (3, 5, 0, None), (6, 6, 0, None),
    ]  # fmt: skip
    # Nothing was filed: a month of its own, and an honest zero. What a later report holds is no zero.
    assert [one.is_known for one in month_spans([JAN, FEB], {})] == [True, True]
    assert month_spans([JAN, FEB], {(JAN, MAY): 2}) == [MonthSpan(JAN, FEB, 2, MAY, is_known=False)]


def test_no_month_shows_a_zero_for_what_a_combined_report_holds(filed, reader):
    file_report(filed.dam, filed.wang, "1000", month=MAR)
    context = reader.get(URL, {"by": "month"}).context
    assert [(row.name, row.done_wan, row.note) for row in context["rows"]] == [
        ("2023年1—3月", 1000, "1 个项目几个月合报，数在5月"),
        ("2023年4—5月", 3000, ""),
        ("2023年6月", 6900, ""),
    ]
    assert "0.00%" not in reader.get(URL, {"by": "unit", "month": "2023-03"}).text.split("<tbody>")[1].split("序时")[0]


def test_months_that_were_filed_as_one_are_asked_for_as_one_and_each_line_says_whose_figures_come_later(filed, reader):
    file_report(filed.dam, filed.wang, "1000", month=MAR)
    february = reader.get(URL, {"by": "unit", "month": "2023-02"})
    assert february.context["months"] == [
        ("2023-03", "2023年1—3月"), ("2023-05", "2023年4—5月"), ("2023-06", "2023年6月"),
    ]  # fmt: skip
    assert february.context["asked"].month == MAR
    found = {row.name: (row.note, row.is_known) for row in february.context["rows"]}
    words = "1 个项目几个月合报，数在5月"
    assert found == {filed.traffic.short_name: (words, False), filed.water.name: ("", True)}
    assert f"{words}：截至2023年3月没有它们单独的数" in february.text
    by_project = rows(reader, month="2023-03")
    assert [by_project[one.name].is_known for one in (filed.road, filed.dam)] == [False, True]
    MonthReport.objects.filter(month=MAR).delete()
    context = reader.get(URL, {"by": "month", "month": "2023-02"}).context
    assert [(row.name, row.done_wan, row.note) for row in context["rows"]] == [("2023年1—5月", 3000, "")]
