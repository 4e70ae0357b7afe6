"""项目卡片: a project on a form of its own, what each cell is called to its left. Forms become rows of one table set upright."""

from __future__ import annotations

from collections import Counter, defaultdict

from projects.imports.reading.grid import Sheet
from projects.imports.reading.headings import split_unit
from projects.imports.reading.labels import Pairs
from projects.imports.reading.laid import Laid, Place, is_label
from projects.imports.reading.tables import Table, as_text, read_columns
from projects.imports.reading.units import stated_unit

MOST_ROWS = 600
FEWEST_LABELS = 6
KNOWN_SHARE = 0.6


def read_cards(sheet: Sheet) -> Laid | None:
    """The forms on a sheet, or None where it holds none: a list on its side has one label to a row. Forms beside each other have
    no row of their own by which a project could be called: then there is no table."""
    if len(sheet.rows) > MOST_ROWS:
        return None
    pairs = Pairs(sheet)
    beside = [pair for pair in pairs.found if pair.value[0] == pair.label[0]]
    known = [pair for pair in beside if is_label(pair.text)]
    abreast = Counter(pair.label[0] for pair in known)
    has_pairs_abreast = any(pair.group for pair in known) or sum(1 for count in abreast.values() if count > 1) > 1
    if len(known) < max(FEWEST_LABELS, KNOWN_SHARE * len([*beside, *pairs.strays])) or not has_pairs_abreast:
        return None
    first = Counter(pair.label[0] for pair in pairs.found if pair.text == pairs.first)
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
    last = top + 2
    for pair in pairs.found:
        if pair.text == pairs.first:
            if starts:  # the next form begins as the first did
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
    _carry_units(pairs, upright, places, starts, len(columns) + 1)
    table = Table(upright, top, top + 1, read_columns(upright, top, top + 1), last)
    return Laid(upright, lambda *at: places.get(at, at), starts.get, table, pairs.left_out, pairs.strays)


def _carry_marks(sheet: Sheet, upright: Sheet, places: dict[Place, Place]) -> None:
    """What the reader of the file noted of the cells."""
    upright.errors = {there: sheet.errors[own] for there, own in places.items() if own in sheet.errors}
    upright.unstored = {there for there, own in places.items() if own in sheet.unstored}
    upright.number_units = {
        there: sheet.number_units[own] for there, own in places.items() if own in sheet.number_units
    }


def _carry_units(pairs: Pairs, upright: Sheet, places: dict[Place, Place], starts: dict[int, int], column: int) -> None:
    """A unit of money stated beside values holds for them; what a form states by itself, or alike beside values, for all of it."""
    top = pairs.found[0].label[0]
    values = {own: there for there, own in places.items() if there[0] > top + 1}
    alone: dict[int, dict[str, Place]] = defaultdict(dict)
    beside: dict[int, dict[str, Place]] = defaultdict(dict)
    is_titled = any(row < top for row, _ in pairs.units)
    for row, at in pairs.units:
        if row < top:
            continue
        unit = stated_unit([as_text(pairs.sheet.value(row, at))])
        here = [pair for pair in pairs.found if row in (pair.label[0], pair.value[0])]
        for pair in here:
            if not split_unit(pair.text)[1]:
                upright.number_units.setdefault(values[pair.value], unit)
        below = min((pair.label[0] for pair in pairs.found if pair.label[0] > row), default=row)
        is_over = is_titled and not here and below in starts.values()  # the next form, as one stands over the first
        form = max(
            (there for there, begun in starts.items() if begun <= (below if is_over else row)), default=min(starts)
        )
        (beside if here else alone)[form].setdefault(unit, (row, at))
    for form in starts:
        if len(stated := alone[form] or beside[form]) == 1:
            ((unit, places[form, column]),) = stated.items()
            places.setdefault((top, column), places[form, column])
            upright.place(form, column, unit)
            upright.place(top, column, "单位")
