"""Tables that are no lists of projects, read by the form that their kind declares (see kinds/)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from projects.imports.reading.amounts import read_amount
from projects.imports.reading.asking import Asking, at
from projects.imports.reading.beside import without_double_rows
from projects.imports.reading.cells import plain_text
from projects.imports.reading.dates import Point, read_when
from projects.imports.reading.given import titles_over
from projects.imports.reading.grid import Sheet, Value, cell_name, column_letters
from projects.imports.reading.marks import read_mark
from projects.imports.reading.meaning import Column
from projects.imports.reading.people import read_attendants, read_phones, read_units
from projects.imports.reading.recognition import skipped
from projects.imports.reading.sections import ORDINAL
from projects.imports.reading.setting import infer_years
from projects.imports.reading.tables import Table, as_text, body_rows, merge_fills, read_columns, same_heading
from projects.imports.reading.text import clean, is_blank_word, one_line, tight

LAST_HEADING_ROW = 15
MOST_TIERS = 3
LONGEST_NAME = 20
NO_ROW = re.compile(r"(?:合计|小计|总计|共计|注[:：]|备注[:：]|说明[:：]|填表|制表|审核).*")
NOTE_BEHIND = re.compile(r"\([^()]*\)$")
# 6.12, 6/5: a month and a day without a year. As a number 6.1 may have been 6.10, so that only texts may end in one digit.
MONTH_DAY = re.compile(r"(?P<month>1[0-2]|0?[1-9])[./-](?P<day>[12]\d|3[01]|0?[1-9])(?:日|号)?")
PART_OF_DAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?|[上下]午|晚上?$")
WITHIN = re.compile(r"\d{1,3}个?(?:工作)?[日天][之以]?内?")


@dataclass(frozen=True)
class Item:
    """A field of a ledger: `heading` must fit the whole lowest heading of its column, or the two lowest in one, without blanks,
    half-width brackets; a note in brackets behind it does not count.

    `read` says what the cells hold: a text in one line, a long text, a day ("2023-05-12" or "2023-05"), a deadline (a day, or
    "5个工作日内" as it stands), telephones, persons or units (lists of names), a mark (True or False), or an amount ("3200.00",
    万元). `fills`: a cell merged downwards holds for all of its rows. `after`: the key of the day before which a day that is written
    without its year cannot lie: it is the next year's then. `unless`: the keys beside whose columns this one is none of this field.
    """

    key: str
    title: str
    heading: str
    read: Literal["line", "text", "day", "deadline", "phone", "people", "units", "mark", "amount"] = "line"
    fills: bool = False
    after: str = ""
    unless: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Form:
    """One shape of table. `needed`: the keys without whose columns a table is none of this kind; "name" is always needed.
    `one_of`: the keys of which it has at least one. `shown`: headings of columns that stand there to be looked at.
    `continues`: the keys that a row without name and number takes over from the row above it, with which it goes on.
    `instead`: where to take a file that people bring for one of this form."""

    key: str
    title: str
    items: tuple[Item, ...]
    needed: frozenset[str] = frozenset({"name"})
    shown: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()
    continues: frozenset[str] = frozenset()
    instead: str = ""

    @property
    def way_out(self) -> str:
        """What to do with a file in which no such table was found."""
        needed = "".join(f"“{item.title}”" for item in self.items if item.key in self.needed)
        return self.instead or f"请确认选对了文件和内容；{self.title}的表头里要有{needed}"

    def fits(self, keys: set[str]) -> bool:
        return self.needed <= keys and (not self.one_of or not self.one_of.isdisjoint(keys))


Found = tuple[Form, Table, dict[int, Item]]


def read_item(item: Item, value: Value, year: int | None) -> Any:
    """The value that the cell holds; None for a blank and for what cannot be read as such."""
    text = plain_text(value)
    if is_blank_word(clean(text)):
        return None
    if item.read in ("day", "deadline"):
        point = _point(value)
        if point is None or point.month is None:
            return one_line(text) if item.read == "deadline" and WITHIN.search(tight(text)) else None
        month = point.text(year)
        return f"{month}-{point.day:02d}" if month and point.day else month or None
    if item.read == "amount":
        amount = read_amount(value, "万元")
        return None if amount.wan is None or amount.doubt else str(amount.wan)
    if item.read == "mark":
        return read_mark(value)
    if item.read in ("people", "units"):
        return (read_attendants(text) if item.read == "people" else list(read_units(text))) or None
    if item.read == "phone":
        return "、".join(read_phones(text)) or one_line(text)
    return clean(text) if item.read == "text" else one_line(text)


def _point(value: Value) -> Point | None:
    """The first day (or month) that the cell names."""
    if isinstance(value, str):
        value = PART_OF_DAY.sub("", tight(value))
    text = tight(plain_text(value))
    if (found := MONTH_DAY.fullmatch(text)) and (isinstance(value, str) or len(text.partition(".")[2]) == 2):
        return Point(None, int(found["month"]), int(found["day"]))
    return read_when(value).first


def _not_before(earlier: str, read: str, value: Value) -> str:
    """The day that was read; one that is written without its year lies in the next year rather than before `earlier`."""
    point = _point(value)
    if point is None or point.month is None or point.year is not None or read >= earlier[: len(read)]:
        return read
    return f"{int(read[:4]) + 1}{read[4:]}"


def read_ledger(
    sheet: Sheet, forms: tuple[Form, ...], kind: str, year: int | None, asking: Asking
) -> list[dict[str, Any]]:
    """The tables of a sheet, one object each as reading returns it; a sheet that has none of the forms gives one skipped object."""
    if sheet.hidden:
        return [skipped(sheet, "隐藏的工作表", "hidden")]
    found, repeated = _find_all(sheet, forms)
    if not found:
        titles = "、".join(form.title for form in forms)
        why = f"没有找到{titles}的表头" if sheet.rows else "空的工作表"
        return [skipped(sheet, why, "unknown" if sheet.rows else "empty")]
    results = [_read_table(one, kind, year, asking, repeated=repeated) for one in found]
    titles_between = [
        {"row": row, "why": "表格上方的标题"}
        for (_, table, _), (_, below, _) in itertools.pairwise(found)
        for row in body_rows(sheet, table.last + 1, below.top - 1)
    ]
    results[0]["skipped_rows"] += titles_between
    return without_double_rows(results)


def _read_table(
    found: Found, kind: str, year: int | None, asking: Asking, *, repeated: frozenset[int]
) -> dict[str, Any]:
    form, table, items = found
    result = skipped(table.sheet, "", kind)
    result |= {
        "status": "read",
        "form": form.key,
        "year": infer_years(_titles(table), table.columns, "") or year,
        "header_rows": [table.top, table.bottom],
        "heading_shape": table.shape,
        "columns": [
            {
                "column": column_letters(c.number),
                "heading": c.heading,
                "field": items[c.number].key,
                "title": items[c.number].title,
            }
            for c in table.columns
            if c.number in items
        ],
        "ignored": [
            {"column": column_letters(c.number), "heading": c.heading, "why": _why_left(c, form)}
            for c in table.columns
            if c.number not in items
        ],
        "skipped_rows": [],
    }
    table.fills = merge_fills(table.sheet, table.columns, table.bottom + 1, table.last)
    wide = {(area[0], area[1]): area[3] - area[1] + 1 for area in table.sheet.merges}
    for number in body_rows(table.sheet, table.bottom + 1, table.last):
        if number in repeated:
            result["skipped_rows"].append({"row": number, "why": "重复的表头"})
        else:
            _read_row(result, number, table, items, asking, continues=form.continues, wide=wide)
    for column in (column for column in table.columns if column.number in items and items[column.number].unless):
        asking.warn(
            f"“{column.heading}”没有写明是要求的还是实际的时间，按“{items[column.number].title}”读。",
            "是实际办结的时间，请把表头改成“办结时间”后重新上传。",
            **at(table.sheet.name, table.bottom, column.number, column.heading),
        )
    result["read"] = {"count": len(result["rows"])}
    return result


def _titles(table: Table) -> list[str]:
    """What stands above the heading, and the name of the sheet."""
    above = (row for row in table.sheet.rows if row < table.top)
    return [*(as_text(value) for row in above for value in table.sheet.rows[row].values()), table.sheet.name]


def _why_left(column: Column, form: Form) -> str:
    return "供对照，不从表里取" if tight(column.tiers[-1]) in form.shown else "台账不设这一栏"


def _find_all(sheet: Sheet, forms: tuple[Form, ...]) -> tuple[list[Found], frozenset[int]]:
    """The tables of the sheet, downwards and side by side, and the rows in which a heading is printed again."""
    found: list[Found] = []
    repeated: set[int] = set()
    first = _find(sheet, forms)
    rows = sorted(sheet.rows)
    while first:
        table = first[1]
        found += _side_by_side(*first)
        first = None
        for row in body_rows(sheet, table.bottom + 1, rows[-1]):
            if row in repeated or not _names_a_name(sheet, row, forms):
                continue
            if again := same_heading(table, row):
                repeated.update(range(row, again + 1))
            elif first := _find(sheet, forms, row):
                for _, above, _ in found:
                    if above.top == table.top:
                        above.last = titles_over(sheet, row, table.bottom) - 1
                break
    return found, frozenset(repeated)


def _names_a_name(sheet: Sheet, row: int, forms: tuple[Form, ...]) -> bool:
    """Whether a row may begin a heading: one of its texts heads the column of names in one of the forms."""
    names = [item.heading for form in forms for item in form.items if item.key == "name"]
    texts = [value for value in sheet.rows[row].values() if isinstance(value, str) and len(value) <= LONGEST_NAME]
    return len(texts) > 1 and any(re.fullmatch(name, tight(text)) for name in names for text in texts)


def _find(sheet: Sheet, forms: tuple[Form, ...], row: int = 0) -> Found | None:
    """The first heading, of up to three tiers, under which stand all the columns that a form needs; of those that begin there the
    one that tells most columns, since its upper tier may do alone. With `row` only a heading that begins there."""
    rows = body_rows(sheet, row, row + MOST_TIERS) if row else sorted(sheet.rows)
    for bottom in rows:
        found = _fitting(sheet, forms, bottom, row)
        if found is not None:
            deeper = [_fitting(sheet, forms, below, row) for below in rows if bottom < below < bottom + MOST_TIERS]
            told = [one for one in (found, *deeper) if one is not None and one[1].top <= bottom]
            return max(told, key=lambda one: len(one[2]))
    return None


def _fitting(sheet: Sheet, forms: tuple[Form, ...], bottom: int, first: int) -> Found | None:
    # From the lowest tier up, so that a title merged over the table is none of its headings.
    tiers = range(bottom, max(first - 1, bottom - MOST_TIERS, 0), -1)
    for top in tiers if first or bottom <= LAST_HEADING_ROW + MOST_TIERS else ():
        columns = read_columns(sheet, top, bottom)
        for form in forms:
            items = _items(columns, form)
            if form.fits({item.key for item in items.values()}):
                return form, Table(sheet, top, bottom, columns, max(sheet.rows)), items
    return None


def _side_by_side(form: Form, table: Table, items: dict[int, Item]) -> list[Found]:
    """The tables that stand beside each other under one heading, each with all that the form needs; else the one table."""
    groups: list[list[Column]] = []
    for column in table.columns:
        if not groups or column.tiers == table.columns[0].tiers:
            groups.append([])
        groups[-1].append(column)
    found = [(form, replace(table, columns=columns), _items(columns, form)) for columns in groups]
    all_fit = all(form.fits({item.key for item in own.values()}) for _, _, own in found)
    return found if all_fit else [(form, table, items)]


def _items(columns: list[Column], form: Form) -> dict[int, Item]:
    """Column → its field; the first column that fits has it."""
    found: dict[int, Item] = {}
    spellings = {c.number: _spellings(c) for c in columns}

    def fitting(item: Item) -> Iterator[int]:
        return (n for n, texts in spellings.items() if any(re.fullmatch(item.heading, text) for text in texts))

    for item in form.items:
        if item.unless and any(any(fitting(one)) for one in form.items if one.key in item.unless and not one.unless):
            continue
        if (number := next((n for n in fitting(item) if n not in found), None)) is not None:
            found[number] = item
    return found


def _spellings(column: Column) -> list[str]:
    """The lowest heading and the two lowest as one, each also without a note behind it: 牵头, 责任单位牵头."""
    found = [tight(column.tiers[-1]), tight("".join(column.tiers[-2:]))]
    return [*found, *(NOTE_BEHIND.sub("", text) for text in found)]


def _read_row(
    result: dict[str, Any],
    number: int,
    table: Table,
    items: dict[int, Item],
    asking: Asking,
    *,
    continues: frozenset[str],
    wide: Mapping[tuple[int, int], int],
) -> None:
    sheet = table.sheet
    inside = range(table.columns[0].number, table.columns[-1].number + 1)
    own = {c: plain_text(value) for c, value in sheet.rows[number].items() if c in inside and clean(plain_text(value))}
    if not own or NO_ROW.fullmatch(tight(next(iter(own.values())))):
        result["skipped_rows"].append({"row": number, "why": "合计或说明" if own else "空行"})
        return
    if len(own) == 1 and _is_title(number, next(iter(own)), table, items, wide):
        result["skipped_rows"].append({"row": number, "why": "分节标题或说明"})
        return
    values: dict[str, Any] = {}
    cells: dict[str, str] = {}
    problems: list[dict[str, Any]] = []
    for column, item in items.items():
        anchor = next((first for first, last in table.fills.get(column, ()) if first < number <= last), number)
        value = sheet.value(anchor if item.fills else number, column)
        cells[item.key] = cell_name(number, column)
        if value is None:
            continue
        read = read_item(item, value, result["year"])
        if read is not None:
            values[item.key] = _not_before(values[item.after], read, value) if item.after in values else read
        elif not is_blank_word(clean(plain_text(value))):
            message, place = (
                f"“{item.title}”里的“{plain_text(value)}”读不出来，按空白处理。",
                at(sheet.name, number, column, value),
            )
            problems.append(asking.warn(message, "请改正后重新上传，或在核对页改。", **place))
    if not values.keys() - {"serial"} or (values.keys() == {"name"} and ORDINAL.match(tight(values["name"]))):
        result["skipped_rows"].append({"row": number, "why": "没有内容的行"})
        return
    if continues and result["rows"] and not values.keys() & {"name", "serial", "system_id"}:
        above = result["rows"][-1]["values"]
        values = {key: above[key] for key in continues & above.keys()} | values
        words = f"这一行没有写名称，接上一行按“{values.get('name', '')}”读。"
        problems.append(
            asking.warn(
                words, "不是的话，请在核对页补上名称。", **at(sheet.name, number, min(items), values.get("name"))
            )
        )
    result["rows"].append(
        {"row": number, "values": values | {"form": result["form"]}, "cells": cells, "problems": problems}
    )


def _is_title(row: int, column: int, table: Table, items: dict[int, Item], wide: Mapping[tuple[int, int], int]) -> bool:
    """Whether the only cell of a row reaches over half of the table; a long text in its own column does not, however wide that is."""
    reach = wide.get((row, column), 1)
    heading = max((r for r in range(table.top, table.bottom + 1) if column in table.sheet.rows.get(r, {})), default=0)
    is_in_place = column in items and items[column].read == "text" and reach <= wide.get((heading, column), 1)
    return reach * 2 >= len(table.columns) > 1 and not is_in_place
