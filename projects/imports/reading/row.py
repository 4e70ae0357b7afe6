"""One project while its cells are read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from projects.imports.reading.grid import Value, cell_name
from projects.imports.reading.meaning import Column
from projects.imports.reading.problems import Problem

JOINED = frozenset({"content", "issue", "remark"})
OF_A_MONTH = frozenset({"months", "issue", "year_done_wan", "year_done_month", "remark"})


class Row:
    """One project as read: values, where they stood, what is to be said about them."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.values: dict[str, Any] = {}
        self.cells: dict[str, str] = {}
        self.amounts: dict[str, Decimal] = {}
        self.problems: list[Problem] = []
        self.line = ""  # `planned_wan` or `done_wan` where a project has one line of each
        self.month = ""  # of all that the row tells of a month, where a project has a row for each: `2023-06`
        self.nodes: dict[int, dict[str, tuple[Column, Value]]] = {}  # number → `text` and `due` of one milestone

    def put(self, field: str, value: Any, column: int) -> None:
        """Set a field and remember its cell."""
        self.values[field] = value
        self.cells[field] = cell_name(self.number, column)

    def go_on_from(self, above: Row) -> None:
        """A further row of the same project, one for each month: what stands only in its first row is true of it too."""
        for key, value in above.values.items():
            if key not in self.values and key not in OF_A_MONTH:
                self.values[key] = value
                if key in above.cells:
                    self.cells[key] = above.cells[key]

    def join(self, more: Row) -> None:
        """A further line of the same project: what it adds; of two different texts of a kind both are kept."""
        for key, value in more.values.items():
            known = self.values.get(key)
            if known is None:
                self.values[key] = value
                self.cells[key] = more.cells.get(key, "")
            elif isinstance(known, list):
                known.extend(item for item in value if item not in known)
            elif isinstance(known, dict):
                for inner, item in value.items():
                    both = inner in known and isinstance(item, dict)
                    known[inner] = item | known[inner] if both else known.get(inner, item)
            elif key in JOINED and value != known:
                self.values[key] = f"{known}\n{value}"
            elif key == "unit" and value != known:
                units = self.values.setdefault("supporting_units", [])
                if value not in units:
                    units.append(value)

    def overrule(self, total: Row) -> None:
        """The line that adds up the project's lines: its figures stand for them all."""
        for month, figures in total.values.pop("months", {}).items():
            self.values.setdefault("months", {}).setdefault(month, {}).update(figures)
        self.values |= total.values
        self.cells |= total.cells
        self.amounts |= total.amounts
        self.problems += total.problems

    def tell(self, entry: Problem | None) -> None:
        """Attach a problem to the row."""
        if entry is not None:
            self.problems.append(entry)

    def as_dict(self) -> dict[str, Any]:
        """The row in the shape that reading returns."""
        return {"row": self.number, "values": self.values, "cells": self.cells, "problems": self.problems}


def plain_text(value: Value) -> str:
    """A cell of any type as text: whole numbers without a point, days as `2023-05-01`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()[:10]
    return format(value, "f")
