from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from leaders.accounts.access import SignedIn
from projects.registry.access import (
    may_archive_project,
    may_edit_project,
    may_register_projects,
    may_see_projects,
    visible_projects,
)
from projects.registry.actions import (
    archive_project,
    assign_leader,
    change_project,
    change_sector,
    create_sector,
    delete_project,
    restore_project,
)
from projects.registry.forms import (
    AssignLeaderForm,
    NewProjectForm,
    ProjectForm,
    ReasonForm,
    SectorForm,
    SectorSizeForm,
)
from projects.registry.lists.actions import register_project
from projects.registry.models import Project, Sector
from projects.registry.queries import sectors_in_use
from projects.registry.rules import code_warnings
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt

Page = dict[str, Any]


def project_url(project: Project | int, tab: str = "") -> str:
    """The project's page, at one of its tabs."""
    url = reverse("project-detail", args=[project if isinstance(project, int) else project.pk])
    return f"{url}?tab={tab}" if tab else url


def record_page(
    request: SignedIn,
    form: forms.BaseForm,
    save: Callable[[], Any],
    *,
    back: str,
    done: str,
    page: Page,
    then: str = "",
) -> HttpResponse:
    """A form on a page of its own: saved and `then` (or `back`), or shown again with what was typed and why it was refused.

    `page` is the context of registry/record_form.html: title, and submit, explanation, project, remove_url as needed.
    """
    if form.is_valid():
        attempt(form, save)
        if form.is_valid():
            messages.success(request, done)
            return redirect(then or back)
    status = 422 if form.is_bound else 200
    context = {"form": form, "cancel_url": back, "submit": "保存", **page}
    return render(request, "projects/registry/record_form.html", context, status=status)


def posted(request: SignedIn) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def find_project(request: SignedIn, pk: int) -> Project:
    """404 when there is none or the person sees no projects."""
    return get_object_or_404(visible_projects(request.user), pk=pk)


def find_editable_project(request: SignedIn, pk: int) -> Project:
    """404 as find_project, 403 when the person may not edit it."""
    project = find_project(request, pk)
    if not may_edit_project(request.user, project):
        raise PermissionDenied
    return project


