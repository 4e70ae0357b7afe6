from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.periods.queries import holidays, workdays_note
from projects.permits.access import may_edit_permit, may_keep_permits, may_take_step
from projects.permits.actions import add_permits, change_permit, remove_permit, take_step
from projects.permits.filters import PermitFilter
from projects.permits.forms import AddPermitsForm, PermitForm, StepForm
from projects.permits.models import Permit, PermitType
from projects.permits.pauses.access import may_change_pause, may_pause
from projects.permits.queries import (
    PermitLine,
    active_permits,
    dated,
    missing_types,
    permit_clock,
    permit_history,
    permit_lines,
    unmet_prerequisites,
)
from projects.permits.rules import STEP_FIELDS, STEP_VERBS, PermitState, next_states, shown_state, step_order
from projects.permits.tables import PermitTable
from projects.registry.access import may_see_projects, visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, press
from yichuan_tracker.web.listing import listing_page


@require_safe
def permit_type(request: SignedIn, pk: int) -> HttpResponse:
    """One kind of permit over all projects."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    kind = get_object_or_404(PermitType.objects.select_related("department"), pk=pk)
    return listing_page(
        request,
        key="permits",
        table_class=PermitTable,
        filterset_class=PermitFilter,
        queryset=active_permits(clock.today()).filter(permit_type=kind),
        template="projects/permits/permit_type.html",
        context={"kind": kind},
        export_name=f"{kind}办理情况",
    )


def project_permits(request: SignedIn, pk: int) -> HttpResponse:
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    may_keep = may_keep_permits(request.user) and project.archived_at is None
    if request.method == "POST" and not may_keep:
        raise PermissionDenied
    form = AddPermitsForm(request.POST if request.method == "POST" else None, missing_types(project, clock.today()))
    if form.is_valid():
        added = attempt(form, add_permits, project, form.cleaned_data["permit_types"], by=request.user, at=clock.now())
        if added:
            messages.success(request, f"已添加 {len(added)} 项手续。")
            return redirect("project-permits", pk)
    lines = permit_lines(project, clock.today())
    context: dict[str, Any] = {
        "project": project,
        "lines": lines,
        "form": form if may_keep else None,
    }
    return render(request, "projects/permits/project_permits.html", context, status=422 if form.is_bound else 200)


@require_safe
def permit_detail(request: SignedIn, pk: int) -> HttpResponse:
    permit, today = _find(request, pk), clock.today()
    allowed = [
        state for state in step_order(dated(permit), today) if may_take_step(request.user, permit, state, today=today)
    ]
    usual = next_states(dated(permit), today)
    context = {
        "permit": permit,
        "line": PermitLine(permit, shown_state(dated(permit), today)),
        "clock": permit_clock(permit, today, holidays()),
        "calendar_note": workdays_note(permit.accepted_on, today) if permit.accepted_on else "",
        "unmet": unmet_prerequisites(permit, today),
        "steps": [(state, STEP_VERBS[state]) for state in allowed if state in usual],
        "other_steps": [(state, STEP_VERBS[state]) for state in allowed if state not in usual],
        "pauses": [(pause, may_change_pause(request.user, pause)) for pause in permit.pauses.all()],
        "may_pause": may_pause(request.user, permit) and all(pause.to_on for pause in permit.pauses.all()),
        "may_edit": may_edit_permit(request.user, permit),
        "may_remove": may_keep_permits(request.user)
        and permit.project.archived_at is None
        and permit.state == PermitState.NOT_STARTED,
        "entries": permit_history(permit),
    }
    return render(request, "projects/permits/permit_detail.html", context)


def permit_step(request: SignedIn, pk: int, state: str) -> HttpResponse:
    """One step of the procedure's course, with what it asks for."""
    permit, today = _find(request, pk), clock.today()
    if state not in STEP_FIELDS:
        raise Http404(f"没有“{state}”这一步。")
    if request.method != "POST" and state not in step_order(dated(permit), today):
        return redirect("permit-detail", pk)
    if not may_take_step(request.user, permit, state, today=today):
        raise PermissionDenied
    step, skips = PermitState(state), state not in next_states(dated(permit), today)
    form = StepForm(
        request.POST if request.method == "POST" else None, instance=permit, state=step, skips=skips, today=today
    )
    if form.is_valid():
        typed = form.cleaned_data
        details = {"version": typed["version"], "reason": typed.get("step_reason", "")}
        if attempt(form, take_step, permit, state, form.values(), **details, by=request.user, at=clock.now()):
            messages.success(request, f"“{permit}”{step.label}。")
            return redirect("permit-detail", pk)
    context: dict[str, Any] = {"form": form, "permit": permit, "verb": STEP_VERBS[step]}
    context["unmet"] = unmet_prerequisites(permit, today)
    return render(request, "projects/permits/permit_step.html", context, status=422 if form.is_bound else 200)


def permit_edit(request: SignedIn, pk: int) -> HttpResponse:
    permit = _find(request, pk)
    if not may_edit_permit(request.user, permit):
        raise PermissionDenied
    form = PermitForm(request.POST or None, instance=permit)
    if not may_keep_permits(request.user):
        del form.fields["due_on"]
    if form.is_valid():
        typed = form.cleaned_data
        details = {"version": typed["version"], "reason": typed["change_reason"]}
        if attempt(form, change_permit, permit, form.values(), **details, by=request.user, at=clock.now()):
            messages.success(request, f"已保存“{permit}”。")
            return redirect("permit-detail", pk)
    context = {"form": form, "permit": permit}
    return render(request, "projects/permits/permit_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
def permit_remove(request: SignedIn, pk: int) -> HttpResponse:
    permit = _find(request, pk)
    if not press(request, remove_permit, permit, done=f"已移除“{permit}”；需要时可以再添加。"):
        return redirect("permit-detail", pk)
    return redirect("project-permits", permit.project_id)


def _find(request: SignedIn, pk: int) -> Any:
    """The permit, with its deadline."""
    permits = Permit.objects.with_deadline().select_related("project", "permit_type__department")
    permits = permits.prefetch_related("pauses")
    return get_object_or_404(permits.filter(project__in=visible_projects(request.user)), pk=pk)
