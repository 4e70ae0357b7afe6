"""Deciding which column fills which field, when several want the same one or none is sure."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from projects.imports.reading.amounts import plain_text_number
from projects.imports.reading.asking import Asking, option
from projects.imports.reading.content import by_content, by_figures, by_ticks, judged_rows
from projects.imports.reading.dates import A_MONTH
from projects.imports.reading.fields import IGNORED, LEAD_WORDS, MONEY, TITLES, UNIT_PARENT
from projects.imports.reading.grid import Value, cell_name, column_letters
from projects.imports.reading.headings import UNKNOWN, classify
from projects.imports.reading.meaning import Column, Meaning, Setting
from projects.imports.reading.pairs import mark_lines, pair_nodes
from projects.imports.reading.sections import read_total
from projects.imports.reading.tables import Table, as_text
from projects.imports.reading.text import is_blank_word
from projects.imports.reading.units import leave_foreign

# of several columns that may fill a field of words, the one that names it more closely
PREFERRED = {
    "leaders": re.compile(LEAD_WORDS),
    "sector": re.compile("行业|领域"),
    "township": re.compile("乡|镇|街道"),
    "content": re.compile("建设.*(?:内容|规模)|^(?:主要)?(?:内容|规模)"),
    "months.progress": re.compile("形象"),
    "goal_year": re.compile("目标"),
}
MONTH_OF_ROW = re.compile(r"(?:填报|所属|统计|完成|报送)?(?:月份|月度|月)")
PART_OF_IT = re.compile(r"\(?其中")
PART = "投资构成明细，台账不设这一栏"
OTHER_LEVEL = "不是县级领导，台账记县级分包领导"
SEVERAL = frozenset({"leaders", "supporting_units", "flags", "milestones"})


def decide_columns(table: Table, setting: Setting, line_unit: str, asking: Asking) -> dict[str, str]:
    """Give every column of the table its final meaning. Returns what answers decided, column letter → field."""
    decided: dict[str, str] = {}
    remembered = asking.remembered.get(table.shape, {})
    for column in table.columns:
        letter = column_letters(column.number)
        column.meaning = classify(column.tiers, setting)
        if remembered.get(letter) in TITLES or remembered.get(letter) == IGNORED:
            column.meaning = _told(column.meaning, remembered[letter], setting)
    for column in table.columns:
        by_content(table, column)
        by_ticks(table, column)
        by_figures(table, column, setting)
    _take_months_of_rows(table)
    mark_lines(table, setting)
    pair_nodes(table)
    leave_foreign(table, line_unit, asking)
    _plain_words(table.columns)
    _running_totals(table)
    for column in table.columns:
        if not column.meaning.field:
            _settle_unsure(table, column, setting, asking, decided)
    _settle_rivals(table, asking, decided)
    for column in table.columns:
        if column.meaning.field == "year_done_wan" and table.month_of_row is None:
            column.meaning = replace(column.meaning, month=_reached(column.meaning, setting))
    return decided


def _reached(meaning: Meaning, setting: Setting) -> str:
    """The month up to which a cumulative figure counts: its heading's (`1-6月`), else the sheet's."""
    return replace(setting, month=meaning.index or setting.month).month_text


def ask_entered(table: Table, setting: Setting, asking: Asking) -> None:
    """入库投资 of no month may be one month's or all of them: only a person knows, and only a month's figure is registered."""
    for column in table.columns:
        if column.meaning.field != "entered_wan" or re.search("累计|截至|截止|以来", column.heading):
            continue
        month = setting.month_text
        answer, _ = asking.ask(
            ("entered", table.sheet.name, table.shape, column.number),
            f"“{column.heading}”没有写是哪个月的。是哪个月的入库投资？",
            [
                *([option(month, f"是 {month} 当月的")] if month else []),
                option(IGNORED, "是累计数，不导入（累计由各月相加得出）"),
            ],
            free="年月（如 2023-06）",
            sheet=table.sheet.name,
            cell=cell_name(table.bottom, column.number),
            value=column.heading,
        )
        if answer and re.fullmatch(r"20\d{2}-(?:0[1-9]|1[0-2])", answer):
            column.meaning = replace(column.meaning, field="months.entered_wan", month=answer)


def _take_months_of_rows(table: Table) -> None:
    """A row for each month of a project: `计划投资`, `完成投资`, `形象进度` there are those of the row's month."""
    months = next(
        (column for column in table.columns if MONTH_OF_ROW.fullmatch(column.tiers[-1]) and not _is_of_a_day(column)),
        None,
    )
    if months is None or not _has_a_row_for_each_month(table, months):
        return
    months.meaning = Meaning("row_month")
    for column in table.columns:
        meaning = column.meaning
        if meaning.field == "plan_wan" and meaning.rank == 3:
            column.meaning = Meaning("months.planned_wan")
        elif "months.done_wan" in meaning.options:
            column.meaning = Meaning("months.done_wan")
        elif meaning.field in {"months.progress", "year_done_wan"}:
            column.meaning = replace(meaning, month="", index=0)


