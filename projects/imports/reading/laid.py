"""Sheets whose projects do not stand in rows are set upright, read like any list, and told by their own cells again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from projects.imports.reading.grid import Sheet, cell_name, parse_area
from projects.imports.reading.headings import classify, split_unit
from projects.imports.reading.problems import Problem
from projects.imports.reading.tables import NAME_HINT, PLAIN, Table, is_heading_word, is_name_heading
from projects.imports.reading.text import tight

FIRST_ROWS = 30
LONGEST_LABEL = 30
ONLY_OFFERED = 9  # see headings.classify

Place = tuple[int, int]


@dataclass
class Laid:
    """`sheet` stands upright, `table` is the one on it where that is known. `place` leads from a cell to the file's cell, `row` from
    a row to what calls the project there (None for titles and heads). `left_out`, `strays`: rows and cells of the file that are not
    in the table."""

    sheet: Sheet
    place: Callable[[int, int], Place]
    row: Callable[[int], int | None]
    table: Table | None = None
    left_out: list[int] = field(default_factory=list)
    strays: list[Place] = field(default_factory=list)


def label_at(sheet: Sheet, row: int, column: int) -> str:
    """The cell as the head of a column is compared; empty for what is none, such as a long text."""
    value = sheet.value(row, column)
    text = tight(value) if isinstance(value, str) else ""
    return text if len(text) <= LONGEST_LABEL else ""


@lru_cache(maxsize=8192)
def is_label(text: str) -> bool:
    """Whether the text heads a column by itself; a firm called 投资集团 only sounds like one that does."""
    return is_heading_word(text) and classify((split_unit(text)[0],), PLAIN).rank < ONLY_OFFERED


def labels_below_each_other(sheet: Sheet) -> bool:
    """Whether the label of the name has more labels below it and none beside it, as no list has: a few cheap looks."""
    ends = {(area[0], area[1]): area[3] for area in sheet.merges}
    rows = sorted(sheet.rows)
    for index, row in enumerate(rows[:FIRST_ROWS]):
        for column in sheet.rows[row]:
            text = label_at(sheet, row, column)
            if not NAME_HINT.search(text) or not is_name_heading(text):
                continue
            beside = label_at(sheet, row, ends.get((row, column), column) + 1)
            below = [
                label_at(sheet, one, c) for one in rows[index + 1 : index + 4] for c in sorted(sheet.rows[one])[:2]
            ]
            if not is_label(beside) and any(is_label(label) for label in below):
                return True
    return False


def lay_back(results: list[dict[str, Any]], problems: list[Problem], laid: Laid) -> list[dict[str, Any]]:
    """What was read, each cell and each project called by its place on the sheet as it lies."""

    def back(cell: str) -> str:
        area = parse_area(cell)
        return cell_name(*laid.place(area[0], area[1])) if area else cell

    said = {id(entry): entry for entry in problems}
    for result in results:
        result["turned"] = True
        result["header_rows"] = [row for head in result["header_rows"] if (row := laid.row(head))]
        skipped = [one | {"row": row} for one in result["skipped_rows"] if (row := laid.row(one["row"]))]
        result["skipped_rows"] = [{"row": row, "why": "栏目以外的标题或说明"} for row in laid.left_out] + skipped
        for row in result["rows"]:
            row["row"] = laid.row(row["row"])
            row["cells"] = {key: back(cell) for key, cell in row["cells"].items()}
            said |= {id(entry): entry for entry in row["problems"]}
    for entry in said.values():
        entry["cell"] = back(entry["cell"])
        if entry.get("row"):
            entry["row"] = laid.row(entry["row"])
    return results
