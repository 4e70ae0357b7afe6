"""Asking for another plan of the year, deciding on it, and what has arrived of a project's money."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.registry.access import may_see_projects, visible_projects
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
from projects.registry.plans.queries import last_approved, requests_waiting
from projects.registry.plans.rules import MONTH_FIELDS
from projects.registry.views import posted, project_url, record_page
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version

MONEY = "funding"


@require_safe
def plan_requests(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    waiting = [(row, may_decide_revision(request.user, row)) for row in requests_waiting(request.user)]
    return render(request, "projects/registry/plans/plan_requests.html", {"waiting": waiting})


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
            messages.success(request, "已提出申请，等重点办负责人批准后生效。")
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


@require_http_methods(["GET", "HEAD", "POST"])
def plan_decide(request: SignedIn, pk: int) -> HttpResponse:
    revision = _find_revision(request, pk)
    if not may_decide_revision(request.user, revision):
        raise PermissionDenied
    form = DecisionForm(posted(request), initial={"version": revision.version})
    if form.is_valid():
        decide = approve_revision if request.POST.get("decision") == "approve" else refuse_revision
        if attempt(form, decide, revision, **form.cleaned_data, by=request.user, at=clock.now()):
            messages.success(
                request, "已批准，计划按执行日期生效。" if decide is approve_revision else "已退回申请人。"
            )
            return redirect(project_url(revision.year_plan.project, MONEY))
    context = {"form": form, "revision": revision, "plan": revision.year_plan}
    status = 422 if form.is_bound else 200
    return render(request, "projects/registry/plans/plan_decide.html", context, status=status)


@require_POST
def plan_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    revision = _find_revision(request, pk)
    if not may_withdraw_revision(request.user, revision):
        raise PermissionDenied
    try:
        withdraw_revision(revision, by=request.user, at=clock.now(), version=posted_version(request))
        messages.success(request, "已撤回申请，可以重新提出。")
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    return redirect(project_url(revision.year_plan.project, MONEY))


def _find_revision(request: SignedIn, pk: int) -> PlanRevision:
    rows = PlanRevision.objects.select_related("year_plan__project", "requester")
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
