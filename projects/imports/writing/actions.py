"""A list that leaves the system, with a line about who took it."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import record
from projects.imports.writing.layouts import Exported, Layout, write_list
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
