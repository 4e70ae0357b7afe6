"""项目卡片: a project on a form of its own, what each cell is called to its left. Forms become rows of one table set upright."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from projects.imports.reading.grid import Sheet
from projects.imports.reading.laid import Laid, Place, label_at
from projects.imports.reading.tables import UNIT_LINE, Table, is_heading_word, read_columns

MOST_ROWS = 600
FEWEST_LABELS = 6
KNOWN_SHARE = 0.6


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
            elif is_heading_word(beside) and (last_row > row or self._known(row, rest) > self._known(row, columns)):
                groups.append((last_row, column, text))
                columns = rest
            elif is_heading_word(text) and is_heading_word(beside) and all(label_at(self.sheet, row, c) for c in rest):
                below = row + 1
                pairs += [Pair(group, label_at(self.sheet, row, c), (row, c), (below, c)) for c in columns]
            else:
                pairs.append(Pair(group, text, (row, column), (row, last + 1)))
                columns = [one for one in rest if one > self._end(row, last + 1)[1]]
        bare = len(pairs) == 1 and self.sheet.value(*pairs[0].value) is None and not is_heading_word(pairs[0].text)
        if bare or not pairs:
            self.left_out.append(row)
        else:
            self.found += pairs
            self.strays += strays
        return below

    def _end(self, row: int, column: int) -> Place:
        return self.ends.get((row, column), (row, column))

    def _known(self, row: int, columns: list[int]) -> int:
        """How many labels, read pair by pair from the first of these columns on, are known and have a value."""
        found = 0
        while columns:
            value = self._end(row, columns[0])[1] + 1
            found += is_heading_word(label_at(self.sheet, row, columns[0])) and self.sheet.value(row, value) is not None
            columns = [one for one in columns if one > self._end(row, value)[1]]
        return found


def read_cards(sheet: Sheet) -> Laid | None:
    """The forms on a sheet, or None where it holds none: a list on its side has one label to a row. Forms beside each other have
    no row of their own by which a project could be called: then there is no table."""
    if len(sheet.rows) > MOST_ROWS:
        return None
    pairs = Pairs(sheet)
    beside = [pair for pair in pairs.found if pair.value[0] == pair.label[0]]
    known = [pair for pair in beside if is_heading_word(pair.text)]
    abreast = Counter(pair.label[0] for pair in known)
    has_pairs_abreast = any(pair.group for pair in known) or sum(1 for count in abreast.values() if count > 1) > 1
    if len(known) < max(FEWEST_LABELS, KNOWN_SHARE * len(beside)) or not has_pairs_abreast:
        return None
    first = Counter(pair.label[0] for pair in pairs.found if pair.text == pairs.found[0].text)
    if max(first.values()) > 1:
        return Laid(sheet, lambda *place: place, lambda row: row)
    return _upright(pairs)


def _upright(pairs: Pairs) -> Laid:
    """A row for each form, below the sheet's own titles and a heading of two tiers: the words that span labels, and the labels."""
    sheet, upright = pairs.sheet, Sheet(pairs.sheet.name, is_laid=True)
    top = pairs.found[0].label[0]
    for row in pairs.left_out:
        if row < top:
            upright.rows[row] = dict(sheet.rows[row])
    columns: dict[tuple[str, str, int], int] = {}
    places: dict[Place, Place] = {}
    starts: dict[int, int] = {}
    seen: Counter[tuple[str, str]] = Counter()
    last = top + 1
    for pair in pairs.found:
        if pair.text == pairs.found[0].text:  # the next form begins as the first did
            last, seen = last + 1, Counter()
            starts[last] = pair.label[0]
        key = (pair.group, pair.text, seen[pair.group, pair.text])
        seen[pair.group, pair.text] += 1
        column = columns.setdefault(key, len(columns) + 1)
        if (top, column) not in places:
            places[top, column] = places[top + 1, column] = pair.label
            upright.place(top, column, pair.group or sheet.rows[pair.label[0]][pair.label[1]])
            if pair.group:
                upright.place(top + 1, column, sheet.rows[pair.label[0]][pair.label[1]])
            else:
                upright.merges.append((top, column, top + 1, column))
        places[last, column] = pair.value
        if (value := sheet.value(*pair.value)) is not None:
            upright.place(last, column, value)
    _carry_marks(sheet, upright, places)
    table = Table(upright, top, top + 1, read_columns(upright, top, top + 1), last)
    return Laid(upright, lambda *at: places.get(at, at), starts.get, table, pairs.left_out, pairs.strays)


def _carry_marks(sheet: Sheet, upright: Sheet, places: dict[Place, Place]) -> None:
    """What the reader of the file noted of the cells."""
    upright.errors = {there: sheet.errors[own] for there, own in places.items() if own in sheet.errors}
    upright.unstored = {there for there, own in places.items() if own in sheet.unstored}
    upright.number_units = {
        there: sheet.number_units[own] for there, own in places.items() if own in sheet.number_units
    }
