from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from leaders.accounts.access import SignedIn
from leaders.accounts.models import User
from projects.milestones.access import may_edit_milestone, may_log_milestones, may_steer_milestones, why_not_verify
from projects.milestones.actions import (
    archive_milestone,
    change_milestone,
    correct_due_on,
    create_milestone,
    record_done,
    restore_milestone,
    set_parameters,
    take_back_done,
    unverify_milestones,
    verify_milestones,
)
from projects.milestones.filters import MilestoneFilter
from projects.milestones.forms import (
    OFFICE_FIELDS,
    CorrectDueForm,
    DoneForm,
    MilestoneForm,
    ParametersForm,
    ReasonForm,
)
from projects.milestones.models import Milestone
from projects.milestones.queries import (
    chief_from,
    listed_milestones,
    milestone_history,
    moves_of,
    parameters,
    seen_by,
    state_words,
    tone_of,
    verification_words,
)
from projects.milestones.tables import MilestoneTable
from projects.registry.access import may_see_projects, visible_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, press, seen_versions, ticked
from yichuan_tracker.web.listing import listing_page

VERIFICATION = [("milestone-verify", "核实完成"), ("milestone-unverify", "撤销核实")]


@require_safe
def milestone_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    archived = request.GET.get("archived") == "1"
    return listing_page(
        request,
        key="milestones",
        table_class=MilestoneTable,
        filterset_class=MilestoneFilter,
        queryset=seen_by(
            request.user, listed_milestones(clock.today(), parameters()).filter(archived_at__isnull=not archived)
        ),
        template="projects/milestones/milestone_list.html",
        context={
            "archived": archived,
            "may_steer": (may_steer := may_steer_milestones(request.user)),
            "bulk_actions": VERIFICATION if may_steer and not archived else [],
        },
        export_name="节点",
    )


@require_safe
def milestone_detail(request: SignedIn, pk: int) -> HttpResponse:
    milestone = _find(request, pk)
    return _detail(request, milestone)


def milestone_parameters(request: SignedIn) -> HttpResponse:
    if not may_steer_milestones(request.user):
        raise PermissionDenied
    form = ParametersForm(request.POST or None, instance=parameters())
    if form.is_valid():
        version = form.cleaned_data["version"]
        if attempt(form, set_parameters, form.values(), version=version, by=request.user, at=clock.now()):
            messages.success(request, "已保存节点规则。")
            return redirect("milestone-list")
    template = "projects/milestones/milestone_parameters.html"
    return render(request, template, {"form": form}, status=422 if form.is_bound else 200)


def milestone_verify(request: SignedIn) -> HttpResponse:
    """Bulk: the milestones ticked in the list, looked at once more with what the units wrote, then verified. Those that the
    person reported done are told apart when the page opens."""
    page = {"title": "核实节点完成", "submit": "核实无误", "note": "现场或材料不符的，打开该节点用“核实不实”退回。"}
    page |= {"done": "已核实 {} 个节点。", "undo": "milestone-unverify"}
    return _bulk(request, verify_milestones, page, why_not_verify)


def milestone_unverify(request: SignedIn) -> HttpResponse:
    page = {"title": "撤销核实", "submit": "撤销核实", "note": "节点仍是已报完成，回到“待核实”。"}
    page |= {"done": "已撤销 {} 个节点的核实。", "undo": "milestone-verify"}
    return _bulk(request, unverify_milestones, page, lambda _user, _milestone: "")


def _bulk(
    request: SignedIn, action: Callable[..., int], page: dict[str, str], why_not: Callable[[User, Milestone], str]
) -> HttpResponse:
    if not may_steer_milestones(request.user):
        raise PermissionDenied
    listed = listed_milestones(clock.today(), parameters()).filter(pk__in=ticked(request), archived_at__isnull=True)
    refused = [(one, why) for one in listed if (why := why_not(request.user, one))]
    milestones = listed.exclude(pk__in=[one.pk for one, _ in refused])
    if not milestones and not refused:
        messages.warning(request, "没有勾选节点：请先在列表左侧勾选。")
        return redirect("milestone-list")
    form = forms.Form(request.POST if request.method == "POST" else None)
    if milestones and form.is_valid():
        count = attempt(form, action, _as_seen(request, milestones), by=request.user, at=clock.now())
        if count is not None:
            undo_url = f"{reverse(page['undo'])}?{request.GET.urlencode()}"
            messages.success(request, format_html('{}<a href="{}">撤销</a>', page["done"].format(count), undo_url))
            return redirect("milestone-list")
    context = {"form": form, "milestones": milestones.all(), "refused": refused, "page": page}
    return render(request, "projects/milestones/milestone_verify.html", context, status=422 if form.is_bound else 200)


def _as_seen(request: SignedIn, milestones: Iterable[Milestone]) -> list[Milestone]:
    """Of the versions that the page showed."""
    seen = seen_versions(request.POST.getlist("seen"))
    as_seen = list(milestones)
    for milestone in as_seen:
        milestone.version = seen.get(milestone.pk, 0)
    return as_seen


