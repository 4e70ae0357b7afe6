"""A workbook as lines of text, for small tables that have a parser of pasted text already."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from projects.imports.reading.grid import Value
from projects.imports.reading.limits import Limits
from projects.imports.reading.problems import Refused
from projects.imports.reading.workbook import open_workbook


def read_lines(path: Path, limits: Limits) -> dict[str, Any]:
    """{"lines": the filled rows of the shown sheets, cells between tabs as a block on the clipboard, "problems": why not}."""
    try:
        sheets = [sheet for sheet in open_workbook(path, limits) if not sheet.hidden]
    except Refused as refusal:
        return {"lines": [], "problems": [refusal.problem]}
    rows = (cells for sheet in sheets for _, cells in sorted(sheet.rows.items()))
    return {"lines": ["\t".join(_text(value) for _, value in sorted(cells.items())) for cells in rows], "problems": []}


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return " ".join(str(value).split())
