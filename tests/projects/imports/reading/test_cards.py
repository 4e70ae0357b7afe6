"""项目卡片: what a form says beside its labels is read, and nothing of one label is taken for another's."""

from pathlib import Path

import pytest

from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.workbooks import first, problems, read, save, values

TITLE = ["2024年重点项目基本情况卡（单位：万元）"]


def card(name: str, total: object = 15000, leader: str = "秦川") -> list[list[object]]:
    return [
        ["项目名称", name, "建设性质", "新建"],
        ["建设单位", "县农发公司", "责任单位", "县农业农村局"],
        ["包联领导", leader, "联系人及电话", "曹操 13600000001"],
        ["总投资", total, "2024年计划投资", "6000"],
        ["计划开工时间", "2024年3月", "计划竣工时间", "2025.12"],
        ["主体类型", "企业", "资金落实情况", "已落实"],
        ["备注", None, "存在问题", "用地指标缺30亩", 7],
    ]


def test_each_label_names_the_cell_to_its_right(tmp_path: Path) -> None:
    result = read(tmp_path, [TITLE, *card("农产品交易中心")])
    assert first(result) == {
        "name": "农产品交易中心",
        "nature": "新建",
        "owner": "县农发公司",
        "unit": "县农业农村局",
        "leaders": ["秦川"],
        "contact": "曹操",
        "phone": "13600000001",
        "total_wan": "15000.00",
        "plan_wan": "6000.00",
        "starts": "2024-03",
        "ends": "2025-12",
        "issue": "用地指标缺30亩",
    }
    row = result["sheets"][0]["rows"][0]
    assert (row["row"], row["cells"]["total_wan"], row["cells"]["unit"]) == (2, "B5", "D3")
    assert [(entry["cell"], entry["value"]) for entry in problems(result, "warning")] == [("E8", "7")]
    assert {"主体类型", "资金落实情况"} <= {entry["heading"] for entry in result["sheets"][0]["ignored"]}


def test_cards_below_each_other_are_rows_of_one_list_and_a_doubt_stands_at_its_own_cell(tmp_path: Path) -> None:
    signed = [["填报单位：县发改委", None, "填报日期：2024年6月"], ["填报单位：县水利局", None, "填报日期：2024年6月"]]
    rows = [TITLE, signed[0], *card("甲交易中心"), signed[1], *card("乙风电场", "约三四亿", "陆川")]
    result = read(tmp_path, rows)
    assert [(one["name"], one["leaders"]) for one in values(result)] == [
        ("甲交易中心", ["秦川"]),
        ("乙风电场", ["陆川"]),
    ]
    assert [row["row"] for row in result["sheets"][0]["rows"]] == [3, 11]
    assert [entry["cell"] for entry in problems(result, "question")] == ["B14"]


def test_a_word_over_several_labels_and_a_row_of_labels_over_their_marks(tmp_path: Path) -> None:
    rows = [
        ["基本情况", "项目名称", "菌菇产业园"],
        [None, "建设单位", "县农发公司", None, "责任单位", "白元镇"],
        ["投资情况", "总投资（万元）", 8600, None, "2024年计划投资", 5200],
        ["责任落实", "包联领导", "周亚平", None, "责任人", "李明"],
        ["手续办理", "立项", "用地", "环评", "能评"],
        [None, "√", "办理中", "×", "不需要"],
        ["存在问题", "用电增容未完成"],
    ]
    merges = ["A1:A2", "C1:F1", "C2:D2", "C3:D3", "C4:D4", "A5:A6", "B7:F7"]
    said = first(read(tmp_path, rows, merges))
    assert (said["unit"], said["total_wan"], said["leaders"], said["contact"]) == (
        "白元镇",
        "8600.00",
        ["周亚平"],
        "李明",
    )
    assert {permit: entry["state"] for permit, entry in said["permits"].items()} == {
        "立项": "已办结",
        "用地": "已受理",
        "环评": "未启动",
        "能评": "不需要",
    }
    assert said["issue"] == "用电增容未完成"


def test_a_workbook_of_cards_says_once_how_it_was_read(tmp_path: Path) -> None:
    path = save(tmp_path, {"一": [TITLE, *card("甲")], "二": [TITLE, *card("乙")]})
    result = read_workbook(path)
    assert [one["name"] for one in values(result)] == ["甲", "乙"]
    assert len(problems(result, "note")) == 1


def test_a_list_on_its_side_with_words_over_its_labels(tmp_path: Path) -> None:
    rows = [
        ["类别", "内容", "项目一", "项目二"],
        ["基本情况", "项目名称", "甲市场", "乙水库"],
        [None, "建设内容", "改造市场", "坝体加固"],
        ["投资（万元）", "总投资", 3600, 2100],
        [None, "年度计划投资", 3000, 2000],
        ["责任", "包联领导", "陆川", "韩立群"],
        [None, "责任单位", "县商务局", "县水利局"],
        ["工期", "开工时间", "2024年2月", "2024年3月"],
        [None, "竣工时间", "2024年11月", "2025年9月"],
    ]
    result = read(tmp_path, rows, ["A2:A3", "A4:A5", "A6:A7", "A8:A9"])
    assert values(result)[1] == {
        "name": "乙水库",
        "content": "坝体加固",
        "total_wan": "2100.00",
        "plan_wan": "2000.00",
        "leaders": ["韩立群"],
        "unit": "县水利局",
        "starts": "2024-03",
        "ends": "2025-09",
    }
    assert not problems(result, "question")


