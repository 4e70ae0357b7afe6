"""What is wrong with real sheets: dirt in cells, rows and totals."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.workbooks import assert_accounted, first, problems, read, save, values

HEAD = ["序号", "项目名称", "总投资（万元）", "年度计划投资", "责任单位", "分包领导", "计划开工时间", "计划竣工时间"]


def row(
    serial: object = 1,
    name: object = "甲项目",
    total: object = 500,
    plan: object = 100,
    unit: object = "县水利局",
    leader: object = "张三",
    starts: object = "2023.3",
    ends: object = "2024.12",
) -> list[object]:
    return [serial, name, total, plan, unit, leader, starts, ends]


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


def test_serial_numbers_restart_in_each_section(tmp_path: Path) -> None:
    result = read(
        tmp_path, [HEAD, ["一、续建项目"], row(1), row(2, "乙"), ["二、新开工项目"], row(1, "丙"), row(2, "丁")]
    )
    assert [(one["serial"], one["label"]) for one in values(result)] == [
        ("1", "续建"),
        ("2", "续建"),
        ("1", "新开工"),
        ("2", "新开工"),
    ]


@pytest.mark.parametrize(
    "word", ["合计", "合 计", "合　　计", "总计", "小 计", "共计", "合计（2个）", "总计2个项目", "合计：2个"]
)
@pytest.mark.parametrize("where", ["first", "last"])
def test_totals_are_skipped_wherever_they_stand(tmp_path: Path, word: str, where: str) -> None:
    total = [word, None, 1000, 200]
    body = [row(1), row(2, "乙")]
    rows = [HEAD, total, *body] if where == "first" else [HEAD, *body, total]
    result = read(tmp_path, rows)
    assert [one["name"] for one in values(result)] == ["甲项目", "乙"]
    assert len(result["sheets"][0]["skipped_rows"]) == 1
    if not word.startswith("小"):
        assert result["sheets"][0]["stated"]["total_wan"] == "1000.00"
    assert not problems(result, "warning")


def test_total_in_the_name_column(tmp_path: Path) -> None:
    result = read(tmp_path, [HEAD, row(1), row(2, "乙"), [None, "合计", 1000, 200]])
    assert len(values(result)) == 2
    assert result["sheets"][0]["stated"]["plan_wan"] == "200.00"


def test_stated_count_and_sum_that_do_not_match_are_named_both(tmp_path: Path) -> None:
    result = read(tmp_path, [HEAD, ["一、续建项目（3个）"], row(1), row(2, "乙"), ["合计（5个）", None, 1200, 200]])
    messages = [entry["message"] for entry in problems(result, "warning")]
    assert any("3 个，读到 2 个" in message for message in messages)
    assert any("5 个，读到 2 个" in message for message in messages)
    assert any("1200.00" in message and "1000.00" in message for message in messages)
    assert result["sheets"][0]["stated"] == {"count": 5, "total_wan": "1200.00", "plan_wan": "200.00"}
    assert result["sheets"][0]["read"]["total_wan"] == "1000.00"


def test_subtotals_are_checked_against_their_own_section(tmp_path: Path) -> None:
    rows = [
        HEAD,
        ["一、续建项目（1个）"],
        row(1),
        ["小计", None, 500, 100],
        ["二、新开工项目（1个）"],
        row(1, "乙", 700),
        ["小计", None, 900, 100],
        ["合计", None, 1200, 200],
    ]
    messages = [entry["message"] for entry in problems(read(tmp_path, rows), "warning")]
    assert len(messages) == 1
    assert "900.00" in messages[0]
    assert "700.00" in messages[0]


def test_rows_without_a_name_are_refused_and_rows_with_a_serial_alone_skipped(tmp_path: Path) -> None:
    rows = [HEAD, row(1), [2, None, 500, 100, "县水利局"], [3], [4]]
    result = read(tmp_path, rows)
    error = problems(result, "error")[0]
    assert (error["cell"], error["row"]) == ("B3", 3)
    assert [entry["row"] for entry in result["sheets"][0]["skipped_rows"]] == [4, 5]
    assert len(values(result)) == 1


def test_notes_and_signatures_below_the_table_are_skipped(tmp_path: Path) -> None:
    rows = [
        HEAD,
        row(1),
        ["注：1.投资以批复为准；2.请于每月25日前报送。"],
        ["填表人：某某", None, None, "审核人：某某", None, "联系电话：68312345"],
        [None, None, None, None, "制表日期：2023年6月"],
    ]
    result = read(tmp_path, rows)
    assert len(values(result)) == 1
    assert [entry["row"] for entry in result["sheets"][0]["skipped_rows"]] == [3, 4, 5]


def test_lone_text_without_a_serial_is_asked(tmp_path: Path) -> None:
    rows = [HEAD, row(1), row(2, "乙"), [None, "某某片区综合开发"]]
    question = next(entry for entry in problems(read(tmp_path, rows), "question"))
    assert len(values(read(tmp_path, rows, answers={question["id"]: "project"}))) == 3
    assert len(values(read(tmp_path, rows, answers={question["id"]: "skip"}))) == 2


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


def test_hidden_rows_and_columns_are_read_and_noted_hidden_sheets_named(tmp_path: Path) -> None:
    path = save(tmp_path, {"清单": [HEAD, row(1), row(2, "乙")], "旧": [HEAD, row(1, "旧项目")], "空": []})
    book = openpyxl.load_workbook(path)
    book["清单"].row_dimensions[3].hidden = True
    book["清单"].column_dimensions["E"].hidden = True
    book["旧"].sheet_state = "hidden"
    book.save(path)
    result = read_workbook(path)
    assert [one["name"] for one in values(result)] == ["甲项目", "乙"]
    assert values(result)[1]["unit"] == "县水利局"
    notes = " ".join(entry["message"] for entry in problems(result, "note"))
    assert "第 3 行" in notes
    assert "E 列" in notes
    assert "“旧”" in notes
    assert [sheet["why"] for sheet in result["sheets"]] == ["", "隐藏的工作表", "空的工作表"]
    assert [one["name"] for one in values(read_workbook(path, sheet="旧"))] == ["旧项目"]


def test_cells_merged_downwards_fill_texts_but_never_money(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "总投资（万元）", "责任单位"],
        [1, "甲", 500, "县水利局"],
        [2, "乙"],
        [3, "丙", 700, "县财政局"],
    ]
    result = read(tmp_path, rows, ["C2:C3", "D2:D3"])
    assert [one.get("unit") for one in values(result)] == ["县水利局", "县水利局", "县财政局"]
    assert [one.get("total_wan") for one in values(result)] == ["500.00", None, "700.00"]
    assert "合并" in problems(result, "warning")[0]["message"]


def test_project_over_several_merged_rows_is_one_project(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "总投资（万元）", "责任单位", "分包领导", "节点目标"],
        [1, "甲", 500, "县水利局", "张三", "3月底前：开工"],
        [None, None, None, "县财政局", "李四", "6月：主体"],
        [2, "乙", 600, "县水利局", "王五", "8月底：完工"],
    ]
    path = save(tmp_path, {"清单": rows}, {"清单": ["A2:A3", "B2:B3", "C2:C3"]})
    result = read_workbook(path, year=2023)
    assert len(values(result)) == 2
    assert first(result)["leaders"] == ["张三", "李四"]
    assert [node["due"] for node in first(result)["milestones"]] == ["2023-03-31", "2023-06-30"]
    assert_accounted(path, result)


def test_blank_rows_and_repeated_headings_do_not_end_the_table(tmp_path: Path) -> None:
    result = read(tmp_path, [HEAD, row(1), [], [], HEAD, row(2, "乙"), []])
    assert [one["name"] for one in values(result)] == ["甲项目", "乙"]
    assert result["sheets"][0]["skipped_rows"] == [{"row": 5, "why": "重复的表头"}]


def test_second_table_below_is_read_or_named(tmp_path: Path) -> None:
    called_off = [["附：已取消项目"], ["序号", "项目名称", "取消原因"], [1, "丙", "资金"]]
    path = save(tmp_path, {"清单": [HEAD, row(1), [], *called_off]})
    result = read_workbook(path)
    assert [one["name"] for one in values(result)] == ["甲项目"]
    assert "取消" in problems(result, "warning")[0]["message"]
    assert_accounted(path, result)
    more = [["序号", "项目名称", "总投资（亿元）", "牵头单位", "包联领导"], [1, "丁", 1.5, "县教体局", "李四"]]
    result = read(tmp_path, [HEAD, row(1), [], *more])
    assert [(one["name"], one["total_wan"]) for one in values(result)] == [("甲项目", "500.00"), ("丁", "15000.00")]


def test_tables_side_by_side(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "责任单位"]
    result = read(tmp_path, [[*head, None, *head], [1, "甲项目", 500, "县水利局", None, 2, "乙项目", 600, "县水利局"]])
    assert [one["name"] for one in values(result)] == ["甲项目", "乙项目"]
    result = read(tmp_path, [[*head, None, "类别", "个数"], [1, "甲项目", 500, "县水利局", None, "续建", 1]])
    assert [one["name"] for one in values(result)] == ["甲项目"]
    assert [entry["why"] for entry in result["sheets"][0]["ignored"]] == ["旁边的另一张表"] * 2


def test_section_beats_the_nature_column_for_the_label(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "建设性质", "总投资（万元）", "责任单位"],
        ["一、竣工投产项目"],
        [1, "甲", "续建", 500, "县水利局"],
        ["二、储备项目"],
        [2, "乙", "扩建", 600, "县水利局"],
    ]
    one, two = values(read(tmp_path, rows))
    assert one["label"] == "竣工投产"
    assert (two["label"], two["nature"]) == ("前期", "扩建")


def test_ordinals_in_a_cell_of_their_own_open_sections(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "总投资（万元）", "责任单位"],
        ["一", "续建项目（1个）", 500],
        [1, "甲", 500, "县水利局"],
        ["二", "新开工项目（2个）", 1400],
        ["（一）", "交通类", 700],
        [1, "乙", 700, "县水利局"],
        ["（二）", "教育类", 700],
        [1, "丙", 700, "县水利局"],
        [None, "总计（3个）", 1900],
    ]
    result = read(tmp_path, rows)
    assert [(one["label"], one.get("sector")) for one in values(result)] == [
        ("续建", None),
        ("新开工", "交通"),
        ("新开工", "教育"),
    ]
    assert not problems(result, "warning")[1:]


def test_serial_like_numbers_are_no_codes(tmp_path: Path) -> None:
    result = read(
        tmp_path, [["项目编号", "项目名称", "总投资（万元）"], ["2023-001", "甲项目", 500], ["2023-002", "乙项目", 600]]
    )
    assert first(result)["serial"] == "2023-001"
    assert "code" not in first(result)
    result = read(tmp_path, [["项目编号", "项目名称", "总投资（万元）"], ["2301-410329-04-01-123456", "甲项目", 500]])
    assert first(result)["code"] == "2301-410329-04-01-123456"


def test_stray_cell_far_away_is_listed_and_harmless(tmp_path: Path) -> None:
    path = save(tmp_path, {"清单": [HEAD, row(1)]})
    book = openpyxl.load_workbook(path)
    book["清单"]["XFD1048576"] = "x"
    book.save(path)
    result = read_workbook(path)
    assert len(values(result)) == 1
    assert result["sheets"][0]["skipped_rows"] == [{"row": 1048576, "why": "表格以外的内容"}]


def test_absent_values_are_absent_never_empty(tmp_path: Path) -> None:
    one = first(read(tmp_path, [HEAD, row(plan=None, unit="", leader=" ", starts="/", ends=None)]))
    assert set(one) == {"serial", "name", "total_wan"}


def test_sheet_name_or_title_gives_group_and_label(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "责任单位"]
    body = [1, "甲项目", 500, "县水利局"]
    assert first(read(tmp_path, [head, body], sheet="续建项目"))["label"] == "续建"
    assert (
        first(read(tmp_path, [["乡村振兴工作指挥部2024年项目推进台账"], head, body]))["group"] == "乡村振兴工作指挥部"
    )
    assert "group" not in first(read(tmp_path, [["四部四专班重点项目台账"], head, body]))
    assert "label" not in first(read(tmp_path, [["某县2024年重点项目清单"], head, body]))


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


def test_columns_without_a_heading_are_named(tmp_path: Path) -> None:
    result = read(
        tmp_path, [["序号", "项目名称", "总投资（万元）", "责任单位"], [1, "甲", 500, "县水利局", "无表头的话"]]
    )
    assert result["sheets"][0]["ignored"] == [{"column": "E", "heading": "", "why": "没有表头"}]


def test_small_table_of_figures_above_the_list_is_named(tmp_path: Path) -> None:
    rows = [
        ["全县情况"],
        ["项目总数", 2, "总投资", 1100],
        [],
        ["序号", "项目名称", "总投资（万元）", "责任单位"],
        [1, "甲", 500, "县水利局"],
    ]
    result = read(tmp_path, rows)
    assert {"row": 2, "why": "表格上方的内容"} in result["sheets"][0]["skipped_rows"]
    assert len(values(result)) == 1


def test_unnumbered_row_with_sums_alone_among_numbered_projects_is_asked(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "责任单位"]
    result = read(tmp_path, [head, [None, "城市提质", 500], [1, "甲", 500, "县水利局"]])
    question = problems(result, "question")[0]
    assert question["cell"] == "B2"
    assert (
        len(
            values(
                read(
                    tmp_path,
                    [head, [None, "城市提质", 500], [1, "甲", 500, "县水利局"]],
                    answers={question["id"]: "skip"},
                )
            )
        )
        == 1
    )


@pytest.mark.parametrize(
    "title", ["某县2024年重点项目", "某县二〇二四年重点项目", "某县二○二四年重点项目", "某县 ２０２４ 年重点项目"]
)
def test_year_is_taken_from_the_title(tmp_path: Path, title: str) -> None:
    result = read(tmp_path, [[title], HEAD, row(starts="3月底前")])
    assert result["sheets"][0]["year"] == 2024
    assert first(result)["starts"] == "2024-03"
