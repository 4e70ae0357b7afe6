"""Out and back: what leaves in a layout comes back unchanged, and an edited cell changes that cell's value alone."""

import datetime
import io
import random

import openpyxl
import pytest

from leaders.models import HistoryEntry
from projects.imports.writing.layouts import Layout, write_list
from projects.models import (
    Membership,
    Milestone,
    MonthReport,
    Permit,
    Project,
    ProjectList,
    Responsibility,
    StatisticsEntry,
    YearPlan,
)
from tests.projects.imports.conftest import GROUPS, JUNE, KEY, RESERVE, SCHOOLS, questions_in, rows_in, take
from tests.world import AT

pytestmark = pytest.mark.django_db
LATER = AT + datetime.timedelta(hours=1)
MONTH = datetime.date(2023, 6, 1)
LOADED = [
    (KEY, "2023-key"),
    (JUNE, "2023-key"),
    (SCHOOLS, "2023-schools"),
    (RESERVE, "2023-reserve"),
    (GROUPS, "2023-groups"),
]


@pytest.fixture
def out(tmp_path):
    """`out(key, layout)` → the list as a workbook on disk; `edit` is {(sheet, cell): value}."""

    def write(key, layout, edit=None):
        exported = write_list(ProjectList.objects.get(key=key), layout, month=MONTH, at=AT)
        book = openpyxl.load_workbook(io.BytesIO(exported.content))
        for (sheet, cell), value in (edit or {}).items():
            assert book[sheet][cell].value != value
            book[sheet][cell] = value
        path = tmp_path / f"{layout}.xlsx"
        path.write_bytes(exported.content)
        if edit:
            book.save(path)
        return path

    return write


def rows_state():
    models = [Project, YearPlan, Responsibility, MonthReport, Milestone, Membership, Permit, StatisticsEntry]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


@pytest.mark.parametrize("key", ["2023-key", "2023-schools", "2023-reserve", "2023-groups"])
def test_a_list_that_returns_as_it_left_changes_nothing_in_any_layout(county, out, key):
    for path, target in LOADED:
        take(path, target)
    history, state = HistoryEntry.objects.count(), rows_state()
    members = ProjectList.objects.get(key=key).memberships.count()
    for layout in Layout:
        document = take(out(key, layout), key, at=LATER)
        assert [row for row in rows_in(document) if row["action"] != "same"] == [], layout
        assert document["counts"]["same"] == members > 0, layout
        assert not questions_in(document)
        assert not document["missing"]
        assert not document["proposals"]
        assert {problem["level"] for problem in document["problems"]} <= {"note"}, layout
    assert HistoryEntry.objects.count() == history
    assert rows_state() == state


EDITS = {
    # content, total and remark of the first project
    Layout.ANNUAL: ("2023-key", "清单", {"F9": "改后的内容", "H9": 90000, "R9": "改后的备注"}),
    Layout.TEMPLATE: ("2023-key", "清单", {"I2": "改后的内容", "J2": 90000, "AA2": "改后的备注"}),
    Layout.LEDGER: ("2023-groups", "产业发展工作指挥部", {"D4": "改后的内容", "E4": 9, "O4": "改后的备注"}),
}


@pytest.mark.parametrize("layout", EDITS)
def test_three_cells_typed_over_change_those_three_values(county, out, layout):
    take(KEY)
    take(GROUPS, "2023-groups")
    key, sheet, edit = EDITS[layout]
    state = rows_state()
    path = out(key, layout, {(sheet, cell): value for cell, value in edit.items()})
    document = take(path, key, at=LATER)
    assert document["counts"]["update"] == 1
    changed = [row for row in rows_in(document) if row["action"] == "update"]
    assert {line["field"] for line in changed[0]["changes"]} == {"content", "total_wan", "remark"}
    assert {line["cell"] for line in changed[0]["changes"]} == set(edit)
    after = rows_state()
    differing = [
        (name, old["id"], field)
        for name, records in state.items()
        for old, new in zip(records, after[name], strict=True)
        for field in old
        if old[field] != new[field]
    ]
    assert {field for _, _, field in differing} == {"content", "total_wan", "remark", "version"}
    assert len(differing) == 4


def test_three_figures_of_a_month_typed_over_change_those_three_reports(county, out):
    take(KEY)
    take(JUNE)
    path = out("2023-key", Layout.MONTHLY, {("6月", "J5"): "封顶", ("6月", "M6"): "缺砂石", ("6月", "E7"): 1})
    document = take(path, at=LATER)
    changes = [line for row in rows_in(document) for line in row.get("changes", ()) if line["label"][-3:] != "时间"]
    assert document["counts"]["update"] == 3
    fields = ["monthreport.2023-06.progress", "monthreport.2023-06.issues", "monthreport.2023-06.planned_wan"]
    assert [line["field"] for line in changes] == fields


# What can be typed into a cell of each column, and in how many figures that is told.
WORDS, FIGURES, HALVES = "改后的内容{}", 70000, "改后的目标{}"
CELLS = {
    Layout.ANNUAL: ("2023-key", {"F": WORDS, "H": FIGURES, "M": HALVES, "N": HALVES, "R": WORDS}),
    Layout.MONTHLY: ("2023-key", {"C": FIGURES, "J": WORDS, "M": WORDS}),
    Layout.LEDGER: ("2023-groups", {"D": WORDS, "E": 8, "O": WORDS}),
    Layout.TEMPLATE: ("2023-key", {"B": WORDS, "I": WORDS, "J": FIGURES, "S": HALVES, "T": HALVES, "AA": WORDS}),
}


@pytest.mark.parametrize("layout", CELLS)
def test_any_cells_typed_over_are_what_the_import_changes_and_nothing_else(county, out, layout):
    """Twelve cells here and there, drawn by a seed of the layout's own."""
    for path, target in LOADED:
        take(path, target)
    key, columns = CELLS[layout]
    draw = random.Random(layout.value)
    book = openpyxl.load_workbook(out(key, layout))
    rows = [
        (sheet.title, cell.row)
        for sheet in book.worksheets
        if sheet.sheet_state == "visible" and sheet.title != "填表说明"
        for cell in sheet["A"]
        if isinstance(cell.value, int)
    ]
    typed = {}
    for number in range(12):
        (sheet, row), letter = draw.choice(rows), draw.choice(sorted(columns))
        what = columns[letter]
        typed[sheet, f"{letter}{row}"] = what.format(number) if isinstance(what, str) else what + number
    document = take(out(key, layout, typed), key, at=LATER)
    told = {
        (sheet["name"], line["cell"])
        for sheet in document["sheets"]
        for row in sheet["rows"]
        for line in row.get("changes", ())
        if line.get("cell")
    }
    assert told == set(typed)
    assert document["counts"]["create"] == 0
    again = take(out(key, layout), key, at=LATER, dry_run=True)
    assert again["counts"]["update"] == again["counts"]["create"] == 0


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
