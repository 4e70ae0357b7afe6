import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from leaders.accounts.access import SignedIn
from projects.progress.access import may_file_report, may_keep_statistics, may_review_reports, may_withdraw_report
from projects.progress.actions import (
    clear_statistics_entry,
    return_report,
    save_report_draft,
    set_statistics_entry,
    submit_report,
    withdraw_report,
)
from projects.progress.filling.queries import report_sheet
from projects.progress.forms import ClearStatisticsForm, ReportForm, ReturnForm, StatisticsForm
from projects.progress.models import MonthReport
from projects.progress.queries import month_reported
from projects.registry.access import visible_projects
from projects.registry.models import Project
from yichuan_tracker import clock
from yichuan_tracker.months import month_key, month_label, parse_month
from yichuan_tracker.web.forms import attempt, press


def report_fill(request: SignedIn, pk: int, month: str) -> HttpResponse:
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    first = month_reported(month_or_404(month))
    report = MonthReport.objects.filter(project=project, month=first).first()
    if request.method != "POST":
        return _report_page(request, project, first, report, ReportForm(None, report))
    if not may_file_report(request.user, project, today=clock.today()):
        raise PermissionDenied
    form = ReportForm(request.POST, report)
    if form.is_valid():
        act = submit_report if request.POST.get("step") == "submit" else save_report_draft
        details = {"by": request.user, "at": clock.now(), "version": form.cleaned_data["version"]}
        if attempt(form, act, project, first, form.values(), **details):
            done = "已上报" if act is submit_report else "草稿已保存，还没有上报"
            messages.success(request, f"{project}{month_label(first)}月报{done}。")
            return redirect("report-fill", pk, month)
    return _report_page(request, project, first, report, form)


@require_POST
def report_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    report = report_or_404(request, pk)
    if not may_withdraw_report(request.user, report, today=clock.today()):
        raise PermissionDenied
    press(request, withdraw_report, report, done="月报已撤回，改好后请重新上报。")
    return redirect("report-fill", report.project_id, month_key(report.month))


def report_return(request: SignedIn, pk: int) -> HttpResponse:
    report = report_or_404(request, pk)
    if not may_review_reports(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return redirect("report-fill", report.project_id, month_key(report.month))
    form = ReturnForm(request.POST)
    if form.is_valid():
        attempt(form, return_report, report, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, f"已把{report}退回单位。")
        return redirect(f"{reverse('report-board')}?month={month_key(report.month)}")
    return _report_page(request, report.project, report.month, report, ReportForm(None, report), return_form=form)


def statistics_edit(request: SignedIn, pk: int) -> HttpResponse:
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    if not may_keep_statistics(request.user):
        raise PermissionDenied
    entry = getattr(project, "statistics_entry", None)
    form = StatisticsForm(request.POST or None, instance=entry)
    if form.is_valid():
        typed = form.values() | {"version": form.cleaned_data.get("version")}
        if attempt(form, set_statistics_entry, project, **typed, by=request.user, at=clock.now()):
            messages.success(request, f"已记录{project}入库。")
            return redirect("project-detail", pk)
    context = {"project": project, "form": form, "entry": entry, "clear_form": ClearStatisticsForm()}
    return render(request, "projects/progress/statistics_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
def statistics_clear(request: SignedIn, pk: int) -> HttpResponse:
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    entry = getattr(project, "statistics_entry", None)
    if not may_keep_statistics(request.user):
        raise PermissionDenied
    if entry is None:
        return redirect("statistics-edit", pk)
    form = ClearStatisticsForm(request.POST)
    form.is_valid()
    attempt(form, clear_statistics_entry, entry, reason=request.POST.get("reason", ""), by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, f"已取消{project}的入库记录。")
        return redirect("project-detail", pk)
    context = {"project": project, "form": StatisticsForm(instance=entry), "entry": entry, "clear_form": form}
    return render(request, "projects/progress/statistics_edit.html", context, status=422)


def _report_page(
    request: SignedIn,
    project: Project,
    month: datetime.date,
    report: MonthReport | None,
    form: ReportForm,
    *,
    return_form: ReturnForm | None = None,
) -> HttpResponse:
    """The one page of a month's report: to fill in, to read, to accept or return, as the person may."""
    today = clock.today()
    sheet = report_sheet(project, month, report, today)
    may_report = may_file_report(request.user, project, today=today)
    context: dict[str, Any] = {
        "sheet": sheet,
        "project": project,
        "form": form,
        "return_form": return_form or (ReturnForm(initial={"version": report.version}) if report else None),
        "may_report": may_report,
        "may_fill": sheet.is_editable and may_report,
        "may_review": may_review_reports(request.user) and sheet.is_waiting,
        "may_withdraw": report and sheet.is_waiting and may_withdraw_report(request.user, report, today=today),
    }
    refused = form.is_bound or (return_form is not None)
    return render(request, "projects/progress/report_fill.html", context, status=422 if refused else 200)


def report_or_404(request: SignedIn, pk: int) -> MonthReport:
    reports = MonthReport.objects.select_related("project").filter(project__in=visible_projects(request.user))
    return get_object_or_404(reports, pk=pk)


def month_or_404(text: str) -> datetime.date:
    try:
        return parse_month(text)
    except ValueError as error:
        raise Http404(str(error)) from error
