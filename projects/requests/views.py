from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.milestones.models import Milestone
from projects.milestones.queries import parameters
from projects.problems.models import Problem
from projects.problems.rules import WAITING_STATES
from projects.registry.access import visible_projects
from projects.registry.models import Membership, Project
from projects.requests.access import (
    may_ask,
    may_ask_about,
    may_ask_at_all,
    may_ask_for_light,
    may_decide,
    may_withdraw,
    why_not_decide_request,
)
from projects.requests.actions import approve, ask, ask_for_all, reject, withdraw
from projects.requests.forms import AskForm, DecideForm
from projects.requests.models import ChangeRequest
from projects.requests.queries import (
    all_requests,
    members_to_leave,
    options_for,
    planned_date,
    request_history,
    versions_of,
)
from projects.requests.rules import PROBLEM_KINDS, RequestKind, Verdict, is_near_deadline
from yichuan_tracker import clock
from yichuan_tracker.web.downloads import attachment
from yichuan_tracker.web.forms import attempt, decision_of, press, ticked


@require_safe
def request_detail(request: SignedIn, pk: int) -> HttpResponse:
    return _detail(request, _find(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def request_decide(request: SignedIn, pk: int) -> HttpResponse:
    found = _find(request, pk)
    if not may_decide(request.user, found):
        raise PermissionDenied(why_not_decide_request(request.user, found))
    if request.method != "POST":
        return redirect("request-detail", pk)
    action = decision_of(request, approve, reject)
    form = DecideForm(request.POST)
    if form.is_valid() and attempt(form, action, found, **form.cleaned_data, by=request.user, at=clock.now()):
        messages.success(request, "已批准，已按申请变更。" if action is approve else "不批准，申请人看得到理由。")
        return redirect("request-detail", pk)
    return _detail(request, found, form=form)


@require_POST
def request_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    found = _find(request, pk)
    if not may_withdraw(request.user, found):
        raise PermissionDenied
    press(request, withdraw, found, done="已撤回，需要时可以重新申请。")
    return redirect("request-detail", pk)


@require_safe
def request_file(request: SignedIn, pk: int) -> HttpResponse:
    found = _find(request, pk)
    if not found.file:
        raise Http404
    try:
        with found.file.open("rb") as stream:
            return attachment(found.file_name, stream.read(), "application/octet-stream")
    except FileNotFoundError as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
def request_create(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """Of the project itself: its state, or its planned start and end."""
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    if kind not in {option.kind for option in options_for(project, clock.today())}:
        _allow(request, project)
        wanted = RequestKind(kind).label if kind in RequestKind.values else "这个事项"
        messages.warning(request, f"项目现在是“{project.get_state_display()}”，不能申请{wanted}。")
        return redirect(_requests_of(project))
    if kind == RequestKind.CHANGE_LIGHT:
        if not may_ask_for_light(request.user, project):
            raise PermissionDenied
        return _ask_for(request, RequestKind(kind), project, project)
    return _ask(request, RequestKind(kind), project, project)


@require_http_methods(["GET", "HEAD", "POST"])
def request_move(request: SignedIn, pk: int) -> HttpResponse:
    """Another date for a milestone."""
    milestones = Milestone.objects.active().select_related("project")
    milestone = get_object_or_404(milestones.filter(project__in=visible_projects(request.user)), pk=pk)
    return _ask(request, RequestKind.MOVE_MILESTONE, milestone, milestone.project)


@require_http_methods(["GET", "HEAD", "POST"])
def request_leave(request: SignedIn, pk: int) -> HttpResponse:
    """Out of a list."""
    members = Membership.objects.select_related("project", "project_list")
    membership = get_object_or_404(members.filter(project__in=visible_projects(request.user)), pk=pk)
    return _ask(request, RequestKind.LEAVE, membership, membership.project)


@require_http_methods(["GET", "HEAD", "POST"])
def request_leave_many(request: SignedIn) -> HttpResponse:
    """The ticked projects of a list, out of it: one reason and one evidence, a request for each."""
    if not may_ask_at_all(request.user):
        raise PermissionDenied
    ids = ticked(request)
    judged = members_to_leave(ids, request.user, clock.today())
    allowed = [member for member, why in judged if not why]
    form = AskForm(RequestKind.LEAVE, request.POST or None, request.FILES or None)
    if form.is_bound and len(allowed) < len(ids):
        form.add_error(None, "有项目在您打开页面后不能申请了，本次一份也没有提交；请核对下面的项目后再提交。")
    if allowed and form.is_valid():
        made = attempt(form, ask_for_all, form.asked(allowed[0]), allowed, by=request.user, at=clock.now())
        if made:
            messages.success(request, f"已提交 {len(made)} 份调出申请，等待审批。")
            return redirect(f"{reverse('request-list')}?tab=mine")
    context = {
        "form": form,
        "draft": f"leave-{'-'.join(str(member.pk) for member in allowed)}",
        "allowed": allowed,
        "action": f"?{urlencode([('pk', member.pk) for member in allowed])}",
        "refused": [(member, why) for member, why in judged if why],
        "back": reverse("list-detail", args=[judged[0][0].project_list_id]) if judged else reverse("list-list"),
    }
    return render(request, "projects/requests/request_leave_many.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def request_problem(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """More time, another unit, or 挂账 for an entry of the problem ledger."""
    problems = Problem.objects.select_related("project", "unit")
    problem = get_object_or_404(problems.filter(project__in=visible_projects(request.user)), pk=pk)
    if kind not in PROBLEM_KINDS:
        raise Http404
    if not may_ask_about(request.user, problem, today=clock.today()):
        raise PermissionDenied
    if problem.state not in WAITING_STATES:
        messages.warning(request, f"这个问题现在是“{problem.get_state_display()}”，不能申请{RequestKind(kind).label}。")
        return redirect("problem-detail", pk)
    return _ask_for(request, RequestKind(kind), problem, problem.project)


def _ask(
    request: SignedIn, kind: RequestKind, about: Project | Milestone | Membership, project: Project
) -> HttpResponse:
    _allow(request, project)
    return _ask_for(request, kind, about, project)


def _ask_for(
    request: SignedIn, kind: RequestKind, about: Project | Milestone | Membership | Problem, project: Project
) -> HttpResponse:
    form = AskForm(kind, request.POST or None, request.FILES or None)
    if form.is_valid():
        made = attempt(form, ask, form.asked(about), by=request.user, at=clock.now())
        if made:
            messages.success(request, "已提交申请，等待审批。")
            return redirect("request-detail", made.pk)
    if isinstance(about, Problem):
        planned = about.due_on if kind == RequestKind.DELAY_PROBLEM else None
    else:
        planned = planned_date(kind, project, about if isinstance(about, Milestone) else None)
    context: dict[str, Any] = {"form": form, "kind": kind, "about": about, "project": project, "planned": planned}
    context["draft"] = f"request-{kind}-{about.pk}"
    is_problem = isinstance(about, Problem)
    context["needs_chief"] = (
        planned is not None and not is_problem and is_near_deadline(planned, clock.today(), parameters().near_days)
    )
    context["back"] = reverse("problem-detail", args=[about.pk]) if is_problem else _requests_of(project)
    return render(request, "projects/requests/request_create.html", context, status=422 if form.is_bound else 200)


def _allow(request: SignedIn, project: Project) -> None:
    if not may_ask(request.user, project, today=clock.today()):
        raise PermissionDenied


def _requests_of(project: Project) -> str:
    return f"{reverse('project-detail', args=[project.pk])}?tab=requests"


def _detail(request: SignedIn, found: ChangeRequest, form: DecideForm | None = None) -> HttpResponse:
    is_pending = found.verdict == Verdict.PENDING
    context: dict[str, Any] = {
        "found": found,
        "versions": versions_of(found),
        "entries": request_history(found),
        "is_waiting": is_pending,
        "objection": why_not_decide_request(request.user, found),
        "may_withdraw": is_pending and may_withdraw(request.user, found),
        "form": form or DecideForm(initial={"version": found.version}),
    }
    template = "projects/requests/request_detail.html"
    return render(request, template, context, status=422 if form else 200)


def _find(request: SignedIn, pk: int) -> ChangeRequest:
    return get_object_or_404(all_requests().filter(project__in=visible_projects(request.user)), pk=pk)
