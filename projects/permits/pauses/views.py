from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from leaders.accounts.access import SignedIn
from projects.permits.models import Permit
from projects.permits.pauses.access import may_change_pause, may_pause
from projects.permits.pauses.actions import change_pause, pause_clock, remove_pause
from projects.permits.pauses.forms import PauseForm
from projects.permits.pauses.models import Pause
from projects.registry.access import visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version


def pause_create(request: SignedIn, pk: int) -> HttpResponse:
    permits = Permit.objects.select_related("project", "permit_type__department")
    permit = get_object_or_404(permits.filter(project__in=visible_projects(request.user)), pk=pk)
    if not may_pause(request.user, permit):
        raise PermissionDenied
    form = PauseForm(request.POST or None, initial={"from_on": clock.today()})
    if form.is_valid():
        pause = attempt(form, pause_clock, permit, form.values(), by=request.user, at=clock.now())
        if pause:
            messages.success(request, f"已登记“{permit}”补正，限时办结停表。")
            return redirect("permit-detail", pk)
    context = {"form": form, "permit": permit}
    return render(request, "projects/permits/pause_edit.html", context, status=422 if form.is_bound else 200)


def pause_edit(request: SignedIn, pk: int) -> HttpResponse:
    """The day on which the papers were in, or what was written wrong."""
    pause = _find(request, pk)
    form = PauseForm(request.POST or None, instance=pause)
    if form.is_valid():
        details = {"version": form.cleaned_data["version"], "by": request.user, "at": clock.now()}
        if attempt(form, change_pause, pause, form.values(), **details):
            messages.success(request, "已保存。")
            return redirect("permit-detail", pause.permit_id)
    context = {"form": form, "permit": pause.permit, "pause": pause}
    return render(request, "projects/permits/pause_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
def pause_remove(request: SignedIn, pk: int) -> HttpResponse:
    pause = _find(request, pk)
    remove_pause(pause, version=posted_version(request), by=request.user, at=clock.now())
    messages.success(request, "已移除这次补正，这几天重新计入限时办结；需要时可以再登记。")
    return redirect("permit-detail", pause.permit_id)


def _find(request: SignedIn, pk: int) -> Pause:
    pauses = Pause.objects.select_related("permit__project", "permit__permit_type__department")
    pause = get_object_or_404(pauses.filter(permit__project__in=visible_projects(request.user)), pk=pk)
    if not may_change_pause(request.user, pause):
        raise PermissionDenied
    return pause
