"""Headings that are centred, stacked, unmerged or in the second tier."""

from pathlib import Path
from typing import Any

import pytest

from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.workbooks import (
    centre_across,
    first,
    problems,
    read,
    save,
    values,
)


def test_headings_centred_across_columns_instead_of_merged(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        {
            "清单": [
                ["某县2024年项目"],
                ["序号", "项目名称", "投资情况（亿元）", None, None, "责任单位", None],
                [None, None, "总投资", "截至2023年底累计完成", "2024年计划", "单位名称", "责任人"],
                [1, "甲", 5, 1, 2, "县水利局", "张三"],
            ]
        },
    )
    centre_across(path, "清单", "C2:E2")
    centre_across(path, "清单", "F2:G2")
    one = first(read_workbook(path))
    assert (one["total_wan"], one["done_before_wan"], one["plan_wan"]) == ("50000.00", "10000.00", "20000.00")
    assert (one["unit"], one["contact"]) == ("县水利局", "张三")


def test_headings_stacked_over_two_rows_without_merging(tmp_path: Path) -> None:
    one = first(
        read(
            tmp_path,
            [
                ["某县项目表"],
                ["单位：亿元"],
                ["序", "项目", "建设", "总投", "2023年", "责任"],
                ["号", "名称", "地点", "资", "计划投资", "单位"],
                [1, "甲", "甲镇", 2.5, 1, "县水利局"],
            ],
        )
    )
    assert one == {
        "serial": "1",
        "name": "甲",
        "township": "甲镇",
        "total_wan": "25000.00",
        "plan_wan": "10000.00",
        "unit": "县水利局",
    }


def test_parents_typed_over_their_first_column_only(tmp_path: Path) -> None:
    one = first(
        read(
            tmp_path,
            [
                ["序号", "项目名称", "投资（万元）", None, None, "责任单位", None, "分包领导"],
                [None, None, "总投资", "截至2023年底完成", "2024年计划", "名称", "责任人"],
                [1, "甲", 5000, 300, 1000, "县水利局", "张三", "李四"],
            ],
        )
    )
    assert (one["total_wan"], one["done_before_wan"], one["plan_wan"]) == ("5000.00", "300.00", "1000.00")
    assert (one["unit"], one["contact"], one["leaders"]) == ("县水利局", "张三", ["李四"])


def test_name_in_the_second_tier_and_a_row_of_column_numbers(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["某县2024年清单"],
            ["项目基本情况", None, None, "投资情况（万元）", None, "责任情况", None],
            ["序号", "项目名称", "建设地点", "总投资", "2024年计划投资", "责任单位", "责任领导"],
            ["甲", "乙", "丙", 1, 2, 3, 4],
            [1, "A项目", "甲镇", 5000, 100, "县水利局", "李四"],
        ],
        ["A1:G1", "A2:C2", "D2:E2", "F2:G2"],
    )
    assert result["sheets"][0]["header_rows"] == [2, 3]
    assert result["sheets"][0]["skipped_rows"] == [{"row": 4, "why": "栏次编号"}]
    assert first(result)["plan_wan"] == "100.00"


def test_small_table_on_its_side_is_read_and_its_cells_keep_their_places(tmp_path: Path) -> None:
    rows = [
        ["2023年第二季度集中开工项目"],
        ["项目名称", "甲基地", "乙园区"],
        ["总投资（万元）", 5000, "约3亿"],
        ["计划开工时间", "2023年3月", "看情况"],
        ["责任单位", "县工信局", "县商务局"],
    ]
    result = read(tmp_path, rows, ["A1:C1"])
    assert [(one["name"], one["total_wan"]) for one in values(result)] == [
        ("甲基地", "5000.00"),
        ("乙园区", "30000.00"),
    ]
    row = result["sheets"][0]["rows"][1]
    assert (row["row"], row["cells"]["total_wan"]) == (3, "C3")
    assert [(entry["cell"], entry["row"]) for entry in problems(result, "warning")] == [("C4", 3)]


def test_few_words_below_each_other_are_no_table_on_its_side(tmp_path: Path) -> None:
    result = read(tmp_path, [["项目名称", "甲基地"], ["联系人", "张三"], ["说明", "本表不含投资"]])
    assert not values(result)


