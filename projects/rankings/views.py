import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.periods.queries import figures_month, period_for
from projects.progress.corrections.queries import corrected_since
from projects.rankings.access import may_run_rankings, may_see_board, may_see_run, sees_whole_board
from projects.rankings.actions import (
    compute_trial,
    give_points,
    publish_run,
    release_run,
    take_back_points,
    withdraw_run,
)
from projects.rankings.export import board_workbook
from projects.rankings.forms import AdjustmentForm, WithdrawForm
from projects.rankings.models import Adjustment, Board, RankingRow, RankingRun
from projects.rankings.objections.queries import is_own_line
from projects.rankings.queries import (
    adjustments_of,
    as_frozen,
    board_lines,
    boards_for,
    digest_of,
    editions,
    frozen_money,
    frozen_score,
    opened,
    runs_visible_to,
    streaks_of,
)
from projects.rankings.reading.queries import reading_of
from projects.rankings.sources import source_page
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.months import month_key, parse_month
from yichuan_tracker.web.forms import attempt, posted_version


@require_safe
def ranking_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    month = figures_month(clock.today())
    context = {"runs": runs_visible_to(request.user), "month": month, "may_run": may_run_rankings(request.user)}
    return render(request, "projects/rankings/ranking_list.html", context)


@require_safe
def ranking_month(request: SignedIn, month: str) -> HttpResponse:
    """A month's boards, the newest edition that the person may see, or the one asked for."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    first = _month(month)
    known = editions(request.user, first)
    run = next((run for run in known if str(run.edition) == request.GET.get("edition")), known[0] if known else None)
    boards = boards_for(request.user, first, run)
    board = next((board for board in boards if board.key == request.GET.get("board")), boards[0] if boards else None)
    may_run = may_run_rankings(request.user)
    context: dict[str, Any] = {"month": first, "run": run, "editions": known, "boards": boards, "board": board}
    context["is_wide"] = True  # on paper
    if run is not None and board is not None:
        lines = board_lines(run, board, request.user)
        if request.GET.get("export") == "xlsx":
            return board_workbook(run, board, lines)
        context |= {"lines": lines, "is_intact": not may_run or digest_of(run) == run.sha256}
    context["may_run"] = may_run
    context["reported_in"] = None if run is not None else period_for(first)
    return render(request, "projects/rankings/ranking_month.html", context)


@require_safe
def ranking_row(request: SignedIn, pk: int) -> HttpResponse:
    """A row of a board opened: its formula with the numbers put in, and the projects behind it."""
    row = get_object_or_404(RankingRow.objects.select_related("run", "board"), pk=pk)
    if not is_own_line(request.user, row.run, row.subject_type, row.subject_id):
        _allow_to_see(request, row.run, row.board)
    is_own = row.subject_type == "leader" and row.subject_id == request.user.leader_id
    if not sees_whole_board(request.user, row.board) and not is_own:
        raise Http404
    if row.subject_type == "project":
        return redirect("ranking-project", run_pk=row.run_id, project_pk=row.subject_id)
    context = {"row": row, "run": row.run, "detail": opened(row), "board": as_frozen(row.board, row.run.frozen)}
    if row.subject_type != "leader":
        context["reading"] = reading_of(row)
        members = context["detail"].members
        money = frozen_money(row.run, [one.project_id for one in members])
        context["members"] = [(one, *money.get(one.project_id, (None, None))) for one in members]
    return render(request, "projects/rankings/ranking_row.html", context)


@require_safe
def ranking_project(request: SignedIn, run_pk: int, project_pk: int) -> HttpResponse:
    run = get_object_or_404(RankingRun.objects.select_related("scheme"), pk=run_pk)
    if not is_own_line(request.user, run, "project", project_pk):
        _allow_to_see(request, run)
    score = frozen_score(run, project_pk)
    if score is None:
        raise Http404
    rows = run.rows.filter(subject_type="project", subject_id=project_pk).select_related("board", "run")
    seen = [row for row in rows if may_see_board(request.user, as_frozen(row.board, run.frozen))]
    context = {"run": run, "score": score, "rows": seen, "reading": reading_of(seen[0]) if seen else None}
    context["corrected"] = corrected_since(project_pk, run.month, run.entered_until)
    context["streak"] = streaks_of(run, [project_pk]).get(project_pk)
    return render(request, "projects/rankings/ranking_project.html", context)


@require_safe
def ranking_source(request: SignedIn, kind: str, pk: int) -> HttpResponse:
    """Where a row behind a score is shown: the tab of its project's page, or the month's plus and minus points."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    if kind == "adjustment":
        return redirect("points-list", month_key(get_object_or_404(Adjustment, pk=pk).month))
    page = source_page(kind, pk)
    if page is None:
        raise Http404
    return redirect(page)


