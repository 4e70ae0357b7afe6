"""Twice as many rows are twice the work. Told by the lines of code that run, not by a clock: a walk over all rows for each row
shows here, whatever the machine is busy with."""

import sys
from types import FrameType
from typing import Any

import pytest

from projects.imports.reading.asking import Asking
from projects.imports.reading.grid import Sheet
from projects.imports.reading.sheets import SheetReader

HEADINGS = ("序号", "项目名称", "总投资（万元）", "2023年计划投资（万元）", "包联领导", "责任单位", "建设起止年限")
ROWS = 400


def plain(number: int) -> dict[int, Any]:
    cells = (str(number), f"某某镇第{number}号道路建设项目", f"{number}00", "50", "钱一平", "县水利局", "2023.3-2024.5")
    return dict(enumerate(cells, 1))


def part(number: int) -> dict[int, Any]:
    return plain(number) | ({1: f"1.{number}"} if number > 1 else {})


def section(number: int) -> dict[int, Any]:
    return plain(number) if number % 10 else {1: f"（{number // 10}）交通类（9个）"}


def lines_run(rows: int, row_of: Any) -> int:
    cells = {number + 1: row_of(number) for number in range(1, rows + 1)}
    sheet = Sheet("清单", rows={1: dict(enumerate(HEADINGS, 1))} | cells)
    asked = Asking()
    SheetReader("清单", 2023, "", asked, chosen=True).read(sheet)  # warms what is remembered, and finds the questions
    answers = {said["id"]: "keep" for said in asked.problems if said["level"] == "question"}
    run = 0

    def trace(_frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal run
        run += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        (found,) = SheetReader("清单", 2023, "", Asking(answers), chosen=True).read(sheet)
    finally:
        sys.settrace(before)
    assert len(found["rows"]) >= rows * 0.9
    return run


@pytest.mark.parametrize("row_of", [plain, part, section])
def test_twice_as_many_rows_are_twice_the_work(row_of: Any) -> None:
    assert lines_run(2 * ROWS, row_of) < 2.05 * lines_run(ROWS, row_of)
