from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.inspections.access import may_log_inspections, may_set_targets
from projects.inspections.models import InspectionParameters
from projects.inspections.planning.actions import set_targets
from projects.inspections.planning.forms import TargetsForm
from projects.inspections.planning.queries import ROUTE_LONGEST, route, suggestions
from projects.registry.access import visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt


@require_safe
def inspection_route(request: SignedIn) -> HttpResponse:
    """Where to go next, to be ticked; with `?project=` the chosen ones as a sheet to print and take along."""
    if not may_log_inspections(request.user):
        raise PermissionDenied
    today, wanted = clock.today(), request.GET.getlist("project")[:ROUTE_LONGEST]
    ids = [int(text) for text in wanted if text.isascii() and text.isdigit() and len(text) < 18]
    projects = visible_projects(request.user).active()
    if ids:
        chosen = list(projects.filter(pk__in=ids).select_related("township"))
        context: dict[str, Any] = {"lines": route(chosen, today), "today": today, "is_wide": True}
        return render(request, "projects/inspections/inspection_route.html", context)
    context = {"townships": suggestions(projects, today), "longest": ROUTE_LONGEST}
    return render(request, "projects/inspections/inspection_plan.html", context)


def inspection_targets(request: SignedIn) -> HttpResponse:
    if not may_set_targets(request.user):
        raise PermissionDenied
    row = InspectionParameters.objects.first() or InspectionParameters()
    initial = {"days_per_week": row.days_per_week, "unseen_days": row.unseen_days, "version": row.version}
    form = TargetsForm(request.POST or None, initial=initial)
    if form.is_valid():
        attempt(form, set_targets, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已保存。")
        return redirect("inspection-board")
    context = {"form": form}
    return render(
        request, "projects/inspections/inspection_targets.html", context, status=422 if form.is_bound else 200
    )
