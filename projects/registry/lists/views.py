from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leaders.accounts.access import SignedIn
from leaders.roles import Role
from projects.registry.access import may_register_projects, may_see_projects
from projects.registry.forms import ReasonForm
from projects.registry.lists.actions import (
    archive_list,
    change_list,
    change_membership,
    create_list,
    delete_list,
    join_list,
    restore_list,
)
from projects.registry.lists.filters import MemberFilter
from projects.registry.lists.forms import ChangesForm, JoinForm, ListForm, MembershipForm
from projects.registry.lists.queries import (
    ChangeLine,
    ListChange,
    all_members,
    changes_of_lists,
    last_change_on,
    list_lines,
)
from projects.registry.lists.tables import MemberTable, ReadOnlyMemberTable
from projects.registry.models import Membership, ProjectList
from projects.registry.queries import NO_TOTALS, totals_by_list
from projects.registry.views import nothing_ticked, posted, record_page, ticked_projects
from yichuan_tracker import clock
from yichuan_tracker.months import last_day, month_key
from yichuan_tracker.web.listing import listing_page


@require_safe
def list_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    archived = request.GET.get("archived") == "1"
    context = {
        "lines": list_lines(clock.today(), archived=archived),
        "archived": archived,
        "may_edit": may_register_projects(request.user),
    }
    return render(request, "projects/registry/list_list.html", context)


