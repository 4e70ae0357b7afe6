import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leaders.accounts.access import SignedIn
from leaders.roles import Role
from projects.problems.access import (
    answers_for,
    may_answer_part,
    may_answer_problem,
    may_edit_problem,
    may_raise_problems,
    may_reopen_problem,
    may_verify_problem,
    may_work_on_problem,
    verifies_problems,
)
from projects.problems.actions import (
    add_part,
    answer_part,
    answer_problem,
    change_problem,
    close_problem,
    create_problem,
    note_problem,
    remove_part,
    reopen_problem,
    return_problem,
    sign_problem,
)
from projects.problems.filters import ProblemFilter
from projects.problems.forms import (
    AnswerForm,
    EditProblemForm,
    NoteForm,
    PartForm,
    ProblemForm,
    ReopenForm,
    VerdictForm,
)
from projects.problems.models import Problem, ProblemPart
from projects.problems.queries import (
    active_problems,
    deadline_words,
    default_due_on,
    due_on_note,
    new_problem_defaults,
    problem_history,
    tone_of,
)
from projects.problems.rules import is_at_once
from projects.problems.tables import ProblemTable
from projects.registry.access import is_office, may_see_projects, visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, press
from yichuan_tracker.web.listing import listing_page


@require_safe
def problem_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    return listing_page(
        request,
        key="problems",
        table_class=ProblemTable,
        filterset_class=ProblemFilter,
        queryset=active_problems(clock.today()),
        template="projects/problems/problem_list.html",
        context={"may_raise": may_raise_problems(request.user), "may_import": is_office(request.user)},
        export_name="问题台账",
    )


def problem_create(request: SignedIn, pk: int) -> HttpResponse:
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    if not may_raise_problems(request.user):
        raise PermissionDenied
    source_is_site = request.user.has_role(Role.INSPECTOR, Role.LEADER)
    form = ProblemForm(
        request.POST or None, initial=new_problem_defaults(project, clock.today(), is_on_site=source_is_site)
    )
    if form.is_valid():
        problem = attempt(form, create_problem, project, form.values(), by=request.user, at=clock.now())
        if problem:
            messages.success(request, "问题已交办。")
            return redirect("problem-detail", problem.pk)
    context = {"form": form, "project": project, "due_on_note": due_on_note(clock.today())}
    return render(request, "projects/problems/problem_create.html", context, status=422 if form.is_bound else 200)


@require_safe
def problem_detail(request: SignedIn, pk: int) -> HttpResponse:
    return _detail(request, _find(request, pk))


