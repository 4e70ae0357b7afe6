"""The hidden column of our own template says who a row is, whatever its name became."""

import datetime
import io

import openpyxl
import pytest

from projects.imports.system_ids import project_id, read_project_id
from projects.imports.writing.layouts import Layout, write_list
from projects.models import Project, ProjectList
from projects.registry.actions import change_project
from tests.projects.imports.conftest import questions_in, rows_in, take
from tests.world import AT

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LATER = AT + datetime.timedelta(hours=2)
OWN_ID = "AB"


@pytest.fixture
def template(office, tmp_path):
    """`template(edit)` → the key list's template; `edit(sheet, rows)` types into it, rows by project name."""

    def write(edit):
        book = openpyxl.load_workbook(io.BytesIO(write_list(office.key_list, Layout.TEMPLATE, at=AT).content))
        sheet = book["清单"]
        edit(sheet, {cell.value: cell.row for cell in sheet["B"] if cell.value})
        path = tmp_path / "模板.xlsx"
        book.save(path)
        return path

    return write


def test_a_project_renamed_in_the_template_is_the_same_project(office, template):
    path = template(lambda sheet, rows: sheet.cell(rows[office.road.name], 2, "完全另外的名字"))
    count = Project.objects.count()
    document = take(path, office.key_list, at=LATER)
    assert (document["counts"]["update"], document["counts"]["create"], document["missing"]) == (1, 0, [])
    assert [line["field"] for row in rows_in(document) for line in row.get("changes", ())] == ["name"]
    office.road.refresh_from_db()
    assert (office.road.name, Project.objects.count()) == ("完全另外的名字", count)


def test_a_line_copied_to_make_another_project_is_a_new_one(office, template):
    def edit(sheet, rows):
        for column in range(1, 29):
            sheet.cell(4, column, sheet.cell(rows[office.road.name], column).value)
        sheet["A4"], sheet["B4"], sheet["C4"] = 3, "白沙镇滨河公园", None

    document = take(template(edit), office.key_list, at=LATER)
    assert (document["counts"]["create"], document["counts"]["same"]) == (1, 2)


def test_a_template_sorted_without_its_hidden_column_is_asked_row_by_row(office, template):
    def edit(sheet, rows):
        one, two = (sheet[f"{OWN_ID}{row}"] for row in rows.values() if row > 1)
        one.value, two.value = two.value, one.value

    document = take(template(edit), office.key_list, at=LATER)
    asked = questions_in(document)
    assert len(asked) == document["counts"]["ask"] == 2
    assert "排序时没有带上隐藏的系统标识列" in asked[0]["message"]


@pytest.mark.parametrize("written", ["P.1.2.0000000000", "P1.3", "随手写的", "P.x"])
def test_an_id_that_was_tampered_with_is_asked_and_can_be_left_aside(office, template, written):
    path = template(lambda sheet, rows: sheet.cell(rows[office.road.name], 28, written))
    document = take(path, office.key_list, at=LATER)
    (asked,) = questions_in(document)
    assert written in asked["message"]
    assert asked["cell"].startswith(OWN_ID)
    document = take(path, office.key_list, at=LATER, answers={asked["id"]: "name"})
    assert document["counts"]["same"] == 2
    assert take(path, office.key_list, at=LATER, answers={asked["id"]: "park"})["counts"]["park"] == 1


def test_the_template_of_another_list_is_asked_before_its_projects_join(office, template):
    other = ProjectList.objects.create(key="other", name="另一份清单", year=2023, kind="other")
    project = Project.objects.create(name="另一份的项目", name_key="另一份的项目")
    other.memberships.create(project=project, position=1, joined_on="2023-01-01")
    document = take(template(lambda sheet, rows: None), other, at=LATER)
    asked = questions_in(document)
    assert len(asked) == 2
    assert "不在这份清单里" in asked[0]["message"]
    assert not other.memberships.filter(project=office.road).exists()


def test_what_was_edited_after_the_template_left_is_kept_and_what_was_edited_before_is_not(office, template):
    before, after = AT - datetime.timedelta(hours=1), AT + datetime.timedelta(hours=1)
    road = change_project(office.road, {"remark": "导出前改的"}, version=office.road.version, by=office.zhao, at=before)
    path = template(lambda sheet, rows: [sheet.cell(rows[road.name], column, "文件里的") for column in (9, 27)])
    change_project(road, {"content": "导出后改的"}, version=road.version, by=office.zhao, at=after)
    take(path, office.key_list, at=LATER)
    road.refresh_from_db()
    assert (road.content, road.remark) == ("导出后改的", "文件里的")


def test_an_id_is_read_back_and_nobody_elses_is():
    assert read_project_id(project_id(12, AT)) == (12, AT)
    assert read_project_id(project_id(12, AT).replace("12", "13", 1)) is None
    assert read_project_id(project_id(12, AT).upper()) is None
    assert read_project_id("") is None
