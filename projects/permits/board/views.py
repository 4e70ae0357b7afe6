from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from leaders.organisations.models import Unit
from projects.periods.queries import holidays, workdays_note
from projects.permits.access import may_grant_for, may_keep_permits, may_take_step
from projects.permits.actions import take_steps
from projects.permits.board.filters import NONE_LISTED, BoardFilter
from projects.permits.board.queries import (
    SIGNS,
    board_totals,
    department_lines,
    kinds_in_use,
    pace_of,
    projects_with_permits,
    queue_of,
    unlisted_with_permits,
)
from projects.permits.board.tables import QueueTable, board_table
from projects.permits.filters import PermitFilter
from projects.permits.forms import AcceptForm, GrantForm, take_versions
from projects.permits.queries import PermitLine, active_permits, in_state, permit_state, tone_of
from projects.permits.rules import STEP_VERBS
from projects.registry.access import is_office, may_see_projects, visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, seen_versions, ticked
from yichuan_tracker.web.listing import listing_page

BOARD_ACTIONS = [("review-create", "召开联审会"), ("permit-apply-many", "按模板列出手续")]


@require_safe
def permit_list(request: SignedIn) -> HttpResponse:
    """The board: projects × procedures."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    department, is_none_listed = _number(request, "department"), request.GET.get("state") == NONE_LISTED
    permits, projects = active_permits(clock.today()), visible_projects(request.user).active()
    return listing_page(
        request,
        key="permit-board",
        table_class=board_table([] if is_none_listed else kinds_in_use(department), permits),
        filterset_class=BoardFilter,
        queryset=projects if is_none_listed else projects_with_permits(projects),
        template="projects/permits/permit_list.html",
        context={
            "chosen_list": _number(request, "list"),
            "signs": [(sign, state.label, tone_of(state)) for state, sign in SIGNS.items()],
            "may_import": is_office(request.user),
            "unlisted": unlisted_with_permits().count(),
            "bulk_actions": BOARD_ACTIONS if may_keep_permits(request.user) else [],
        },
        export_name="手续办理情况",
        totals=lambda rows: board_totals(rows, permits, department),
    )


@require_safe
def permit_departments(request: SignedIn) -> HttpResponse:
    """Each department: how far its procedures are, and how many were in time."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    context = {
        "lines": department_lines(today, holidays()),
        "own_unit": request.user.unit,
        "year": today.year,
        "calendar_note": workdays_note(today.replace(month=1, day=1), today),
    }
    return render(request, "projects/permits/permit_departments.html", context)


@require_safe
def permit_queue(request: SignedIn, pk: int) -> HttpResponse:
    """A department's own column of the board: what is open, or everything."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    department, today = get_object_or_404(Unit, pk=pk), clock.today()
    permits = queue_of(department, today)
    shows_all = request.GET.get("all") == "1" or "state" in request.GET
    return listing_page(
        request,
        key="permit-queue",
        table_class=QueueTable,
        filterset_class=PermitFilter,
        queryset=permits if shows_all else in_state(permits, "open"),
        template="projects/permits/permit_queue.html",
        context={
            "department": department,
            "shows_all": shows_all,
            "calendar_note": workdays_note(today.replace(month=1, day=1), today),
            "pace": pace_of(permits.filter(accepted_on__isnull=False), today, holidays()),
            "bulk_actions": [("permit-accept", "受理"), ("permit-grant", "办结")]
            if may_grant_for(request.user, pk)
            else [],
        },
        export_name=f"{department}手续办理情况",
    )


def permit_bulk(request: SignedIn, asks: type[AcceptForm | GrantForm]) -> HttpResponse:
    """受理 or 办结 of what was ticked in a department's queue, looked at once more, on one day."""
    if not may_grant_for(request.user, request.user.unit_id):
        raise PermissionDenied
    today = clock.today()
    permits = list(active_permits(today).filter(pk__in=ticked(request)).order_by("project", "pk"))
    if not permits:
        messages.warning(request, "没有勾选手续：请先在部门的待办里勾选。")
        return redirect("permit-departments")
    if not all(may_take_step(request.user, permit, asks.state, today=today) for permit in permits):
        raise PermissionDenied
    form, verb = asks(request.POST or None, permits, today), STEP_VERBS[asks.state]
    held = take_versions(permits, seen_versions(request.POST.getlist("seen"))) if form.is_bound else {}
    if form.is_valid():
        reason = form.cleaned_data.get("step_reason", "")
        count = attempt(form, take_steps, form.steps(), by=request.user, at=clock.now(), reason=reason)
        if count is not None:
            passed = len(permits) - count
            more = f"另有 {passed} 项原来就已{verb}，没有改动。" if passed else ""
            messages.success(request, f"已{verb} {count} 项手续。{more}")
            return redirect("permit-queue", permits[0].permit_type.department_id)
        take_versions(permits, held)  # What was changed has been told: sent again, it is seen.
    lines = [(PermitLine(one, permit_state(one, today)), form.document(one)) for one in permits]
    context = {"form": form, "verb": verb, "lines": lines}
    return render(request, "projects/permits/permit_bulk.html", context, status=422 if form.is_bound else 200)


def _number(request: SignedIn, name: str) -> int | None:
    """The id that a filter names; None for none and for nonsense."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
