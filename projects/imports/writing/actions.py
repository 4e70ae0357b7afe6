"""A list or a month's workbooks that leave the system, with a line about who took it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from leaders.accounts.models import User
from leaders.audit.actions import history_entry, record, record_many
from leaders.organisations.models import Unit
from projects.imports.writing.layouts import Exported, Layout, write_list, write_unlisted_permits
from projects.imports.writing.registers import inspection_record, problem_ledger
from projects.imports.writing.reports import unit_workbook, zip_of_workbooks
from projects.progress.access import may_fill_sheet, may_review_reports
from projects.progress.filling.queries import unit_sheet
from projects.progress.queries import units_to_report
from projects.registry.access import may_see_projects
from projects.registry.models import ProjectList
from yichuan_tracker.months import month_label


@transaction.atomic
def export_list(
    project_list: ProjectList, layout: Layout, *, month: datetime.date | None, by: User, at: datetime.datetime
) -> Exported:
    """The workbook; `month`, a first day, is needed by the monthly layout alone. Raises PermissionDenied."""
    if not may_see_projects(by):
        raise PermissionDenied
    exported = write_list(project_list, layout, month=month, at=at)
    what = layout.label + (f" {month_label(month)}" if layout == Layout.MONTHLY and month else "")
    record("export", project_list, by=by, at=at, reason=f"按原版式导出：{what}")
    return exported


@transaction.atomic
def export_unlisted_permits(*, by: User, at: datetime.datetime) -> Exported:
    """Of no list: its line stands under who took it. Raises PermissionDenied."""
    if not may_see_projects(by):
        raise PermissionDenied
    record("export", by, by=by, at=at, reason=f"按原版式导出：未列入清单的项目{Layout.PERMITS.label}")
    return write_unlisted_permits(at)


@transaction.atomic
def export_unit_workbook(unit: Unit, month: datetime.date, *, by: User, at: datetime.datetime) -> Exported:
    """The unit's month workbook. Raises PermissionDenied."""
    if not may_fill_sheet(by, unit):
        raise PermissionDenied
    record("export", unit, by=by, at=at, reason=_workbook_of(month))
    return unit_workbook(unit_sheet(unit, month, timezone.localdate(at)), at)


def export_all_workbooks(month: datetime.date, *, by: User, at: datetime.datetime) -> Iterator[bytes]:
    """The ZIP, piece by piece, of the workbooks of all units that owe a report. Raises PermissionDenied."""
    if not may_review_reports(by):
        raise PermissionDenied
    units = units_to_report(month, timezone.localdate(at))
    record_many(history_entry("export", unit, by=by, at=at, reason=_workbook_of(month)) for unit in units)
    return zip_of_workbooks(units, month, timezone.localdate(at), at)


@transaction.atomic
def export_problem_ledger(*, by: User, at: datetime.datetime) -> Exported:
    """问题台账. It is of no one project: its line stands under who took it. Raises PermissionDenied."""
    if not may_see_projects(by):
        raise PermissionDenied
    record("export", by, by=by, at=at, reason="按原版式导出：问题台账")
    return problem_ledger(at)


@transaction.atomic
def export_inspection_record(month: datetime.date, *, by: User, at: datetime.datetime) -> Exported:
    """The month's 督查记录表, with its line as of the ledger of problems. Raises PermissionDenied."""
    if not may_see_projects(by):
        raise PermissionDenied
    record("export", by, by=by, at=at, reason=f"按原版式导出：{month_label(month)}督查记录表")
    return inspection_record(month, at)


def _workbook_of(month: datetime.date) -> str:
    return f"月报工作簿 {month_label(month)}"