@require_http_methods(["GET", "HEAD", "POST"])
def project_create(request: SignedIn) -> HttpResponse:
    if not may_register_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    form = NewProjectForm(posted(request), initial={"year": today.year, "starts_on": today})
    if form.is_valid():
        project = attempt(form, register_project, form.registration(), by=request.user, at=clock.now())
        if project:
            messages.success(request, f"已登记“{project}”。")
            for warning in code_warnings(form.cleaned_data["code"], today):
                messages.warning(request, warning)
            return redirect(project_url(project))
    status = 422 if form.is_bound else 200
    return render(request, "projects/registry/project_create.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def project_edit(request: SignedIn, pk: int) -> HttpResponse:
    project = find_editable_project(request, pk)
    form = ProjectForm(posted(request), instance=project)
    if form.is_valid():
        changed = attempt(
            form,
            change_project,
            project,
            form.values(),
            by=request.user,
            at=clock.now(),
            version=form.cleaned_data["version"],
            is_different=form.cleaned_data["is_different"],
            reason=form.cleaned_data["reason"],
        )
        if changed:
            messages.success(request, f"已保存“{changed}”。")
            return redirect(project_url(changed))
    context = {"form": form, "project": project, "may_archive": may_archive_project(request.user)}
    return render(request, "projects/registry/project_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def project_archive(request: SignedIn, pk: int) -> HttpResponse:
    project = find_project(request, pk)
    if not may_archive_project(request.user):
        raise PermissionDenied
    if project.archived_at:
        messages.info(request, f"“{project}”已经归档。")
        return redirect(project_url(project))
    page = {
        "title": "归档项目",
        "submit": "归档",
        "explanation": "归档后项目不再出现在列表和合计中，资料和历史都保留，随时可以恢复。",
        "remove_url": reverse("project-delete", args=[pk]),
        "remove_text": "录错的项目，名下没有任何资料时可以直接删除。",
    }
    return _with_reason(request, project, archive_project, page)


@require_http_methods(["GET", "HEAD", "POST"])
def project_restore(request: SignedIn, pk: int) -> HttpResponse:
    project = find_project(request, pk)
    if not may_archive_project(request.user):
        raise PermissionDenied
    if not project.archived_at:
        messages.info(request, f"“{project}”没有归档，不用恢复。")
        return redirect(project_url(project))
    explanation = "恢复后项目重新出现在列表和合计中。"
    return _with_reason(
        request, project, restore_project, {"title": "恢复项目", "submit": "恢复", "explanation": explanation}
    )


def _with_reason(request: SignedIn, project: Project, action: Callable[..., Any], page: Page) -> HttpResponse:
    form = ReasonForm(posted(request), initial={"version": project.version})

    def save() -> Any:
        data = form.cleaned_data
        return action(project, by=request.user, at=clock.now(), version=data["version"], reason=data["reason"])

    done = f"已{page['submit']}“{project}”。"
    return record_page(request, form, save, back=project_url(project), done=done, page={**page, "project": project})


@require_http_methods(["GET", "HEAD", "POST"])
def project_delete(request: SignedIn, pk: int) -> HttpResponse:
    project = find_project(request, pk)
    if not may_archive_project(request.user):
        raise PermissionDenied
    form = ReasonForm(posted(request), initial={"version": project.version})
    page = {
        "title": "删除项目",
        "project": project,
        "submit": "删除",
        "explanation": "只有录错、名下没有任何资料的项目才能删除；其他项目请归档。",
    }

    def save() -> None:
        delete_project(project, **form.cleaned_data, by=request.user, at=clock.now())

    done = f"已删除“{project}”。"
    return record_page(
        request, form, save, back=project_url(project), done=done, page=page, then=reverse("project-list")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def project_assign_leader(request: SignedIn) -> HttpResponse:
    """Bulk: the projects ticked in the list, then who leads them from when."""
    if not may_register_projects(request.user):
        raise PermissionDenied
    projects = ticked_projects(request)
    if not projects:
        return nothing_ticked(request)
    form = AssignLeaderForm(posted(request), initial={"starts_on": clock.today()})
    page = {"title": "指定分包领导", "submit": "指定", "projects": projects}

    def save() -> int:
        data = form.cleaned_data
        return assign_leader(
            projects,
            data["leader"],
            starts_on=data["starts_on"],
            by=request.user,
            at=clock.now(),
            reason=data["reason"],
        )

    done = f"已为 {len(projects)} 个项目指定分包领导。"
    return record_page(request, form, save, back=reverse("project-list"), done=done, page=page)


def ticked_projects(request: SignedIn) -> list[Project]:
    """The projects whose boxes were ticked: they stand in the address (?pk=3&pk=4). What is no number is passed over."""
    ids = {int(text) for text in request.GET.getlist("pk") if text.isascii() and text.isdigit() and len(text) < 10}
    return list(visible_projects(request.user).active().filter(pk__in=ids).order_by("pk"))


def nothing_ticked(request: SignedIn) -> HttpResponse:
    messages.warning(request, "没有勾选项目：请先在列表左侧勾选要处理的项目。")
    return redirect("project-list")


@require_http_methods(["GET", "HEAD", "POST"])
def sector_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    may_edit = may_register_projects(request.user)
    form = SectorForm(posted(request))
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    if form.is_valid():
        attempt(form, create_sector, form.cleaned_data["name"], by=request.user, at=clock.now())
        if form.is_valid():
            messages.success(request, "已添加产业领域。")
            return redirect("sector-list")
    context = {"sectors": sectors_in_use(), "form": form, "may_edit": may_edit}
    return render(request, "projects/registry/sector_list.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def sector_edit(request: SignedIn, pk: int) -> HttpResponse:
    sector = get_object_or_404(Sector, pk=pk)
    if not may_register_projects(request.user):
        raise PermissionDenied
    form = SectorSizeForm(posted(request), instance=sector)

    def save() -> Sector:
        version = form.cleaned_data["version"]
        return change_sector(sector, form.values(), by=request.user, at=clock.now(), version=version)

    page = {"title": "修改产业领域"}
    return record_page(request, form, save, back=reverse("sector-list"), done="已保存。", page=page)
