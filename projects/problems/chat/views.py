from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from leaders.accounts.access import SignedIn
from projects.problems.access import may_edit_ladder, may_raise_problems
from projects.problems.actions import create_problem
from projects.problems.chat.actions import change_words
from projects.problems.chat.forms import DraftForm, PasteForm, WordsForm
from projects.problems.chat.queries import draft_of
from projects.problems.models import CategoryWords
from projects.registry.access import visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt


@require_http_methods(["GET", "HEAD", "POST"])
def problem_paste(request: SignedIn) -> HttpResponse:
    """First the text, then the draft that was made of it; nothing is written before the draft is sent."""
    if not may_raise_problems(request.user):
        raise PermissionDenied
    if request.POST.get("step") == "assign":
        return _assign(request)
    form = PasteForm(request.POST or None)
    if not form.is_valid():
        context = {"form": form, "words": CategoryWords.objects.all(), "may_edit": may_edit_ladder(request.user)}
        return render(request, "projects/problems/problem_paste.html", context, status=422 if form.is_bound else 200)
    draft = draft_of(form.cleaned_data["text"], request.user, clock.today())
    return _draft(request, DraftForm(initial=draft, projects=_projects(request)), draft["candidates"])


def _assign(request: SignedIn) -> HttpResponse:
    form = DraftForm(request.POST, projects=_projects(request))
    if form.is_valid():
        project = form.cleaned_data["project"]
        problem = attempt(form, create_problem, project, form.values(), by=request.user, at=clock.now())
        if problem:
            messages.success(request, "问题已交办，原话已保留。")
            return redirect("problem-detail", problem.pk)
    return _draft(request, form, [])


def _draft(request: SignedIn, form: DraftForm, candidates: list[str]) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "candidates": candidates, "original": form["original"].value()}
    return render(request, "projects/problems/problem_draft.html", context, status=422 if form.errors else 200)


def _projects(request: SignedIn) -> Any:
    return visible_projects(request.user).active().order_by("pinyin", "pk")


def words_edit(request: SignedIn, pk: int) -> HttpResponse:
    words = get_object_or_404(CategoryWords, pk=pk)
    if not may_edit_ladder(request.user):
        raise PermissionDenied
    form = WordsForm(request.POST or None, initial={"text": words.words, "version": words.version})
    if form.is_valid():
        attempt(form, change_words, words, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已保存。")
        return redirect("problem-paste")
    context = {"form": form, "words": words}
    return render(request, "projects/problems/words_edit.html", context, status=422 if form.is_bound else 200)
