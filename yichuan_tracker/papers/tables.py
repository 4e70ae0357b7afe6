"""A table of a paper: the same rows go to Word, Excel and the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yichuan_tracker.money import round_half_up
from yichuan_tracker.papers import layout


@dataclass(frozen=True)
class Column:
    """`share` is the column's part of the page's width; `number_format` as Excel writes it, empty for text and counts."""

    label: str
    share: int
    number_format: str = ""
    is_text: bool = False


@dataclass(frozen=True)
class PaperTable:
    """One table on pages across. `name` is its sheet in Excel; `note` stands below it."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""

    @property
    def printed_rows(self) -> Iterable[list[str]]:
        return ([printed(value, column) for value, column in zip(row, self.columns, strict=True)] for row in self.rows)

    @property
    def printed_cells(self) -> Iterable[list[tuple[str, Column]]]:
        """The rows as a page writes them: each cell with its column."""
        return (list(zip(row, self.columns, strict=True)) for row in self.printed_rows)


def printed(value: Any, column: Column) -> str:
    """A cell as paper shows it: 12,000.00, ↑3, 2023-06-01, — for nothing."""
    if value is None:
        return "—"
    if column.label == "升降" and isinstance(value, int):
        return f"↑{value}" if value > 0 else f"↓{-value}" if value < 0 else "持平"
    if isinstance(value, Decimal):
        return f"{round_half_up(value):,f}"
    return str(value)


def word_table(table: PaperTable) -> Any:
    """The table across a page."""
    widths = layout.column_widths([column.share for column in table.columns], layout.WIDE_TYPE_WIDTH)
    styles = [_style(column) for column in table.columns]
    return layout.table(widths, [column.label for column in table.columns], table.printed_rows, styles)


def _style(column: Column) -> layout.Style:
    if column.is_text:
        return layout.CELL_TEXT
    return layout.CELL_MONEY if column.number_format.startswith("#") else layout.CELL