@pytest.mark.parametrize(
    "marks",
    [
        ["甲", "乙", "丙", "丁", 1],
        ["甲", "乙", "丙", 1, 2],
        ["A", "B", "C", "D", "E"],
        ["栏次", None, None, 1, 2],
        ["（1）", "（2）", "（3）", "（4）", "（5）"],
        ["甲", "乙", 1, "2=3-1", "3"],
    ],
)
def test_line_that_counts_the_columns_is_no_project_and_tells_nothing_of_them(tmp_path: Path, marks: list[Any]) -> None:
    head = ["序号", "项目代码", "项目名称", "建设性质", "总投资（亿元）"]
    result = read(tmp_path, [head, marks, [1, None, "列一厂", "新建", 9]])
    assert values(result) == [{"serial": "1", "name": "列一厂", "nature": "新建", "total_wan": "90000.00"}]
    assert result["sheets"][0]["skipped_rows"] == [{"row": 2, "why": "栏次编号"}]


def test_column_of_kinds_is_judged_without_the_line_of_numbers(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "项目类别", "总投资（万元）"]
    body = [[1, "列一厂", "续建", 900], [2, "列二厂", "新开工", 800]]
    for rows in ([head, *body], [head, ["1", "2", "3", "4"], *body]):
        assert [(one["label"], "sector" in one) for one in values(read(tmp_path, rows))] == [
            ("续建", False),
            ("新开工", False),
        ]


def test_projects_with_short_names_and_small_figures_are_no_line_of_numbers(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（亿元）", "年度计划投资（亿元）"]
    result = read(tmp_path, [head, [1, "甲", 2, 1], [2, "乙", 3, 2], [3, "丙", 4, 3]])
    assert [one["name"] for one in values(result)] == ["甲", "乙", "丙"]
    result = read(tmp_path, [head, [1, "甲", 2, 3], [2, "乙", 3, 3]])
    assert [one["name"] for one in values(result)] == ["甲", "乙"]


UNDER_TOTAL = ["A1:A2", "B1:B2", "C1:D1"]


@pytest.mark.parametrize(
    ("unit", "part", "why"),
    [
        ("亿元", "其中：固投（亿元）", "投资构成明细，台账不设这一栏"),
        ("（亿元）", "其中：固投", "投资构成明细，台账不设这一栏"),
        ("单位：亿元", "其中固定资产投资", "投资构成明细，台账不设这一栏"),
        ("人民币（亿元）", "折合美元（万美元）", "外币数，台账记人民币"),
        ("亿元", "万美元", "写的是外币，另有人民币的一列"),
        ("合计（亿元）", "其中：土建（亿元）", "投资构成明细，台账不设这一栏"),
    ],
)
def test_a_tier_of_a_unit_alone_is_what_stands_above_it(tmp_path: Path, unit: str, part: str, why: str) -> None:
    rows = [["序号", "项目名称", "总投资", None], [None, None, unit, part], [1, "甲厂", 10, 7.5], [2, "乙厂", 4, 2]]
    result = read(tmp_path, rows, UNDER_TOTAL)
    assert [row["total_wan"] for row in values(result)] == ["100000.00", "40000.00"]
    assert [(left["column"], left["why"]) for left in result["sheets"][0]["ignored"]] == [("D", why)]
    assert not problems(result, "question")


def test_the_plan_is_the_column_of_its_unit_and_not_the_part(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "总投资（亿元）", "2023年计划投资", None],
        [None, None, None, "万元", "其中固投"],
        [1, "甲厂", 10, 7500, 5000],
    ]
    result = read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:C2", "D1:E1"], year=2023)
    assert (first(result)["total_wan"], first(result)["plan_wan"]) == ("100000.00", "7500.00")


def test_two_totals_of_which_none_is_a_part_are_still_asked(tmp_path: Path) -> None:
    rows = [["序号", "项目名称", "总投资", None], [None, None, "亿元", "概算（亿元）"], [1, "甲厂", 10, 7.5]]
    assert [entry["column"] for entry in problems(read(tmp_path, rows, UNDER_TOTAL), "question")] == ["C"]
