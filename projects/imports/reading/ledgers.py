"""Tables that are no lists of projects, read by the form that their kind declares (see kinds/)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from projects.imports.reading.amounts import read_amount
from projects.imports.reading.asking import Asking, at
from projects.imports.reading.cells import plain_text
from projects.imports.reading.dates import read_when
from projects.imports.reading.grid import Sheet, Value, cell_name, column_letters
from projects.imports.reading.marks import read_mark
from projects.imports.reading.meaning import Column
from projects.imports.reading.people import read_people, read_phones, read_units
from projects.imports.reading.recognition import skipped
from projects.imports.reading.tables import Table, body_rows, merge_fills, read_columns
from projects.imports.reading.text import clean, is_blank_word, one_line, tight

LAST_HEADING_ROW = 15
MOST_TIERS = 3
NO_ROW = re.compile(r"(?:合计|小计|总计|共计|注[:：]|备注[:：]|说明[:：]|填表|制表|审核).*")


@dataclass(frozen=True)
class Item:
    """A field of a ledger: `heading` must fit the whole lowest heading of its column, without blanks, half-width brackets.

    `read` says what the cells hold: a text in one line, a long text, a day ("2023-05-12" or "2023-05"), telephones, persons or
    units (lists of names), a mark (True or False), or an amount ("3200.00", 万元). `fills`: a cell merged downwards holds for all of its rows.
    """

    key: str
    title: str
    heading: str
    read: Literal["line", "text", "day", "phone", "people", "units", "mark", "amount"] = "line"
    fills: bool = False


@dataclass(frozen=True)
class Form:
    """One shape of table. `needed`: the keys without whose columns a table is none of this kind; "name" is always needed.
    `shown`: headings of columns that stand there to be looked at."""

    key: str
    title: str
    items: tuple[Item, ...]
    needed: frozenset[str] = frozenset({"name"})
    shown: frozenset[str] = frozenset()


def read_item(item: Item, value: Value, year: int | None) -> Any:
    """The value that the cell holds; None for a blank and for what cannot be read as such."""
    text = plain_text(value)
    if is_blank_word(clean(text)):
        return None
    if item.read == "day":
        point = read_when(value).first
        if point is None or point.month is None:
            return None
        month = point.text(year)
        return f"{month}-{point.day:02d}" if month and point.day else month or None
    if item.read == "amount":
        amount = read_amount(value, "万元")
        return None if amount.wan is None or amount.doubt else str(amount.wan)
    if item.read == "mark":
        return read_mark(value)
    if item.read in ("people", "units"):
        names = read_people(text)[0] if item.read == "people" else read_units(text)
        return list(names) or None
    if item.read == "phone":
        return "、".join(read_phones(text)) or one_line(text)
    return clean(text) if item.read == "text" else one_line(text)


def read_ledger(sheet: Sheet, forms: tuple[Form, ...], kind: str, year: int | None, asking: Asking) -> dict[str, Any]:
    """The object of a sheet as reading returns it; a sheet that has none of the forms is skipped."""
    if sheet.hidden:
        return skipped(sheet, "隐藏的工作表", "hidden")
    found = _find(sheet, forms)
    if found is None:
        titles = "、".join(form.title for form in forms)
        return skipped(
            sheet, f"没有找到{titles}的表头" if sheet.rows else "空的工作表", "unknown" if sheet.rows else "empty"
        )
    form, table, items = found
    result = skipped(sheet, "", kind)
    result |= {
        "status": "read",
        "form": form.key,
        "year": year,
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
    for number in body_rows(sheet, table.bottom + 1, table.last):
        _read_row(result, number, table, items, asking)
    result["read"] = {"count": len(result["rows"])}
    return result


def _why_left(column: Column, form: Form) -> str:
    return "供对照，不从表里取" if tight(column.tiers[-1]) in form.shown else "台账不设这一栏"


def _find(sheet: Sheet, forms: tuple[Form, ...]) -> tuple[Form, Table, dict[int, Item]] | None:
    """The first heading, of up to three tiers, under which stand all the columns that a form needs."""
    for bottom in sorted(sheet.rows):
        # From the lowest tier up, so that a title merged over the table is none of its headings.
        for top in range(bottom, max(0, bottom - MOST_TIERS), -1) if bottom <= LAST_HEADING_ROW + MOST_TIERS else ():
            columns = read_columns(sheet, top, bottom)
            for form in forms:
                items = _items(columns, form)
                if form.needed <= {item.key for item in items.values()}:
                    return form, Table(sheet, top, bottom, columns, max(sheet.rows)), items
    return None


def _items(columns: list[Column], form: Form) -> dict[int, Item]:
    """Column → its field; the first column that fits has it."""
    found: dict[int, Item] = {}
    for item in form.items:
        fits = (c.number for c in columns if re.fullmatch(item.heading, tight(c.tiers[-1])) and c.number not in found)
        if (number := next(fits, None)) is not None:
            found[number] = item
    return found


def _read_row(result: dict[str, Any], number: int, table: Table, items: dict[int, Item], asking: Asking) -> None:
    sheet = table.sheet
    fills = merge_fills(sheet, table.columns, table.bottom + 1, table.last)
    values: dict[str, Any] = {}
    cells: dict[str, str] = {}
    problems: list[dict[str, Any]] = []
    for column, item in items.items():
        anchor = next((first for first, last in fills.get(column, ()) if first < number <= last), number)
        value = sheet.value(anchor if item.fills else number, column)
        cells[item.key] = cell_name(number, column)
        if value is None:
            continue
        read = read_item(item, value, result["year"])
        if read is not None:
            values[item.key] = read
        elif not is_blank_word(clean(plain_text(value))):
            message, place = (
                f"“{item.title}”里的“{plain_text(value)}”读不出来，按空白处理。",
                at(sheet.name, number, column, value),
            )
            problems.append(asking.warn(message, "请改正后重新上传，或在核对页改。", **place))
    own = [plain_text(value) for value in sheet.rows[number].values() if clean(plain_text(value))]
    if not own or NO_ROW.fullmatch(tight(own[0])):
        result["skipped_rows"].append({"row": number, "why": "合计或说明" if own else "空行"})
        return
    if "name" not in values and not values.keys() - {"serial"}:
        result["skipped_rows"].append({"row": number, "why": "没有内容的行"})
        return
    result["rows"].append(
        {"row": number, "values": values | {"form": result["form"]}, "cells": cells, "problems": problems}
    )
