from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leaders.accounts.access import SignedIn
from leaders.audit.queries import history_of
from projects.inspections.access import may_set_targets
from projects.inspections.checklists.actions import set_checklist
from projects.inspections.checklists.forms import ChecklistForm
from projects.inspections.checklists.queries import kinds_of_projects
from projects.inspections.models import Checklist
from projects.registry.access import may_see_projects
from projects.registry.models import Sector
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt


@require_safe
def checklist_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    context = {"kinds": kinds_of_projects(), "may_edit": may_set_targets(request.user)}
    return render(request, "projects/inspections/checklist_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def checklist_edit(request: SignedIn, pk: int | None = None) -> HttpResponse:
    """The checklist of a kind of project; without `pk` the one of all projects."""
    sector = get_object_or_404(Sector, pk=pk) if pk else None
    if not may_set_targets(request.user):
        raise PermissionDenied
    checklist = Checklist.objects.filter(sector=sector).first()
    points = checklist.items.filter(archived_at__isnull=True) if checklist else ()
    initial = {"points": "\n".join(item.text for item in points), "version": checklist.version if checklist else None}
    form = ChecklistForm(request.POST or None, initial=initial)
    if form.is_valid():
        attempt(form, set_checklist, sector, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已保存，以后打开的督查表按新清单。")
        return redirect("checklist-list")
    context = {"form": form, "sector": sector, "entries": history_of("checklist", checklist.pk) if checklist else []}
    return render(request, "projects/inspections/checklist_edit.html", context, status=422 if form.is_bound else 200)
