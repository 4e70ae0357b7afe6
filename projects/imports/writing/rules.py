"""How a value is typed into a cell so that reading finds the same again.

Each function asks the reader itself. What it would not take back for the same stands in the cell's note instead: a blank cell
changes nothing when the file returns, and nobody has to miss it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from projects.imports.reading.dates import read_term, read_when
from projects.imports.reading.nodes import read_nodes
from projects.imports.reading.people import read_contact, read_people, read_units
from projects.imports.reading.sections import read_section
from projects.imports.reading.text import tight
from projects.registry.rules import STARTED_STATES, Contact, Nature, ProjectState
from yichuan_tracker.months import is_last_day, last_day, month_key

NOT_STARTED = frozenset({ProjectState.CONCEIVED, ProjectState.RESERVED, ProjectState.PREPARING})
YES, NO = "√", "×"
WAN_IN_YI = Decimal(10_000)
# The column of a whitelist beside those that every list has.
TERM = "有效期至"
# Which edition of the layout a file is, for who asks later.
TEMPLATE_EDITION = 2


class Written(NamedTuple):
    """What stands in a cell, and what is said in its note because the reader would not take it back as it is."""

    value: Any = None
    note: str = ""


BLANK = Written()


def _if_same(text: str, is_same: bool) -> Written:
    return Written(text) if is_same else Written(note=text)


def serial_cell(serial: str) -> Written:
    """A number as a number, anything else (2023-001) as text."""
    return Written(int(serial)) if serial.isdecimal() and str(int(serial)) == serial else Written(serial or None)


def people_cell(names: Sequence[str], *, is_clear: bool = True) -> Written:
    """`is_clear` False: a name that two people share, or that is not found again."""
    text = "、".join(names)
    return _if_same(text, is_clear and list(read_people(text)[0]) == list(names)) if names else BLANK


def unit_cell(names: Sequence[str], *, is_clear: bool = True) -> Written:
    """One unit. A second one in the cell would be read as a supporting unit."""
    is_same = is_clear and bool(names) and list(read_units(names[0])) == list(names)
    return _if_same("、".join(names), is_same) if names else BLANK


def units_cell(names: Sequence[str], *, is_clear: bool = True) -> Written:
    text = "、".join(names)
    return _if_same(text, is_clear and list(read_units(text)) == list(names)) if names else BLANK


def contact_cell(contacts: Sequence[Contact], between: str = "\n") -> Written:
    """Name, line break, telephone. Two contacts in a cell would be read as one person."""
    if not contacts:
        return BLANK
    text = "；".join(f"{one.name}{between}{one.phone}".strip() for one in contacts)
    return _if_same(text, len(contacts) == 1 and read_contact(text) == (contacts[0].name, contacts[0].phone))


def contact_cells(contacts: Sequence[Contact]) -> tuple[Written, Written]:
    """Name and telephone in columns of their own."""
    whole = contact_cell(contacts)
    if whole.value is None:
        return whole, BLANK
    return Written(contacts[0].name), Written(contacts[0].phone or None)


def month_cell(day: datetime.date | None) -> Written:
    """2023年3月; with the day where it is not the month's last, which is what a month alone is stored as."""
    if day is None:
        return BLANK
    text = f"{day.year}年{day.month}月" + ("" if is_last_day(day) else f"{day.day}日")
    found = read_when(text)
    return _if_same(text, found.first is not None and found.first.text() == month_key(day) and found.last is None)


def term_cell(valid_until: datetime.date | None) -> Written:
    """2024年5月31日; blank without an end."""
    if valid_until is None:
        return BLANK
    text = f"{valid_until.year}年{valid_until.month}月{valid_until.day}日"
    return _if_same(text, read_term(text) == ("", valid_until.isoformat()))


def period_cell(start: datetime.date | None, end: datetime.date | None) -> Written:
    """2023.3-2024.12, or 2023.3开工 when the end is not known."""
    if start is None:
        return BLANK if end is None else Written(note=f"{end.year}.{end.month}竣工")
    first = f"{start.year}.{start.month}"
    text = f"{first}-{end.year}.{end.month}" if end else f"{first}开工"
    found = read_when(text)
    wanted = [month_key(day) if day else "" for day in (start, end)]
    return _if_same(text, [point.text() if point else "" for point in (found.first, found.last)] == wanted)


def place_cell(location: str, township: str, townships: Sequence[str]) -> Written:
    """The place; its township is told from the words, so that words which name another one stay out."""
    if not location:
        return Written(township or None)
    named = [location] if location in townships else [name for name in townships if name in location]
    told = named[0] if len(named) == 1 else ""
    if told == township and told != location:
        return Written(location)
    return Written(township or None, note=location)


def nature_cell(nature: str, otherwise: str = "") -> Written:
    """新建, 改建 …; 其他 has no word that a list knows."""
    return Written((Nature(nature).label if nature and nature != Nature.OTHER else "") or otherwise or None)


def started_mark(state: str, yes: str = YES, no: str = NO) -> Written:
    """Whether it has begun; nothing for a project that is over without ever having begun (终止)."""
    return Written(yes if state in STARTED_STATES else no if state in NOT_STARTED else None)


def yi(wan: Decimal | None) -> Decimal | None:
    """亿元, not rounded: 万元 with two places are six places."""
    return None if wan is None else (wan / WAN_IN_YI).normalize()


def node_cell(nodes: Sequence[tuple[datetime.date, str]], year: int, quarter_end: datetime.date) -> Written:
    """A line for each milestone: 6月底前：基础施工, 5月15日前：… Those that would be read otherwise stand in the note."""
    lines: list[str] = []
    aside: list[str] = []
    for due_on, name in nodes:
        when = f"{due_on.month}月底前" if due_on == last_day(due_on) else f"{due_on.month}月{due_on.day}日前"
        line = f"{when}：{name}"
        is_same = read_nodes(line, year, quarter_end) == ((due_on.isoformat(), name),)
        (lines if is_same else aside).append(line)
    text = "\n".join(lines)
    if len(read_nodes(text, year, quarter_end)) != len(lines):
        return Written(note="\n".join([*lines, *aside]))
    return Written(text or None, "\n".join(aside))


def sector_title(name: str) -> str:
    """交通类, as a section's title names it; empty when the title would be read as something else."""
    if not name:
        return ""
    title = name if name.endswith("类") else f"{name}类"
    found = read_section(tight(f"（一）{title}（1个）"), "", True)
    return title if found and found.kind == "sector" and found.value in {name, name.removesuffix("类")} else ""


def group_title(name: str, number: int, count: int, *, level: int) -> str:
    """一、续建项目（58个）, （一）交通类（4个）."""
    ordinal = numeral(number)
    return f"{ordinal}、{name}（{count}个）" if level == 1 else f"（{ordinal}）{name}（{count}个）"


def numeral(number: int) -> str:
    """一 … 九十九."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones else "")


def title_of(list_name: str, year: int, what: str) -> str:
    """The line above a table: the list's name, with the year where it does not say it itself."""
    return f"{'' if str(year) in list_name else f'{year}年'}{list_name}{what}"
