import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.inspections.access import (
    may_archive_inspection,
    may_edit_inspection,
    may_log_inspections,
    may_set_targets,
)
from projects.inspections.actions import (
    Assignment,
    add_photos,
    archive_inspection,
    assign_finding,
    change_inspection,
    log_inspection,
    restore_inspection,
)
from projects.inspections.filters import InspectionFilter
from projects.inspections.forms import AssignForm, InspectionForm, PhotosForm, ReasonForm
from projects.inspections.models import Finding, Inspection, InspectionPhoto
from projects.inspections.queries import (
    finding_defaults,
    fixed_inspector,
    inspection_history,
    inspectors,
    listed_inspections,
    new_inspection_defaults,
    onsite_week,
    project_choices,
    unseen_projects,
)
from projects.inspections.rechecks.queries import asked_of, findings_to_recheck, told_findings
from projects.inspections.tables import InspectionTable
from projects.problems.queries import due_on_note
from projects.registry.access import may_see_projects, visible_projects
from projects.registry.models import Project
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, press
from yichuan_tracker.web.listing import listing_page

UNSEEN_SHOWN = 20
RECHECKS_SHOWN = 10


@require_safe
def inspection_board(request: SignedIn) -> HttpResponse:
    """Days on site of a week (`?week=` any of its days)."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    week = onsite_week(_day_or(request.GET.get("week", ""), today))
    projects = visible_projects(request.user)
    unseen = unseen_projects(projects, min(today, week.sunday))  # those unseen at the end of a past week
    to_recheck = list(findings_to_recheck(projects.active(), today))
    context = {
        "to_recheck": to_recheck[:RECHECKS_SHOWN],
        "to_recheck_count": len(to_recheck),
        "week": week,
        "previous": week.monday - datetime.timedelta(days=7),
        "next": week.monday + datetime.timedelta(days=7),
        "is_this_week": week.monday <= today <= week.sunday,
        "unseen": unseen[:UNSEEN_SHOWN],
        "unseen_count": len(unseen),
        "may_log": may_log_inspections(request.user),
        "may_set": may_set_targets(request.user),
        "own_leader": request.user.leader,
    }
    return render(request, "projects/inspections/inspection_board.html", context)


@require_safe
def inspection_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    archived = request.GET.get("archived") == "1"
    return listing_page(
        request,
        key="inspections",
        table_class=InspectionTable,
        filterset_class=InspectionFilter,
        queryset=listed_inspections(archived=archived),
        template="projects/inspections/inspection_list.html",
        context={"archived": archived, "may_log": may_log_inspections(request.user)},
        export_name="督查记录",
    )


def inspection_create(request: SignedIn) -> HttpResponse:
    """First the project (own ones, or a search), then the visit; `?project=` comes straight to the second."""
    if not may_log_inspections(request.user):
        raise PermissionDenied
    today, user = clock.today(), request.user
    if not request.GET.get("project"):
        text = request.GET.get("q", "")[:100]
        choices = {"choices": project_choices(user, text, today), "q": text}
        return render(request, "projects/inspections/inspection_choose.html", choices)
    project = _project_or_404(request)
    form = _new_form(request, project)
    if form.is_valid():
        details = {"client_key": form.cleaned_data["client_key"], "by": user, "at": clock.now()}
        inspection = attempt(form, log_inspection, project, form.values(), **form.parts(), **details)
        if inspection:
            messages.success(request, "督查已记录。")
            return redirect("inspection-detail", inspection.pk)
    context: dict[str, Any] = {"form": form, "project": project, "due_on_note": due_on_note(today)}
    context["is_recheck"] = "finding" in request.GET
    return render(request, "projects/inspections/inspection_create.html", context, status=422 if form.is_bound else 200)


@login_not_required
@require_safe
def inspection_worker(request: HttpRequest) -> HttpResponse:
    """The script that opens kept forms where there is no network. It tells nothing, and is asked for without a session."""
    response = render(request, "projects/inspections/worker.js", content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def inspection_detail(request: SignedIn, pk: int) -> HttpResponse:
    return _detail(request, _find(request, pk))


def inspection_edit(request: SignedIn, pk: int) -> HttpResponse:
    inspection = _find(request, pk)
    if not may_edit_inspection(request.user, inspection):
        raise PermissionDenied
    points, earlier = asked_of(inspection.project, request.POST, inspection)
    form = InspectionForm(
        request.POST or None,
        request.FILES or None,
        points=points,
        earlier=earlier,
        fixed={name: getattr(inspection, name) for name in fixed_inspector(request.user)},
        instance=inspection,
        initial=finding_defaults(inspection.project, clock.today()),
    )
    if form.is_valid():
        details = {"version": form.cleaned_data["version"], "by": request.user, "at": clock.now()}
        if attempt(form, change_inspection, inspection, form.values(), **form.parts(), **details):
            messages.success(request, "已保存。")
            return redirect("inspection-detail", pk)
    context = {"form": form, "inspection": inspection, "project": inspection.project}
    return render(request, "projects/inspections/inspection_edit.html", context, status=422 if form.is_bound else 200)


def inspection_archive(request: SignedIn, pk: int) -> HttpResponse:
    inspection = _find(request, pk)
    if not may_archive_inspection(request.user, inspection):
        raise PermissionDenied
    if request.method != "POST":
        return redirect("inspection-detail", pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        attempt(form, archive_inspection, inspection, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, "已归档，不再计入本周督查。")
        return redirect("inspection-detail", pk)
    return _detail(request, inspection, archive_form=form)


@require_POST
def inspection_restore(request: SignedIn, pk: int) -> HttpResponse:
    inspection = _find(request, pk)
    if not may_archive_inspection(request.user, inspection):
        raise PermissionDenied
    press(request, restore_inspection, inspection, done="已恢复。")
    return redirect("inspection-detail", pk)


@require_POST
def inspection_photos(request: SignedIn, pk: int) -> HttpResponse:
    """Photos that come after the words: from the phone's outbox, or chosen later."""
    inspection = _find(request, pk)
    if not may_edit_inspection(request.user, inspection):
        raise PermissionDenied
    form = PhotosForm(request.POST, request.FILES)
    if form.is_valid():
        add_photos(inspection, form.cleaned_data["photos"], by=request.user, at=clock.now())
        messages.success(request, "照片已保存。")
        return redirect("inspection-detail", pk)
    return _detail(request, inspection, photos_form=form)


