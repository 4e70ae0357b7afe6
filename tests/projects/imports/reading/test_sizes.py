"""One figure in another unit than its column is asked, and the answer puts it right."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from projects.imports.reading.asking import Asking
from projects.imports.reading.row import Row
from projects.imports.reading.sizes import check_sizes
from tests.projects.imports.reading.workbooks import problems, read

PLAIN = [(20_000, 5_000), (8_000, 8_000), (1_500, 20)]


def rows_of(*amounts: tuple[Any, Any]) -> list[Row]:
    rows = []
    for number, pair in enumerate(amounts, 1):
        row = Row(number)
        row.put("name", f"项目{number}", 1)
        for column, (field, amount) in enumerate(zip(("total_wan", "plan_wan"), pair, strict=True), 2):
            if amount is not None:
                row.put(field, f"{amount:.2f}", column)
                row.amounts[field] = Decimal(str(amount))
        rows.append(row)
    return rows


@pytest.mark.parametrize(
    ("slip", "cell", "answer", "right"),
    [
        ((2.6, None), "B4", "yi", ("26000.00", None)),
        ((2.6, 9_000), "C4", "total", ("26000.00", "9000.00")),
        ((45_000, 1.2), "C4", "yi", ("45000.00", "12000.00")),
        ((160_000_000, 50_000_000), "B4", "yuan", ("16000.00", "5000.00")),
        ((300, 400), "C4", "blank", ("300.00", None)),
    ],
)
def test_slip_of_one_row_is_asked_and_put_right(
    slip: tuple[Any, Any], cell: str, answer: str, right: tuple[Any, Any]
) -> None:
    asking = Asking()
    rows = rows_of(*PLAIN, slip)
    check_sizes(rows, "清单", asking)
    assert [entry["cell"] for entry in asking.problems] == [cell]
    assert rows[-1].problems == asking.problems
    assert rows[-1].values["total_wan"] == f"{slip[0]:.2f}"
    rows = rows_of(*PLAIN, slip)
    check_sizes(rows, "清单", Asking({asking.problems[0]["id"]: answer}))
    assert tuple(rows[-1].values.get(field) for field in ("total_wan", "plan_wan")) == right


@pytest.mark.parametrize(
    "pair", [(15, 15), (900_000, 100), (None, 2), (-5, None), (200_000, 0), (60_000, 1), (10**13, None)]
)
def test_small_projects_first_steps_and_blanks_are_not_asked(pair: tuple[Any, Any]) -> None:
    asking = Asking()
    check_sizes(rows_of(*PLAIN, pair), "清单", asking)
    assert not asking.problems


def test_rows_are_not_asked_while_the_unit_of_their_column_is(tmp_path: Path) -> None:
    head = ["序号", "项目名称", "总投资（亿元）", "2023年计划投资（亿元）"]
    rows = [[number, f"项目{number}", total, 9_000] for number, total in enumerate((2.5, 1.2, 6), 1)]
    result = read(tmp_path, [head, *rows])
    assert [entry["cell"] for entry in problems(result, "question")] == ["D1"]
