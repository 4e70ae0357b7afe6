"""What could be taken wrongly without a word is asked once, or left out and said."""

from pathlib import Path

import pytest

from tests.projects.imports.reading.workbooks import first, problems, read, values

HEAD = ["序号", "项目名称", "总投资（万元）", "2024年计划投资（万元）", "责任单位"]


def names(result: dict) -> list[str]:
    return [one["name"] for one in values(result)]


@pytest.mark.parametrize(
    ("rows", "stay"),
    [
        (
            [
                ["一、续建项目"],
                [1, "甲路", 900, 300, "县交通局"],
                ["二、拟退出项目（1个）"],
                [1, "乙市场", 600, 0, "县商务局"],
            ],
            ["甲路"],
        ),
        (
            [
                [1, "旧改（2个小区）", 700, 500, "县住建局"],
                ["1.1", "东关小区", 400, 300],
                ["1.1.1", "东关一期", 400, 300],
                ["1-2", "西关小区", 300, 200],
            ],
            ["旧改（2个小区）"],
        ),
        (
            [
                [1, "旧改", 700, 500, "县住建局"],
                [None, "北关桥", 90, 80, "县住建局"],
                ["1.1", "东关小区", 400, 300],
            ],
            ["旧改", "北关桥"],
        ),
    ],
    ids=["a section of those that leave", "parts whose money the whole has", "parts below a project without a number"],
)
def test_rows_that_may_be_none_of_the_list_are_asked_once(tmp_path: Path, rows: list, stay: list[str]) -> None:
    result = read(tmp_path, [HEAD, *rows])
    (question,) = problems(result, "question")
    assert names(result) == names(read(tmp_path, [HEAD, *rows], answers={question["id"]: "skip"})) == stay
    every = [row[1] for row in rows if len(row) > 1]
    assert names(read(tmp_path, [HEAD, *rows], answers={question["id"]: "keep"})) == every


@pytest.mark.parametrize(("plan", "told"), [(500, False), ("—", True)])
def test_leaving_parts_out_tells_when_their_money_stands_nowhere_else(tmp_path: Path, plan: object, told: bool) -> None:
    rows = [HEAD, [1, "旧改", 700, plan, "县住建局"], ["1.1", "东关小区", 400, 300]]
    (question,) = problems(read(tmp_path, rows), "question")
    assert ("没有写“2024年计划投资（万元）”" in question["message"]) is told
    assert ("投资已含在上级里" in question["options"][0]["label"]) is not told


def test_numbers_with_a_dot_under_no_project_of_that_number_are_projects(tmp_path: Path) -> None:
    result = read(tmp_path, [HEAD, ["一、工业项目（2个）"], ["1-1", "甲厂", 900, 300], ["1-2", "乙厂", 600, 200]])
    assert names(result) == ["甲厂", "乙厂"]
    assert not problems(result, "question")


def test_a_tick_under_one_of_several_headings_says_which(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "项目类别", None, "开工情况", None, "是否入库", None],
        [None, None, "续建", "新开工", "已开工", "未开工", "已入库", "未入库"],
        [1, "甲园", "√", None, "√", None, "√", None],
        [2, "乙园", None, "√", None, "√", None, "√"],
    ]
    result = read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:H1"])
    assert [(one["label"], one["started"], one["entered"]) for one in values(result)] == [
        ("续建", True, True),
        ("新开工", False, False),
    ]


def test_a_title_of_several_years_contradicts_none_of_them(tmp_path: Path) -> None:
    rows = [
        ["重点项目三年行动计划（2023—2025年）"],
        ["序号", "项目名称", "总投资（万元）", "分年度投资计划", None, None],
        [None, None, None, "2023年", "2024年", "2025年"],
        [1, "甲路", 900, 100, 200, 600],
    ]
    result = read(tmp_path, rows, ["A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:F2"], year=2024)
    assert first(result)["plan_wan"] == "200.00"
    assert not problems(result, "question")


def test_the_plan_of_a_months_row_is_not_the_years(tmp_path: Path) -> None:
    rows = [
        ["序号", "项目名称", "总投资", "月份", "计划投资", "完成投资"],
        [1, "甲路", 900, "4月", 100, 90],
        [None, None, None, "5月", 120, 110],
    ]
    result = read(tmp_path, [["单位：万元"], *rows], ["A3:A4", "B3:B4", "C3:C4"], year=2023)
    april, may = values(result)
    assert april["months"] == {"2023-04": {"planned_wan": "100.00", "done_wan": "90.00"}}
    assert may["months"] == {"2023-05": {"planned_wan": "120.00", "done_wan": "110.00"}}
    assert april["total_wan"] == may["total_wan"] == "900.00"
    assert "plan_wan" not in april
    assert not problems(result, "warning")


@pytest.mark.parametrize(
    "months",
    [
        ("月份", *["6月"] * 3),
        ("月份", "4月", "6月", "4月"),
        ("月份", *[None] * 3),
        ("计划开工时间", "6月", "5月", "7月"),
    ],
    ids=["all of one month", "of other months", "empty", "half a date"],
)
def test_a_column_of_months_over_a_row_for_each_project_leaves_its_figures(tmp_path: Path, months: tuple) -> None:
    head, *told = months
    rows = [
        ["单位：万元"],
        ["项目名称", "总投资", head, "计划投资", "完成投资"],
        [None, None, "月" if head != "月份" else None],
    ]
    rows += [["甲路", 900, told[0], 100, 90], ["乙路", 800, told[1], 120, 110], ["甲路", 700, told[2], 100, 90]]
    result = read(tmp_path, rows, ["A2:A3", "B2:B3", "D2:D3", "E2:E3", *(["C2:C3"] if head == "月份" else [])])
    assert [one["plan_wan"] for one in values(result)] == ["100.00", "120.00", "100.00"]
    assert "完成投资" in [entry["value"] for entry in problems(result, "question")]


def test_cards_beside_each_other_are_not_read(tmp_path: Path) -> None:
    rows = [["项目名称", "甲路", None, "项目名称", "乙园"]]
    rows += [
        [label, said, None, label, said]
        for label, said in (("责任单位", "县住建局"), ("包联领导", "秦川"), ("总投资", "9亿"))
    ]
    result = read(tmp_path, rows)
    assert result["sheets"][0]["status"] == "skipped"
    assert [entry["cure"] for entry in problems(result, "error")] == [problems(result, "warning")[0]["cure"]]
    assert "一张卡片一个工作表" in problems(result, "warning")[0]["cure"]


@pytest.mark.parametrize(("more", "key"), [([], "due_on"), (["办理时限"], "done_on"), (["是否销号"], "done_on")])
def test_the_time_of_finishing_is_the_deadline_where_no_other_column_is(tmp_path: Path, more: list, key: str) -> None:
    head = ["项目名称", "存在问题", "责任单位", "责任人", "完成时间", *more]
    said = first(read(tmp_path, [head, ["甲路", "未供地", "县资源局", "王五", "2024年9月30日"]], kind="problems"))
    assert said[key] == "2024-09-30"
    assert "leader" not in said
