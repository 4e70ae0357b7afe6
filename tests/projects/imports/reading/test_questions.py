"""Questions have stable names, take answers, and what was decided is remembered by the shape of the heading."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.projects.imports.reading.workbooks import Rows, first, problems, read, values

ROWS: Rows = [
    ["序号", "项目名称", "总投资（万元）", "累计完成投资", "责任单位", "牵头单位"],
    [1, "甲项目", 500, 100, "县水利局", "县财政局"],
]


def test_ambiguous_heading_is_asked_and_left_out_until_answered(tmp_path: Path) -> None:
    result = read(tmp_path, ROWS)
    question = next(entry for entry in problems(result, "question") if entry["cell"] == "D1")
    assert {choice["value"] for choice in question["options"]} == {"year_done_wan", "done_total_wan", "ignore"}
    assert all(choice["label"] for choice in question["options"])
    assert "year_done_wan" not in first(result)
    assert result["sheets"][0]["rows"]
    answered = read(tmp_path, ROWS, answers={question["id"]: "year_done_wan"})
    assert first(answered)["year_done_wan"] == "100.00"
    assert answered["sheets"][0]["decided"] == {"D": "year_done_wan"}


@pytest.mark.parametrize(
    ("shares", "field"),
    [(["50%", "80"], "year_done_wan"), ([Decimal("0.1"), Decimal("0.2")], "done_total_wan"), (["50%", "20%"], None)],
)
def test_shares_beside_a_running_total_tell_of_what(tmp_path: Path, shares: list[object], field: str | None) -> None:
    rows: Rows = [
        ["序号", "项目名称", "总投资（万元）", "年度计划投资", "截至11月底累计完成投资", "完成比例"],
        [1, "甲项目", 500, 100, 50, shares[0]],
        [2, "乙项目", 400, 100, 80, shares[1]],
    ]
    result = read(tmp_path, rows)
    found = {"year_done_wan", "done_total_wan"} & set(first(result))
    assert found == ({field} if field else set())
    assert bool(problems(result, "question")) == (field is None)


def test_two_columns_for_one_field_are_asked(tmp_path: Path) -> None:
    result = read(tmp_path, ROWS)
    question = next(entry for entry in problems(result, "question") if entry["cell"] == "E1")
    assert [choice["value"] for choice in question["options"]] == ["E", "F", "none"]
    assert "unit" not in first(result)
    assert first(read(tmp_path, ROWS, answers={question["id"]: "F"}))["unit"] == "县财政局"
    assert "unit" not in first(read(tmp_path, ROWS, answers={question["id"]: "none"}))


def test_ids_are_the_same_when_the_file_is_read_again(tmp_path: Path) -> None:
    once = [entry["id"] for entry in problems(read(tmp_path, ROWS), "question")]
    again = [entry["id"] for entry in problems(read(tmp_path, ROWS), "question")]
    assert once == again
    assert len(set(once)) == len(once)


def test_an_answer_that_was_not_offered_leaves_the_question_open(tmp_path: Path) -> None:
    question = problems(read(tmp_path, ROWS), "question")[0]
    again = problems(read(tmp_path, ROWS, answers={question["id"]: "leaders"}), "question")
    assert question["id"] in [entry["id"] for entry in again]


def test_decisions_are_remembered_for_the_next_file_of_the_same_shape(tmp_path: Path) -> None:
    result = read(tmp_path, ROWS)
    answers = {entry["id"]: "year_done_wan" if entry["cell"] == "D1" else "E" for entry in problems(result, "question")}
    sheet = read(tmp_path, ROWS, answers=answers)["sheets"][0]
    remembered = {sheet["heading_shape"]: sheet["decided"]}
    following: Rows = [ROWS[0], [1, "乙项目", 900, 300, "县教体局", "县发改委"]]
    result = read(tmp_path, following, remembered=remembered)
    assert not problems(result, "question")
    assert first(result)["year_done_wan"] == "300.00"
    assert first(result)["unit"] == "县教体局"


def test_shape_stays_for_the_next_year_and_changes_with_the_columns(tmp_path: Path) -> None:
    shapes = [
        read(tmp_path, [["序号", "项目名称", heading, "责任单位"], [1, "甲", 500, "x局"]])["sheets"][0]["heading_shape"]
        for heading in ("2023年计划投资（万元）", "2024年计划投资（万元）", "总投资（万元）")
    ]
    assert shapes[0] == shapes[1] != shapes[2]


def test_month_of_a_monthly_column_is_asked_when_nothing_tells_it(tmp_path: Path) -> None:
    rows: Rows = [["序号", "项目名称", "总投资（万元）", "本月完成投资", "责任单位"], [1, "甲", 500, 20, "县水利局"]]
    question = problems(read(tmp_path, rows), "question")[0]
    assert "年月" in question["cure"]
    assert first(read(tmp_path, rows, answers={question["id"]: "2024-05"}))["months"] == {
        "2024-05": {"done_wan": "20.00"}
    }
    assert "months" not in first(read(tmp_path, rows, answers={question["id"]: "ignore"}))


def test_another_year_than_the_chosen_one_is_asked(tmp_path: Path) -> None:
    rows: Rows = [
        ["某县2023年重点项目"],
        ["序号", "项目名称", "总投资（万元）", "2023年计划投资", "责任单位"],
        [1, "甲", 500, 20, "县水利局"],
    ]
    result = read(tmp_path, rows, year=2024)
    question = problems(result, "question")[0]
    assert {choice["value"] for choice in question["options"]} == {"2023", "2024"}
    assert not problems(read(tmp_path, rows, year=2023), "question")


def test_list_without_a_known_name_column_asks_which_it_is(tmp_path: Path) -> None:
    rows: Rows = [
        ["序号", "建设事项", "总投资（万元）", "责任单位", "分包领导", "计划开工时间"],
        [1, "甲项目", 500, "县水利局", "张三", "2023.3"],
    ]
    result = read(tmp_path, rows)
    question = problems(result, "question")[0]
    assert "B" in [choice["value"] for choice in question["options"]]
    answered = read(tmp_path, rows, answers={question["id"]: "B"})
    assert first(answered)["name"] == "甲项目"
    sheet = answered["sheets"][0]
    assert sheet["decided"] == {"B": "name"}
    assert first(read(tmp_path, rows, remembered={sheet["heading_shape"]: sheet["decided"]}))["name"] == "甲项目"


def test_unreadable_amount_takes_a_typed_answer(tmp_path: Path) -> None:
    rows: Rows = [["序号", "项目名称", "总投资（万元）", "责任单位"], [1, "甲", "5000-6000", "县水利局"]]
    question = problems(read(tmp_path, rows), "question")[0]
    assert (question["cell"], question["value"]) == ("C2", "5000-6000")
    assert first(read(tmp_path, rows, answers={question["id"]: "5500万元"}))["total_wan"] == "5500.00"
    assert "total_wan" not in first(read(tmp_path, rows, answers={question["id"]: "blank"}))


def test_every_problem_has_level_place_message_and_cure(tmp_path: Path) -> None:
    result = read(tmp_path, [*ROWS, [2, None, 300, 1, "x局", "y局"], [3, "丙", "abc", -5, "x局", "y局"]])
    for entry in result["problems"]:
        assert {"level", "sheet", "cell", "value", "message", "cure"} <= set(entry)
        assert entry["level"] in ("error", "question", "warning", "note")
        assert entry["message"]
        assert entry["cure"]
    assert len(values(result)) == 2
