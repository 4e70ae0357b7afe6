"""The progress of one month (K2): the month's plan and figure, the sum of the year, what the eye looks for."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from projects.imports.writing.annual import amounts
from projects.imports.writing.pages import SHARE, WAN, Page
from projects.imports.writing.queries import Entry, Listing
from projects.imports.writing.rules import (
    contact_cell,
    people_cell,
    serial_cell,
    started_mark,
    title_of,
)
from yichuan_tracker.money import round_half_up

TEXT, CENTRE, MONEY, PERCENT = ("text", ""), ("centre", ""), ("text", WAN), ("text", SHARE)
WIDTHS = [6, 30, 13, 13, 12, 12, 13, 11, 11, 30, 9, 9, 26, 12, 20]
STYLES = [CENTRE, TEXT, *[MONEY] * 5, PERCENT, PERCENT, TEXT, CENTRE, CENTRE, TEXT, CENTRE, CENTRE]


def _headings(month: datetime.date) -> list[tuple[str, ...]]:
    own, year = f"{month.month}月份", f"1-{month.month}月"
    return [
        *[(name,) for name in ("序号", "项目名称", "总投资", f"{month.year}年计划投资")],
        (own, "计划投资"),
        (own, "完成投资"),
        (year, "累计完成投资"),
        (year, "占年计划%"),
        (year, "较序时±百分点"),
        *[(name,) for name in ("形象进度", "是否开工", "是否入库", "存在问题", "分包领导", "填报人及电话")],
    ]


def write_monthly(workbook: Workbook, listing: Listing, month: datetime.date) -> None:
    """One sheet, named for the month. Draft reports are not shown: nobody has sent them yet."""
    page = Page(workbook, f"{month.month}月", WIDTHS)
    what = f"{month.year}年{month.month}月份进展情况表"
    page.put(1, 1, title_of(listing.project_list.name, month.year, what.removeprefix(f"{month.year}年")), "title")
    page.merge(1, 1, 1, page.count)
    page.put(2, 14, "单位：万元", "note")
    page.headings(3, 2, _headings(month))
    page.print_setup(1, 4, "C5")
    for row, entry in enumerate(listing.entries, start=5):
        page.row(row, _values(entry, month), STYLES)


def _values(entry: Entry, month: datetime.date) -> list[Any]:
    report, wan = entry.report, amounts(entry)
    share = _share(entry.year_done_wan, wan["plan"])
    return [
        serial_cell(entry.member.serial),
        entry.project.name,
        wan["total"],
        wan["plan"],
        report.planned_wan if report else None,
        report.done_wan if report else None,
        entry.year_done_wan,
        share,
        None if share is None else round_half_up(share - Decimal(month.month) / 12 * 100, 1),
        report.progress if report else None,
        started_mark(entry.project.state),
        "√" if entry.is_entered else "×",
        report.issues if report else None,
        people_cell(entry.leaders, is_clear=entry.is_clear("leaders")),
        contact_cell(entry.contacts, " "),
    ]


def _share(done: Decimal | None, plan: Decimal | None) -> Decimal | None:
    """Percent of the year's plan."""
    return round_half_up(done / plan * 100, 1) if done is not None and plan else None
