from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from leaders.audit.queries import history_of
from leaders.groups.access import may_edit_groups
from leaders.groups.actions import archive_group, change_group, create_group, delete_group, restore_group
from leaders.groups.filters import GroupFilter
from leaders.groups.forms import GroupForm
from leaders.groups.models import WorkingGroup
from leaders.groups.queries import groups
from leaders.groups.tables import GroupTable
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version
from yichuan_tracker.web.listing import listing_page


@require_safe
def group_list(request: SignedIn) -> HttpResponse:
    return listing_page(
        request,
        key="groups",
        table_class=GroupTable,
        filterset_class=GroupFilter,
        queryset=groups(),
        template="leaders/groups/group_list.html",
        context={"may_edit": may_edit_groups(request.user)},
        export_name="指挥部和专班",
    )


@require_safe
def group_detail(request: SignedIn, pk: int) -> HttpResponse:
    group = get_object_or_404(groups(), pk=pk)
    context = {
        "group": group,
        "may_edit": may_edit_groups(request.user),
        "entries": history_of("workinggroup", group.pk),
    }
    return render(request, "leaders/groups/group_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def group_create(request: SignedIn) -> HttpResponse:
    _require(may_edit_groups(request.user))
    form = GroupForm(_posted(request))
    if form.is_valid():
        group = attempt(form, create_group, form.instance, by=request.user, at=clock.now())
        if group is not None:
            messages.success(request, f"已新建“{group}”。")
            return redirect("group-detail", group.pk)
    return render(request, "leaders/groups/group_create.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def group_edit(request: SignedIn, pk: int) -> HttpResponse:
    group = get_object_or_404(groups(), pk=pk)
    _require(may_edit_groups(request.user))
    form = GroupForm(_posted(request), instance=group)
    if form.is_valid():
        version = form.cleaned_data["version"]
        saved = attempt(form, change_group, group, form.values(), by=request.user, at=clock.now(), version=version)
        if saved is not None:
            messages.success(request, f"已保存“{saved}”。")
            return redirect("group-detail", pk)
    return render(request, "leaders/groups/group_edit.html", {"form": form, "pk": pk})


@require_POST
def group_archive(request: SignedIn, pk: int) -> HttpResponse:
    group = get_object_or_404(WorkingGroup, pk=pk)
    _require(may_edit_groups(request.user))
    archive_group(group, by=request.user, at=clock.now(), version=posted_version(request))
    messages.success(request, f"已归档“{group}”。需要时可在本页恢复。")
    return redirect("group-detail", pk)


@require_POST
def group_restore(request: SignedIn, pk: int) -> HttpResponse:
    group = get_object_or_404(WorkingGroup, pk=pk)
    _require(may_edit_groups(request.user))
    restore_group(group, by=request.user, at=clock.now(), version=posted_version(request))
    messages.success(request, f"已恢复“{group}”。")
    return redirect("group-detail", pk)


@require_POST
def group_delete(request: SignedIn, pk: int) -> HttpResponse:
    group = get_object_or_404(WorkingGroup, pk=pk)
    _require(may_edit_groups(request.user))
    try:
        delete_group(group, by=request.user, at=clock.now())
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
        return redirect("group-detail", pk)
    messages.success(request, f"已删除“{group}”。")
    return redirect("group-list")


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
