"""The marked copy: their formats stay, what is said stands on the cells and in a list, nothing comes alive."""

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from projects.imports.reading.child import mark_in_child
from projects.imports.reading.limits import Limits
from projects.imports.reading.marking import LIST_TITLE, mark_workbook
from projects.imports.reading.problems import problem
from projects.imports.reading.understand import read_workbook

SAID = [
    problem("warning", "写法少见", "请核对。", sheet="清单'甲", cell="C2", value="=1+1", row=2),
    problem("error", "没有项目名称。", "请补上。", sheet="清单'甲", cell="B3", value="", row=3),
    problem("note", "隐藏的工作表没有读。", "不用处理。", sheet="没有这张表", cell="A1"),
]


@pytest.fixture
def theirs(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "清单'甲"
    page.append(["序号", "项目名称", "总投资（万元）", "责任单位"])
    page.append([1, "吕店镇县道改建工程", "=SUM(1,2)", "县交通运输局"])
    page.append([2, None, 800, None])
    page.merge_cells("B3:B4")
    page["A1"].font = Font(name="方正小标宋", size=18, bold=True)
    page["C2"].number_format = "#,##0.00"
    page["C2"].comment = Comment("原有批注", "某某")
    page.column_dimensions["B"].width = 40
    path = tmp_path / "清单.xlsx"
    book.save(path)
    return path


def marked(path, problems=SAID):
    target = path.with_name("marked.xlsx")
    mark_workbook(path, target, problems, Limits())
    return openpyxl.load_workbook(target)


def test_their_formats_formulas_and_comments_stay(theirs):
    page = marked(theirs)["清单'甲"]
    assert (page["A1"].font.name, page["A1"].font.size, page.column_dimensions["B"].width) == ("方正小标宋", 18, 40)
    assert (page["C2"].value, page["C2"].number_format) == ("=SUM(1,2)", "#,##0.00")
    assert page["C2"].comment.text == "原有批注\n【请留意】写法少见请核对。"
    assert page["A2"].fill.fill_type is None
    assert page["B3"].comment.text == "【没有导入】没有项目名称。请补上。"


def test_the_list_names_every_problem_worst_first_and_leads_to_its_cell(theirs):
    book = marked(theirs)
    page = book.worksheets[0]
    assert page.title == LIST_TITLE
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert [row[1] for row in rows] == ["没有导入", "请留意", "说明"]
    assert rows[0][2:4] == ["清单'甲", "B3"]
    assert page["D2"].hyperlink.location == "'清单''甲'!B3"
    assert page["D4"].hyperlink is None
    assert (page["E3"].value, page["E3"].data_type) == ("=1+1", "s")
    assert [sheet.sheet_view.tabSelected for sheet in book.worksheets] == [True, False]


def test_the_copy_comes_back_as_the_file_that_it_was(theirs):
    marked(theirs)
    first, again = read_workbook(theirs), read_workbook(theirs.with_name("marked.xlsx"))
    assert [row["values"] for sheet in again["sheets"] for row in sheet["rows"]] == [
        row["values"] for sheet in first["sheets"] for row in sheet["rows"]
    ]
    assert [said["level"] for said in again["problems"]] == [said["level"] for said in first["problems"]]


def test_a_csv_comes_back_as_a_workbook_of_texts(tmp_path):
    path = tmp_path / "清单.csv"
    path.write_text("序号,项目名称,总投资（万元）\n1,=HYPERLINK(1),800\n", encoding="utf-8")
    page = marked(path, [problem("question", "是项目吗？", "请选择。", sheet="清单", cell="B2")]).worksheets[1]
    assert (page["B2"].value, page["B2"].data_type) == ("=HYPERLINK(1)", "s")
    assert page["B2"].comment.text.startswith("【要回答】")


def test_the_child_writes_it_and_a_file_that_cannot_be_read_gives_none(theirs, tmp_path):
    target = tmp_path / "out.xlsx"
    assert mark_in_child(theirs, target, SAID, Limits())
    assert openpyxl.load_workbook(target).sheetnames == [LIST_TITLE, "清单'甲"]
    theirs.write_bytes(b"PK\3\4" + bytes(200))
    assert not mark_in_child(theirs, tmp_path / "none.xlsx", SAID, Limits())
    assert not (tmp_path / "none.xlsx").exists()