@require_safe
def list_changes(request: SignedIn) -> HttpResponse:
    """新增、调出、竣工 of a month; of the last month that has any unless one is asked for."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    asked = {"month": month_key(last_change_on(today) or today), **request.GET.dict()}
    form = ChangesForm(asked)
    lines: list[ChangeLine] = []
    latest = None
    if form.is_valid():
        month, project_list = form.cleaned_data["month"], form.cleaned_data["project_list"]
        lines = changes_of_lists(month, last_day(month), project_list)
        latest = None if lines else last_change_on(today, project_list)
    counts = [(kind.label, sum(line.kind == kind for line in lines)) for kind in ListChange]
    context = {"form": form, "lines": lines, "counts": counts, "latest": latest}
    return render(request, "projects/registry/list_changes.html", context)


@require_safe
def list_detail(request: SignedIn, pk: int) -> HttpResponse:
    project_list = get_object_or_404(ProjectList, pk=pk)
    if not may_see_projects(request.user):
        raise PermissionDenied
    may_edit = may_register_projects(request.user)
    is_reporter = request.user.has_role(Role.REPORTER)
    totals = totals_by_list([project_list], clock.today()).get(pk, NO_TOTALS)
    return listing_page(
        request,
        key="list-members",
        table_class=MemberTable if may_edit else ReadOnlyMemberTable,
        filterset_class=MemberFilter,
        queryset=all_members(project_list, clock.today()),
        template="projects/registry/list_detail.html",
        context={
            "project_list": project_list,
            "list_totals": totals,
            "may_edit": may_edit,
            "bulk_actions": [("request-leave-many", "申请调出")] if may_edit or is_reporter else [],
        },
        export_name=project_list.name,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def list_create(request: SignedIn) -> HttpResponse:
    _allow(request)
    form = ListForm(posted(request), initial={"year": clock.today().year})

    def save() -> ProjectList:
        return create_list(form.values(), by=request.user, at=clock.now())

    page = {"title": "新建清单", "explanation": "清单建好后，从“导入”上传名单，或在项目列表里勾选项目列入。"}
    return record_page(request, form, save, back=reverse("list-list"), done="已新建清单。", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def list_edit(request: SignedIn, pk: int) -> HttpResponse:
    project_list = get_object_or_404(ProjectList, pk=pk)
    _allow(request)
    form = ListForm(posted(request), instance=project_list)

    def save() -> ProjectList:
        version = form.cleaned_data["version"]
        return change_list(project_list, form.values(), by=request.user, at=clock.now(), version=version)

    page = {"title": f"修改清单：{project_list}"}
    return record_page(request, form, save, back=reverse("list-detail", args=[pk]), done="已保存清单。", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def list_archive(request: SignedIn, pk: int) -> HttpResponse:
    page = {
        "title": "归档清单",
        "submit": "归档",
        "explanation": "归档后清单不再出现在选择项里，里面的项目不受影响，随时可以恢复。",
        "remove_url": reverse("list-delete", args=[pk]),
        "remove_text": "录错的清单，里面没有项目时可以直接删除。",
    }
    return _with_reason(request, pk, archive_list, page)


@require_http_methods(["GET", "HEAD", "POST"])
def list_restore(request: SignedIn, pk: int) -> HttpResponse:
    page = {"title": "恢复清单", "submit": "恢复", "explanation": "恢复后清单重新出现在选择项里。"}
    return _with_reason(request, pk, restore_list, page)


def _with_reason(request: SignedIn, pk: int, action: Callable[..., Any], page: dict[str, Any]) -> HttpResponse:
    project_list = get_object_or_404(ProjectList, pk=pk)
    _allow(request)
    form = ReasonForm(posted(request), initial={"version": project_list.version})

    def save() -> Any:
        data = form.cleaned_data
        return action(project_list, by=request.user, at=clock.now(), version=data["version"], reason=data["reason"])

    done = f"已{page['submit']}“{project_list}”。"
    page = {**page, "title": f"{page['title']}：{project_list}"}
    return record_page(request, form, save, back=reverse("list-detail", args=[pk]), done=done, page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def list_delete(request: SignedIn, pk: int) -> HttpResponse:
    project_list = get_object_or_404(ProjectList, pk=pk)
    _allow(request)
    form = ReasonForm(posted(request), initial={"version": project_list.version})

    def save() -> None:
        delete_list(project_list, **form.cleaned_data, by=request.user, at=clock.now())

    page = {"title": f"删除清单：{project_list}", "submit": "删除", "explanation": "只有里面没有项目的清单才能删除。"}
    back, then = reverse("list-detail", args=[pk]), reverse("list-list")
    return record_page(request, form, save, back=back, done=f"已删除“{project_list}”。", page=page, then=then)


@require_http_methods(["GET", "HEAD", "POST"])
def project_join_list(request: SignedIn) -> HttpResponse:
    """Bulk: the projects ticked in the list of projects, then which list they join."""
    _allow(request)
    projects = ticked_projects(request)
    if not projects:
        return nothing_ticked(request)
    form = JoinForm(posted(request), initial={"joined_on": clock.today()})

    def save() -> int:
        data = form.cleaned_data
        return join_list(
            data["project_list"],
            projects,
            joined_on=data["joined_on"],
            section=data["section"],
            valid_until=data["valid_until"],
            by=request.user,
            at=clock.now(),
        )

    page = {"title": "列入清单", "submit": "列入", "projects": projects}
    done = f"{len(projects)} 个项目已在清单中。"
    return record_page(request, form, save, back=reverse("project-list"), done=done, page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def membership_edit(request: SignedIn, pk: int) -> HttpResponse:
    membership = _find_membership(request, pk)
    form = MembershipForm(posted(request), instance=membership)

    def save() -> Membership:
        version = form.cleaned_data["version"]
        return change_membership(membership, form.values(), by=request.user, at=clock.now(), version=version)

    page = {
        "title": f"在“{membership.project_list}”中的位置",
        "project": membership.project,
        "remove_url": reverse("request-leave", args=[pk]),
        "remove_text": "不再属于这份清单时：",
        "remove_label": "申请调出清单",
    }
    back = reverse("list-detail", args=[membership.project_list_id])
    return record_page(request, form, save, back=back, done="已保存。", page=page)


def _find_membership(request: SignedIn, pk: int) -> Membership:
    membership = get_object_or_404(Membership.objects.select_related("project", "project_list"), pk=pk)
    _allow(request)
    return membership


def _allow(request: SignedIn) -> None:
    if not may_register_projects(request.user):
        raise PermissionDenied