def test_values_that_sound_like_labels_stay_values(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "甲厂", "项目类型", "企业"],
        ["建设单位", "洛阳投资集团", "责任单位", "县政府投资项目部门"],
        ["项目阶段", "其他", "建设地点", "白沙镇"],
        ["总投资（万元）", 900, "包联领导", "秦川"],
        ["开工时间", "2024年3月", "竣工时间", "2025年3月"],
    ]
    said = first(read(tmp_path, rows))
    assert (said["unit"], said["township"], said["total_wan"]) == ("县政府投资项目部门", "白沙镇", "900.00")


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ([["总投资", 35], ["单位：亿元"]], "350000.00"),
        ([["单位：亿元"], ["总投资", 35]], "350000.00"),
        ([["总投资", 35, "单位：亿元"]], "350000.00"),
        ([["总投资", 35, "金额单位", "亿元"]], "350000.00"),
        ([["总投资（万元）", 35, "单位：亿元"]], "35.00"),
        ([["总投资", 35, "单位：亿元"], ["资本金", 600, "单位：万元"]], "350000.00"),
    ],
    ids=[
        "a row below",
        "a row above",
        "beside",
        "a label of its own",
        "the label's own unit",
        "another beside another",
    ],
)
def test_a_unit_of_money_stated_inside_a_card_holds_for_it(tmp_path: Path, rows: list, total: str) -> None:
    one = [row for row in card("甲") if row[0] != "总投资"]
    path = save(tmp_path, {"卡": [*one[:3], *rows, *one[3:]]})
    assert first(read_workbook(path))["total_wan"] == total


def test_each_card_may_state_a_unit_of_its_own_over_it(tmp_path: Path) -> None:
    rows = [["单位：亿元"], *card("甲", 9000), ["单位：元"], *card("乙", 90000)]
    result = read(tmp_path, rows)
    assert [one["total_wan"] for one in values(result)] == ["90000000.00", "9.00"]


def test_what_else_a_form_says_of_itself_beside_a_value_is_told(tmp_path: Path) -> None:
    rows = [["单位：万元"], *card("甲")[:4], ["主体类型", "企业", "填报日期：2024年6月"], card("甲")[4]]
    (entry,) = problems(read(tmp_path, rows), "warning")
    assert entry["cell"] == "C6"


def test_cards_below_a_line_of_the_whole_sheet_have_rows_of_their_own(tmp_path: Path) -> None:
    result = read(tmp_path, [["填报单位", "县发改委"], *card("甲"), *card("乙")])
    assert [(row["row"], row["values"]["name"]) for row in result["sheets"][0]["rows"]] == [(2, "甲"), (9, "乙")]
    assert len(result["sheets"]) == 1


@pytest.mark.parametrize("gaps", [(1, 3), (1,)], ids=["in both pairs", "in the first"])
def test_a_blank_column_between_labels_and_values_is_passed_over(tmp_path: Path, gaps: tuple[int, ...]) -> None:
    rows = [row[:4] for row in card("甲")]
    for gap in sorted(gaps, reverse=True):
        for row in rows:
            row.insert(gap, None)
    said = first(read(tmp_path, [TITLE, *rows]))
    plain = first(read(tmp_path, [TITLE, *(row[:4] for row in card("甲"))]))
    assert said == plain


def test_a_label_beside_values_that_nobody_filled_in_is_no_value(tmp_path: Path) -> None:
    rows = [
        [*row[:3], None, label, 5]
        for row, label in zip(card("甲")[:5], ["甲项", "乙项", "丙项", "丁项", "戊项"], strict=True)
    ]
    said = first(read(tmp_path, [TITLE, *rows]))
    assert not {"nature", "unit", "contact", "phone", "plan_wan", "ends"} & said.keys()


@pytest.mark.parametrize("over", [[], [["序号", 1, 2]]], ids=["over the names", "over the serial numbers"])
def test_a_title_with_the_unit_beside_it_is_no_part_of_a_list_on_its_side(tmp_path: Path, over: list) -> None:
    rows = [["2024年重点项目表", None, "单位：亿元"], *over, ["项目名称", "甲路", "乙路"], ["总投资", 30, 20]]
    rows += [["计划投资", 3, 2], ["责任单位", "县交通局", "县交通局"], ["形象进度", "开工", "开工"]]
    result = read(tmp_path, rows)
    assert (first(result)["total_wan"], result["sheets"][0]["year"]) == ("300000.00", 2024)
    rows[0] = ["2024年重点项目表", None, "截至6月底"]
    assert read(tmp_path, rows)["sheets"][0]["year"] == 2024


def test_years_without_months_on_many_cards_are_asked_once_for_each_label(tmp_path: Path) -> None:
    cards = {name: [TITLE, *(row[:4] for row in card(name))] for name in ("甲", "乙", "丙")}
    for rows in cards.values():
        rows[5] = ["计划开工时间", "2024年", "计划竣工时间", "2025年"]
    path = save(tmp_path, cards)
    asked = problems(read_workbook(path), "question")
    assert [entry["cell"] for entry in asked] == ["B6", "D6"]
    answers = {entry["id"]: "whole" for entry in asked}
    assert [one["ends"] for one in values(read_workbook(path, answers=answers))] == ["2025-12"] * 3


def test_a_column_in_doubt_on_many_cards_is_asked_once(tmp_path: Path) -> None:
    rows = [TITLE, *(row[:4] for row in card("甲")), ["完成投资", 300]]
    result = read_workbook(save(tmp_path, {"一": rows, "二": rows}))
    assert [entry["value"] for entry in problems(result, "question")] == ["完成投资"]
