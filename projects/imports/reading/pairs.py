"""Columns that mean something only together: the two lines of a project, a milestone and the day it is due."""

from __future__ import annotations

import itertools
import re

from projects.imports.reading.content import judged_rows, sample
from projects.imports.reading.dates import read_when
from projects.imports.reading.fields import IGNORED, MONEY
from projects.imports.reading.headings import NODE_WHEN
from projects.imports.reading.investment import TRIGGER, month_headed
from projects.imports.reading.meaning import Column, Meaning, Setting
from projects.imports.reading.nodes import read_nodes
from projects.imports.reading.tables import Table
from projects.imports.reading.text import tight

# without 节点 above it only a heading that speaks of steps: 建设内容 beside 完成时间 is a project and its end
TASK = re.compile(
    r"(?:关键|工作|重要|阶段|进度|时间|推进)*节点(?:内容|名称|任务|目标|事项)?|(?:工作|推进|目标|节点|阶段)(?:任务|事项)|(?:工作|节点)内容|阶段目标"
)
PLANNED_LINE = re.compile(r"(?:年度|当年|当月|月度?|投资)?(?:计划|目标|应完成)(?:数|投资|完成|投资额|值|进度)?")
DONE_LINE = re.compile(
    r"(?:年度|当年|当月|月度?|投资)?(?:实际|完成|实完成|已完成|实际完成)(?:数|投资|投资额|值|进度|情况)?"
)


def line_kind(text: str) -> str:
    """`planned_wan` or `done_wan` when a cell says which of a project's two lines this is; else an empty text."""
    bare = tight(text)
    if DONE_LINE.fullmatch(bare):
        return "done_wan"
    return "planned_wan" if PLANNED_LINE.fullmatch(bare) else ""


def mark_lines(table: Table, setting: Setting) -> None:
    """Find the column that says 计划 on one line and 完成 on the next; months without a word of their own then follow it."""
    for column in table.columns:
        if column.meaning.field in MONEY or column.meaning.field == "name":
            continue
        if _line_kinds(table, column) == {"planned_wan", "done_wan"}:
            column.meaning = Meaning("line")
            break
    else:
        return
    for other in table.columns:
        month = month_headed(other.tiers, setting)
        if month:
            other.meaning = Meaning("months.line_wan", month=month)
        elif _is_money_of_both(other):
            other.meaning = Meaning(IGNORED, why="计划与完成各一行的合计数，台账由各月相加")


def _line_kinds(table: Table, column: Column) -> set[str]:
    """Which lines the column's cells speak of; nothing as soon as one says something else."""
    kinds: set[str] = set()
    for row in judged_rows(table):
        value = table.sheet.rows[row].get(column.number)
        if value is None:
            continue
        kind = line_kind(value) if isinstance(value, str) else ""
        if not kind:
            return set()
        kinds.add(kind)
    return kinds


def _is_money_of_both(column: Column) -> bool:
    return column.meaning.field != "total_wan" and bool(re.fullmatch(r"合计|累计|小计|全年", column.tiers[-1]))


def pair_nodes(table: Table) -> None:
    """`工作节点` beside `完成时限`: the first is the text of a milestone, the second the day it is due."""
    for first, second in itertools.pairwise(table.columns):
        for text, when in ((first, second), (second, first)):
            if (
                text.meaning.part == when.meaning.part == "state"
                and TASK.fullmatch(text.tiers[-1])
                and NODE_WHEN.fullmatch(when.tiers[-1])
                and text.meaning.due is None
                and not any(TRIGGER.search(tier) for tier in (*text.tiers, *when.tiers))
                and _are_dates(table, when)
                and not _tell_months(table, text)
            ):
                text.meaning = Meaning("milestones", part="text", index=text.number)
                when.meaning = Meaning("milestones", part="due", index=text.number)
                break


def _are_dates(table: Table, column: Column) -> bool:
    values = sample(table, column)
    return bool(values) and sum(1 for value in values if (read := read_when(value)).first or read.choices) * 2 > len(
        values
    )


def _tell_months(table: Table, column: Column) -> bool:
    texts = [value for value in sample(table, column) if isinstance(value, str)]
    return any(due for text in texts for due, _ in read_nodes(text, 2000, None))
