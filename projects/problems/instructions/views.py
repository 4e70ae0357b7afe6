from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from leaders.accounts.access import SignedIn
from projects.problems.access import may_instruct
from projects.problems.instructions.actions import instruct
from projects.problems.instructions.forms import InstructionForm
from projects.problems.instructions.queries import new_instruction_defaults
from projects.problems.queries import due_on_note
from projects.registry.access import visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt


@require_http_methods(["GET", "HEAD", "POST"])
def instruction_create(request: SignedIn, pk: int) -> HttpResponse:
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    if not may_instruct(request.user):
        raise PermissionDenied
    today = clock.today()
    initial = new_instruction_defaults(request.user, project, today)
    form = InstructionForm(request.POST or None, user=request.user, initial=initial)
    if form.is_valid():
        problem = attempt(form, instruct, project, form.who, form.values(), by=request.user, at=clock.now())
        if problem:
            messages.success(request, "批示已交办，办理情况会显示在问题台账和批示领导的首页。")
            return redirect("problem-detail", problem.pk)
    context: dict[str, Any] = {"form": form, "project": project, "due_on_note": due_on_note(today)}
    status = 422 if form.is_bound else 200
    return render(request, "projects/problems/instruction_create.html", context, status=status)