def _is_of_a_day(column: Column) -> bool:
    """`计划开工时间 / 年 | 月` is a date in two columns."""
    return any(re.search("时间|日期|开工|竣工|完工|投产", tier) for tier in column.tiers[:-1])


def _has_a_row_for_each_month(table: Table, months: Column) -> bool:
    """Whether the column holds nothing but months and some project stands in the rows of several of them."""
    names = next((column.number for column in table.columns if column.meaning.field == "name"), 0)
    name, told = "", defaultdict[str, set[str]](set)
    for row in judged_rows(table):
        cells = table.sheet.rows[row]
        name = as_text(cells.get(names)) or name  # a name merged over its rows stands in the first
        month = as_text(cells.get(months.number))
        if not is_blank_word(month) and not read_total(month):
            told[name].add(month)
    every = set[str]().union(*told.values())
    return all(A_MONTH.fullmatch(month) for month in every) and any(len(few) > 1 for few in told.values())


def _told(meaning: Meaning, field: str, setting: Setting) -> Meaning:
    month = meaning.month or (setting.month_text if field.startswith("months.") else "")
    return replace(
        meaning, field=field, rank=0, month=month, options=(), why="按以前的选择不导入" if field == IGNORED else ""
    )


def _plain_words(columns: list[Column]) -> None:
    """`计划投资` alone is the year's plan only beside a total; `投资额` alone is the total only without another."""
    fields = {column.meaning.field: column for column in columns if column.meaning.rank < 3}
    for column in columns:
        meaning = column.meaning
        if meaning.rank != 3:
            continue
        if meaning.field == "plan_wan" and "total_wan" not in fields:
            column.meaning = Meaning("", options=("total_wan", "plan_wan"))
        elif meaning.field in fields and re.search("其中|固定资产", "".join(column.tiers)):
            column.meaning = Meaning(IGNORED, why=PART)
        elif meaning.field in fields:
            other = fields[meaning.field]
            column.meaning = Meaning("", options=(meaning.field,)) if _money(other) else meaning


def _running_totals(table: Table) -> None:
    """`累计完成投资` without a time is the year's right before `占年计划%` or `较序时`, and all right before `占总投资%`;
    before a bare `完成比例` the figures tell of what it is the share."""
    for column, after in itertools.pairwise(table.columns):
        if column.meaning.field or set(column.meaning.options) != {"year_done_wan", "done_total_wan"}:
            continue
        told = after.tiers[-1]
        if after.meaning.field != IGNORED or not re.search(r"占|率|%|比|序时", told):
            continue
        if re.search(r"年|序时", told) or _is_share(table, column, "plan_wan", after):
            column.meaning = replace(column.meaning, field="year_done_wan", options=(), rank=2)
        elif re.search(r"占总投资|总投资完成", told) or _is_share(table, column, "total_wan", after):
            column.meaning = replace(column.meaning, field="done_total_wan", options=(), rank=2)


def _is_share(table: Table, part: Column, whole: str, share: Column) -> bool:
    """Whether the shares are those of the part in the whole, on all rows that hold the three (two at least)."""
    wholes = next((column for column in table.columns if column.meaning.field == whole), None)
    if wholes is None:
        return False
    found = []
    for row in judged_rows(table):
        cells = table.sheet.rows[row]
        figures = [_figure(cells.get(column.number)) for column in (part, wholes, share)]
        if None not in figures and figures[1]:
            done, of, told = (Fraction(figure) for figure in figures if figure is not None)
            found.append(min(abs(done / of * 100 - told), abs(done / of - told) * 100) < 1)
    return len(found) > 1 and all(found)


def _figure(value: Value | None) -> Decimal | None:
    return (
        plain_text_number(value.rstrip("%％"))
        if isinstance(value, str)
        else value
        if isinstance(value, Decimal)
        else None
    )


