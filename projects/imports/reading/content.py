"""What the cells below a heading say of a column whose heading alone is not enough."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from projects.imports.reading.amounts import CURRENCY, plain_text_number, read_amount
from projects.imports.reading.fields import DATES, IGNORED, NATURES, STAGES
from projects.imports.reading.grid import Value
from projects.imports.reading.headings import ASIDE, UNKNOWN, classify
from projects.imports.reading.investment import read_money_heading
from projects.imports.reading.marks import read_mark
from projects.imports.reading.meaning import Column, Meaning, Setting
from projects.imports.reading.people import read_phones, read_unit_and_person
from projects.imports.reading.sections import numbers_columns, read_label, read_total
from projects.imports.reading.tables import Table, as_text, body_rows
from projects.imports.reading.text import is_blank_word, tight

NATIONAL_CODE = re.compile(r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$")
CODE_AS_REMARK = re.compile(r"(?:(?:投资)?(?:项目)?(?:统一)?(?:代码|编码):?)?(\d{4}-\d{6}-\d{2}-\d{2}-\d{6})")
UNDASHED_CODE = re.compile(r"(\d{4})(\d{6})(\d{2})(\d{2})(\d{6})")
NOT_YET_ON_LIST = frozenset({"签约", "洽谈", "在谈", "落地", "达效", "停工", "已签约"})
MOST_SAMPLED = 300
ROW_UNIT = "金额单位，各行按它读"
HAPPENED = re.compile(r"(已|未)(开工|入库|入统|纳统)")
STATE_WORDS = {"开工": "started", "入库": "entered", "入统": "entered", "纳统": "entered"}
UNSURE_OF_FIGURES = frozenset(
    {"goal_year", "ends", "starts", "actual_ends", "actual_starts", "milestones", "months.progress"}
)


def is_number_line(table: Table, row: int) -> bool:
    """Whether a row right below the heading does no more than count the columns."""
    cells = table.sheet.rows[row]
    return row <= table.bottom + 2 and numbers_columns(
        [as_text(cells[column.number]) for column in table.columns if column.number in cells]
    )


def judged_rows(table: Table) -> list[int]:
    """The rows by whose content columns are judged."""
    return [row for row in body_rows(table.sheet, table.bottom + 1, table.last) if not is_number_line(table, row)]


def sample(table: Table, column: Column) -> list[Value]:
    """The first values of a column's body, taken from rows that name a project."""
    names = next((other.number for other in table.columns if other.meaning.field == "name"), None)
    values: list[Value] = []
    for row in judged_rows(table):
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


def by_content(table: Table, column: Column) -> None:
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
    elif meaning.field in ("owner", "") and re.fullmatch("(?:金额|货币|计量|投资)?单位", column.tiers[-1]):
        texts = [as_text(value) for value in sample(table, column)]
        if texts and all(re.fullmatch(rf"(?:[十百千]?[万亿]|千)?(?:元|{CURRENCY})|[万亿]", text) for text in texts):
            column.meaning = Meaning(IGNORED, why=ROW_UNIT)
    elif meaning.field == "contact":
        texts = [as_text(value) for value in sample(table, column)]
        if texts and all(read_phones(text) and re.fullmatch(r"[-\d()、,;/转]+", text) for text in texts):
            column.meaning = replace(meaning, field="phone")  # `联系人电话` over nothing but numbers
        elif "单位" in column.tiers[-1] and texts and all(read_unit_and_person(text)[0] for text in texts):
            column.meaning = replace(meaning, field="unit_contact")  # `责任单位责任人` over `县水利局 张三`
    elif (said := STATE_WORDS.get(ASIDE.sub("", column.tiers[-1]))) and meaning.field in ("", IGNORED):
        marks = [read_mark(value) for value in sample(table, column)]
        if marks and None not in marks:
            column.meaning = Meaning(said)  # `开工（是/否）` over nothing but marks
    elif meaning.field == "kind":
        batches = any(other.meaning.field == "batch" for other in table.columns)
        field, rank = _kind([as_text(value) for value in sample(table, column)], batches=batches)
        column.meaning = replace(meaning, field=field, rank=rank, why="整列没有内容" if field == IGNORED else "")


