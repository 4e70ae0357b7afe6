"""The layouts in which a list leaves the system, each a workbook that comes back through the import."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import TextChoices

from projects.imports.writing.annual import write_annual
from projects.imports.writing.ledger import write_ledger
from projects.imports.writing.monthly import write_monthly
from projects.imports.writing.pages import as_bytes, new_workbook, note_as_of, note_moment
from projects.imports.writing.permits import write_permits
from projects.imports.writing.queries import choices, listing_of, unlisted_listing
from projects.imports.writing.template import write_template
from projects.progress.queries import filing_of
from projects.registry.models import ProjectList
from projects.registry.queries import members_of
from yichuan_tracker.months import first_day, month_key, month_label
from yichuan_tracker.web.downloads import as_of_line


class Layout(TextChoices):
    ANNUAL = "annual", "年度清单"
    MONTHLY = "monthly", "月进展情况表"
    LEDGER = "ledger", "专班台账"
    TEMPLATE = "template", "修改模板"
    PERMITS = "permits", "手续办理情况表"


@dataclass(frozen=True)
class Exported:
    file_name: str
    content: bytes


def months_of(project_list: ProjectList, today: datetime.date) -> list[datetime.date]:
    """The months of the list's year that have begun, the last one first."""
    months = [datetime.date(project_list.year, number, 1) for number in range(12, 0, -1)]
    return [month for month in months if month <= first_day(today)]


def write_list(
    project_list: ProjectList, layout: Layout, *, month: datetime.date | None = None, at: datetime.datetime
) -> Exported:
    """The workbook. `month`: for the monthly layout, a first day."""
    today = at.date()
    workbook = new_workbook()
    name = f"{project_list.name}-{layout.label}"
    if layout == Layout.MONTHLY and month is not None:
        write_monthly(workbook, listing_of(project_list, today, month=month), month)
        name += f"-{month_key(month)}"
    elif layout == Layout.LEDGER:
        write_ledger(workbook, listing_of(project_list, today))
    elif layout == Layout.PERMITS:
        write_permits(workbook, listing_of(project_list, today))
    elif layout == Layout.TEMPLATE:
        write_template(workbook, listing_of(project_list, today), choices(), at)
    else:
        write_annual(workbook, listing_of(project_list, today))
    note_as_of(workbook, as_of_line(at, _completeness(project_list, month) if layout == Layout.MONTHLY else ""))
    note_moment(workbook, at)
    return Exported(f"{name}.xlsx", as_bytes(workbook))


def _completeness(project_list: ProjectList, month: datetime.date | None) -> str:
    if month is None:
        return ""
    filing = filing_of(members_of(project_list.pk).values_list("project", flat=True), month)
    return f"{month_label(month)}已报 {filing.filed}/{filing.total}"


def write_unlisted_permits(at: datetime.datetime) -> Exported:
    """手续办理情况表 of projects that stand in no list."""
    workbook = new_workbook()
    write_permits(workbook, unlisted_listing(at.date()))
    note_as_of(workbook, as_of_line(at))
    note_moment(workbook, at)
    return Exported(f"未列入清单的项目-{Layout.PERMITS.label}.xlsx", as_bytes(workbook))