def finding_assign(request: SignedIn, pk: int) -> HttpResponse:
    """A finding that was only noted becomes a problem of the ledger."""
    findings = Finding.objects.select_related("inspection__project", "problem")
    finding = get_object_or_404(findings.filter(inspection__project__in=visible_projects(request.user)), pk=pk)
    if not may_edit_inspection(request.user, finding.inspection):
        raise PermissionDenied
    proposed = finding_defaults(finding.inspection.project, clock.today())
    initial = {"unit": proposed["finding_unit"], "due_on": proposed["finding_due_on"], "version": finding.version}
    form = AssignForm(request.POST or None, initial=initial)
    if form.is_valid():
        typed = form.cleaned_data
        assignment = Assignment(typed["unit"], typed["due_on"], typed["category"])
        details = {"version": typed["version"], "by": request.user, "at": clock.now()}
        problem = attempt(form, assign_finding, finding, assignment, **details)
        if problem:
            messages.success(request, "已转为问题并交办。")
            return redirect("problem-detail", problem.pk)
    context = {"form": form, "finding": finding, "due_on_note": due_on_note(clock.today())}
    return render(request, "projects/inspections/finding_assign.html", context, status=422 if form.is_bound else 200)


@require_safe
def inspection_photo(request: SignedIn, pk: int) -> FileResponse:
    """A JPEG that we encoded ourselves, to whoever may see the visit; a browser runs nothing in it."""
    photos = InspectionPhoto.objects.filter(inspection__project__in=visible_projects(request.user))
    photo = get_object_or_404(photos, pk=pk)
    try:
        file = photo.image.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type="image/jpeg")
    response["Content-Disposition"] = f'inline; filename="{photo.pk}.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _detail(request: SignedIn, inspection: Inspection, **refused: forms.Form) -> HttpResponse:
    context: dict[str, Any] = {
        "inspection": inspection,
        "inspectors": inspectors(inspection),
        "findings": told_findings().filter(inspection=inspection),
        "checks": inspection.checks.select_related("item"),
        "rechecks": inspection.rechecks.select_related("finding__inspection"),
        "may_log": may_log_inspections(request.user),
        "photos": inspection.photos.all(),
        "entries": inspection_history(inspection),
        "may_edit": may_edit_inspection(request.user, inspection),
        "may_archive": may_archive_inspection(request.user, inspection),
        "photos_form": PhotosForm(),
        "archive_form": ReasonForm(initial={"version": inspection.version}),
    }
    template = "projects/inspections/inspection_detail.html"
    return render(request, template, context | refused, status=422 if refused else 200)


def _find(request: SignedIn, pk: int) -> Inspection:
    visits = Inspection.objects.select_related("project", "leader", "unit", "group", "author")
    return get_object_or_404(visits.filter(project__in=visible_projects(request.user)), pk=pk)


def _new_form(request: SignedIn, project: Project) -> InspectionForm:
    """`?finding=` is one to be looked at again."""
    points, earlier = asked_of(project, [*request.POST, f"recheck-{request.GET.get('finding', '')}"])
    return InspectionForm(
        request.POST or None,
        request.FILES or None,
        fixed=fixed_inspector(request.user),
        points=points,
        earlier=earlier,
        initial=new_inspection_defaults(request.user, project, clock.today()),
    )


def _project_or_404(request: SignedIn) -> Project:
    text = request.GET.get("project", "")
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Http404
    return get_object_or_404(visible_projects(request.user).active(), pk=int(text))


def _day_or(text: str, default: datetime.date) -> datetime.date:
    """The day written 2023-07-05, as far as weeks around it can be reckoned; else `default`."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return default
    return day if 1950 <= day.year <= 2199 else default
