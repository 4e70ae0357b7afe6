"""A form's labels and the cells that they name: to their right, or below where a row holds labels only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from projects.imports.reading.grid import Sheet
from projects.imports.reading.laid import Place, is_label, label_at
from projects.imports.reading.tables import UNIT_LINE, is_name_heading
from projects.imports.reading.units import stated_unit

MOST_PAIRED = 0.75  # of labels and values in pairs, when a value sounds like a label too


@dataclass(frozen=True)
class Pair:
    """A label, the word that spans it and others (`投资情况`) if there is one, and the cell that it names."""

    group: str
    text: str
    label: Place
    value: Place


@dataclass
class Pairs:
    """What a sheet holds besides labels and values: rows without either, values that no label stands beside, and cells that state
    the unit of money."""

    sheet: Sheet
    found: list[Pair] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    strays: list[Place] = field(default_factory=list)
    units: list[Place] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ends = {(area[0], area[1]): (area[2], area[3]) for area in self.sheet.merges}
        self.gaps = self._gaps()
        groups: list[tuple[int, int, str]] = []  # last row, column, text
        named = 0  # the row whose cells were named by the row of labels above it
        for row in sorted(self.sheet.rows):
            if row != named:
                named = self._read(row, groups)

    @cached_property
    def first(self) -> str:
        """The label with which a form begins: the first that stands on as many forms as the project's name does."""
        texts = Counter(pair.text for pair in self.found)
        named = next((text for text in texts if is_name_heading(text)), next(iter(texts)))
        return next(text for text in texts if texts[text] == texts[named])

    def _read(self, row: int, groups: list[tuple[int, int, str]]) -> int:
        """Takes in one row, from the left; the row below where this one heads it, else 0."""
        columns = sorted(self.sheet.rows[row])
        pairs: list[Pair] = []
        strays: list[Place] = []
        below = 0
        while columns and not below:
            column, *rest = columns
            text, (last_row, _) = label_at(self.sheet, row, column), self._end(row, column)
            named = self._named(row, column)
            beside = label_at(self.sheet, row, named)
            spans = [one for one in groups if one[0] >= row and one[1] < column]
            group = max(spans, key=lambda one: one[1])[2] if spans else ""
            if self._is_line(row, column):
                if stated_unit([text]):
                    self.units.append((row, column))
                else:
                    strays.append((row, column))  # 填报单位：某局
                columns = rest
            elif not text:
                strays.append((row, column))
                columns = rest
            elif is_label(beside) and self._spans(row, columns, last_row):
                groups.append((last_row, column, text))
                columns = rest
            elif is_label(beside) and self._heads(row, columns):
                below = row + 1
                pairs += [Pair(group, label_at(self.sheet, row, c), (row, c), (below, c)) for c in columns]
            else:
                pairs.append(Pair(group, text, (row, column), (row, named)))
                columns = [one for one in rest if one > self._end(row, named)[1]]
        bare = len(pairs) == 1 and self.sheet.value(*pairs[0].value) is None and not is_label(pairs[0].text)
        if bare or not pairs:
            self.left_out.append(row)
        else:
            self.found += pairs
            self.strays += strays
        return below

    def _spans(self, row: int, columns: list[int], last_row: int) -> bool:
        """Whether the first cell stands over the labels to its right: down several rows, or odd among pairs."""
        columns = [column for column in columns if not self._is_line(row, column)]
        more = self._known(row, columns[1:]) - self._known(row, columns)
        return more >= 0 if last_row > row else more > 0 and len(columns) % 2 == 1

    def _heads(self, row: int, columns: list[int]) -> bool:
        """Whether these cells are labels, nearly all, and those below them are none: a small table on the card."""
        labels = sum(is_label(label_at(self.sheet, row, column)) for column in columns)
        below = any(is_label(label_at(self.sheet, row + 1, column)) for column in columns)
        return labels > MOST_PAIRED * len(columns) and not below and all(label_at(self.sheet, row, c) for c in columns)

    def _is_line(self, row: int, column: int) -> bool:
        """Whether the cell names what it says itself: 单位：万元, 填报单位：某局."""
        line = UNIT_LINE.search(label_at(self.sheet, row, column))
        return bool(line and line[0][-1] in ":为")

    def _end(self, row: int, column: int) -> Place:
        return self.ends.get((row, column), (row, column))

    def _named(self, row: int, column: int) -> int:
        """The column of the cell to the right, past one that is left blank between all labels and values."""
        beside = self._end(row, column)[1] + 1
        return beside + (beside in self.gaps)

    def _gaps(self) -> set[int]:
        """Columns that are blank all down the form and have values to their right: neither labels nor what has values of its own."""
        written = [(row, column) for row in self.sheet.rows for column in self.sheet.rows[row]]
        labels = Counter(column for row, column in written if is_label(label_at(self.sheet, row, column)))
        rows = {row for row, column in written if labels[column] and is_label(label_at(self.sheet, row, column))}
        cells = Counter(column for row, column in written if row in rows)
        values = {column: count - labels[column] for column, count in cells.items()}
        return {
            column - 1
            for column, count in cells.items()
            if column - 1 not in cells and labels[column] * 2 < count and values.get(column + 1, 0) * 2 < count
        }

    def _known(self, row: int, columns: list[int]) -> int:
        """How many labels, read pair by pair from the first of these columns on, are known and have a value."""
        found = 0
        while columns:
            value = self._named(row, columns[0])
            found += is_label(label_at(self.sheet, row, columns[0])) and self.sheet.value(row, value) is not None
            columns = [one for one in columns if one > self._end(row, value)[1]]
        return found
