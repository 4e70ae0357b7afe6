"""Which unit the money of a column is counted in, and whether the figures bear it out."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from statistics import median

from projects.imports.reading.amounts import CURRENCY, FOREIGN, UNITS, full_unit, plain_text_number, read_amount
from projects.imports.reading.asking import Asking, option
from projects.imports.reading.content import ROW_UNIT, judged_rows, sample
from projects.imports.reading.fields import IGNORED, MONEY
from projects.imports.reading.grid import Sheet, cell_name, column_letters
from projects.imports.reading.meaning import Column, Meaning
from projects.imports.reading.tables import Table, as_text
from projects.imports.reading.text import tight

NAME = rf"((?:亿|[千百十]?万|千)?{CURRENCY}|亿元|亿|千万元|百万元|万元|万|千元|元)"
STATED = (
    re.compile(rf"单位(?:均)?[:为]?(?:人民币|[^,、/;]{{1,4}}[,、/;])?{NAME}(?!/)"),
    re.compile(rf"(?:投资|金额|资金)(?:单位)?(?:均)?(?:以|为|按|:){NAME}(?:为单位|计|,|;|。|$)"),
    re.compile(rf"以{NAME}为单位"),
    re.compile(rf"\({NAME}\)$"),
)
UNIT_ALONE = re.compile(r"单位[:为]$")
SMALLEST_MEDIAN_WAN = Decimal(50)
LARGEST_MEDIAN_WAN = Decimal(10_000_000)
CHOICES = ("万元", "亿元", "元")


def stated_unit(texts: Iterable[str]) -> str:
    """The unit of money that a line such as `单位：万元` states, or an empty text."""
    for text in texts:
        bare = tight(text)
        for pattern in STATED:
            if found := pattern.search(bare):
                return full_unit(found[1])
    return ""


def sheet_lines(sheet: Sheet, first: int, last: int) -> list[str]:
    """Texts in the rows of a sheet between two rows, both included; `单位：` is one with the cell that says which."""
    lines: list[str] = []
    for row in range(max(1, first), last + 1):
        texts = [value for value in sheet.rows.get(row, {}).values() if isinstance(value, str)]
        lines += [
            text + after if UNIT_ALONE.search(tight(text)) else text
            for text, after in itertools.zip_longest(texts, texts[1:], fillvalue="")
        ]
    return lines


def leave_foreign(table: Table, line_unit: str, asking: Asking) -> None:
    """Money of another currency is no 万元: asked once for all columns of that unit, and left out beside the same in 人民币."""
    abroad: dict[str, list[Column]] = defaultdict(list)
    at_home = set()
    for column in table.columns:
        named = FOREIGN.search("".join(column.tiers))
        unit = column.unit or (named[0] if named else line_unit)
        if FOREIGN.search(unit) and MONEY.intersection((column.meaning.field, *column.meaning.options)):
            abroad[unit].append(column)
        elif column.meaning.field:
            at_home.add(column.meaning.slot)
    for unit, columns in abroad.items():
        alone = [column for column in columns if column.meaning.slot not in at_home]
        answer = _ask_foreign(table, alone, unit, asking) if alone else None
        for column in columns:
            if column not in alone:
                column.meaning = Meaning(IGNORED, why="写的是外币，另有人民币的一列")
            elif answer in UNITS:
                column.unit = answer
            else:
                column.meaning = Meaning(IGNORED, why=f"单位是{unit}，{'按确认不导入' if answer else '要先确认'}")


def _ask_foreign(table: Table, columns: list[Column], unit: str, asking: Asking) -> str | None:
    home = re.sub(CURRENCY, "元", unit)
    answer, _ = asking.ask(
        ("foreign", table.shape, table.sheet.name, unit),
        f"{'、'.join(map(table.called, columns))}的单位是{unit}，是外币；平台按人民币万元登记，不知道怎样折算。",
        [option(IGNORED, "不导入，折算成人民币后再填"), option(home, f"单位写错了，其实是人民币{home}")],
        sheet=table.sheet.name,
        cell=cell_name(table.bottom, columns[0].number),
        value=columns[0].heading,
    )
    return answer


def settle_units(table: Table, line_unit: str, workbook_unit: str, asking: Asking) -> str:
    """Set the unit of every money column; returns the one that holds for the table.

    In this order: a column of units (row by row), the column's heading, the sheet's line, the other money columns, the instructions of the workbook.
    """
    columns = [column for column in table.columns if column.meaning.field in MONEY]
    if not columns:
        return ""
    own = {column.unit for column in columns if column.unit}
    open_columns = [column for column in columns if not column.unit]
    row_unit = _units_by_row(table, open_columns)
    general = row_unit if FOREIGN.search(line_unit) else line_unit or row_unit
    if not general and len(own) == 1:
        general = next(iter(own))
    elif not general and len(own) > 1 and open_columns:
        general = _ask_unit(table, open_columns[0], "表里的金额有的按亿元、有的按万元，这一列没有写单位", asking)
    general = general or ("" if FOREIGN.search(workbook_unit) else workbook_unit)
    for column in columns:
        column.money_unit = column.unit or general
    if not general and not own:
        general = _without_any(table, columns, asking)
        for column in columns:
            column.money_unit = general
    for column in columns:
        column.money_unit = column.money_unit or "万元"
    if not row_unit and not any(is_open(asking, table, column) for column in columns):
        _check_size(table, columns, asking)
    return general or (next(iter(own)) if len(own) == 1 else "万元")


def _units_by_row(table: Table, columns: list[Column]) -> str:
    """A column that says 亿元 on one row and 万元 on the next: its word holds for the row. Returns the first of them."""
    told = next((column for column in table.columns if column.meaning.why == ROW_UNIT), None)
    if told is None or not columns:
        return ""
    first = ""
    for row in judged_rows(table):
        unit = full_unit(as_text(table.sheet.rows[row].get(told.number)) or "元")
        if (unit in UNITS or FOREIGN.search(unit)) and told.number in table.sheet.rows[row]:
            first = first or (unit if unit in UNITS else "")
            for column in columns:
                table.sheet.number_units.setdefault((row, column.number), unit)
    return first


def _without_any(table: Table, columns: list[Column], asking: Asking) -> str:
    column = next((column for column in columns if column.meaning.field == "total_wan"), columns[0])
    middle = _median(table, column)
    if middle is not None and not SMALLEST_MEDIAN_WAN <= middle <= LARGEST_MEDIAN_WAN:
        return _ask_unit(table, column, "整张表没有写金额单位，数值的大小又不像万元", asking)
    asking.warn(
        "整张表没有写金额单位，按万元读。",
        "如果不是万元，请在表上写明“单位：…”后重新上传。",
        sheet=table.sheet.name,
        cell=cell_name(table.bottom, column.number),
        value=column.heading,
    )
    return "万元"


def _ask_unit(table: Table, column: Column, why: str, asking: Asking) -> str:
    answer, _ = asking.ask(
        ("unit", table.shape, table.sheet.name, column_letters(column.number)),
        f"{why}（{table.called(column)}），请确认单位。",
        [option(unit, unit) for unit in CHOICES],
        sheet=table.sheet.name,
        cell=cell_name(table.bottom, column.number),
        value=column.heading,
    )
    return answer or "万元"


def _median(table: Table, column: Column, unit: str = "万元") -> Decimal | None:
    """The middle amount of a column in 万元 when its bare numbers are counted in `unit`."""
    amounts = []
    for value in sample(table, column):
        number = value if isinstance(value, Decimal) else plain_text_number(value) if isinstance(value, str) else None
        wan = read_amount(number, unit).wan if number is not None else None
        if wan:
            amounts.append(abs(wan))
    return Decimal(median(amounts)) if len(amounts) >= 3 else None


def _check_size(table: Table, columns: list[Column], asking: Asking) -> None:
    """A middle total below 50 万元 or above 1,000 亿元, or a plan a hundred times the total, is a unit gone wrong."""
    total = next((column for column in columns if column.meaning.field == "total_wan"), None)
    if total is None:
        return
    middle = _median(table, total, total.money_unit)
    if middle is None:
        return
    if not SMALLEST_MEDIAN_WAN <= middle <= LARGEST_MEDIAN_WAN:
        unit = _ask_unit(table, total, f"写的单位是{total.money_unit}，但数值的大小不像", asking)
        if not is_open(asking, table, total):
            before = total.money_unit
            for column in columns:
                if column.money_unit == before and not column.unit:
                    column.money_unit = unit
            total.money_unit = unit
        return
    plan = next((column for column in columns if column.meaning.field == "plan_wan"), None)
    planned = _median(table, plan, plan.money_unit) if plan else None
    if plan and planned and (planned > 50 * middle or planned * 5_000 < middle):
        unit = _ask_unit(table, plan, f"按{plan.money_unit}读，年度计划与总投资差得太远，两列的单位可能不同", asking)
        if not is_open(asking, table, plan):
            plan.money_unit = unit


def is_open(asking: Asking, table: Table, column: Column) -> bool:
    """Whether something is still asked about the heading of this column, its unit or its meaning."""
    cell = cell_name(table.bottom, column.number)
    return any(
        entry["level"] == "question" and entry["cell"] == cell and entry["sheet"] == table.sheet.name
        for entry in asking.problems
    )
