"""手续办理情况表 (K5): what leaves comes back unchanged, and an edited cell changes that procedure's value alone."""

import datetime
import io

import openpyxl
import pytest
from django.urls import reverse

from leaders.audit.actions import change
from leaders.organisations.models import Unit
from projects.imports.reading.understand import MARK_SHEET
from projects.imports.writing.layouts import Layout, write_list
from projects.models import Permit, PermitType, Project
from tests.projects.imports.conftest import rows_in, take
from tests.world import AT, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LATER, MINUTE = AT + datetime.timedelta(hours=1), datetime.timedelta(minutes=1)
day = datetime.date
# A kind of the county's own that no list of headings knows, and states with all that they carry.
STANDINGS = [
    ("立项", {"state": "granted", "obtained_on": day(2023, 3, 5), "document_number": "伊发改〔2023〕5号"}),
    ("环境影响评价", {"state": "tolerated", "owed_papers": "红线图，总平面图", "owed_until": day(2023, 9, 30)}),
    ("矿山压覆查询", {"state": "granted", "obtained_on": day(2023, 1, 1), "valid_until": day(2023, 2, 1)}),
    ("使用林地", {"state": "not_needed", "reason": "不涉及林地"}),
    ("节能审查", {"state": "returned", "reason": "缺能耗数据"}),
    ("水土保持", {"state": "accepted", "accepted_on": day(2023, 7, 1), "due_on": day(2023, 8, 15)}),
    ("施工许可证", {"state": "preparing"}),
    ("安全评价", {"state": "granted"}),
    ("联合验收", {}),
]


@pytest.fixture
def sheet(office, tmp_path):
    for position, (name, values) in enumerate(STANDINGS):
        kind = PermitType.objects.create(name=name, position=position, is_before_start=name != "联合验收")
        Permit.objects.create(project=office.road, permit_type=kind, **values)
    kind = PermitType.objects.get(name="立项")
    Permit.objects.create(project=office.dam, permit_type=kind)

    def write(edit=None):
        exported = write_list(office.key_list, Layout.PERMITS, at=AT)
        book = openpyxl.load_workbook(io.BytesIO(exported.content))
        for cell, value in (edit or {}).items():
            assert book["手续"][cell].value != value
            book["手续"][cell] = value
        path = tmp_path / "手续.xlsx"
        book.save(path)
        return path

    return write


def permits():
    return {permit["id"]: permit for permit in Permit.objects.values()}


def test_every_standing_returns_as_it_left(office, sheet):
    before = permits()
    page = openpyxl.load_workbook(sheet())["手续"]
    assert [page["D2"].value, page["D3"].value, page["D4"].value] == ["手续办理情况", "立项", "应办时限"]
    assert [page["E5"].value, page["F5"].value, page["H5"].value] == [
        "2023-03-05取得", "伊发改〔2023〕5号", "容缺，2023-09-30前补齐：红线图，总平面图",
    ]  # fmt: skip
    document = take(sheet(), office.key_list.key, at=LATER)
    assert [row["action"] for row in rows_in(document)] == ["same", "same"]
    assert not [problem for problem in document["problems"] if problem["level"] != "note"]
    assert permits() == before


def test_projects_in_no_list_leave_in_a_workbook_of_their_own_and_come_back_without_a_list(
    office, sheet, client, tmp_path
):
    client.force_login(office.zhao)
    board, url = reverse("permit-list"), reverse("unlisted-permits")
    assert url not in client.get(board).content.decode()
    office.dam.memberships.update(left_on=TODAY, left_reason="调出")
    assert url in client.get(board).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(client.get(url).content))
    page, path = book["手续"], tmp_path / "未列入.xlsx"
    assert [page["A1"].value, page["B5"].value, page["C5"].value, page["E5"].value, page["B6"].value] == [
        "2023年未列入清单的项目手续办理情况", office.dam.name, office.water.name, "未启动", None,
    ]  # fmt: skip
    before, projects = permits(), Project.objects.count()
    book.save(path)
    assert [row["action"] for row in rows_in(take(path, None, kind="permits", at=LATER))] == ["same"]
    assert permits() == before

    page["E5"] = "2023.5.12取得"
    page.append([2, "谁也没有登记的项目", "谁也没有登记的局", "", "已办结"])
    page.append([3, "哪里也没有的园区", "县水利管理局", "", "已办结"])  # who that is, nobody is asked
    book.save(path)
    document = take(path, None, kind="permits", at=LATER)
    assert [row["action"] for row in rows_in(document)] == ["update", "park", "park"]
    assert "台账里没有叫“谁也没有登记的项目”的项目" in rows_in(document)[1]["problems"][0]["message"]
    granted = Permit.objects.get(project=office.dam)
    assert (granted.state, granted.obtained_on) == ("granted", day(2023, 5, 12))
    assert {pk: one for pk, one in permits().items() if pk != granted.pk} == {
        pk: one for pk, one in before.items() if pk != granted.pk
    }
    assert Project.objects.count() == projects
    assert not office.dam.memberships.filter(left_on=None).exists()
    assert not Unit.objects.filter(name="谁也没有登记的局").exists(), "named by nothing but a row that stays out"


