from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from leaders.accounts.access import SignedIn
from projects.guarantees.needs.actions import raise_need
from projects.guarantees.needs.forms import NeedForm
from projects.problems.access import may_raise_need
from projects.problems.queries import default_due_on
from projects.registry.access import visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt


@require_http_methods(["GET", "HEAD", "POST"])
def need_create(request: SignedIn, pk: int) -> HttpResponse:
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    if not may_raise_need(request.user, project, today=clock.today()):
        raise PermissionDenied
    form = NeedForm(request.POST or None, initial={"due_on": default_due_on(clock.today())})
    if form.is_valid():
        need = attempt(form, raise_need, project, form.values(), by=request.user, at=clock.now())
        if need:
            messages.success(request, f"需求已交给{need.unit}，答复会显示在问题台账和项目页的“问题”里。")
            return redirect("problem-detail", need.pk)
    context = {"form": form, "project": project}
    return render(request, "projects/guarantees/need_create.html", context, status=422 if form.is_bound else 200)