def problem_edit(request: SignedIn, pk: int) -> HttpResponse:
    problem = _find(request, pk)
    if not may_edit_problem(request.user, problem):
        raise PermissionDenied
    form = EditProblemForm(request.POST or None, instance=problem)
    if form.is_valid():
        typed = form.cleaned_data
        details = {"version": typed["version"], "reason": typed["reason"], "by": request.user, "at": clock.now()}
        if attempt(form, change_problem, problem, form.values(), **details):
            messages.success(request, "已保存。")
            return redirect("problem-detail", pk)
    context = {"form": form, "problem": problem}
    return render(request, "projects/problems/problem_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
def problem_sign(request: SignedIn, pk: int) -> HttpResponse:
    problem = _find(request, pk)
    if not answers_for(request.user, problem, today=clock.today()):
        raise PermissionDenied
    press(request, sign_problem, problem, done="已签收。办理中可以随时记进展，办完了再反馈。")
    return redirect("problem-detail", pk)


@require_POST
def problem_note(request: SignedIn, pk: int) -> HttpResponse:
    problem = _find(request, pk)
    if not answers_for(request.user, problem, today=clock.today()):
        raise PermissionDenied
    form = NoteForm(request.POST)
    if form.is_valid():
        attempt(form, note_problem, problem, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已记入办理过程。")
        return redirect("problem-detail", pk)
    return _detail(request, problem, note_form=form)


@require_POST
def problem_reopen(request: SignedIn, pk: int) -> HttpResponse:
    problem = _find(request, pk)
    if not verifies_problems(request.user):
        raise PermissionDenied
    form = ReopenForm(request.POST)
    if form.is_valid():
        attempt(form, reopen_problem, problem, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已重新交单位办理。")
        return redirect("problem-detail", pk)
    return _detail(request, problem, reopen_form=form)


@require_POST
def part_add(request: SignedIn, pk: int) -> HttpResponse:
    problem = _find(request, pk)
    if not may_edit_problem(request.user, problem):
        raise PermissionDenied
    form = PartForm(request.POST)
    if form.is_valid():
        attempt(form, add_part, problem, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已交办配合单位。")
        return redirect("problem-detail", pk)
    return _detail(request, problem, part_form=form)


@require_POST
def part_answer(request: SignedIn, pk: int) -> HttpResponse:
    part = _find_part(request, pk)
    if not may_answer_part(request.user, part):
        raise PermissionDenied
    form = AnswerForm(request.POST, auto_id=f"part-{pk}-%s")
    if form.is_valid():
        attempt(form, answer_part, part, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已反馈配合事项的办理情况。")
        return redirect("problem-detail", part.problem_id)
    return _detail(request, part.problem, part_answers={pk: form})


@require_POST
def part_remove(request: SignedIn, pk: int) -> HttpResponse:
    part = _find_part(request, pk)
    if not may_edit_problem(request.user, part.problem):
        raise PermissionDenied
    press(request, remove_part, part, done="已取消这个单位的配合事项。")
    return redirect("problem-detail", part.problem_id)


@require_POST
def problem_answer(request: SignedIn, pk: int) -> HttpResponse:
    problem = _find(request, pk)
    if not answers_for(request.user, problem, today=clock.today()):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    if form.is_valid():
        attempt(form, answer_problem, problem, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已反馈，等待核查销号。")
        return redirect("problem-detail", pk)
    return _detail(request, problem, answer_form=form)


@require_POST
def problem_verify(request: SignedIn, pk: int) -> HttpResponse:
    """核查: closes the problem, or with step=return sends it back."""
    problem = _find(request, pk)
    if not verifies_problems(request.user):
        raise PermissionDenied
    form = VerdictForm(request.POST)
    if form.is_valid():
        typed: dict[str, Any] = form.cleaned_data
        details: dict[str, Any] = {"version": typed["version"], "by": request.user, "at": clock.now()}
        if request.POST.get("step") == "return":
            done = attempt(form, return_problem, problem, reason=typed["reason"], **details)
        else:
            done = attempt(form, close_problem, problem, note=typed["reason"], **details)
        if done:
            messages.success(request, "已退回单位继续办理。" if done.closed_on is None else "已销号。")
            return redirect("problem-detail", pk)
    return _detail(request, problem, verdict_form=form)


def _detail(
    request: SignedIn, problem: Problem, *, part_answers: dict[int, AnswerForm] | None = None, **refused: forms.Form
) -> HttpResponse:
    """The page; `refused` are forms that came back with errors, `part_answers` those of supporting units by part."""
    today, user = clock.today(), request.user
    answered = timezone.localdate(problem.answered_at) if problem.answered_at else None
    context: dict[str, Any] = {
        "problem": problem,
        "words": deadline_words(problem, today),
        "tone": tone_of(problem, today),
        "entries": problem_history(problem),
        "may_edit": may_edit_problem(user, problem),
        "may_look": may_raise_problems(user),
        "may_answer": may_answer_problem(user, problem, today=today),
        "may_verify": may_verify_problem(user, problem),
        "is_asked": any(one.is_pending for one in problem.requests.all()),
        "may_work": may_work_on_problem(user, problem, today=today),
        "may_reopen": may_reopen_problem(user, problem),
        "is_at_once": is_at_once(problem.raised_on, answered),
        "parts": _parts(request, problem, part_answers or {}),
    }
    template = "projects/problems/problem_detail.html"
    status = 422 if refused or part_answers else 200
    return render(request, template, context | _fresh_forms(problem, today) | refused, status=status)


def _fresh_forms(problem: Problem, today: datetime.date) -> dict[str, forms.Form]:
    version = {"version": problem.version}
    return {
        "answer_form": AnswerForm(initial={"answer": problem.answer} | version),
        "verdict_form": VerdictForm(initial=version),
        "note_form": NoteForm(initial=version),
        "reopen_form": ReopenForm(initial=version | {"due_on": default_due_on(today)}),
        "part_form": PartForm(),
    }


def _find(request: SignedIn, pk: int) -> Problem:
    problems = Problem.objects.select_related(
        "project", "unit", "leader", "answerer", "verifier", "finding__inspection"
    )
    problems = problems.prefetch_related("requests", "finding__rechecks__inspection")
    return get_object_or_404(problems.filter(project__in=visible_projects(request.user)), pk=pk)


def _find_part(request: SignedIn, pk: int) -> ProblemPart:
    parts = ProblemPart.objects.select_related("problem__project", "problem__unit", "unit")
    return get_object_or_404(parts.filter(problem__project__in=visible_projects(request.user)), pk=pk)


def _parts(
    request: SignedIn, problem: Problem, refused: dict[int, AnswerForm]
) -> list[tuple[ProblemPart, AnswerForm | None]]:
    """The supporting units with the form of each that this person may answer."""
    shown: list[tuple[ProblemPart, AnswerForm | None]] = []
    for part in problem.parts.select_related("unit", "answerer"):
        part.problem = problem
        initial = {"answer": part.answer, "version": part.version}
        form = refused.get(part.pk) or AnswerForm(initial=initial, auto_id=f"part-{part.pk}-%s")
        shown.append((part, form if may_answer_part(request.user, part) else None))
    return shown
