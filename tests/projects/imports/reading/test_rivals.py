"""Columns that differ by a word or two and must never be taken for one another."""

from pathlib import Path

import pytest

from tests.projects.imports.reading.workbooks import first, problems, read, values


@pytest.mark.parametrize(
    ("headings", "cells", "field", "value"),
    [
        (["分包领导", "责任领导"], ["高山", "刘水"], "leaders", ["高山"]),
        (["责任领导", "县级包联领导"], ["刘水", "高山"], "leaders", ["高山"]),
        (["所在乡镇", "建设地点"], ["白沙镇", "程村"], "township", "白沙镇"),
        (["项目简介", "主要建设内容"], ["一段话", "两栋楼"], "content", "两栋楼"),
        (["2023年度计划", "2023年度目标"], ["开工", "竣工"], "goal_year", "竣工"),
        (["所属行业", "所属产业"], ["交通", "制造"], "sector", "交通"),
        (["备注1", "备注2"], ["甲", "乙"], "remark", "甲"),
        (["责任单位", "责任单位负责人"], ["县水利局", "王一"], "unit", "县水利局"),
        (["主管单位", "责任单位"], ["县发改委", "县水利局"], "unit", "县水利局"),
        (["施工单位", "建设单位"], ["某施工", "某城投"], "owner", "某城投"),
        (["入库时间", "是否入库"], ["2023.5", "否"], "entered", False),
        (["实际开工时间", "计划开工时间"], ["2023.5", "2023.3"], "starts", "2023-03"),
        (["开工日期", "竣工日期"], ["2023.3", "2024.5"], "ends", "2024-05"),
    ],
)
def test_the_column_that_names_it_more_closely_is_taken(
    tmp_path: Path, headings: list[str], cells: list[object], field: str, value: object
) -> None:
    result = read(tmp_path, [["项目名称", "总投资（万元）", *headings], ["甲", 900, *cells]], year=2023)
    assert first(result)[field] == value
    assert not problems(result, "question")


@pytest.mark.parametrize(
    ("headings", "cells", "expected"),
    [
        (["总投资", "完成投资（累计，自开工）"], [900, 300], {"total_wan": "900.00", "done_total_wan": "300.00"}),
        (
            ["总投资", "其中：固定资产投资", "其中：设备投资", "预计年产值", "占地面积（亩）"],
            [900, 800, 400, 9999, 20],
            {"total_wan": "900.00"},
        ),
        (
            ["总投资", "2022年计划投资", "2022年完成投资", "2022年底累计完成投资", "2023年计划投资"],
            [900, 70, 60, 150, 100],
            {"total_wan": "900.00", "done_before_wan": "150.00", "plan_wan": "100.00"},
        ),
        (
            ["总投资", "6月计划投资", "6月完成投资", "1-6月累计完成投资", "开工以来累计完成投资"],
            [900, 7, 6, 15, 100],
            {
                "total_wan": "900.00",
                "months": {"2023-06": {"planned_wan": "7.00", "done_wan": "6.00"}},
                "year_done_wan": "15.00",
                "done_total_wan": "100.00",
            },
        ),
        (
            ["总投资", "当月投资", "当月固定资产入库资金", "6月形象进度"],
            [900, 7, 6, "主体"],
            {
                "total_wan": "900.00",
                "months": {"2023-06": {"done_wan": "7.00", "entered_wan": "6.00", "progress": "主体"}},
                "entered_wan": "6.00",
            },
        ),
    ],
)
def test_money_goes_where_its_heading_says_and_nowhere_else(
    tmp_path: Path, headings: list[str], cells: list[object], expected: dict[str, object]
) -> None:
    result = read(tmp_path, [["2023年6月（单位：万元）"], ["项目名称", *headings], ["甲", *cells]], year=2023)
    said = {key: value for key, value in first(result).items() if key.endswith("_wan") or key == "months"}
    assert said == expected
    assert not problems(result, "question")


def test_years_under_a_plan_by_years(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["序号", "项目名称", "总投资（万元）", "分年度投资计划（万元）", None, None],
            [None, None, None, "2022年", "2023年", "2024年"],
            [1, "甲", 900, 200, 300, 400],
        ],
        ["D1:F1"],
        year=2023,
    )
    assert first(result)["plan_wan"] == "300.00"


def test_a_column_of_units_holds_row_by_row(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资", "单位", "责任单位"]
    result = read(tmp_path, [head, [1, "甲", 1.5, "亿元", "县水利局"], [2, "乙", 8000, "万元", "县财政局"]])
    assert [row["total_wan"] for row in values(result)] == ["15000.00", "8000.00"]
    assert not problems(result, "question")


def test_list_of_leaders_whose_column_of_names_is_headed_by_their_task(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["重点项目领导分包责任表"],
            ["序号", "分包领导", "职务", "分包项目", "总投资（万元）", "责任单位"],
            [1, "高山", "副县长", "甲", 500, "县水利局"],
            [2, None, None, "乙", 600, "县交通局"],
        ],
        ["B3:B4", "C3:C4"],
    )
    assert [(row["name"], row["leaders"]) for row in values(result)] == [("甲", ["高山"]), ("乙", ["高山"])]


def test_unit_and_person_in_one_cell_under_a_heading_of_persons(tmp_path: Path) -> None:
    head = ["项目名称", "总投资（万元）", "责任单位责任人"]
    row = first(read(tmp_path, [head, ["甲", 900, "县水利局 张三"]]))
    assert (row["unit"], row["contact"]) == ("县水利局", "张三")


def test_a_month_under_a_span_of_months_is_that_month(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["序号", "项目名称", "总投资（万元）", "2023年1-6月投资完成情况（万元）", None, None],
            [None, None, None, "1月", "2月", "合计"],
            [1, "甲", 900, 10, 20, 30],
        ],
        ["D1:F1"],
        year=2023,
    )
    assert first(result)["months"] == {"2023-01": {"done_wan": "10.00"}, "2023-02": {"done_wan": "20.00"}}


def test_words_on_progress_of_no_month_do_not_hold_up_the_list(tmp_path: Path) -> None:
    result = read(tmp_path, [["项目名称", "总投资（万元）", "形象进度"], ["甲", 900, "主体三层"]], year=2023)
    assert first(result)["name"] == "甲"
    assert not problems(result, "question")
    assert [entry["cell"] for entry in problems(result, "warning")] == ["C1"]


def test_leaders_headed_by_nothing_but_their_level(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "总投资（万元）", "包联领导", None, "责任单位"],
        [None, None, "市级", "县级", None],
        ["甲路", 100, "李四", "张三", "县交通运输局"],
    ]
    result = read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:D1", "E1:E2"])
    assert first(result)["leaders"] == ["张三"]
    assert [entry["cell"] for entry in problems(result, "note")] == ["C3"]  # 李四 is not lost unseen
