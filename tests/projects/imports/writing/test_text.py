"""Text typed in the browser, and the order of a list, in what leaves and comes back."""

import openpyxl
import pytest

from projects.imports.writing.layouts import Layout
from projects.models import Membership, MonthReport, Project, YearPlan
from tests.projects.imports.conftest import rows_in, take
from tests.projects.imports.writing.conftest import LATER, MONTH, rows_state
from tests.world import AT

pytestmark = pytest.mark.django_db
BROWSER = "第一段  有两个空格\r\n\r\n  第二段 \n"


@pytest.mark.parametrize("layout", Layout)
def test_text_typed_in_the_browser_is_unchanged_when_it_comes_back(office, out, layout):
    road = office.road
    Project.objects.filter(pk=road.pk).update(
        content=BROWSER, remark=BROWSER, owner="伊川 县交投  公司", location="吕店镇  张村"
    )
    road.year_plans.update(goal_first_half=BROWSER, goal_second_half=BROWSER)
    Membership.objects.filter(project=road).update(serial="1.")
    texts = {
        "progress": BROWSER,
        "issues": BROWSER,
        "done_wan": 5,
        "state": "accepted",
        "accepted_at": AT,
        "submitted_at": AT,
    }
    MonthReport.objects.create(project=road, month=MONTH, covers_from=MONTH, **texts)
    state = rows_state()
    document = take(out(office.key_list.key, layout), office.key_list.key, at=LATER)
    assert [row.get("changes") for row in rows_in(document) if row["action"] != "same"] == []
    assert rows_state() == state


def test_a_list_gathered_by_sections_keeps_its_order_and_one_that_was_moved_takes_the_files(office, out):
    key = office.key_list
    for number, label in enumerate(["new_start", "continued", "new_start", "continued"], start=1):
        project = Project.objects.create(name=f"第{number}个项目", name_key=f"第{number}个项目")
        YearPlan.objects.create(project=project, year=2023, label=label, plan_wan=100 + number)
        Membership.objects.create(project_list=key, project=project, position=10 + number, joined_on="2023-01-01")
    order = list(key.memberships.order_by("pk").values_list("position", flat=True))
    edited = out(key.key, Layout.ANNUAL)
    book = openpyxl.load_workbook(edited)
    sheet = book["清单"]
    rows = {cell.value: cell.row for cell in sheet["B"] if cell.value}
    sheet.cell(rows["第1个项目"], 18, "改后的备注")
    book.save(edited)
    assert take(edited, key.key, at=LATER)["counts"]["update"] == 1
    assert list(key.memberships.order_by("pk").values_list("position", flat=True)) == order
    one, three = rows["第1个项目"], rows["第3个项目"]
    for column in range(1, 19):
        a, b = sheet.cell(one, column), sheet.cell(three, column)
        a.value, b.value = b.value, a.value
    sheet.cell(one, 18, "又改")
    book.save(edited)
    take(edited, key.key, at=LATER)
    positions = dict(key.memberships.values_list("project__name", "position"))
    assert positions["第3个项目"] < positions["第1个项目"]