def _money(column: Column) -> bool:
    return column.meaning.field.endswith("_wan")


def _settle_unsure(table: Table, column: Column, setting: Setting, asking: Asking, decided: dict[str, str]) -> None:
    """An unsure heading: one candidate left over by the other columns is taken, several are asked."""
    meaning = column.meaning
    taken = {other.meaning.field for other in table.columns if other is not column and other.meaning.rank <= 2}
    free = [field for field in meaning.options if field not in taken]
    if meaning.rank == 9:
        free = [
            field
            for field in free
            if field in ("total_wan", "plan_wan", "leaders", "unit", "starts", "ends", "contact", "code")
        ]
        if not free:
            column.meaning = Meaning(IGNORED, why=UNKNOWN)
            return
        offered = list(meaning.options)
    elif len(free) == 1 and len(meaning.options) > 1:
        column.meaning = replace(
            meaning, field=free[0], options=(), month=meaning.month or _month_for(free[0], setting)
        )
        return
    elif not free and not any(field in MONEY for field in meaning.options):
        column.meaning = Meaning(IGNORED, why="另有更明确的一列")
        return
    else:
        offered = list(meaning.options)
    letter = column_letters(column.number)
    options = [option(field, TITLES[field]) for field in offered] + [option(IGNORED, "不导入这一列")]
    answer, _ = asking.ask(
        ("column", table.shape, letter),
        f"{table.called(column)}可能是" + "、".join(f"“{TITLES[field]}”" for field in offered) + "，拿不准。",
        options,
        sheet=table.sheet.name,
        cell=cell_name(table.bottom, column.number),
        value=column.heading,
        column=letter,
    )
    if answer is None:
        column.meaning = replace(meaning, field=IGNORED, why="含义要先确认", options=())
        return
    decided[letter] = answer
    column.meaning = _told(meaning, answer, setting)


def _month_for(field: str, setting: Setting) -> str:
    return setting.month_text if field.startswith("months.") else ""


def _settle_rivals(table: Table, asking: Asking, decided: dict[str, str]) -> None:
    groups: dict[tuple[str, str, str, str], list[Column]] = defaultdict(list)
    for column in table.columns:
        if column.meaning.field != IGNORED:
            groups[column.meaning.slot].append(column)
    chosen_unit = _settle_units(groups)
    for slot, rivals in groups.items():
        if len(rivals) < 2 or slot[0] in ("supporting_units", "flags", "milestones"):
            continue
        best = min(column.meaning.rank for column in rivals)
        why = OTHER_LEVEL if slot[0] == "leaders" else "另有更明确的一列"
        _leave_out((column for column in rivals if column.meaning.rank > best), why)
        rivals = [column for column in rivals if column.meaning.rank == best]
        rivals = _by_position(table, slot[0], rivals, chosen_unit)
        if len(rivals) > 1 and not _same_list(slot[0], rivals):
            _ask_rivals(table, slot, rivals, asking, decided)
    _tell_other_leaders(table, asking)


def _tell_other_leaders(table: Table, asking: Asking) -> None:
    """Leaders of the city or the townships beside the county's own are left out, which nobody should learn from the list of columns."""
    if not any(column.meaning.field == "leaders" for column in table.columns):
        return
    for column in table.columns:
        if column.meaning.why != OTHER_LEVEL:
            continue
        filled = next(
            (row for row, cells in table.sheet.rows.items() if row > table.bottom and column.number in cells), 0
        )
        if filled:
            asking.note(
                f"{table.called(column)}没有导入：分包领导只登记县级的。",
                cure="要留下的，可写在备注里，或在核对页改这一列的含义。",
                sheet=table.sheet.name,
                cell=cell_name(filled, column.number),
            )


def _settle_units(groups: dict[tuple[str, str, str, str], list[Column]]) -> Column | None:
    """`分包单位1..3`: the first is the responsible unit, the others support it."""
    units = [column for slot, rivals in groups.items() if slot[0] == "unit" for column in rivals]
    numbered = sorted((column for column in units if column.meaning.index), key=lambda column: column.meaning.index)
    if numbered and len(numbered) == len(units):
        for column in numbered[1:]:
            column.meaning = replace(column.meaning, field="supporting_units")
        groups[numbered[0].meaning.slot] = [numbered[0]]
        return numbered[0]
    return units[0] if len(units) == 1 else None


