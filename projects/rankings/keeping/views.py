from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from leaders.audit.queries import history_of
from projects.rankings.keeping.access import may_keep_boards
from projects.rankings.keeping.actions import add_member, change_board, change_member, create_board, remove_member
from projects.rankings.keeping.forms import AddMemberForm, BoardForm, MemberForm
from projects.rankings.keeping.queries import NAMED, boards_with_counts, member_lines
from projects.rankings.models import Board, BoardMember
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version


@require_safe
def board_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    boards = boards_with_counts(clock.today())
    context = {"boards": boards, "named": NAMED, "may_keep": may_keep_boards(request.user)}
    return render(request, "projects/rankings/board_list.html", context)


@require_safe
def board_detail(request: SignedIn, pk: int) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    board = get_object_or_404(Board, pk=pk)
    return _detail(request, board, AddMemberForm(board))


@require_http_methods(["GET", "HEAD", "POST"])
def board_create(request: SignedIn) -> HttpResponse:
    _require_keeper(request)
    form = BoardForm(request.POST or None)
    if form.is_valid():
        board = attempt(form, create_board, form.instance, by=request.user, at=clock.now())
        if board is not None:
            messages.success(request, f"已新建“{board}”，从下一次试算起排名。")
            return redirect("board-detail", board.pk)
    return render(request, "projects/rankings/board_edit.html", {"form": form, "board": None})


@require_http_methods(["GET", "HEAD", "POST"])
def board_edit(request: SignedIn, pk: int) -> HttpResponse:
    _require_keeper(request)
    board = get_object_or_404(Board, pk=pk)
    form = BoardForm(request.POST or None, instance=board)
    if form.is_valid():
        version = form.cleaned_data["version"]
        if attempt(form, change_board, board, form.values(), by=request.user, at=clock.now(), version=version):
            messages.success(request, f"已保存“{board}”。")
            return redirect("board-detail", pk)
    return render(request, "projects/rankings/board_edit.html", {"form": form, "board": board})


@require_POST
def board_add(request: SignedIn, pk: int) -> HttpResponse:
    _require_keeper(request)
    board = get_object_or_404(Board, pk=pk)
    form = AddMemberForm(board, request.POST)
    if form.is_valid():
        member = attempt(form, add_member, board, **form.cleaned_data, by=request.user, at=clock.now())
        if member is not None:
            messages.success(request, f"“{member}”从 {member.starts_on} 起列入“{board}”；已公布的月份不变。")
            return redirect("board-detail", pk)
    return _detail(request, board, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def board_member(request: SignedIn, pk: int) -> HttpResponse:
    """The days of one membership."""
    _require_keeper(request)
    member = get_object_or_404(BoardMember.objects.select_related("board", "unit"), pk=pk)
    form = MemberForm(member, request.POST or None)
    if form.is_valid():
        saved = attempt(form, change_member, member, **form.cleaned_data, by=request.user, at=clock.now())
        if saved is not None:
            messages.success(request, f"已保存“{saved}”的起止日期；已公布的月份不变。")
            return redirect("board-detail", member.board_id)
    return render(request, "projects/rankings/board_member.html", {"form": form, "member": member})


@require_POST
def board_remove(request: SignedIn, pk: int) -> HttpResponse:
    _require_keeper(request)
    member = get_object_or_404(BoardMember.objects.select_related("board", "unit"), pk=pk)
    remove_member(member, by=request.user, at=clock.now(), version=posted_version(request))
    messages.success(request, f"已删除“{member}”这一段，历史中仍可查到。")
    return redirect("board-detail", member.board_id)


def _detail(request: SignedIn, board: Board, form: AddMemberForm, status: int = 200) -> HttpResponse:
    context = {
        "board": board,
        "lines": member_lines(board, clock.today()),
        "is_named": board.kind in NAMED,
        "may_keep": may_keep_boards(request.user),
        "form": form,
        "entries": history_of("board", board.pk),
    }
    return render(request, "projects/rankings/board_detail.html", context, status=status)


def _require_keeper(request: SignedIn) -> None:
    if not may_keep_boards(request.user):
        raise PermissionDenied