@require_POST
def ranking_trial(request: SignedIn, month: str) -> HttpResponse:
    first = _month(month)
    done = "已试算，请核对名次和缺项后发布。"
    return _run_step(request, first, lambda: compute_trial(first, by=request.user, at=clock.now()), done)


@require_POST
def ranking_publish(request: SignedIn, pk: int) -> HttpResponse:
    run = _run_of_office(request, pk)
    version = posted_version(request)
    done = "已发布，数据不再变动；请重点办另一个账号签发。"
    return _run_step(
        request, run.month, lambda: publish_run(run, by=request.user, at=clock.now(), version=version), done
    )


@require_POST
def ranking_release(request: SignedIn, pk: int) -> HttpResponse:
    run = _run_of_office(request, pk)
    version = posted_version(request)
    return _run_step(
        request,
        run.month,
        lambda: release_run(run, by=request.user, at=clock.now(), version=version),
        "已签发，全县可见。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ranking_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    run = _run_of_office(request, pk)
    form = WithdrawForm(request.POST or None, initial={"version": run.version})
    if request.method == "POST" and form.is_valid():
        reason, version = form.cleaned_data["reason"], form.cleaned_data["version"]
        if attempt(form, withdraw_run, run, by=request.user, at=clock.now(), version=version, reason=reason):
            messages.success(request, "已撤回发布，可以重新试算。")
            return redirect("ranking-month", month_key(run.month))
    context = {"run": run, "form": form, "back": reverse("ranking-month", args=[month_key(run.month)])}
    return render(request, "projects/rankings/ranking_withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def points_list(request: SignedIn, month: str) -> HttpResponse:
    """加减分 of the month: given by the office, read by everyone once the month was released."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    if request.method == "POST" and not may_run_rankings(request.user):
        raise PermissionDenied
    first = _month(month)
    form = AdjustmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("project", "unit", *AdjustmentForm.Meta.fields)}
        if attempt(form, give_points, first, by=request.user, at=clock.now(), **values):
            messages.success(request, "已登记加减分，重新试算后计入得分。")
            return redirect("points-list", month)
    context = {
        "month": first,
        "rows": adjustments_of(first, request.user),
        "form": form,
        "may_run": may_run_rankings(request.user),
    }
    return render(request, "projects/rankings/points_list.html", context)


@require_POST
def points_delete(request: SignedIn, pk: int) -> HttpResponse:
    if not may_run_rankings(request.user):
        raise PermissionDenied
    row = get_object_or_404(Adjustment, pk=pk)
    try:
        take_back_points(row, by=request.user, at=clock.now())
        messages.success(request, f"已撤销“{row.reason}”，历史中仍可查到。")
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("points-list", month_key(row.month))


def _month(text: str) -> datetime.date:
    try:
        return parse_month(text)
    except ValueError as error:
        raise Http404(str(error)) from error


def _allow_to_see(request: SignedIn, run: RankingRun, board: Board | None = None) -> None:
    """A draft is hidden, not refused: whoever may not see it learns nothing of it."""
    if not may_see_run(request.user, run) or (board is not None and not may_see_board(request.user, board)):
        raise Http404


def _run_of_office(request: SignedIn, pk: int) -> RankingRun:
    if not may_run_rankings(request.user):
        raise PermissionDenied
    return get_object_or_404(RankingRun, pk=pk)


def _run_step(request: SignedIn, month: datetime.date, step: Callable[[], Any], done: str) -> HttpResponse:
    try:
        step()
        messages.success(request, done)
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("ranking-month", month_key(month))
