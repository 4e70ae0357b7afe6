"""A workbook with a sheet for every month: the projects are the same ones, each sheet adds its month."""

import openpyxl
import pytest

from projects.imports.queries import origin_of
from projects.models import MonthReport, Project
from tests.projects.imports.conftest import questions_in, rows_in, take

HEADINGS = [
    "项目名称",
    "总投资（万元）",
    "责任单位",
    "{0}月完成投资（万元）",
    "1-{0}月累计完成投资（万元）",
    "形象进度",
    "存在问题",
]
NAME = "滨河大道提升工程"


@pytest.fixture
def sheets(tmp_path):
    """`sheets({"3月": row, …})` → a workbook of them, each row below the headings of its month."""

    def write(rows):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, row in rows.items():
            sheet = book.create_sheet(title)
            month = title.removesuffix("月")
            words = HEADINGS if month.isdecimal() else ["项目名称", "总投资（万元）", "责任单位", "建设内容"]
            sheet.append([heading.format(month) for heading in words])
            sheet.append(row)
        book.save(tmp_path / "进展.xlsx")
        return tmp_path / "进展.xlsx"

    return write


def told(month, done, total, problem=None, whole=9000):
    return [NAME, whole, "县交通运输局", done, total, f"{month}月路基", problem]


YEAR = {"3月": told(3, 300, 600), "5月": told(5, 500, 1500, "缺砂石"), "6月": told(6, 600, 2100)}


def reports():
    """{(first month, last month): (done, progress, problems)}"""
    return {
        (report.covers_from.month, report.month.month): (report.done_wan, report.progress, report.issues)
        for report in MonthReport.objects.all()
    }


def test_every_sheet_adds_its_month_and_the_gaps_follow_from_the_totals(county, sheets):
    document = take(sheets(YEAR))
    assert not questions_in(document)
    assert [row["action"] for row in rows_in(document)] == ["same", "same", "create"]
    assert reports() == {
        (1, 2): (300, "", ""),
        (3, 3): (300, "3月路基", ""),
        (4, 4): (400, "", ""),
        (5, 5): (500, "5月路基", "缺砂石"),
        (6, 6): (600, "6月路基", ""),
    }
    places = {key: (origin.sheet, origin.cell) for key, origin in origin_of(Project.objects.get()).items()}
    assert places["total_wan"] == ("6月", "B2")
    assert places["monthreport.2023-03.done_wan"] == ("3月", "D2")
    assert places["monthreport.2023-04.done_wan"] == ("5月", "E2")
    assert places["monthreport.2023-06.done_wan"] == ("6月", "D2")
    again = take(sheets(YEAR))
    assert [row["action"] for row in rows_in(again)] == ["same", "same", "same"]


def test_the_last_month_speaks_for_the_project_and_the_file_says_so(county, sheets):
    document = take(sheets({"5月": told(5, 500, 1500, whole=8000), "6月": told(6, 600, 2100)}))
    assert Project.objects.get().total_wan == 9000
    assert any("内容不同" in said["message"] for said in document["problems"])
    assert "“6月”第 2 行" in rows_in(document)[0]["problems"][0]["message"]


def test_the_list_itself_speaks_for_the_project_where_it_says_all_that_the_months_say(county, sheets):
    document = take(sheets({"总表": [NAME, 9000, "县交通运输局", "改造四公里"], "6月": told(6, 600, 2100)}))
    assert [row["action"] for row in rows_in(document)] == ["create", "same"]
    assert Project.objects.get().content == "改造四公里"
    assert reports()[6, 6] == (600, "6月路基", "")


def test_a_list_that_says_otherwise_than_the_month_is_asked(county, sheets):
    document = take(sheets({"总表": [NAME, 8000, "县交通运输局", "改造四公里"], "6月": told(6, 600, 2100)}))
    assert [row["action"] for row in rows_in(document)] == ["create", "ask"]


