"""What the sheets look like, and that words typed by people stay words."""

import datetime
import io

import openpyxl
import pytest

from leaders.models import HistoryEntry, Leader
from projects.imports.system_ids import read_project_id
from projects.imports.writing.layouts import Layout, write_list
from projects.models import Membership, Milestone, Project, Responsibility
from tests.projects.imports.conftest import rows_in, take
from tests.world import AT, TODAY, YEAR_START

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def opened(project_list, layout, **more):
    content = write_list(project_list, layout, at=AT, **more).content
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("layout", Layout)
def test_every_sheet_prints_across_a4_with_its_headings_repeated(office, layout):
    for sheet in opened(office.key_list, layout, month=datetime.date(2023, 6, 1)).worksheets:
        if sheet.sheet_state != "visible":
            continue
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows
        assert sheet.freeze_panes


def test_the_annual_list_has_sections_counts_and_three_tiers(office):
    sheet = opened(office.key_list, Layout.ANNUAL)["清单"]
    texts = [str(cell.value) for cell in sheet["A"] if cell.value]
    assert "合计（2个）" in texts
    assert "单位：万元" in [cell.value for cell in sheet[2]]
    assert {"H3:L3", "I4:J4", "P3:Q3", "A3:A5"} <= {str(span) for span in sheet.merged_cells.ranges}
    assert sheet["L4"].value == "2023年计划投资"


def test_the_template_locks_keys_without_a_password_and_offers_words(office):
    book = opened(office.key_list, Layout.TEMPLATE)
    sheet = book["清单"]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert not sheet["B2"].protection.locked, "a name typed over is a new name"
    assert sheet["C2"].protection.locked
    assert not sheet["J2"].protection.locked
    assert not sheet["B4"].protection.locked, "a new project is typed below the known ones"
    assert sheet.column_dimensions["AB"].hidden
    first = office.key_list.memberships.order_by("position", "pk").first().project
    assert read_project_id(sheet["AB2"].value) == (first.pk, AT)
    assert len(sheet.data_validations.dataValidation) == 6
    assert "填表说明" in book.sheetnames


@pytest.mark.parametrize("text", ["=1+1", "#N/A", "+86", "@SUM(A1)", "a\x0bb"])
def test_what_a_person_typed_is_never_a_formula(office, text):
    Project.objects.filter(pk=office.road.pk).update(remark=text)
    for layout in (Layout.ANNUAL, Layout.TEMPLATE, Layout.LEDGER):
        cells = [cell for sheet in opened(office.key_list, layout).worksheets for row in sheet for cell in row]
        assert not [cell for cell in cells if cell.data_type in ("f", "e")]
        assert text.replace("\x0b", "") in [cell.value for cell in cells]


def test_what_a_layout_cannot_hold_is_in_the_note_and_comes_back_unchanged(office, tmp_path):
    road = office.road
    Responsibility.objects.filter(project=road, role="contact").delete()
    for name, phone in (("朱岩", "13903791452"), ("李四", "")):
        Responsibility.objects.create(project=road, role="contact", contact=name, phone=phone, starts_on=YEAR_START)
    Responsibility.objects.create(project=road, role="lead_unit", unit=office.water, position=2, starts_on=YEAR_START)
    Leader.objects.create(name=office.leader_qian.name, level="county", post="另一位")
    Milestone.objects.create(project=road, name="备案；8月：封顶", due_on=TODAY)
    history = HistoryEntry.objects.count()
    for layout in Layout:
        exported = write_list(office.key_list, layout, month=datetime.date(2023, 6, 1), at=AT)
        path = tmp_path / f"{layout}.xlsx"
        path.write_bytes(exported.content)
        document = take(path, office.key_list)
        assert [row["action"] for row in rows_in(document)] == ["same", "same"], layout
    assert HistoryEntry.objects.count() == history
    notes = [
        cell.comment.text for row in opened(office.key_list, Layout.ANNUAL)["清单"] for cell in row if cell.comment
    ]
    assert {"县交通运输局、县水利局", office.leader_qian.name} <= set(notes)


@pytest.mark.parametrize("layout", Layout)
def test_the_number_of_queries_does_not_grow_with_the_list(office, layout, django_assert_max_num_queries):
    month = datetime.date(2023, 6, 1)
    with django_assert_max_num_queries(25) as few:
        write_list(office.key_list, layout, month=month, at=AT)
    for number in range(30):
        project = Project.objects.create(
            name=f"项目{number}", name_key=f"项目{number}", pinyin="xm", sector=office.sector
        )
        Membership.objects.create(
            project_list=office.key_list, project=project, position=number + 3, joined_on=YEAR_START
        )
        Responsibility.objects.create(project=project, role="lead_unit", unit=office.water, starts_on=YEAR_START)
    with django_assert_max_num_queries(25) as many:
        write_list(office.key_list, layout, month=month, at=AT)
    assert len(many) == len(few)


def test_who_has_left_the_list_or_is_archived_is_not_in_it(office):
    office.key_list.memberships.filter(project=office.dam).update(left_on=TODAY, left_reason="调出")
    sheet = opened(office.key_list, Layout.TEMPLATE)["清单"]
    names = [cell.value for cell in sheet["B"] if cell.value]
    assert names == ["项目名称", office.road.name]
