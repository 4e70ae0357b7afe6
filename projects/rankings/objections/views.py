from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from leaders.audit.queries import history_of
from projects.rankings.models import RankingRun, RunState, Verdict
from projects.rankings.objections.access import (
    is_window_open,
    may_answer,
    may_open_window,
    may_see_objections,
    may_withdraw,
)
from projects.rankings.objections.actions import answer_objection, object_to, open_window, withdraw_objection
from projects.rankings.objections.forms import AnswerForm, ObjectForm, WindowForm
from projects.rankings.objections.queries import (
    all_objections,
    is_own_line,
    last_day_for,
    objections_visible_to,
    own_lines,
)
from projects.registry.access import visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version


@require_safe
def objection_list(request: SignedIn, run_pk: int) -> HttpResponse:
    """A run's comments: all of them for the office, a unit's own beside the rows it may comment on."""
    run = _seen_run(request, run_pk)
    context: dict[str, Any] = {"run": run, "rows": objections_visible_to(request.user, run)}
    context["is_open"] = is_window_open(run, clock.today())
    if may_open_window(request.user) and run.state == RunState.TRIAL:
        until = run.objections_until or last_day_for(run, clock.today())
        context["form"] = WindowForm(initial={"until": until, "version": run.version})
    if request.user.unit_id and run.state != RunState.RELEASED:
        context["lines"] = own_lines(request.user, run)
    return render(request, "projects/rankings/objection_list.html", context)


@require_POST
def objection_window(request: SignedIn, run_pk: int) -> HttpResponse:
    if not may_open_window(request.user):
        raise PermissionDenied
    run = get_object_or_404(RankingRun, pk=run_pk)
    form = WindowForm(request.POST)
    if form.is_valid():
        until, version = form.cleaned_data["until"], form.cleaned_data["version"]
        if attempt(form, open_window, run, until, by=request.user, at=clock.now(), version=version):
            messages.success(request, f"已请各单位核对自己的得分，{until} 截止。")
            return redirect("objection-list", run_pk)
    context = {"run": run, "rows": objections_visible_to(request.user, run), "form": form}
    return render(request, "projects/rankings/objection_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def objection_create(request: SignedIn, run_pk: int, project_pk: int | None = None) -> HttpResponse:
    """About one of the own unit's projects, or (no project) about the unit's own row."""
    run = _seen_run(request, run_pk)
    project = get_object_or_404(visible_projects(request.user), pk=project_pk) if project_pk else None
    subject = ("project", project.pk) if project else ("unit", request.user.unit_id or 0)
    if not is_own_line(request.user, run, *subject):
        raise PermissionDenied
    form = ObjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        raised = attempt(form, object_to, run, project, text=form.cleaned_data["text"], by=request.user, at=clock.now())
        if raised is not None:
            messages.success(request, "意见已提交，重点办答复后在首页和这里看得到。")
            return redirect("objection-detail", raised.pk)
    return render(request, "projects/rankings/objection_create.html", {"run": run, "project": project, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def objection_detail(request: SignedIn, pk: int) -> HttpResponse:
    """A comment and its answer, which the office writes here."""
    found = get_object_or_404(all_objections(request.user), pk=pk)
    may = may_answer(request.user)
    if not may_see_objections(request.user, found.run):
        raise Http404
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = AnswerForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        accepted = request.POST.get("verdict") == Verdict.ACCEPTED
        if attempt(
            form, answer_objection, found, accepted=accepted, by=request.user, at=clock.now(), **form.cleaned_data
        ):
            messages.success(request, "已答复。采纳的，请改好数据后重新试算。" if accepted else "已答复。")
            return redirect("objection-list", found.run_id)
    context: dict[str, Any] = {"found": found, "form": form if may and found.verdict == Verdict.PENDING else None}
    context |= {"may_withdraw": may_withdraw(request.user, found), "entries": history_of("objection", pk)}
    return render(request, "projects/rankings/objection_detail.html", context)


@require_POST
def objection_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    found = get_object_or_404(all_objections(request.user), pk=pk)
    if found.author_id != request.user.pk:
        raise PermissionDenied
    try:
        withdraw_objection(found, by=request.user, at=clock.now(), version=posted_version(request))
        messages.success(request, "已撤回，重点办不再答复。")
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("objection-list", found.run_id)


def _seen_run(request: SignedIn, pk: int) -> RankingRun:
    run = get_object_or_404(RankingRun, pk=pk)
    if not may_see_objections(request.user, run):
        raise Http404
    return run
