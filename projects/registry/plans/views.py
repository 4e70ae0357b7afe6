"""Asking for another plan of the year, deciding on it, and what has arrived of a project's money."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.periods.access import why_not_decide
from projects.registry.access import visible_projects
from projects.registry.forms import ReasonForm
from projects.registry.models import FundingSource, YearPlan
from projects.registry.plans.access import (
    may_decide_revision,
    may_enter_arrivals,
    may_request_revision,
    may_withdraw_revision,
)
from projects.registry.plans.actions import (
    add_arrival,
    approve_revision,
    change_arrival,
    delete_arrival,
    refuse_revision,
    request_revision,
    withdraw_revision,
)
from projects.registry.plans.forms import ArrivalForm, DecisionForm, RevisionForm
from projects.registry.plans.models import FundingArrival, PlanRevision
from projects.registry.plans.queries import last_approved, revision_history, split_before
from projects.registry.plans.rules import MONTH_FIELDS, RevisionState
from projects.registry.views import posted, project_url, record_page
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, decision_of, press

MONEY = "funding"


@require_http_methods(["GET", "HEAD", "POST"])
def plan_revise(request: SignedIn, pk: int) -> HttpResponse:
    plan = get_object_or_404(
        YearPlan.objects.select_related("project").filter(project__in=visible_projects(request.user)), pk=pk
    )
    if not may_request_revision(request.user, plan.project, today=clock.today()):
        raise PermissionDenied
    how = request.POST.get("fill", "")
    form = RevisionForm(posted(request), initial=_present(plan))
    if how:
        filled = form.filled(how, request.POST)
        form = RevisionForm(initial=filled) if filled else form
    elif form.is_valid():
        details: dict[str, Any] = {"by": request.user, "at": clock.now(), "version": form.cleaned_data["version"]}
        if attempt(form, request_revision, plan, form.values(), **details):
            messages.success(request, "已提交申请，等待审批；批准后生效。")
            return redirect(project_url(plan.project, MONEY))
    context = {"form": form, "plan": plan, "back": project_url(plan.project, MONEY), "is_filled": bool(how)}
    status = 422 if form.is_bound else 200
    return render(request, "projects/registry/plans/plan_revise.html", context, status=status)


def _present(plan: YearPlan) -> dict[str, Any]:
    """The plan as it stands, from today on (inside its year)."""
    last = last_approved(plan)
    today = clock.today()
    first = today if today.year == plan.year else today.replace(year=plan.year, month=1, day=1)
    months = last.months_wan if last else [None] * 12
    return {
        "planned_wan": plan.plan_wan,
        "from_on": max(first, last.from_on) if last else first,
        "version": plan.version,
        **dict(zip(MONTH_FIELDS, months, strict=True)),
    }


@require_safe
def plan_request(request: SignedIn, pk: int) -> HttpResponse:
    return _request_page(request, _find_revision(request, pk))


@require_POST
def plan_decide(request: SignedIn, pk: int) -> HttpResponse:
    revision = _find_revision(request, pk)
    if not may_decide_revision(request.user, revision):
        raise PermissionDenied(why_not_decide(request.user, revision.requester_id))
    form = DecisionForm(request.POST)
    decide = decision_of(request, approve_revision, refuse_revision)
    if form.is_valid() and attempt(form, decide, revision, **form.cleaned_data, by=request.user, at=clock.now()):
        is_approved = decide is approve_revision
        messages.success(request, "已批准，计划按执行日期生效。" if is_approved else "不批准，申请人看得到理由。")
        return redirect("plan-request", pk)
    return _request_page(request, revision, form)


def _request_page(request: SignedIn, revision: PlanRevision, form: DecisionForm | None = None) -> HttpResponse:
    is_waiting = revision.state == RevisionState.REQUESTED
    context = {
        "form": form or DecisionForm(initial={"version": revision.version}),
        "revision": revision,
        "plan": revision.year_plan,
        "replaced": split_before(revision),
        "is_waiting": is_waiting,
        "objection": why_not_decide(request.user, revision.requester_id),
        "may_withdraw": is_waiting and may_withdraw_revision(request.user, revision),
        "entries": revision_history(revision),
    }
    return render(request, "projects/registry/plans/plan_request.html", context, status=422 if form else 200)


@require_POST
def plan_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    revision = _find_revision(request, pk)
    if not may_withdraw_revision(request.user, revision):
        raise PermissionDenied
    press(request, withdraw_revision, revision, done="已撤回，需要时可以重新申请。")
    return redirect(project_url(revision.year_plan.project, MONEY))


def _find_revision(request: SignedIn, pk: int) -> PlanRevision:
    rows = PlanRevision.objects.select_related("year_plan__project", "requester", "approver")
    return get_object_or_404(rows.filter(year_plan__project__in=visible_projects(request.user)), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def arrival_add(request: SignedIn, pk: int) -> HttpResponse:
    sources = FundingSource.objects.select_related("project").filter(project__in=visible_projects(request.user))
    source = get_object_or_404(sources, pk=pk)
    if not may_enter_arrivals(request.user, source.project, today=clock.today()):
        raise PermissionDenied
    form = ArrivalForm(posted(request), initial={"arrived_on": clock.today()})

    def save() -> FundingArrival:
        return add_arrival(source, form.values(), by=request.user, at=clock.now())

    page = {"title": f"登记到位：{source}", "project": source.project}
    return record_page(request, form, save, back=project_url(source.project, MONEY), done="已登记到位。", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def arrival_edit(request: SignedIn, pk: int) -> HttpResponse:
    arrival = _find_arrival(request, pk)
    project = arrival.source.project
    form = ArrivalForm(posted(request), instance=arrival)

    def save() -> FundingArrival:
        version = form.cleaned_data["version"]
        return change_arrival(arrival, form.values(), by=request.user, at=clock.now(), version=version)

    page = {"title": f"修改{arrival}", "project": project, "remove_url": reverse("arrival-delete", args=[pk])}
    return record_page(request, form, save, back=project_url(project, MONEY), done="已保存。", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def arrival_delete(request: SignedIn, pk: int) -> HttpResponse:
    arrival = _find_arrival(request, pk)
    project = arrival.source.project
    form = ReasonForm(posted(request), initial={"version": arrival.version})

    def save() -> None:
        delete_arrival(arrival, **form.cleaned_data, by=request.user, at=clock.now())

    explanation = "录错时才删除；删除前的内容留在项目历史里。"
    page = {"title": f"删除{arrival}", "project": project, "submit": "删除", "explanation": explanation}
    return record_page(request, form, save, back=project_url(project, MONEY), done="已删除。", page=page)


def _find_arrival(request: SignedIn, pk: int) -> FundingArrival:
    rows = FundingArrival.objects.select_related("source__project")
    arrival = get_object_or_404(rows.filter(source__project__in=visible_projects(request.user)), pk=pk)
    if not may_enter_arrivals(request.user, arrival.source.project, today=clock.today()):
        raise PermissionDenied
    return arrival
