"""The row of a workbook in which a figure of a project stood, as it was read: where every imported figure opens to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leaders.audit.rules import placed
from projects.imports.models import ImportBatch, ImportRow
from projects.imports.reading.fields import MONEY
from projects.imports.reading.typed import as_typed, split_key, title_of, value_at
from projects.registry.models import Project
from yichuan_tracker.money import format_wan


@dataclass(frozen=True)
class SourceCell:
    """A cell of the row: its heading in the file, what was read from it (field, value), and what the file itself says where a
    person corrected that in the browser."""

    cell: str
    heading: str
    values: tuple[tuple[str, str], ...]
    was: tuple[str, ...]
    is_asked: bool


def source_row(batch: ImportBatch, project: Project, sheet: str, cell: str) -> ImportRow | None:
    """The row of the project that holds this cell, or else its first: a list with a row for each month has several, and a row may
    have taken cells of other sheets over. None where the batch has no row of the project. One query."""
    rows = list(batch.rows.filter(project=project))
    asked = {"sheet": sheet, "cell": cell}
    for row in rows:
        if any(placed(one, row.sheet) == asked for one in row.cells.values()):
            return row
    return next(iter(rows), None)


def cells_of(row: ImportRow, reading: Mapping[str, Any], sheet: str, cell: str) -> list[SourceCell]:
    """The cells from which something was read, in their order; two values of one cell stand together."""
    tables = [table for table in reading.get("sheets", ()) if table["status"] == "read"]
    columns = [(table["name"], column) for table in tables for column in table.get("columns", ())]
    titles = {column["field"]: column["title"] for _, column in columns if "title" in column}
    keys: dict[tuple[str, str], list[str]] = {}
    for key, one in row.cells.items():
        if key == "system_id":
            continue
        place = placed(one, row.sheet)
        keys.setdefault((place["sheet"], place["cell"]), []).append(key)
    return [
        SourceCell(
            at if name == row.sheet else f"{name} {at}",
            _heading(tables, name, at),
            tuple((titles.get(key) or title_of(key), _shown(row, key)) for key in inside),
            tuple(row.corrections[key]["was"] or "（空白）" for key in inside if key in row.corrections),
            (name, at) == (sheet, cell),
        )
        for (name, at), inside in keys.items()
    ]


def _heading(tables: list[dict[str, Any]], name: str, cell: str) -> str:
    """Of the table in which the cell is: on a sheet with several, below each other, the nearest above it."""
    letters = cell.rstrip("0123456789")
    number = int(cell.removeprefix(letters) or 0)
    found = [
        (max(table["header_rows"], default=0), column["heading"])
        for table in tables
        if table["name"] == name
        for column in table.get("columns", ())
        if column["column"] == letters
    ]
    return max([one for one in found if one[0] < number] or found, default=(0, ""))[1]


def around(row: ImportRow) -> list[tuple[str, str]]:
    """What a section, the heading or the name of the sheet said of the row: (field, value)."""
    beside = ("label", "section", "sector", "group")
    return [(title_of(key), _shown(row, key)) for key in beside if key in row.values and key not in row.cells]


def _shown(row: ImportRow, key: str) -> str:
    value = value_at(row.values, key)
    if split_key(key)[0] in MONEY and value not in (None, ""):
        return f"{format_wan(Decimal(str(value)))} 万元"
    return as_typed(key, value)
