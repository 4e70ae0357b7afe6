"""Out and back: what leaves in a layout comes back unchanged, and an edited cell changes that cell's value alone."""

import datetime
import io

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
