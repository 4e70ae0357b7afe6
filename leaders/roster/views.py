from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from leaders.audit.queries import history_of
from leaders.roster.access import may_edit_leaders
from leaders.roster.actions import archive_leader, change_leader, create_leader, delete_leader, restore_leader
from leaders.roster.filters import LeaderFilter
from leaders.roster.forms import LeaderForm
from leaders.roster.models import Leader
from leaders.roster.queries import leaders
from leaders.roster.tables import LeaderTable
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version
from yichuan_tracker.web.listing import listing_page


@require_safe
def leader_list(request: SignedIn) -> HttpResponse:
    return listing_page(
        request,
        key="leaders",
        table_class=LeaderTable,
        filterset_class=LeaderFilter,
        queryset=leaders(),
        template="leaders/roster/leader_list.html",
        context={"may_edit": may_edit_leaders(request.user)},
        export_name="领导",
    )


@require_safe
def leader_detail(request: SignedIn, pk: int) -> HttpResponse:
    leader = get_object_or_404(leaders().prefetch_related("led_groups"), pk=pk)
    context = {
        "leader": leader,
        "may_edit": may_edit_leaders(request.user),
        "entries": history_of("leader", leader.pk),
    }
    return render(request, "leaders/roster/leader_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def leader_create(request: SignedIn) -> HttpResponse:
    _require(may_edit_leaders(request.user))
    form = LeaderForm(_posted(request))
    if form.is_valid():
        aliases = form.cleaned_data["aliases"]
        leader = attempt(form, create_leader, form.instance, aliases=aliases, by=request.user, at=clock.now())
        if leader is not None:
            messages.success(request, f"已新建“{leader}”。")
            return redirect("leader-detail", leader.pk)
    return render(request, "leaders/roster/leader_create.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def leader_edit(request: SignedIn, pk: int) -> HttpResponse:
    leader = get_object_or_404(leaders(), pk=pk)
    _require(may_edit_leaders(request.user))
    form = LeaderForm(_posted(request), instance=leader)
    if form.is_valid():
        saved = attempt(
            form,
            change_leader,
            leader,
            form.values(),
            aliases=form.cleaned_data["aliases"],
            by=request.user,
            at=clock.now(),
            version=form.cleaned_data["version"],
        )
        if saved is not None:
            messages.success(request, f"已保存“{saved}”。")
            return redirect("leader-detail", pk)
    return render(request, "leaders/roster/leader_edit.html", {"form": form, "pk": pk})


@require_POST
def leader_archive(request: SignedIn, pk: int) -> HttpResponse:
    leader = get_object_or_404(Leader, pk=pk)
    _require(may_edit_leaders(request.user))
    archive_leader(leader, by=request.user, at=clock.now(), version=posted_version(request))
    messages.success(request, f"已归档“{leader}”。需要时可在本页恢复。")
    return redirect("leader-detail", pk)


@require_POST
def leader_restore(request: SignedIn, pk: int) -> HttpResponse:
    leader = get_object_or_404(Leader, pk=pk)
    _require(may_edit_leaders(request.user))
    restore_leader(leader, by=request.user, at=clock.now(), version=posted_version(request))
    messages.success(request, f"已恢复“{leader}”。")
    return redirect("leader-detail", pk)


@require_POST
def leader_delete(request: SignedIn, pk: int) -> HttpResponse:
    leader = get_object_or_404(Leader, pk=pk)
    _require(may_edit_leaders(request.user))
    try:
        delete_leader(leader, by=request.user, at=clock.now())
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
        return redirect("leader-detail", pk)
    messages.success(request, f"已删除“{leader}”。")
    return redirect("leader-list")


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
