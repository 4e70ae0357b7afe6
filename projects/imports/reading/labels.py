"""A form's labels and the cells that they name: to their right, or below where a row holds labels only."""

from __future__ import annotations

from dataclasses import dataclass, field

from projects.imports.reading.grid import Sheet
from projects.imports.reading.laid import Place, is_label, label_at
from projects.imports.reading.tables import UNIT_LINE

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
    """What a sheet holds besides labels and values: rows without either, and values that no label stands beside."""

    sheet: Sheet
    found: list[Pair] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    strays: list[Place] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ends = {(area[0], area[1]): (area[2], area[3]) for area in self.sheet.merges}
        groups: list[tuple[int, int, str]] = []  # last row, column, text
        named = 0  # the row whose cells were named by the row of labels above it
        for row in sorted(self.sheet.rows):
            if row != named:
                named = self._read(row, groups)

    def _read(self, row: int, groups: list[tuple[int, int, str]]) -> int:
        """Takes in one row, from the left; the row below where this one heads it, else 0."""
        columns = sorted(self.sheet.rows[row])
        pairs: list[Pair] = []
        strays: list[Place] = []
        below = 0
        while columns and not below:
            column, *rest = columns
            text, (last_row, last) = label_at(self.sheet, row, column), self._end(row, column)
            beside = label_at(self.sheet, row, last + 1)
            spans = [one for one in groups if one[0] >= row and one[1] < column]
            group = max(spans, key=lambda one: one[1])[2] if spans else ""
            if (line := UNIT_LINE.search(text)) and line[0][-1] in ":为":
                columns = rest  # 填报单位：某局
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
                pairs.append(Pair(group, text, (row, column), (row, last + 1)))
                columns = [one for one in rest if one > self._end(row, last + 1)[1]]
        bare = len(pairs) == 1 and self.sheet.value(*pairs[0].value) is None and not is_label(pairs[0].text)
        if bare or not pairs:
            self.left_out.append(row)
        else:
            self.found += pairs
            self.strays += strays
        return below

    def _spans(self, row: int, columns: list[int], last_row: int) -> bool:
        """Whether the first cell stands over the labels to its right: down several rows, or odd among pairs."""
        more = self._known(row, columns[1:]) - self._known(row, columns)
        return more >= 0 if last_row > row else more > 0 and len(columns) % 2 == 1

    def _heads(self, row: int, columns: list[int]) -> bool:
        """Whether these cells are labels, nearly all, and those below them are none: a small table on the card."""
        labels = sum(is_label(label_at(self.sheet, row, column)) for column in columns)
        below = any(is_label(label_at(self.sheet, row + 1, column)) for column in columns)
        return labels > MOST_PAIRED * len(columns) and not below and all(label_at(self.sheet, row, c) for c in columns)

    def _end(self, row: int, column: int) -> Place:
        return self.ends.get((row, column), (row, column))

    def _known(self, row: int, columns: list[int]) -> int:
        """How many labels, read pair by pair from the first of these columns on, are known and have a value."""
        found = 0
        while columns:
            value = self._end(row, columns[0])[1] + 1
            found += is_label(label_at(self.sheet, row, columns[0])) and self.sheet.value(row, value) is not None
            columns = [one for one in columns if one > self._end(row, value)[1]]
        return found
