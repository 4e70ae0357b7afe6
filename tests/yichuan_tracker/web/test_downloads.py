import datetime
import io
from decimal import Decimal
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from yichuan_tracker.web.downloads import Sheet, SheetColumn, attachment, plain, sheet_title, xlsx_bytes


def written(*rows, columns=None, title="项目"):
    columns = columns or [SheetColumn("甲") for _ in rows[0]]
    return load_workbook(io.BytesIO(xlsx_bytes([Sheet(title, columns, rows)]))).active


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("x")', "+1", "-1", "@x", "#N/A", "TRUE", "0012"])
def test_text_stays_text_whatever_it_begins_with(text):
    cell = written([text])["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_there_is_no_formula_in_the_file():
    with ZipFile(io.BytesIO(xlsx_bytes([Sheet("项目", [SheetColumn("甲")], [["=1+1"]])]))) as file:
        assert b"<f>" not in file.read("xl/worksheets/sheet1.xml")


def test_control_characters_and_broken_halves_of_characters_are_left_out():
    assert plain("甲\x00\x0b乙\ud800丙\uffff\n丁") == "甲乙丙\n丁"


def test_a_text_is_cut_at_what_a_cell_holds_and_never_inside_a_character():
    assert len(plain("长" * 40000)) == 32767
    assert plain("😀" * 20000) == "😀" * 16383


def test_amounts_and_days_are_numbers_with_a_format():
    columns = [SheetColumn("总投资（万元）", "#,##0.00"), SheetColumn("开工", "yyyy-mm-dd")]
    sheet = written([Decimal("12000.50"), datetime.date(2023, 7, 5)], columns=columns)
    assert (sheet["A2"].value, sheet["A2"].number_format) == (12000.5, "#,##0.00")
    assert (sheet["B2"].value.date(), sheet["B2"].number_format) == (datetime.date(2023, 7, 5), "yyyy-mm-dd")


def test_what_excel_would_spoil_is_written_as_text():
    assert plain(10**18) == "1" + "0" * 18
    assert plain(Decimal("NaN")) == "NaN"
    assert plain(datetime.date(1899, 12, 31)) == "1899-12-31"


def test_a_moment_is_written_in_the_countys_time():
    moment = datetime.datetime(2023, 7, 4, 20, 30, tzinfo=ZoneInfo("UTC"))
    assert plain(moment) == datetime.datetime(2023, 7, 5, 4, 30)


def test_the_sheet_is_ready_to_be_printed():
    sheet = written(["甲", "乙"])
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


@pytest.mark.parametrize(
    ("wanted", "title"),
    [("a/b:c*?[d]\\", "a b c   d"), ("'引号'", "引号"), ("", "数据"), ("长" * 40, "长" * 31), ("项目", "项目(2)")],
)
def test_a_sheet_gets_a_title_that_excel_accepts(wanted, title):
    assert sheet_title(wanted, ["项目"]) == title


@pytest.mark.parametrize("name", ["../../etc/passwd", 'a"b\r\nX: y.xlsx', "...", "伊川/县.xlsx"])
def test_a_file_name_cannot_leave_its_place(name):
    header = attachment(name, b"", "application/pdf")["Content-Disposition"]
    assert header.startswith("attachment")
    assert not set("/\r\n") & set(header)