def milestone_create(request: SignedIn, pk: int) -> HttpResponse:
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    if not may_log_milestones(request.user, project, today=clock.today()):
        raise PermissionDenied
    form = MilestoneForm(request.POST or None)
    if not may_steer_milestones(request.user):
        form.leave_out(*OFFICE_FIELDS)
    if form.is_valid():
        milestone = attempt(form, create_milestone, project, form.values(), by=request.user, at=clock.now())
        if milestone:
            messages.success(request, f"已添加节点“{milestone}”。")
            return redirect("milestone-create" if "again" in request.POST else "project-detail", pk)
    context = {"form": form, "project": project}
    return render(request, "projects/milestones/milestone_create.html", context, status=422 if form.is_bound else 200)


def milestone_edit(request: SignedIn, pk: int) -> HttpResponse:
    milestone = _find_editable(request, pk)
    form = MilestoneForm(request.POST or None, instance=milestone)
    form.leave_out("due_on", *(() if may_steer_milestones(request.user) else OFFICE_FIELDS))
    if form.is_valid():
        details = {"version": form.cleaned_data["version"], "by": request.user, "at": clock.now()}
        if attempt(form, change_milestone, milestone, form.values(), **details):
            messages.success(request, "已保存。")
            return redirect("milestone-detail", pk)
    context = {"form": form, "milestone": milestone}
    return render(request, "projects/milestones/milestone_edit.html", context, status=422 if form.is_bound else 200)


def milestone_done(request: SignedIn, pk: int) -> HttpResponse:
    milestone = _find_editable(request, pk)
    return _act(request, milestone, DoneForm(request.POST), "done_form", record_done, done="已记录完成。")


def milestone_undone(request: SignedIn, pk: int) -> HttpResponse:
    milestone = _find_for_office(request, pk)
    return _act(request, milestone, ReasonForm(request.POST), "undone_form", take_back_done, done="已退回为未完成。")


def milestone_correct(request: SignedIn, pk: int) -> HttpResponse:
    milestone = _find_for_office(request, pk)
    return _act(
        request, milestone, CorrectDueForm(request.POST), "correct_form", correct_due_on, done="已更正原定日期。"
    )


def milestone_archive(request: SignedIn, pk: int) -> HttpResponse:
    milestone = _find_for_office(request, pk)
    return _act(request, milestone, ReasonForm(request.POST), "archive_form", archive_milestone, done="已归档。")


@require_POST
def milestone_restore(request: SignedIn, pk: int) -> HttpResponse:
    milestone = _find_for_office(request, pk)
    press(request, restore_milestone, milestone, done="已恢复。")
    return redirect("milestone-detail", pk)


def _act(
    request: SignedIn, milestone: Milestone, form: forms.Form, name: str, action: Callable[..., Any], *, done: str
) -> HttpResponse:
    """One of the small forms of the milestone's page: done, or that page again with the refusal on the form `name`.

    Asked for without a form (after signing in again), it is that page too.
    """
    if request.method != "POST":
        return redirect("milestone-detail", milestone.pk)
    if form.is_valid() and attempt(form, action, milestone, **form.cleaned_data, by=request.user, at=clock.now()):
        messages.success(request, done)
        return redirect("milestone-detail", milestone.pk)
    return _detail(request, milestone, **{name: form})


def _detail(request: SignedIn, milestone: Milestone, **refused: forms.Form) -> HttpResponse:
    today = clock.today()
    version = {"version": milestone.version}
    days = parameters()
    context: dict[str, Any] = {
        "milestone": milestone,
        "verification": verification_words(milestone),
        "words": state_words(milestone, today),
        "tone": tone_of(milestone, today, days.soon_days),
        "versions": moves_of(milestone),
        "chief_from": chief_from(milestone, today, days),
        "today": today,
        "entries": milestone_history(milestone),
        "may_edit": may_edit_milestone(request.user, milestone, today=today),
        "may_steer": may_steer_milestones(request.user),
        "objection": why_not_verify(request.user, milestone),
        "done_form": DoneForm(initial={"actual_on": milestone.actual_on or today} | version),
        "undone_form": ReasonForm(initial=version),
        "correct_form": CorrectDueForm(initial={"due_on": milestone.due_on} | version),
        "archive_form": ReasonForm(initial=version),
    }
    template = "projects/milestones/milestone_detail.html"
    return render(request, template, context | refused, status=422 if refused else 200)


def _find(request: SignedIn, pk: int) -> Milestone:
    milestones = Milestone.objects.select_related("project", "unit", "reporter", "verifier").filter(
        project__in=visible_projects(request.user)
    )
    return get_object_or_404(milestones, pk=pk)


def _find_editable(request: SignedIn, pk: int) -> Milestone:
    milestone = _find(request, pk)
    if not may_edit_milestone(request.user, milestone, today=clock.today()):
        raise PermissionDenied
    return milestone


def _find_for_office(request: SignedIn, pk: int) -> Milestone:
    milestone = _find(request, pk)
    if not may_steer_milestones(request.user):
        raise PermissionDenied
    return milestone
