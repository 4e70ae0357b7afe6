"""A project in phases: a line for each below its merged name, and what they are together."""

from pathlib import Path

from tests.projects.imports.reading.workbooks import first, problems, read, values

PHASES = ["序号", "项目名称", "分期", "总投资（亿元）", "2023年计划投资（亿元）"]
IN_PHASES = ["A2:A4", "B2:B4"]


def in_phases(*total: object) -> list[list[object]]:
    return [
        PHASES,
        [1, "产业园", "一期", 12, 3],
        [None, None, "二期", 8, 2],
        [None, None, *total],
        [2, "乙", None, 5, 1],
    ]


def test_the_total_of_a_project_in_phases_is_the_one_it_states(tmp_path: Path) -> None:
    rows = [*in_phases("小计", 20, 5), ["总计", None, None, 25, 6]]
    result = read(tmp_path, rows, IN_PHASES, year=2023)
    assert [(row["total_wan"], row["plan_wan"]) for row in values(result)] == [
        ("200000.00", "50000.00"),
        ("50000.00", "10000.00"),
    ]
    assert result["sheets"][0]["rows"][0]["cells"]["total_wan"] == "D4"
    assert not problems(result, "warning")


def test_a_total_of_phases_that_does_not_add_up_or_is_left_blank_is_told(tmp_path: Path) -> None:
    result = read(tmp_path, in_phases("小计", 21, None), IN_PHASES, year=2023)
    assert (first(result)["total_wan"], first(result)["plan_wan"]) == ("210000.00", "30000.00")
    assert [entry["cell"] for entry in problems(result, "warning")] == ["E3", "D4"]


def test_phases_without_a_total_stay_what_they_were(tmp_path: Path) -> None:
    result = read(tmp_path, in_phases("三期", 4, 1), IN_PHASES, year=2023)
    assert [row["total_wan"] for row in values(result)] == ["120000.00", "50000.00"]
    assert [entry["cell"] for entry in problems(result, "warning")] == ["D3", "E3", "D4", "E4"]