@pytest.mark.parametrize(
    ("cell", "typed", "kind", "values"),
    [
        ("E6", "2023.5.12取得", "立项", {"state": "granted", "obtained_on": day(2023, 5, 12)}),
        ("E6", "办理中", "立项", {"state": "accepted"}),
        ("D6", day(2023, 9, 1), "立项", {"due_on": day(2023, 9, 1)}),
        ("F5", "伊发改〔2023〕6号", "立项", {"document_number": "伊发改〔2023〕6号"}),
        ("H5", "容缺，10月31日前补齐：能评", "环境影响评价", {"owed_until": day(2023, 10, 31), "owed_papers": "能评"}),
        ("E5", "退件", "立项", {"state": "returned", "obtained_on": None, "document_number": ""}),
        ("Q5", "已办结", "节能审查", {"state": "granted"}),
        ("S5", day(2023, 9, 30), "水土保持", {"due_on": day(2023, 9, 30)}),
        ("W5", "不需要", "施工许可证", {"state": "not_needed", "reason": "导入的表中为“不需要”"}),
    ],
)
def test_an_edited_cell_changes_that_value_and_nothing_else(office, sheet, cell, typed, kind, values):
    before = permits()
    document = take(sheet({cell: typed}), office.key_list.key, at=LATER)
    (changed,) = [row for row in rows_in(document) if row["action"] != "same"]
    assert {line["cell"] for line in changed["changes"]} == {cell}
    differing = {
        (pk, field): after[field]
        for pk, after in permits().items()
        for field in after
        if after[field] != before[pk][field] and field != "version"
    }
    (pk,) = {pk for pk, _ in differing}
    assert Permit.objects.get(pk=pk).permit_type.name == kind
    assert {field: value for (_, field), value in differing.items()} == values


@pytest.mark.parametrize("is_marked", [True, False])
def test_what_was_edited_after_the_sheet_left_is_kept_and_what_was_edited_before_is_not(office, sheet, is_marked):
    energy = Permit.objects.get(permit_type__name="节能审查")
    change(energy, {"reason": "导出前改的"}, by=office.zhao, at=AT - MINUTE, version=energy.version)
    path = sheet({"F5": "伊发改〔2023〕6号", "Q5": "已办结"})
    if not is_marked:
        book = openpyxl.load_workbook(path)
        del book[MARK_SHEET]
        book.save(path)
    filed = Permit.objects.get(permit_type__name="立项", project=office.road)
    change(filed, {"document_number": "导出后改的"}, by=office.zhao, at=AT + MINUTE, version=filed.version)
    take(path, office.key_list.key, at=LATER)
    filed.refresh_from_db()
    energy.refresh_from_db()
    assert energy.state == "granted"
    assert filed.document_number == ("导出后改的" if is_marked else "伊发改〔2023〕6号")


def test_a_sheet_that_comes_back_after_the_planned_start_moved_sets_no_day(office, sheet):
    path = sheet()
    note = openpyxl.load_workbook(path)["手续"]["D5"].comment.text
    assert note == "2022-05-31，按计划开工推算"
    Project.objects.update(planned_start_on=day(2022, 8, 1))
    before = permits()
    take(path, office.key_list.key, at=LATER)
    assert permits() == before


def test_a_judgement_in_the_sheet_is_said_and_never_stored(office, sheet):
    before = permits()
    document = take(sheet({"W5": "超期"}), office.key_list.key, at=LATER)
    assert any("平台按时限和有效期推算" in problem["message"] for problem in document["problems"])
    assert permits() == before
