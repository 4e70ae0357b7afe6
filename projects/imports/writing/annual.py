"""The annual list (K1): label and sector as sections, three tiers of headings, totals first and subtotals last."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from openpyxl import Workbook

from projects.imports.writing.pages import WAN, Page
from projects.imports.writing.queries import Entry, Listing
from projects.imports.writing.rules import (
    TERM,
    contact_cell,
    group_title,
    nature_cell,
    people_cell,
    period_cell,
    place_cell,
    sector_title,
    serial_cell,
    term_cell,
    title_of,
    unit_cell,
)
from projects.registry.rules import YearLabel

TEXT, CENTRE, MONEY = ("text", ""), ("centre", ""), ("text", WAN)
WIDTHS = [6, 28, 26, 9, 12, 36, 18, 13, 13, 13, 13, 13, 18, 18, 12, 20, 14, 12]
STYLES = [CENTRE, TEXT, TEXT, CENTRE, TEXT, TEXT, CENTRE, *[MONEY] * 5, TEXT, TEXT, CENTRE, TEXT, CENTRE, TEXT]
FIRST_ROW = 6
LABELS = ["", *YearLabel.labels]


def _headings(year: int) -> list[tuple[str, ...]]:
    money, goals, unit = "投资情况", f"{year}年度目标", "责任单位"
    return [
        *[(name,) for name in ("序号", "项目名称", "项目代码", "建设性质", "建设地点", "建设规模及主要建设内容")],
        ("建设起止年限",),
        (money, "总投资"),
        (money, "其中", "政府投资"),
        (money, "其中", "企业投资"),
        (money, f"截至{year - 1}年底\n累计完成投资"),
        (money, f"{year}年计划投资"),
        (goals, "上半年"),
        (goals, "下半年"),
        ("县级分包领导",),
        (unit, "单位名称"),
        (unit, "责任人"),
        ("备注",),
    ]


def write_annual(workbook: Workbook, listing: Listing) -> None:
    """One sheet. Projects without a label or a sector stand before the first section, where nothing is said of them.

    Sections gather what the list may have apart; within a section its order stays, by which the importer knows that nothing moved.
    """
    terms = [TERM] if listing.has_terms else []
    page = Page(workbook, "清单", [*WIDTHS, *[14 for _ in terms]])
    page.put(1, 1, title_of(listing.project_list.name, listing.year, ""), "title")
    page.merge(1, 1, 1, page.count)
    page.put(2, 16, "单位：万元", "note")
    page.headings(3, 3, [*_headings(listing.year), *[(term,) for term in terms]])
    page.print_setup(1, 5, "C6")
    entries = sorted(listing.entries, key=lambda entry: LABELS.index(entry.label))
    row = _sum_row(page, FIRST_ROW, f"合计（{len(entries)}个）", entries)
    number = 0
    for label, of_label in groupby(entries, key=lambda entry: entry.label):
        members = list(of_label)
        if label:
            number += 1
            row = _section(page, row, group_title(f"{label}项目", number, len(members), level=1))
        row = _write_sectors(page, row, members, listing)


def _write_sectors(page: Page, row: int, members: list[Entry], listing: Listing) -> int:
    def title(entry: Entry) -> str:
        return sector_title(entry.sector)

    order: dict[str, int] = {"": 0}
    for entry in members:
        order.setdefault(title(entry), len(order))
    grouped = sorted(members, key=lambda entry: order[title(entry)])
    number = 0
    for sector, of_sector in groupby(grouped, key=title):
        entries = list(of_sector)
        if sector:
            number += 1
            row = _section(page, row, group_title(sector, number, len(entries), level=2))
        for entry in entries:
            values = _values(entry, listing.townships)
            if listing.has_terms:
                page.row(row, [*values, term_cell(entry.member.valid_until)], [*STYLES, CENTRE])
            else:
                page.row(row, values, STYLES)
            row += 1
        if sector:
            row = _sum_row(page, row, "小计", entries)
    return row


def _section(page: Page, row: int, text: str) -> int:
    for column in range(1, page.count + 1):
        page.put(row, column, text if column == 1 else None, "section")
    page.merge(row, 1, row, page.count)
    return row + 1


def _sum_row(page: Page, row: int, text: str, entries: Sequence[Entry]) -> int:
    sums = [_sum(entries, "total"), None, None, _sum(entries, "done_before"), _sum(entries, "plan")]
    values = [text, *[None] * 6, *sums, *[None] * (page.count - 12)]
    page.row(row, values, [("section", WAN)] * page.count)
    page.merge(row, 1, row, 7)
    return row + 1


def _sum(entries: Sequence[Entry], what: str) -> Decimal:
    return sum((wan for entry in entries if (wan := amounts(entry)[what]) is not None), Decimal(0))


def amounts(entry: Entry) -> dict[str, Decimal | None]:
    """万元: the total, what was done before the year, the year's plan."""
    plan = entry.plan
    return {
        "total": entry.project.total_wan,
        "done_before": plan.done_before_wan if plan else None,
        "plan": plan.plan_wan if plan else None,
    }


def _values(entry: Entry, townships: Sequence[str]) -> list[Any]:
    project, plan, wan = entry.project, entry.plan, amounts(entry)
    return [
        serial_cell(entry.member.serial),
        project.name,
        entry.code,
        nature_cell(project.nature, entry.label),
        place_cell(project.location, entry.township, townships),
        project.content,
        period_cell(project.planned_start_on, project.planned_end_on),
        wan["total"],
        project.government_wan,
        project.private_wan,
        wan["done_before"],
        wan["plan"],
        plan.goal_first_half if plan else None,
        plan.goal_second_half if plan else None,
        people_cell(entry.leaders, is_clear=entry.is_clear("leaders")),
        unit_cell(entry.units, is_clear=entry.is_clear("units")),
        contact_cell(entry.contacts),
        project.remark,
    ]
