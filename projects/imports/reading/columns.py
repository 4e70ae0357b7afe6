"""Deciding which column fills which field, when several want the same one or none is sure."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from projects.imports.reading.amounts import plain_text_number
from projects.imports.reading.asking import Asking, option
from projects.imports.reading.fields import IGNORED, NATURES, STAGES, TITLES, UNIT_PARENT
from projects.imports.reading.grid import Value, cell_name, column_letters
from projects.imports.reading.headings import UNKNOWN, classify
from projects.imports.reading.investment import read_money_heading
from projects.imports.reading.meaning import Column, Meaning, Setting
from projects.imports.reading.people import read_phones
from projects.imports.reading.sections import read_label, read_total
from projects.imports.reading.tables import Table, as_text, body_rows
from projects.imports.reading.text import is_blank_word

NATIONAL_CODE = re.compile(r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$")
SEVERAL = frozenset({"leaders", "supporting_units", "flags", "milestones"})
NOT_YET_ON_LIST = frozenset({"签约", "洽谈", "在谈", "落地", "达效", "停工", "已签约"})
MOST_SAMPLED = 300


def decide_columns(table: Table, setting: Setting, asking: Asking) -> dict[str, str]:
    """Give every column of the table its final meaning. Returns what answers decided, column letter → field."""
    decided: dict[str, str] = {}
    remembered = asking.remembered.get(table.shape, {})
    for column in table.columns:
        letter = column_letters(column.number)
        column.meaning = classify(column.tiers, setting)
        if remembered.get(letter) in TITLES or remembered.get(letter) == IGNORED:
            column.meaning = _told(column.meaning, remembered[letter], setting)
    for column in table.columns:
        _by_content(table, column)
        _by_figures(table, column, setting)
    _plain_words(table.columns)
    _running_totals(table.columns)
    for column in table.columns:
        if not column.meaning.field:
            _settle_unsure(table, column, setting, asking, decided)
    _settle_rivals(table, asking, decided)
    return decided


def _told(meaning: Meaning, field: str, setting: Setting) -> Meaning:
    month = meaning.month or (setting.month_text if field.startswith("months.") else "")
    return replace(
        meaning, field=field, rank=0, month=month, options=(), why="按以前的选择不导入" if field == IGNORED else ""
    )


def sample(table: Table, column: Column) -> list[Value]:
    """The first values of a column's body, taken from rows that name a project."""
    names = next((other.number for other in table.columns if other.meaning.field == "name"), None)
    values: list[Value] = []
    for row in body_rows(table.sheet, table.bottom + 1, table.last):
        cells = table.sheet.rows[row]
        value = cells.get(column.number)
        if value is None or (isinstance(value, str) and is_blank_word(value)):
            continue
        if names is not None and (names not in cells or read_total(as_text(cells[names]))):
            continue
        values.append(value)
        if len(values) >= MOST_SAMPLED:
            break
    return values


def _by_content(table: Table, column: Column) -> None:
    """Headings such as 类别 and 编号 name several things; the vocabulary of the column tells which."""
    meaning = column.meaning
    if meaning.field == "serial_or_code":
        texts = [as_text(value) for value in sample(table, column)]
        codes = sum(1 for text in texts if NATIONAL_CODE.match(text))
        column.meaning = replace(meaning, field="code" if codes * 2 > len(texts) else "serial", rank=2)
    elif meaning.field == "code":
        texts = [as_text(value) for value in sample(table, column)]
        if texts and all(re.fullmatch(r"(?:20\d{2}-)?\d{1,4}", text) for text in texts):
            column.meaning = replace(meaning, field="serial", rank=2)
    elif meaning.field == "owner" and column.tiers[-1] == "单位":
        texts = [as_text(value) for value in sample(table, column)]
        if texts and all(re.fullmatch(r"(?:[十百千]?[万亿]|千)?元|[万亿]", text) for text in texts):
            column.meaning = Meaning(IGNORED, why="金额单位")
    elif meaning.field == "contact":
        texts = [as_text(value) for value in sample(table, column)]
        if texts and all(read_phones(text) and re.fullmatch(r"[-\d()、,;/转]+", text) for text in texts):
            column.meaning = replace(meaning, field="phone")  # `联系人电话` over nothing but numbers
    elif meaning.field == "kind":
        field, rank = _kind([as_text(value) for value in sample(table, column)])
        column.meaning = replace(meaning, field=field, rank=rank, why="整列没有内容" if field == IGNORED else "")


UNSURE_OF_FIGURES = frozenset(
    {"goal_year", "ends", "starts", "actual_ends", "actual_starts", "milestones", "months.progress"}
)


def _by_figures(table: Table, column: Column, setting: Setting) -> None:
    """`9月 / 计划` over figures is money, though its heading never says so; `年度计划` over texts is a goal."""
    meaning = column.meaning
    unknown = meaning.field == IGNORED and meaning.why == UNKNOWN
    if not unknown and meaning.field not in UNSURE_OF_FIGURES:
        return
    values = sample(table, column)
    numbers = [plain_text_number(value) if isinstance(value, str) else value for value in values]
    figures = [number for number in numbers if isinstance(number, Decimal)]
    if len(figures) * 2 <= len(values) or (
        any(1990 < figure < 2100 or figure > 30_000 for figure in figures[:20]) and not unknown
    ):
        return
    found = read_money_heading(column.tiers, setting, spoken=False)
    if found is not None and (found.field != IGNORED or unknown):
        column.meaning = found
    elif meaning.field in {"goal_year", "milestones", "months.progress"} and figures and len(figures) == len(values):
        column.meaning = Meaning(IGNORED, why="整列是数字，与表头不符")


