from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.periods.access import why_not_decide
from projects.progress.access import may_decide_correction, may_file_report, may_withdraw_correction
from projects.progress.corrections.actions import (
    approve_correction,
    ask_corrections,
    refuse_correction,
    withdraw_correction,
)
from projects.progress.corrections.forms import CorrectionForm
from projects.progress.corrections.queries import known_corrections, presently
from projects.progress.forms import DecisionForm
from projects.progress.models import Correction
from projects.progress.rules import CorrectionState
from projects.progress.views import report_or_404
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.months import month_key
from yichuan_tracker.web.forms import attempt, decision_of, press


def correction_ask(request: SignedIn, pk: int) -> HttpResponse:
    """Ask for corrections of the report `pk`: its present values in a form, what is typed over is asked for."""
    report = report_or_404(request, pk)
    if not may_file_report(request.user, report.project, today=clock.today()):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None, presently([report])[0])
    if form.is_valid():
        reason, version = form.cleaned_data["reason"], form.cleaned_data["version"]
        details = {"reason": reason, "version": version, "by": request.user, "at": clock.now()}
        if attempt(form, ask_corrections, report, form.values(), **details):
            messages.success(request, "已提交申请，等待审批；批准之前现值不变。")
            return redirect("report-fill", report.project_id, month_key(report.month))
    context = {"form": form, "report": report, "draft": f"correction-{report.pk}"}
    status = 422 if form.is_bound else 200
    return render(request, "projects/progress/corrections/correction_ask.html", context, status=status)


@require_safe
def correction_detail(request: SignedIn, pk: int) -> HttpResponse:
    correction = get_object_or_404(known_corrections(), pk=pk)
    if not may_see_projects(request.user):
        raise PermissionDenied
    return _page(request, correction)


@require_POST
def correction_decide(request: SignedIn, pk: int) -> HttpResponse:
    correction = get_object_or_404(known_corrections(), pk=pk)
    if not may_decide_correction(request.user, correction):
        raise PermissionDenied(why_not_decide(request.user, correction.requester_id))
    act = decision_of(request, approve_correction, refuse_correction)
    form = DecisionForm(request.POST)
    if form.is_valid():
        attempt(form, act, correction, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已批准，现值已更正。" if act is approve_correction else "不批准，申请人看得到理由。")
        return redirect("correction-detail", pk)
    return _page(request, correction, form)


@require_POST
def correction_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    correction = get_object_or_404(known_corrections(), pk=pk)
    if not may_withdraw_correction(request.user, correction):
        raise PermissionDenied
    press(request, withdraw_correction, correction, done="已撤回，需要时可以重新申请。")
    return redirect("correction-detail", pk)


def _page(request: SignedIn, correction: Correction, form: DecisionForm | None = None) -> HttpResponse:
    is_open = correction.state == CorrectionState.ASKED
    context = {
        "correction": correction,
        "decision_form": form or DecisionForm(initial={"version": correction.version}),
        "is_waiting": is_open,
        "objection": why_not_decide(request.user, correction.requester_id),
        "may_withdraw": is_open and may_withdraw_correction(request.user, correction),
    }
    status = 422 if form else 200
    return render(request, "projects/progress/corrections/correction_detail.html", context, status=status)
