"""What a sheet or table is, when it is no list of projects."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from projects.imports.reading.body import Body
from projects.imports.reading.fields import IGNORED, MONEY, OTHER_LEDGERS
from projects.imports.reading.grid import Sheet, column_letters
from projects.imports.reading.headings import classify
from projects.imports.reading.meaning import Column, Setting
from projects.imports.reading.sections import read_total
from projects.imports.reading.tables import Table, as_text, body_rows

KINDS = re.compile(
    r".{0,8}(?:类|板块|领域|行业|方面)|产业(?:发展|项目)?|城市(?:提质|建设)|乡村(?:振兴|建设)|文旅(?:文创)?|教育(?:体育)?|医疗(?:养老|卫生)|交通(?:运输)?|"
    r"工业|农业|农林水利?|水利|民生|能源|生态(?:环保)?|基础设施|社会事业|服务业|现代服务业|先进制造业?|科技创新|续建|新开工|竣工投产|前期"
)
CALLED_OFF = re.compile(r"取消|调出|退出|删除|终止|移出|销号|不再实施")
COUNTED = re.compile(r"(?:项目)?(?:个数|数量|总数)(?:\(个\))?|项目数|\(个\)|个|宗数")


def is_name_column(column: Column) -> bool:
    """Whether a column is headed as the one of project names."""
    return classify(column.tiers, Setting()).field == "name"


def why_no_table(sheet: Sheet) -> tuple[str, str]:
    """Why a sheet has no table of projects, and the kind of sheet it seems to be."""
    texts = [as_text(value) for row in sorted(sheet.rows)[:12] for value in sheet.rows[row].values()]
    joined = "".join(texts)
    if re.search("说明|须知|填报要求", sheet.name) or re.search("^填表说明|填报说明|填报须知", joined):
        return "填表说明，没有项目", "notes"
    if re.search("合计|总计|小计|项目个数|项目数", joined) and any(
        isinstance(value, Decimal) for cells in sheet.rows.values() for value in cells.values()
    ):
        return "是汇总表，没有逐个列出的项目", "summary"
    return "没有找到带“项目名称”的表头", "unknown"


def other_ledger(columns: list[Column]) -> tuple[str, str] | None:
    """Kind and Chinese name of the ledger that these columns belong to, when it is not a list of projects."""
    texts = [tier for column in columns for tier in column.tiers]
    for kind, title, pattern, fewest in OTHER_LEDGERS:
        if sum(1 for text in texts if pattern.fullmatch(text)) >= fewest:
            return kind, title
    return None


def why_not_second(sheet: Sheet, table: Table) -> str:
    """Why a further table on the sheet is no list to be read, or an empty text."""
    title = "".join(
        as_text(value) for row in range(table.top - 2, table.top) for value in sheet.rows.get(row, {}).values()
    )
    if CALLED_OFF.search(title) or any(CALLED_OFF.search(column.heading) for column in table.columns):
        return "表下另有一张表，列的是取消或调出的项目"
    fields = {classify(column.tiers, Setting()).field for column in table.columns}
    if len(fields & (MONEY | {"unit", "leaders", "starts", "ends", "content", "period"})) < 2:
        return "表下另有一张表，不像项目清单"
    return ""


def counts_projects(table: Table, own: list[Column]) -> bool:
    """A column of counts makes a summary, unless it stands before the names of projects and counts the rows of a township or kind."""
    counts = [column.number for column in own if any(COUNTED.fullmatch(tier) for tier in column.tiers)]
    name = next((column.number for column in own if is_name_column(column)), None)
    if not counts or name is None:
        return bool(counts)
    rows = [table.sheet.rows[row] for row in body_rows(table.sheet, table.bottom + 1, table.last)]
    named = [cells for cells in rows if name in cells and not read_total(as_text(cells[name]))]
    if all(KINDS.fullmatch(as_text(cells[name])) for cells in named):
        return True
    told = [as_text(cells.get(column)) for column in counts for cells in named]
    return max(counts) > name or not ("" in told or all(re.fullmatch("1个?", count) for count in told))


def is_summary(table: Table, body: Body) -> bool:
    """Only figures beside names, and the names are kinds of projects that come again under every section."""
    fields = {column.meaning.field for column in table.columns}
    if fields - MONEY - {"serial", "name", IGNORED, "remark"} or not body.rows:
        return False
    names = [row.values["name"] for row in body.rows]
    if len(names) >= 4 and len(set(names)) < 0.7 * len(names):
        return True
    return all("serial" not in row.values and KINDS.fullmatch(row.values["name"]) for row in body.rows)


def skipped(sheet: Sheet, why: str, kind: str) -> dict[str, Any]:
    """The object of a sheet that holds no list of projects; all of its rows are accounted for."""
    return {
        "name": sheet.name,
        "status": "skipped",
        "why": why,
        "kind": kind,
        "year": None,
        "month": "",
        "header_rows": [],
        "heading_shape": "",
        "money_unit": "",
        "columns": [],
        "ignored": [],
        "decided": {},
        "skipped_rows": [{"row": row, "why": why} for row in sorted(sheet.rows)],
        "stated": {},
        "read": {},
        "rows": [],
    }


def passed_over(table: Table, why: str, kind: str) -> dict[str, Any]:
    """The object of a table that is not read, with the rows below its heading."""
    found = skipped(table.sheet, why, kind)
    found["header_rows"] = [table.top, table.bottom]
    found["skipped_rows"] = [entry for entry in found["skipped_rows"] if table.bottom < entry["row"] <= table.last]
    return found


def figures_above(sheet: Sheet, top: int) -> list[dict[str, Any]]:
    """Rows above the first heading that hold figures: some other small table, to be named."""
    return [
        {"row": row, "why": "表格上方的内容"}
        for row in sorted(sheet.rows)
        if row < top
        and len(sheet.rows[row]) >= 2
        and any(isinstance(value, Decimal) for value in sheet.rows[row].values())
    ]


def without_heading(table: Table, body: Body, beside: list[Column]) -> list[dict[str, str]]:
    """Columns that hold something in rows of projects and have no heading at all."""
    known = {column.number for column in [*table.columns, *beside]}
    first, last = min(column.number for column in table.columns), max(column.number for column in table.columns)
    found = {number for row in body.rows for number in table.sheet.rows[row.number] if number not in known}
    return [
        {"column": column_letters(number), "heading": "", "why": "没有表头"}
        for number in sorted(found)
        if first - 2 <= number <= last + 3
    ]


def told_column(column: Any) -> dict[str, Any]:
    found = {"column": column_letters(column.number), "heading": column.heading, "field": column.meaning.field}
    if column.meaning.field in MONEY:
        found["unit"] = column.money_unit
    for key in ("month", "permit", "flag"):
        if getattr(column.meaning, key):
            found[key] = getattr(column.meaning, key)
    if column.meaning.permit:
        found["part"] = column.meaning.part
    return found
