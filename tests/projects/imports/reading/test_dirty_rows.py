"""What is wrong with the rows of real sheets: totals, sections, notes, merges, further tables."""

from pathlib import Path

import openpyxl
import pytest

from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.soundness import assert_sound
from tests.projects.imports.reading.workbooks import LIST_HEAD, first, problems, read, save, values
from tests.projects.imports.reading.workbooks import project as row

HEAD = LIST_HEAD


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


def test_wrong_subtotal_is_held_against_the_rows_that_come_nearest(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）"]
    rows = [["一、续建项目"], ["（一）工业"], [1, "甲", 500], ["（二）交通"], [2, "乙", 300], ["小计", None, 810]]
    (warning,) = problems(read(tmp_path, [head, *rows]), "warning")
    assert "810.00 万元，各行相加是 800.00 万元" in warning["message"]


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
    assert_sound(path, result)


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
    assert_sound(path, result)
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


def test_stray_cell_far_away_is_listed_and_harmless(tmp_path: Path) -> None:
    path = save(tmp_path, {"清单": [HEAD, row(1)]})
    book = openpyxl.load_workbook(path)
    book["清单"]["XFD1048576"] = "x"
    book.save(path)
    result = read_workbook(path)
    assert len(values(result)) == 1
    assert result["sheets"][0]["skipped_rows"] == [{"row": 1048576, "why": "表格以外的内容"}]


def test_sheet_name_or_title_gives_group_and_label(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（万元）", "责任单位"]
    body = [1, "甲项目", 500, "县水利局"]
    assert first(read(tmp_path, [head, body], sheet="续建项目"))["label"] == "续建"
    assert (
        first(read(tmp_path, [["乡村振兴工作指挥部2024年项目推进台账"], head, body]))["group"] == "乡村振兴工作指挥部"
    )
    assert "group" not in first(read(tmp_path, [["四部四专班重点项目台账"], head, body]))
    assert "label" not in first(read(tmp_path, [["某县2024年重点项目清单"], head, body]))


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


def test_subtotals_above_their_rows_head_them_and_those_below_do_not(tmp_path: Path) -> None:
    above = [LIST_HEAD, ["甲镇小计（1个）", None, 500], row(), ["乙镇小计（1个）", None, 500], row(2, "乙项目")]
    below = [LIST_HEAD, row(), ["甲镇小计（1个）", None, 500], row(2, "乙项目"), ["乙镇小计（1个）", None, 500]]
    assert [one.get("township") for one in values(read(tmp_path, above))] == ["甲镇", "乙镇"]
    assert [one.get("township") for one in values(read(tmp_path, below))] == [None, None]


def test_signatures_of_leaders_below_the_table_are_no_refused_row(tmp_path: Path) -> None:
    result = read(tmp_path, [LIST_HEAD, row(), ["主要领导（签字）：", None, None, "分管领导：", None, "经办人："]])
    assert result["sheets"][0]["skipped_rows"] == [{"row": 3, "why": "表下说明"}]
    assert not problems(result, "error")


def test_total_written_over_two_cells_is_a_total(tmp_path: Path) -> None:
    result = read(tmp_path, [LIST_HEAD, row(), ["合", "计", 500, 100]])
    assert len(values(result)) == 1
    assert result["sheets"][0]["stated"]["total_wan"] == "500.00"


def test_ditto_marks_stand_for_the_cell_above_but_never_for_money(tmp_path: Path) -> None:
    rows = [
        row(leader="同上"),
        row(2, "乙", unit="县林业局", leader="李四"),
        row(3, "丙", "〃", unit="〃", leader="同 上", ends="同上"),
    ]
    result = read(tmp_path, [LIST_HEAD, *rows])
    assert "leaders" not in first(result)  # nothing stands above it
    third = values(result)[2]
    assert (third["unit"], third["leaders"], third["ends"]) == ("县林业局", ["李四"], "2024-12")
    assert "total_wan" not in third
    assert [entry["cell"] for entry in problems(result, "question")] == ["C4"]


def test_list_that_counts_the_projects_of_each_township_is_a_list(tmp_path: Path) -> None:
    head = ["乡镇", "项目个数", "项目名称", "总投资（万元）", "包联县领导"]
    rows = [["彭婆镇", "2个", "甲", 9000, "高远"], [None, None, "乙", 800, "陈静"], ["高山镇", 1, "丙", 700, "马晓东"]]
    found = values(read(tmp_path, [head, *rows], ["A2:A3", "B2:B3"]))
    assert [(one["name"], one["township"]) for one in found] == [("甲", "彭婆镇"), ("乙", "彭婆镇"), ("丙", "高山镇")]


@pytest.mark.parametrize(
    "rows",
    [
        [["序号", "项目名称", "项目个数", "总投资（万元）"], [1, "工业项目", 3, 900], [2, "其他项目", None, 800]],
        [["类别", "项目个数", "项目名称", "总投资（万元）"], ["省级", 2, "甲、乙", 900], ["市级", 1, "丙", 800]],
    ],
)
def test_table_that_counts_kinds_of_projects_is_a_summary(tmp_path: Path, rows: list[list[object]]) -> None:
    assert read(tmp_path, rows)["sheets"][0]["kind"] == "summary"


def test_kind_merged_beside_names_and_amounts_is_no_section(tmp_path: Path) -> None:
    head = ["类别", "项目名称", "总投资（亿元）"]
    rows = [["主会场项目\n（1个）", "甲厂", 21], ["分会场项目\n（2个）", "乙厂", 1], [None, "丙厂", 2]]
    result = read(tmp_path, [head, *rows], ["A3:A4"])
    assert [(one["name"], one["sector"][:3]) for one in values(result)] == [
        ("甲厂", "主会场"),
        ("乙厂", "分会场"),
        ("丙厂", "分会场"),
    ]
    assert not problems(result, "warning")
    rows = [["续建", "甲厂", 21], ["新开工", "乙厂", 1], [None, "丙厂", 2]]
    found = values(read(tmp_path, [head, *rows], ["A3:A4"]))
    assert [(one["name"], one["label"]) for one in found] == [("甲厂", "续建"), ("乙厂", "新开工"), ("丙厂", "新开工")]


@pytest.mark.parametrize(
    "counted", [["续建项目", "2个", 3], ["一、续建项目", "全部续建", 3], ["一", "续建项目（2个）", 3]]
)
def test_kind_beside_a_count_or_behind_an_ordinal_is_a_section(tmp_path: Path, counted: list[object]) -> None:
    rows = [["类别", "项目名称", "总投资（亿元）"], counted, [None, "甲厂", 2], [None, "乙厂", 1]]
    found = values(read(tmp_path, rows))
    assert [(one["name"], one["label"]) for one in found] == [("甲厂", "续建"), ("乙厂", "续建")]


CODE_HEAD = ["序号", "项目代码", "项目名称", "建设性质", "总投资（亿元）"]


def test_title_behind_an_ordinal_may_stand_in_the_column_of_codes(tmp_path: Path) -> None:
    rows = [
        CODE_HEAD,
        ["一、", "先进制造业项目（2个）", None, None, 18.6],
        [1, None, "甲厂", "新建", 9.6],
        [2, None, "乙厂", "新建", 9],
        ["二、", "现代服务业项目（1个）", None, None, 3],
        [1, None, "丙店", "新建", 3],
    ]
    result = read(tmp_path, rows)
    assert [one["sector"] for one in values(result)] == ["先进制造业", "先进制造业", "现代服务业"]
    assert [entry["why"] for entry in result["sheets"][0]["skipped_rows"]] == ["分节标题"] * 2
    assert not result["problems"]


@pytest.mark.parametrize(
    "row_without_name",
    [
        ["一", "2305-410329-04-01-123456", None, None, 18.6],
        ["一", "先进制造业项目", None, "新建", 18.6],
        [2, "先进制造业项目", None, None, 18.6],
    ],
)
def test_row_without_a_name_is_still_refused(tmp_path: Path, row_without_name: list[object]) -> None:
    result = read(tmp_path, [CODE_HEAD, row_without_name, [1, None, "甲厂", "新建", 9.6]])
    assert [entry["cell"] for entry in problems(result, "error")] == ["C2"]
