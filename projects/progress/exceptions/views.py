from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from leaders.accounts.access import SignedIn
from leaders.audit.queries import history_of
from projects.periods.access import (
    may_ask_exception,
    may_decide_exception,
    may_revoke_exception,
    may_see_calendar,
    why_not_decide,
)
from projects.periods.actions import ask_exception, grant_exception, refuse_exception, revoke_exception
from projects.periods.models import FilingException
from projects.periods.queries import period_for
from projects.periods.rules import EXCEPTION_STEPS, ExceptionState
from projects.progress.exceptions.forms import AskForm, RevokeForm
from projects.progress.exceptions.queries import exception_row, known_exceptions
from projects.progress.forms import DecisionForm
from projects.progress.views import month_or_404
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, decision_of


def exception_ask(request: SignedIn) -> HttpResponse:
    """Ask for an exception; ?month= and ?project= say where the person came from."""
    if not may_ask_exception(request.user, request.user.unit_id):
        raise PermissionDenied
    month = request.GET.get("month", "")
    initial: dict[str, Any] = {"period": period_for(month_or_404(month)) if month else None}
    initial |= {"project": request.GET.get("project", "")}
    form = AskForm(request.POST or None, request.user, clock.today(), initial)
    if form.is_valid():
        typed = dict(form.cleaned_data)
        project, period = typed.pop("project"), typed.pop("period")
        unit = typed.pop("unit", request.user.unit)
        details = {"unit": unit, "project_id": project.pk if project else None, **typed}
        exception = attempt(form, ask_exception, period, **details, by=request.user, at=clock.now())
        if exception:
            messages.success(request, "已提交申请，等待审批；批准后这里会写明开放到哪一天。")
            return redirect("exception-detail", exception.pk)
    status = 422 if form.is_bound else 200
    return render(request, "projects/progress/exceptions/exception_ask.html", {"form": form}, status=status)


@require_safe
def exception_detail(request: SignedIn, pk: int) -> HttpResponse:
    exception = get_object_or_404(known_exceptions(), pk=pk)
    if not may_see_calendar(request.user):
        raise PermissionDenied
    return _page(request, exception)


@require_POST
def exception_decide(request: SignedIn, pk: int) -> HttpResponse:
    exception = get_object_or_404(known_exceptions(), pk=pk)
    if not may_decide_exception(request.user, exception):
        raise PermissionDenied(why_not_decide(request.user, exception.requester_id))
    act = decision_of(request, grant_exception, refuse_exception)
    form = DecisionForm(request.POST)
    if form.is_valid():
        attempt(form, act, exception, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(
            request, "已批准，单位现在可以填报。" if act is grant_exception else "不批准，申请人看得到理由。"
        )
        return redirect("exception-detail", pk)
    return _page(request, exception, decision=form)


@require_POST
def exception_revoke(request: SignedIn, pk: int) -> HttpResponse:
    exception = get_object_or_404(known_exceptions(), pk=pk)
    if not may_revoke_exception(request.user, exception):
        raise PermissionDenied
    form = RevokeForm(request.POST)
    if form.is_valid():
        attempt(form, revoke_exception, exception, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(
            request,
            "已提前关闭；已经报上来的不受影响。" if exception.approver_id else "已撤回，需要时可以重新申请。",
        )
        return redirect("exception-detail", pk)
    return _page(request, exception, revoke=form)


def _page(
    request: SignedIn,
    exception: FilingException,
    *,
    decision: DecisionForm | None = None,
    revoke: RevokeForm | None = None,
) -> HttpResponse:
    steps = EXCEPTION_STEPS[exception.state]
    seen = {"version": exception.version}
    context = {
        "row": exception_row(exception, clock.today()),
        "exception": exception,
        "decision_form": decision or DecisionForm(initial=seen),
        "revoke_form": revoke or RevokeForm(initial=seen),
        "is_waiting": ExceptionState.GRANTED in steps,
        "objection": why_not_decide(request.user, exception.requester_id),
        "may_revoke": ExceptionState.REVOKED in steps and may_revoke_exception(request.user, exception),
        "entries": history_of("filingexception", exception.pk),
    }
    status = 422 if decision or revoke else 200
    return render(request, "projects/progress/exceptions/exception_detail.html", context, status=status)
