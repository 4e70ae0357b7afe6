"""What is wrong inside the cells of real sheets."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.workbooks import LIST_HEAD, first, problems, read, save, values
from tests.projects.imports.reading.workbooks import project as row

HEAD = LIST_HEAD


@pytest.mark.parametrize(
    "name",
    [
        "甲\n项目",
        "甲 项目",
        "甲\u200b项目",
        "甲\u3000项目",
        "甲\u00a0项目",
        " 甲项目 ",
        "\ufeff甲项目",
        "甲项目_x000D_",
    ],
)
def test_names_are_cleaned_of_what_nobody_sees(tmp_path: Path, name: str) -> None:
    assert first(read(tmp_path, [HEAD, row(name=name)]))["name"] == "甲项目"


def test_unit_inside_the_cell_beats_the_columns(tmp_path: Path) -> None:
    rows = [
        HEAD,
        row(total="1.2亿", plan="5000万"),
        row(2, "乙", "１２．５亿元", "—"),
        row(3, "丙", "约5000", "待定"),
        row(4, "丁", "3000（其中企业2000）", "/"),
    ]
    result = read(tmp_path, rows)
    assert [one["total_wan"] for one in values(result)] == ["12000.00", "125000.00", "5000.00", "3000.00"]
    assert [one.get("plan_wan") for one in values(result)] == ["5000.00", None, None, None]


@pytest.mark.parametrize(
    ("line", "unit", "wan"),
    [
        ("单位：亿元", "亿元", "15000.00"),
        ("（单位：万元）", "万元", "1.50"),
        ("金额单位:亿元", "亿元", "15000.00"),
        ("单位：个、亿元", "亿元", "15000.00"),
        ("报送单位：某局   单位：亿元", "亿元", "15000.00"),
    ],
)
def test_unit_of_the_sheets_line(tmp_path: Path, line: str, unit: str, wan: str) -> None:
    rows = [["清单"], [line], ["序号", "项目名称", "总投资", "责任单位"], [1, "甲", 1.5, "县水利局"]]
    result = read(tmp_path, rows)
    assert result["sheets"][0]["money_unit"] == unit
    assert first(result)["total_wan"] == wan


def test_another_money_column_lends_its_unit(tmp_path: Path) -> None:
    result = read(
        tmp_path, [["序号", "项目名称", "总投资（亿元）", "年度计划投资", "责任单位"], [1, "甲", 1.5, 0.5, "县水利局"]]
    )
    assert first(result)["plan_wan"] == "5000.00"


def test_no_unit_anywhere_is_read_as_wan_with_a_warning(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [["序号", "项目名称", "总投资", "责任单位"], *[[n, f"项目{n}", 5000 + n, "县水利局"] for n in range(1, 5)]],
    )
    assert first(result)["total_wan"] == "5001.00"
    assert "没有写金额单位" in problems(result, "warning")[0]["message"]


def test_no_unit_and_figures_that_cannot_be_wan_is_asked(tmp_path: Path) -> None:
    rows = [["序号", "项目名称", "总投资", "责任单位"], *[[n, f"项目{n}", 1.5 + n, "县水利局"] for n in range(1, 5)]]
    result = read(tmp_path, rows)
    question = problems(result, "question")[0]
    assert {choice["value"] for choice in question["options"]} == {"万元", "亿元", "元"}
    answered = read(tmp_path, rows, answers={question["id"]: "亿元"})
    assert first(answered)["total_wan"] == "25000.00"
    assert not problems(answered, "question")


def test_stated_unit_that_the_figures_contradict_is_asked(tmp_path: Path) -> None:
    rows = [
        ["单位：万元"],
        ["序号", "项目名称", "总投资", "责任单位"],
        *[[n, f"项目{n}", 1.5 + n, "县水利局"] for n in range(1, 5)],
    ]
    result = read(tmp_path, rows)
    question = problems(result, "question")[0]
    assert first(read(tmp_path, rows, answers={question["id"]: "亿元"}))["total_wan"] == "25000.00"
    assert first(read(tmp_path, rows, answers={question["id"]: "万元"}))["total_wan"] == "2.50"


def test_plan_above_the_total_is_asked(tmp_path: Path) -> None:
    rows = [HEAD, row(), row(2, "乙", 8.72, 29000)]
    result = read(tmp_path, rows)
    question = problems(result, "question")[0]
    assert question["cell"] == "D3"
    answered = read(tmp_path, rows, answers={question["id"]: "total"})
    assert values(answered)[1]["total_wan"] == "87200.00"
    assert not problems(answered, "question")


def test_numeric_2023_point_1_is_asked_and_the_answer_taken(tmp_path: Path) -> None:
    rows = [HEAD, row(starts=2023.1)]
    question = problems(read(tmp_path, rows), "question")[0]
    assert question["cell"] == "G2"
    assert first(read(tmp_path, rows, answers={question["id"]: "2023-10"}))["starts"] == "2023-10"


def test_dates_of_every_kind_in_one_column(tmp_path: Path) -> None:
    cells = ["2023.3", "2023年3月", 45017, date(2023, 4, 1), 2023.5, "3月底前", "上半年", "2023Q1", "２０２３．６"]
    result = read(tmp_path, [HEAD, *[row(n, f"项目{n}", starts=cell) for n, cell in enumerate(cells, 1)]], year=2023)
    assert [one["starts"] for one in values(result)] == [
        "2023-03",
        "2023-03",
        "2023-04",
        "2023-04",
        "2023-05",
        "2023-03",
        "2023-06",
        "2023-03",
        "2023-06",
    ]


def test_unreadable_date_is_left_blank_with_a_warning(tmp_path: Path) -> None:
    result = read(tmp_path, [HEAD, row(ends="雨季前")])
    assert "ends" not in first(result)
    warning = problems(result, "warning")[0]
    assert (warning["cell"], warning["value"]) == ("H2", "雨季前")
    assert warning["cure"]


def test_errors_of_formulas_are_asked_with_their_cell(tmp_path: Path) -> None:
    path = save(tmp_path, {"清单": [HEAD, row(1), row(2, "乙")]})
    book = openpyxl.load_workbook(path)
    book["清单"]["C2"] = "#REF!"
    book["清单"]["C2"].data_type = "e"
    book["清单"]["D3"] = "=C3*0.2"
    book.save(path)
    result = read_workbook(path)
    questions = problems(result, "question")
    assert [(entry["cell"], entry["value"]) for entry in questions] == [("C2", "#REF!"), ("D3", "")]
    answered = read_workbook(path, answers={entry["id"]: "blank" for entry in questions})
    assert not problems(answered, "question")
    assert "total_wan" not in first(answered)


def test_serial_like_numbers_are_no_codes(tmp_path: Path) -> None:
    result = read(
        tmp_path, [["项目编号", "项目名称", "总投资（万元）"], ["2023-001", "甲项目", 500], ["2023-002", "乙项目", 600]]
    )
    assert first(result)["serial"] == "2023-001"
    assert "code" not in first(result)
    result = read(tmp_path, [["项目编号", "项目名称", "总投资（万元）"], ["2301-410329-04-01-123456", "甲项目", 500]])
    assert first(result)["code"] == "2301-410329-04-01-123456"


def test_absent_values_are_absent_never_empty(tmp_path: Path) -> None:
    one = first(read(tmp_path, [HEAD, row(plan=None, unit="", leader=" ", starts="/", ends=None)]))
    assert set(one) == {"serial", "name", "total_wan"}


def test_unit_and_person_in_one_cell_are_told_apart(tmp_path: Path) -> None:
    result = read(
        tmp_path,
        [
            ["序号", "项目名称", "总投资（万元）", "责任单位及责任人"],
            [1, "甲", 500, "县水利局 李四 13900000001"],
            [2, "乙", 500, "县住房和城乡建设局：王五"],
        ],
    )
    one, two = values(result)
    assert (one["unit"], one["contact"], one["phone"]) == ("县水利局", "李四", "13900000001")
    assert (two["unit"], two["contact"]) == ("县住房和城乡建设局", "王五")


@pytest.mark.parametrize(
    "title", ["某县2024年重点项目", "某县二〇二四年重点项目", "某县二○二四年重点项目", "某县 ２０２４ 年重点项目"]
)
def test_year_is_taken_from_the_title(tmp_path: Path, title: str) -> None:
    result = read(tmp_path, [[title], HEAD, row(starts="3月底前")])
    assert result["sheets"][0]["year"] == 2024
    assert first(result)["starts"] == "2024-03"


def test_words_in_the_column_of_codes_are_no_code(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "项目代码", "总投资（万元）"],
        ["甲路", "正在申报", 100],
        ["乙路", "2204-410329-04-01-118201", 100],
    ]
    assert [one.get("code") for one in values(read(tmp_path, rows))] == [None, "2204-410329-04-01-118201"]


@pytest.mark.parametrize(
    "typed",
    [
        "代码：2302-410329-04-01-123456",
        "'2302-410329-04-01-123456",
        "23024103290401 123456",
        "２３０２—410329—04—01—123456",
    ],
)
def test_code_is_the_national_one_however_it_was_typed(tmp_path: Path, typed: str) -> None:
    result = read(tmp_path, [["序号", "项目名称", "项目代码", "总投资（万元）"], [1, "甲", typed, 500]])
    assert first(result)["code"] == "2302-410329-04-01-123456"


def test_phone_that_lost_its_digits_is_told_and_left_out(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "责任人", "联系电话"]
    result = read(tmp_path, [head, [1, "甲", 500, "张三", "1.39E+10"]])
    assert "phone" not in first(result)
    assert [entry["cell"] for entry in problems(result, "warning")] == ["E2"]


def test_unit_of_money_may_stand_in_the_cell_beside_its_word(tmp_path: Path) -> None:
    result = read(tmp_path, [[None, "单位：", "亿元"], ["序号", "项目名称", "总投资"], [1, "甲", 1.5]])
    assert first(result)["total_wan"] == "15000.00"
    assert not problems(result, "warning")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("雨污分流工程\n(EPC)", "雨污分流工程(EPC)"), ("G343\n国道", "G343国道"), ("Sun\nValley", "Sun Valley")],
)
def test_line_breaks_beside_chinese_vanish(tmp_path: Path, typed: str, name: str) -> None:
    assert first(read(tmp_path, [["序号", "项目名称", "总投资（万元）"], [1, typed, 500]]))["name"] == name


ABROAD = [["序号", "项目名称", "总投资{}", "年度计划投资{}", "责任单位"], [1, "甲", 2000, 300, "县商务局"]]


def abroad(total: str, plan: str) -> list[list[object]]:
    head = [text.format({2: total, 3: plan}.get(at, "")) for at, text in enumerate(ABROAD[0])]
    return [head, ABROAD[1]]


@pytest.mark.parametrize("unit", ["（万美元）", "（万欧元）", "（千美元）", "（单位：亿港元）", "(US$ 万)", "万美元"])
def test_a_column_of_foreign_money_is_asked_once_and_read_as_nothing(tmp_path: Path, unit: str) -> None:
    rows = abroad(unit, "（万元）")
    result = read(tmp_path, rows)
    (question,) = problems(result, "question")
    assert question["cell"] == "C1"
    assert "外币" in question["message"]
    assert (first(result).get("total_wan"), first(result)["plan_wan"]) == (None, "300.00")
    left = read(tmp_path, rows, answers={question["id"]: "ignore"})
    assert not problems(left, "question")
    assert "total_wan" not in first(left)


def test_foreign_money_that_was_mistyped_is_answered_with_the_unit(tmp_path: Path) -> None:
    rows = abroad("（万美元）", "（万元）")
    (question,) = problems(read(tmp_path, rows), "question")
    assert first(read(tmp_path, rows, answers={question["id"]: "万元"}))["total_wan"] == "2000.00"


@pytest.mark.parametrize("line", ["项目一览表　单位：万美元", "（金额单位:亿欧元）"])
def test_a_line_of_foreign_money_holds_for_the_columns_that_state_none(tmp_path: Path, line: str) -> None:
    result = read(tmp_path, [[line], *abroad("", "")])
    (question,) = problems(result, "question")
    assert "C 列“总投资”、D 列“年度计划投资”" in question["message"]
    assert not {"total_wan", "plan_wan"} & set(first(result))
    assert first(read(tmp_path, [[line], *abroad("（万元）", "（万元）")]))["total_wan"] == "2000.00"


def test_foreign_money_beside_the_same_at_home_is_left_out_unasked(tmp_path: Path) -> None:
    rows = [["序号", "项目名称", "总投资（万美元）", "总投资（万元）"], [1, "甲", 2000, 14000]]
    result = read(tmp_path, rows)
    assert first(result)["total_wan"] == "14000.00"
    assert not result["problems"]
    rows = [
        ["序号", "项目名称", "总投资", None],
        [None, None, "人民币（亿元）", "折合美元（万美元）"],
        [1, "甲", 1.4, 2000],
    ]
    assert first(read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:D1"]))["total_wan"] == "14000.00"


def test_foreign_money_in_a_column_of_units_is_asked_for_its_row(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资", "单位"]
    result = read(tmp_path, [head, [1, "甲", 2000, "万美元"], [2, "乙", 3000, "万元"]])
    assert [one.get("total_wan") for one in values(result)] == [None, "3000.00"]
    assert "外币" in problems(result, "question")[0]["message"]


@pytest.mark.parametrize("unit", ["（人民币万元）", "（万元）", "（单位：万元人民币）"])
def test_money_at_home_is_asked_nothing(tmp_path: Path, unit: str) -> None:
    result = read(tmp_path, abroad(unit, unit))
    assert first(result)["total_wan"] == "2000.00"
    assert not result["problems"]


def planned(tmp_path: Path, heading: str, *cells: str) -> list[tuple[object, object]]:
    head = ["序号", "项目名称", "总投资（万元）", heading]
    result = read(tmp_path, [head, *[[n, f"项目{n}", 90000, cell] for n, cell in enumerate(cells, 1)]], year=2023)
    return [(one.get("plan_wan"), one.get("goal_year")) for one in values(result)]


@pytest.mark.parametrize("heading", ["年度计划", "本年计划", "2023年计划", "年度目标"])
def test_a_plan_whose_amounts_bring_their_unit_is_money(tmp_path: Path, heading: str) -> None:
    assert planned(tmp_path, heading, "2亿元", "3000万元", "约500万元") == [
        ("20000.00", None),
        ("3000.00", None),
        ("500.00", None),
    ]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("年度计划", ("完成投资2亿元，主体封顶", "完成投资3000万元")),
        ("年度计划", ("主体封顶", "完成土建")),
        ("年度建设内容", ("2亿元", "3000万元")),
    ],
)
def test_a_plan_in_words_stays_a_goal(tmp_path: Path, heading: str, cells: tuple[str, ...]) -> None:
    assert planned(tmp_path, heading, *cells) == [(None, cell) for cell in cells]


def test_a_total_with_its_source_beside_it_is_the_total(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资及资金来源（万元）"]
    result = read(tmp_path, [head, [1, "甲", "9000（自筹）"], [2, "乙", 800], [3, "丙", "700万元，企业自筹"]])
    assert [one["total_wan"] for one in values(result)] == ["9000.00", "800.00", "700.00"]
    assert not problems(result, "question")


def test_a_plain_total_outweighs_one_with_its_source(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资及资金来源（万元）", "总投资（万元）"]
    result = read(tmp_path, [head, [1, "甲", "400自筹", 900]])
    assert first(result)["total_wan"] == "900.00"
    assert not result["problems"]
