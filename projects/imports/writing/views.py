import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from leaders.organisations.models import Unit
from projects.imports.access import may_import
from projects.imports.writing.actions import (
    export_all_workbooks,
    export_inspection_record,
    export_list,
    export_problem_ledger,
    export_unit_workbook,
    export_unlisted_permits,
)
from projects.imports.writing.layouts import Layout, months_of
from projects.progress.access import may_fill_sheet
from projects.registry.access import is_office, may_see_projects
from projects.registry.models import ProjectList
from yichuan_tracker import clock
from yichuan_tracker.months import month_key, month_label, parse_month
from yichuan_tracker.web.downloads import XLSX, attachment, streamed


@require_safe
def list_export(request: SignedIn, pk: int) -> HttpResponse:
    """Which layout the list leaves in."""
    project_list = get_object_or_404(ProjectList, pk=pk)
    if not may_see_projects(request.user):
        raise PermissionDenied
    context = {
        "project_list": project_list,
        "months": [(month_key(month), f"{month.month}月") for month in months_of(project_list, clock.today())],
        "may_import": may_import(request.user),
    }
    return render(request, "projects/imports/writing/list_export.html", context)


@require_safe
def list_export_file(request: SignedIn, pk: int, layout: str) -> HttpResponse:
    project_list = get_object_or_404(ProjectList, pk=pk)
    if not may_see_projects(request.user):
        raise PermissionDenied
    if layout not in Layout.values:
        raise Http404
    chosen = Layout(layout)
    month = _month(request, project_list) if chosen == Layout.MONTHLY else None
    exported = export_list(project_list, chosen, month=month, by=request.user, at=clock.now())
    return attachment(exported.file_name, exported.content, XLSX)


@require_safe
def month_workbook(request: SignedIn, month: str, pk: int) -> HttpResponse:
    """The unit's own workbook of the month, to be filled and sent back."""
    unit, first = get_object_or_404(Unit, pk=pk), _first_day(month)
    if not may_fill_sheet(request.user, unit):
        raise PermissionDenied
    exported = export_unit_workbook(unit, first, by=request.user, at=clock.now())
    return attachment(exported.file_name, exported.content, XLSX)


@require_safe
def month_workbooks(request: SignedIn, month: str) -> StreamingHttpResponse:
    """Those of all units in one ZIP."""
    first = _first_day(month)
    if not is_office(request.user):
        raise PermissionDenied
    pieces = export_all_workbooks(first, by=request.user, at=clock.now())
    return streamed(f"{month_label(first)}各单位月报工作簿.zip", pieces, "application/zip")


@require_safe
def problem_ledger_file(request: SignedIn) -> HttpResponse:
    """The ledger of problems as the county's own table, to be edited and sent back."""
    exported = export_problem_ledger(by=request.user, at=clock.now())
    return attachment(exported.file_name, exported.content, XLSX)


@require_safe
def unlisted_permits(request: SignedIn) -> HttpResponse:
    """手续办理情况表 of projects that stand in no list."""
    exported = export_unlisted_permits(by=request.user, at=clock.now())
    return attachment(exported.file_name, exported.content, XLSX)


@require_safe
def inspection_month(request: SignedIn, month: str) -> HttpResponse:
    """The month's visits as the county's own table (督查记录表), to be edited and sent back."""
    exported = export_inspection_record(_first_day(month), by=request.user, at=clock.now())
    return attachment(exported.file_name, exported.content, XLSX)


def _first_day(month: str) -> datetime.date:
    try:
        return parse_month(month)
    except ValueError as error:
        raise Http404(str(error)) from error


def _month(request: SignedIn, project_list: ProjectList) -> datetime.date:
    """The month asked for, which must be one of those offered."""
    offered = {month_key(month): month for month in months_of(project_list, clock.today())}
    asked = request.GET.get("month", "")
    if asked not in offered:
        raise Http404
    return offered[asked]
