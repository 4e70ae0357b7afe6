"""A small table that lies on its side: the heads of the columns stand below each other, and each project has a column."""

from __future__ import annotations

from typing import Any

from projects.imports.reading.grid import Sheet, cell_name, parse_area
from projects.imports.reading.problems import Problem
from projects.imports.reading.tables import is_heading_word, is_name_heading
from projects.imports.reading.text import tight

MOST_COLUMNS = 60
FEWEST_HEADS = 4


def turn(sheet: Sheet) -> tuple[Sheet, int] | None:
    """The sheet with its table set upright below the rows of title, and how many those are; None where no table lies there.

    The table starts in the row of the projects' names: what is row 4, column C of the sheet becomes row titles + 3, column 4.
    """
    found = next(
        ((row, column) for row in sorted(sheet.rows)[:MOST_COLUMNS] if (column := _name_column(sheet, row))), None
    )
    if found is None:
        return None
    top, lead = found
    heads = [row for row in sheet.rows if row >= top and lead in sheet.rows[row]]
    known = [row for row in heads if is_heading_word(tight(str(sheet.rows[row][lead])))]
    widest = max(column for cells in sheet.rows.values() for column in cells)
    if max(*heads, widest) > MOST_COLUMNS or len(known) < max(FEWEST_HEADS, len(heads) // 2):
        return None
    titles = top - 1

    def place(row: int, column: int) -> tuple[int, int]:
        return (row, column) if row < top else (titles + column, row)

    turned = Sheet(sheet.name, sheet.hidden)
    for row, cells in sheet.rows.items():
        for column, value in cells.items():
            turned.place(*place(row, column), value)
    turned.merges = [(*place(a[0], a[1]), *place(a[2], a[3])) for a in sheet.merges if a[0] >= top or a[2] < top]
    turned.errors = {place(*cell): told for cell, told in sheet.errors.items()}
    turned.unstored = {place(*cell) for cell in sheet.unstored}
    turned.number_units = {place(*cell): unit for cell, unit in sheet.number_units.items()}
    turned.hidden_rows = {titles + column for column in sheet.hidden_columns}
    turned.hidden_columns = {row for row in sheet.hidden_rows if row >= top}
    return turned, titles


def _name_column(sheet: Sheet, row: int) -> int:
    """The first column, where it heads a row of at least one project's name; else 0."""
    lead = min(sheet.rows[row])
    text = sheet.rows[row][lead]
    return lead if isinstance(text, str) and len(sheet.rows[row]) > 1 and is_name_heading(tight(text)) else 0


def turn_back(results: list[dict[str, Any]], problems: list[Problem], titles: int) -> list[dict[str, Any]]:
    """What was read, each cell called by its place in the sheet as it lies; a row is the number of its column there."""
    said = {id(entry): entry for entry in problems}
    for result in results:
        result["turned"] = True
        result["header_rows"] = [row - titles for row in result["header_rows"]]
        result["skipped_rows"] = [
            one | {"row": one["row"] - titles} for one in result["skipped_rows"] if one["row"] > titles
        ]
        for row in result["rows"]:
            row["row"] -= titles
            row["cells"] = {key: _back(cell, titles) for key, cell in row["cells"].items()}
            said |= {id(entry): entry for entry in row["problems"]}
    for entry in said.values():
        entry["cell"] = _back(entry["cell"], titles)
        if entry.get("row"):
            entry["row"] -= titles
    return results


def _back(cell: str, titles: int) -> str:
    area = parse_area(cell)
    return cell_name(area[1], area[0] - titles) if area and area[0] > titles else cell