def _by_position(table: Table, field: str, rivals: list[Column], unit: Column | None) -> list[Column]:
    """The one of several columns that is meant, where their places or headings tell; else all of them."""
    pick, why = _pick(table, field, rivals, unit)
    if pick is None:
        return rivals
    _leave_out((column for column in rivals if column is not pick), why)
    return [pick]


def _pick(table: Table, field: str, rivals: list[Column], unit: Column | None) -> tuple[Column | None, str]:
    """Who stands where: the contact behind the unit, the telephone behind the contact, the latest of running totals."""
    if field == "contact":
        return _contact(rivals, unit), "另一个单位或岗位的联系人"
    if field == "phone":
        behind = next((column for column in table.columns if column.meaning.field == "contact"), unit)
        return _right_of(behind, rivals), "另一个联系人的电话"
    if field == "year_done_wan" and len({column.meaning.index for column in rivals}) == len(rivals):
        return max(rivals, key=_index), "较早月份的累计数"
    if field == "leaders":
        # a county's table names the county's own leaders beside those of the city and the province
        own = [column for column in rivals if "县" in column.heading]
        above = [column for column in rivals if re.search("[省市](?!辖)", column.heading)]
        if len(own) == 1 and len(above) + 1 == len(rivals):
            return own[0], OTHER_LEVEL
    if field in MONEY:
        whole = [column for column in rivals if not PART_OF_IT.match(column.tiers[-1])]
        return (whole[0] if len(whole) == 1 else None), PART
    if field == "remark" and all(column.meaning.index for column in rivals):
        return min(rivals, key=_index), "另有一列备注"
    if field in PREFERRED:
        named = [column for column in rivals if PREFERRED[field].search(column.tiers[-1])]
        return (named[0] if len(named) == 1 else None), f"另有更明确的一列{TITLES[field]}"
    return None, ""


def _contact(rivals: list[Column], unit: Column | None) -> Column | None:
    under = [column for column in rivals if any(re.search(UNIT_PARENT, tier) for tier in column.tiers[:-1])]
    stem = re.sub(r"(?:单位|部门).*$", "", unit.tiers[-1]) if unit else ""
    akin = [column for column in rivals if stem and column.tiers[-1].startswith(stem)]  # 监管责任单位, 监管责任人
    if len(under) == 1 or len(akin) == 1:
        return under[0] if len(under) == 1 else akin[0]
    if all(column.meaning.index for column in rivals):
        return min(rivals, key=_index)
    return _right_of(unit, rivals) if len({column.tiers for column in rivals}) == 1 else None


def _right_of(column: Column | None, rivals: list[Column]) -> Column | None:
    """The nearest column to the right of another, else the nearest to its left."""
    if column is None:
        return None
    return min(rivals, key=lambda rival: (rival.number < column.number, abs(rival.number - column.number)))


def _index(column: Column) -> int:
    return column.meaning.index


def _same_list(field: str, rivals: list[Column]) -> bool:
    """Several columns of leaders are one list when they bear the same heading or are numbered."""
    if field not in SEVERAL:
        return False
    return len({column.tiers for column in rivals}) == 1 or all(column.meaning.index for column in rivals)


def _leave_out(columns: Iterable[Column], why: str) -> None:
    for column in columns:
        column.meaning = replace(column.meaning, field=IGNORED, why=why)


def _ask_rivals(
    table: Table, slot: tuple[str, str, str, str], rivals: list[Column], asking: Asking, decided: dict[str, str]
) -> None:
    title = slot[2] or TITLES.get(slot[0], slot[0])
    options = [option(column_letters(column.number), table.called(column)) for column in rivals]
    answer, _ = asking.ask(
        ("field", table.shape, *slot),
        f"“{title}”有 {len(rivals)} 列可选：" + "、".join(choice["label"] for choice in options) + "，请确认用哪一列。",
        [*options, option("none", "都不导入")],
        sheet=table.sheet.name,
        cell=cell_name(table.bottom, rivals[0].number),
        value=rivals[0].heading,
        column=column_letters(rivals[0].number),
    )
    for column in rivals:
        letter = column_letters(column.number)
        if answer is not None:
            decided[letter] = column.meaning.field if answer == letter else IGNORED
        if answer != letter:
            column.meaning = replace(
                column.meaning, field=IGNORED, why="没有选用" if answer else "有几列可选，要先确认"
            )
