"""The ledger (K3): one sheet for each group, after a sheet of instructions; milestones stand in the cells of quarters."""

from __future__ import annotations

import datetime
from typing import Any

from openpyxl import Workbook

from projects.imports.writing.annual import amounts
from projects.imports.writing.pages import YI, Page, instructions
from projects.imports.writing.queries import Entry, Listing
from projects.imports.writing.rules import (
    Written,
    contact_cells,
    node_cell,
    people_cell,
    serial_cell,
    unit_cell,
    yi,
)
from yichuan_tracker.months import last_day
from yichuan_tracker.web.downloads import sheet_title

TEXT, CENTRE, MONEY = ("text", ""), ("centre", ""), ("text", YI)
WIDTHS = [6, 14, 28, 34, 12, 12, 22, 22, 22, 22, 12, 20, 12, 14, 12]
STYLES = [CENTRE, CENTRE, TEXT, TEXT, MONEY, MONEY, *[TEXT] * 4, CENTRE, TEXT, CENTRE, CENTRE, TEXT]
NO_GROUP = "其他项目"


def write_ledger(workbook: Workbook, listing: Listing) -> None:
    """Projects of no group, or of several, stand on a sheet of their own: a sheet's name gives its projects their group."""
    instructions(
        workbook,
        [
            "1. 投资单位为亿元，万元的零头写到小数点后第六位。",
            "2. 节点目标按季度填写，一行一个，写明月份，如“6月底前：基础施工”。",
            "3. 空着的格子表示不改动。改好后在系统的“导入”里上传，先看改了什么，确认才写入。",
        ],
    )
    groups: dict[str, list[Entry]] = {}
    for entry in listing.entries:
        groups.setdefault(_group(entry), []).append(entry)
    titles: list[str] = ["填表说明"]
    for group in sorted(groups, key=lambda name: not name):
        titles.append(sheet_title(group or NO_GROUP, titles))
        _write_group(Page(workbook, titles[-1], WIDTHS), group, groups[group], listing.year)


def _write_group(page: Page, group: str, entries: list[Entry], year: int) -> None:
    page.put(1, 1, f"{group or NO_GROUP}{year}年项目推进台账", "title")
    page.merge(1, 1, 1, page.count)
    quarters = [("节点目标", f"{name}季度") for name in "一二三四"]
    plain = [(name,) for name in ("分包领导", "牵头单位", "责任人", "联系电话", "备注")]
    money = [("总投资\n（亿元）",), (f"{year}年计划投资\n（亿元）",)]
    first = [(name,) for name in ("序号", "指挥部\n（专班）", "项目名称", "建设内容")]
    page.headings(2, 2, [*first, *money, *quarters, *plain])
    page.print_setup(1, 3, "D4")
    for row, entry in enumerate(entries, start=4):
        page.row(row, _values(entry, group if row == 4 else "", year), STYLES)
    if group:
        page.merge(4, 2, 3 + len(entries), 2)


def _group(entry: Entry) -> str:
    """The one group; empty for none, for several, and for a name that does not lead back to the same group."""
    return entry.groups[0] if len(entry.groups) == 1 and entry.is_clear("groups") else ""


def _values(entry: Entry, group: str, year: int) -> list[Any]:
    wan = amounts(entry)
    contact, phone = contact_cells(entry.contacts)
    return [
        serial_cell(entry.member.serial),
        group or Written(note="" if _group(entry) else "、".join(entry.groups)),
        entry.project.name,
        entry.project.content,
        yi(wan["total"]),
        yi(wan["plan"]),
        *_quarters(entry, year),
        people_cell(entry.leaders, is_clear=entry.is_clear("leaders")),
        unit_cell(entry.units, is_clear=entry.is_clear("units")),
        contact,
        phone,
        entry.project.remark,
    ]


def _quarters(entry: Entry, year: int) -> list[Written]:
    cells = []
    for quarter in range(1, 5):
        end = last_day(datetime.date(year, quarter * 3, 1))
        nodes = [(due_on, name) for due_on, name in entry.milestones if (due_on.month + 2) // 3 == quarter]
        cells.append(node_cell(nodes, year, end))
    return cells
