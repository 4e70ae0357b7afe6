"""Out and back: what leaves in a layout comes back unchanged, and an edited cell changes that cell's value alone."""

import random

import openpyxl
import pytest
from django.core.management import call_command

from leaders.models import HistoryEntry
from projects.imports.system_ids import left_at
from projects.imports.writing.layouts import Layout
from projects.models import ProjectList
from tests.projects.imports.conftest import GROUPS, JUNE, KEY, RESERVE, SCHOOLS, questions_in, rows_in, take
from tests.projects.imports.writing.conftest import LATER, rows_state
from tests.world import AT

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LOADED = [
    (KEY, "2023-key"),
    (JUNE, "2023-key"),
    (SCHOOLS, "2023-schools"),
    (RESERVE, "2023-reserve"),
    (GROUPS, "2023-groups"),
]


@pytest.fixture(scope="module", autouse=True)
def county_with_all_lists(once):
    call_command("load_reference", verbosity=0)
    for path, target in LOADED:
        take(path, target)


@pytest.mark.parametrize("key", ["2023-key", "2023-schools", "2023-reserve", "2023-groups"])
def test_a_list_that_returns_as_it_left_changes_nothing_in_any_layout(data_dir, out, key):
    history, state = HistoryEntry.objects.count(), rows_state()
    members = ProjectList.objects.get(key=key).memberships.count()
    for layout in Layout:
        path = out(key, layout)
        sheet = openpyxl.load_workbook(path).worksheets[0]
        foot = str(sheet.cell(sheet.max_row, 1).value)
        assert foot.startswith("注：数据截至 "), layout
        assert ("月已报 " in foot) == (layout == Layout.MONTHLY), layout
        document = take(path, key, at=LATER)
        assert [row for row in rows_in(document) if row["action"] != "same"] == [], layout
        assert document["counts"]["same"] == members > 0, layout
        assert not questions_in(document)
        assert not document["missing"]
        assert not document["proposals"]
        assert left_at(document["mark"]) == AT, layout
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
def test_three_cells_typed_over_change_those_three_values(data_dir, out, layout):
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


def test_three_figures_of_a_month_typed_over_change_those_three_reports(data_dir, out):
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


@pytest.mark.one_database  # which cells those are hangs on the workbook; the tests above write into both databases
@pytest.mark.parametrize("layout", CELLS)
def test_any_cells_typed_over_are_what_the_import_changes_and_nothing_else(data_dir, out, layout):
    """Twelve cells here and there, drawn by a seed of the layout's own."""
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
