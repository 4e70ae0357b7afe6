"""A sheet as plain cells, whatever kind of file it came from. Rows and columns count from 1."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

MOST_MERGE_WORK = 2_000_000

Value = str | Decimal | date | bool
Area = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass
class Sheet:
    """Cells with values only, so that one stray cell far away costs nothing."""

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unstored: set[tuple[int, int]] = field(default_factory=set)
    centred: set[tuple[int, int]] = field(default_factory=set)
    number_units: dict[tuple[int, int], str] = field(default_factory=dict)
    is_laid: bool = False  # set upright for reading: its columns are none of the file's

    def value(self, row: int, column: int) -> Value | None:
        """The cell's value, None where it is blank."""
        cells = self.rows.get(row)
        return None if cells is None else cells.get(column)

    def tidy_merges(self) -> None:
        """Keep the merged areas that can be meant: all but the first cell blank or holding the same value.

        Such repeated values, which some exporters leave behind, are taken out of the covered cells. Real areas never
        overlap, so the work is bounded by the number of cells; what goes beyond is nonsense and dropped.
        """
        kept: list[Area] = []
        ordered = sorted(self.rows)
        work = MOST_MERGE_WORK
        for area in self.merges:
            numbers = ordered[bisect_left(ordered, area[0]) : bisect_right(ordered, area[2])]
            work -= len(numbers) + 1
            if work < 0:
                break
            first = self.value(area[0], area[1])
            inside = [
                (number, column)
                for number in numbers
                for column in self.rows[number]
                if area[1] <= column <= area[3] and (number, column) != (area[0], area[1])
            ]
            if any(self.rows[number][column] != first for number, column in inside):
                continue
            for number, column in inside:
                del self.rows[number][column]
                if not self.rows[number]:
                    del self.rows[number]
            kept.append(area)
        self.merges = kept

    def place(self, row: int, column: int, value: Value) -> None:
        """Store a value."""
        self.rows.setdefault(row, {})[column] = value


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """`1` → `A`, `28` → `AB`."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """`(12, 6)` → `F12`."""
    return f"{column_letters(column)}{row}"


@lru_cache(maxsize=4096)
def column_number(letters: str) -> int:
    """`A` → 1; anything that is not letters → 0."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number


def parse_area(reference: str) -> Area | None:
    """`A1:R3` → (1, 1, 3, 18); None when it is no such reference."""
    first, _, last = reference.replace("$", "").partition(":")
    ends = []
    for corner in (first, last or first):
        letters = corner.rstrip("0123456789")
        digits = corner[len(letters) :]
        column = column_number(letters)
        if not column or not digits or len(digits) > 7:
            return None
        ends.append((int(digits), column))
    (row_1, column_1), (row_2, column_2) = ends
    return min(row_1, row_2), min(column_1, column_2), max(row_1, row_2), max(column_1, column_2)