def by_ticks(table: Table, column: Column) -> None:
    """One of several columns of which one is ticked: `项目类别 / 续建`, `开工情况 / 未开工`."""
    leaf = column.tiers[-1]
    happened = HAPPENED.fullmatch(leaf)
    label = read_label(leaf) if any(classify((tier,), Setting()).field == "kind" for tier in column.tiers[:-1]) else ""
    if column.meaning.field not in ("", IGNORED) or not (happened or label):
        return
    marks = [read_mark(value) for value in sample(table, column)]
    if not marks or None in marks:
        return
    if happened:
        column.meaning = Meaning(STATE_WORDS[happened[2]], flag="未" if happened[1] == "未" else "")
    else:
        column.meaning = Meaning("label", flag=label)


def by_figures(table: Table, column: Column, setting: Setting) -> None:
    """`9月 / 计划` over figures (`300`, `2亿元`) is money, though its heading never says so; `年度计划` over texts is a goal."""
    meaning = column.meaning
    unknown = meaning.field == IGNORED and meaning.why == UNKNOWN
    if not unknown and meaning.field not in UNSURE_OF_FIGURES:
        return
    values = sample(table, column)
    numbers = [plain_text_number(value) if isinstance(value, str) else value for value in values]
    figures = [number for number in numbers if isinstance(number, Decimal)]
    if figures and all(1990 < figure < 2100 and figure % 1 for figure in figures):
        return  # `2023.3` is a month
    typed = [value for value in values if isinstance(value, str) and read_amount(value, "万元").own_unit]
    if (len(figures) + len(typed)) * 2 <= len(values) or (
        meaning.field in DATES and any(1990 < figure < 2100 or figure > 30_000 for figure in figures[:20])
    ):
        return
    found = read_money_heading(column.tiers, setting, spoken=False)
    if found is not None and (found.field != IGNORED or unknown):
        column.meaning = found
    elif meaning.field in {"goal_year", "milestones", "months.progress"} and figures and len(figures) == len(values):
        column.meaning = Meaning(IGNORED, why="整列是数字，与表头不符")


def _kind(texts: list[str], *, batches: bool) -> tuple[str, int]:
    texts = [re.sub(r"(?:类)?项目$|类$", "", text) for text in texts]
    if not texts:
        return IGNORED, 1
    labels = sum(1 for text in texts if read_label(text))
    natures = sum(1 for text in texts if NATURES.fullmatch(text))
    stages = sum(1 for text in texts if STAGES.fullmatch(text))
    # 签约、开工、投产 beside 期数 are the three batches, not labels of the year
    if stages == len(texts) and (batches or any(text in NOT_YET_ON_LIST for text in texts)):
        return "stage", 1
    if labels + natures >= 0.8 * len(texts):
        return ("nature", 1) if not labels else ("label", 1)
    if stages == len(texts):
        return "stage", 1
    return "sector", 2


def national_code(text: str) -> str:
    """The national code in a cell that names it (`代码：…`) or leaves its dashes out; any other text as it is."""
    found = CODE_AS_REMARK.fullmatch(text) or UNDASHED_CODE.fullmatch(text)
    return "-".join(found.groups()) if found else text


def code_in_remark(text: str) -> str:
    """The code of a remark that says nothing else; among other words it may be another project's."""
    found = CODE_AS_REMARK.fullmatch(tight(text))
    return found[1] if found else ""


def last_month_told(table: Table) -> str:
    """The last month whose column of what was done holds anything (`2023-02`): a progress without a month is as of then."""
    done = [c for c in table.columns if c.meaning.field == "months.done_wan" and c.meaning.month and sample(table, c)]
    return max((column.meaning.month for column in done), default="")