def _kind(texts: list[str]) -> tuple[str, int]:
    texts = [re.sub(r"(?:类)?项目$|类$", "", text) for text in texts]
    if not texts:
        return IGNORED, 1
    labels = sum(1 for text in texts if read_label(text))
    natures = sum(1 for text in texts if NATURES.fullmatch(text))
    stages = sum(1 for text in texts if STAGES.fullmatch(text))
    if stages == len(texts) and any(text in NOT_YET_ON_LIST for text in texts):
        return "stage", 1
    if labels + natures >= 0.8 * len(texts):
        return ("nature", 1) if not labels else ("label", 1)
    if stages == len(texts):
        return "stage", 1
    return "sector", 2


def _plain_words(columns: list[Column]) -> None:
    """`计划投资` alone is the year's plan only beside a total; `投资额` alone is the total only without another."""
    fields = {column.meaning.field: column for column in columns if column.meaning.rank < 3}
    for column in columns:
        meaning = column.meaning
        if meaning.rank != 3:
            continue
        if meaning.field == "plan_wan" and "total_wan" not in fields:
            column.meaning = Meaning("", options=("total_wan", "plan_wan"))
        elif meaning.field in fields:
            other = fields[meaning.field]
            column.meaning = Meaning("", options=(meaning.field,)) if _money(other) else meaning


def _running_totals(columns: list[Column]) -> None:
    """`累计完成投资` without a time, right before `占年计划%` or `较序时`, is the year's; before `占总投资%` it is all."""
    for column, after in itertools.pairwise(columns):
        if column.meaning.field or set(column.meaning.options) != {"year_done_wan", "done_total_wan"}:
            continue
        told = after.tiers[-1]
        if after.meaning.field != IGNORED or not re.search(r"占|率|%|比|序时", told):
            continue
        if re.search(r"年|序时", told):
            column.meaning = replace(column.meaning, field="year_done_wan", options=(), rank=2)
        elif re.search(r"占总投资|总投资完成", told):
            column.meaning = replace(column.meaning, field="done_total_wan", options=(), rank=2)


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
    else:
        offered = list(meaning.options)
    letter = column_letters(column.number)
    options = [option(field, TITLES[field]) for field in offered] + [option(IGNORED, "不导入这一列")]
    answer, _ = asking.ask(
        ("column", table.shape, letter),
        f"{letter} 列“{column.heading}”可能是" + "、".join(f"“{TITLES[field]}”" for field in offered) + "，拿不准。",
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
        _leave_out((column for column in rivals if column.meaning.rank > best), "另有更明确的一列")
        rivals = [column for column in rivals if column.meaning.rank == best]
        rivals = _by_position(table, slot[0], rivals, chosen_unit)
        if len(rivals) > 1 and not _same_list(slot[0], rivals):
            _ask_rivals(table, slot, rivals, asking, decided)


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
    """Who stands where: the contact behind the unit, the telephone behind the contact, the latest of running totals."""
    if field == "year_done_wan" and len({column.meaning.index for column in rivals}) == len(rivals):
        latest = max(rivals, key=lambda column: column.meaning.index)
        _leave_out((column for column in rivals if column is not latest), "较早月份的累计数")
        return [latest]
    if field == "leaders":
        # a county's table names the county's own leaders beside those of the city and the province
        own = [column for column in rivals if "县" in column.heading]
        above = [column for column in rivals if re.search("[省市](?!辖)", column.heading)]
        if len(own) == 1 and len(own) + len(above) == len(rivals):
            _leave_out(above, "上级领导，台账记县级分包领导")
            return own
    if field == "contact":
        under = [column for column in rivals if any(re.search(UNIT_PARENT, tier) for tier in column.tiers[:-1])]
        numbered = [column for column in rivals if column.meaning.index]
        if len(under) == 1:
            pick = under[0]
        elif len(numbered) == len(rivals):
            pick = min(rivals, key=lambda column: column.meaning.index)
        elif unit is not None and len({column.tiers for column in rivals}) == 1:
            pick = min(rivals, key=lambda column: (column.number < unit.number, abs(column.number - unit.number)))
        else:
            return rivals
        _leave_out((column for column in rivals if column is not pick), "另一个单位或岗位的联系人")
        return [pick]
    if field == "phone":
        contact = next((column for column in table.columns if column.meaning.field == "contact"), unit)
        if contact is None:
            return rivals
        pick = min(rivals, key=lambda column: (column.number < contact.number, abs(column.number - contact.number)))
        _leave_out((column for column in rivals if column is not pick), "另一个联系人的电话")
        return [pick]
    return rivals


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
    options = [
        option(column_letters(column.number), f"{column_letters(column.number)} 列“{column.heading}”")
        for column in rivals
    ]
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