def test_two_sheets_that_say_different_things_of_one_month_are_asked(county, sheets):
    path = sheets({"5月": told(5, 500, 1500), "6月": told(6, 600, 2100)})
    book = openpyxl.load_workbook(path)
    book["6月"]["D1"], book["6月"]["E1"] = book["5月"]["D1"].value, book["5月"]["E1"].value
    book.save(path)
    assert [row["action"] for row in rows_in(take(path))] == ["create", "ask"]


def test_totals_that_do_not_add_up_are_told_and_the_months_stand(county, sheets):
    document = take(sheets({"5月": told(5, 500, 1500), "6月": told(6, 600, 2222)}))
    assert any("前面的表中2023年1—5月为 1,500.00 万元，没有改动" in said["message"] for said in document["problems"])
    assert reports()[6, 6][0] == 600
    assert (1, 4) in reports()


def test_sheets_that_tell_only_what_was_reached_add_what_came_to_it(county, sheets):
    take(sheets({"3月": told(3, None, 600), "5月": told(5, None, 1500), "6月": told(6, None, 2100)}))
    assert {span: done for span, (done, _, _) in reports().items()} == {(1, 3): 600, (4, 5): 900, (6, 6): 600}


def test_no_gap_is_filled_where_a_report_of_several_months_stands(county, sheets):
    take(sheets({"6月": told(6, 600, 2100)}))
    assert reports()[1, 5][0] == 1500
    document = take(sheets({"3月": told(3, 300, 600), "6月": told(6, 600, 2100)}))
    assert reports().keys() == {(1, 5), (6, 6)}
    assert any("2023年1—5月合在一起的月报，2023年3月的数字没有导入" in said["message"] for said in document["problems"])


def test_a_row_for_every_month_is_read_as_the_sheets_are(county, workbook):
    headings = [
        "项目名称",
        "总投资（万元）",
        "责任单位",
        "月份",
        "完成投资（万元）",
        "本年累计完成投资（万元）",
        "形象进度",
    ]
    path = workbook(
        [NAME, 9000, "县交通运输局", "3月", 300, 600, "清表"],
        [None, None, None, "5月", 500, 1500, "路基"],
        [NAME, None, None, "2023年6月", 600, 2100, "路面"],
        ["伊水桥", 5000, "县水利局", "6月", 50, 50, "桩基"],
        headings=headings,
    )
    document = take(path)
    assert not questions_in(document)
    assert [row["action"] for row in rows_in(document)] == ["same", "same", "create", "create"]
    project = Project.objects.get(name=NAME)
    figures = project.reports.order_by("month").values_list("covers_from__month", "month__month", "done_wan")
    assert list(figures) == [(1, 2, 300), (3, 3, 300), (4, 4, 400), (5, 5, 500), (6, 6, 600)]
    places = {key: origin.cell for key, origin in origin_of(project).items()}
    assert (places["total_wan"], places["monthreport.2023-05.done_wan"]) == ("B2", "E3")
    assert [row["action"] for row in rows_in(take(path))] == ["same"] * 4


def test_rows_of_a_months_table_that_tell_no_month_are_said_or_left(county, workbook):
    headings = ["项目名称", "总投资（万元）", "责任单位", "月份", "完成投资（万元）"]
    path = workbook(
        [NAME, 9000, "县交通运输局", None, None],  # the project itself, its months below
        [None, None, None, "5月", 500],
        [None, None, None, "6月", 600],
        [NAME, None, None, "小计", 1100],
        ["伊水桥", 5000, "县水利局", "—", 50],
        headings=headings,
    )
    document = take(path)
    assert [row["action"] for row in rows_in(document)] == ["create", "same", "same", "create"]
    assert {report.month.month: report.done_wan for report in MonthReport.objects.all()} == {5: 500, 6: 600}
    assert Project.objects.get(name=NAME).total_wan == 9000
    assert [said["cell"] for said in document["problems"] if "看不出是哪年哪月" in said["message"]] == ["E6"]
