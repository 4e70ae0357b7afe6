from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.rankings.access import may_see_board
from projects.rankings.annual.access import may_run_year, may_see_year
from projects.rankings.annual.actions import (
    compute_year,
    give_mark,
    publish_year,
    release_year,
    take_back_mark,
    withdraw_year,
)
from projects.rankings.annual.export import year_workbook
from projects.rankings.annual.forms import MarkForm
from projects.rankings.annual.models import AnnualMark, AnnualRow, AnnualRun
from projects.rankings.annual.queries import (
    annual_boards_for,
    annual_digest,
    annual_runs_visible_to,
    marks_of_year,
    opened_year,
    rules_of_year,
)
from projects.rankings.annual.rules import MarkKind
from projects.rankings.forms import WithdrawForm
from projects.rankings.queries import as_frozen
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.months import FIRST_YEAR, LAST_YEAR
from yichuan_tracker.web.forms import attempt, posted_version


@require_safe
def annual_year(request: SignedIn, year: int) -> HttpResponse:
    """年底总账 of a year: the newest edition that the person may see, or the one asked for, board by board."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    _check_year(year)
    known = list(annual_runs_visible_to(request.user).filter(year=year))
    run = next((one for one in known if str(one.edition) == request.GET.get("edition")), known[0] if known else None)
    boards, may_run = annual_boards_for(request.user, year, run), may_run_year(request.user)
    board = next((one for one in boards if one.key == request.GET.get("board")), boards[0] if boards else None)
    context: dict[str, Any] = {"year": year, "run": run, "editions": known, "boards": boards, "board": board}
    if run is not None and request.GET.get("export") == "xlsx":
        return year_workbook(run, boards)
    if run is not None and board is not None:
        rows = run.rows.filter(board=board).order_by("position")
        context["lines"] = [(row, opened_year(row)) for row in rows]
        context["is_intact"] = not may_run or annual_digest(run) == run.sha256
    context |= {"may_run": may_run, "rules": rules_of_year(year), "is_wide": True}
    return render(request, "projects/rankings/annual_year.html", context)


@require_safe
def annual_row(request: SignedIn, pk: int) -> HttpResponse:
    """A row of the year opened: its formula, its months (each opens its frozen row), the marks it was given."""
    row = get_object_or_404(AnnualRow.objects.select_related("run", "board"), pk=pk)
    if not may_see_year(request.user, row.run) or not may_see_board(request.user, row.board):
        raise Http404
    context = {"row": row, "run": row.run, "board": as_frozen(row.board, row.run.frozen), "score": opened_year(row)}
    return render(request, "projects/rankings/annual_row.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def annual_marks(request: SignedIn, year: int) -> HttpResponse:
    """Observation, year-end check, plus and minus points of the year."""
    if not may_run_year(request.user):
        raise PermissionDenied
    _check_year(year)
    form = MarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        subject, given = data["unit"] or data["group"], {name: data[name] for name in ("value", "reason", "evidence")}
        if attempt(form, give_mark, year, MarkKind(data["kind"]), subject, by=request.user, at=clock.now(), **given):
            messages.success(request, f"已登记{subject}的{MarkKind(data['kind']).label}，重新计算后计入。")
            return redirect("annual-marks", year)
    context = {"year": year, "rows": marks_of_year(year), "form": form, "rules": rules_of_year(year)}
    return render(request, "projects/rankings/annual_marks.html", context)


@require_POST
def annual_unmark(request: SignedIn, pk: int) -> HttpResponse:
    _require_office(request)
    mark = get_object_or_404(AnnualMark, pk=pk)
    try:
        take_back_mark(mark, by=request.user, at=clock.now())
        messages.success(request, f"已撤销“{mark.reason}”，历史中仍可查到。")
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("annual-marks", mark.year)


@require_POST
def annual_compute(request: SignedIn, year: int) -> HttpResponse:
    _require_office(request)
    _check_year(year)
    done = "已计算，请核对后发布。"
    return _step(request, year, lambda: compute_year(year, by=request.user, at=clock.now()), done)


@require_POST
def annual_publish(request: SignedIn, pk: int) -> HttpResponse:
    return _step_of(request, pk, publish_year, "已发布，数据不再变动；请重点办另一个账号签发。")


@require_http_methods(["GET", "HEAD", "POST"])
def annual_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    _require_office(request)
    run = get_object_or_404(AnnualRun, pk=pk)
    form = WithdrawForm(request.POST or None, initial={"version": run.version})
    if form.is_valid():
        version, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
        if attempt(form, withdraw_year, run, by=request.user, at=clock.now(), version=version, reason=reason):
            messages.success(request, "已撤回发布，可以重新计算。")
            return redirect("annual-year", run.year)
    context = {"run": run, "form": form, "back": reverse("annual-year", args=[run.year])}
    return render(request, "projects/rankings/ranking_withdraw.html", context)


@require_POST
def annual_release(request: SignedIn, pk: int) -> HttpResponse:
    return _step_of(request, pk, release_year, "已签发，全县可见。")


def _step_of(request: SignedIn, pk: int, action: Callable[..., Any], done: str) -> HttpResponse:
    _require_office(request)
    run = get_object_or_404(AnnualRun, pk=pk)
    version = posted_version(request)
    return _step(request, run.year, lambda: action(run, by=request.user, at=clock.now(), version=version), done)


def _step(request: SignedIn, year: int, step: Callable[[], Any], done: str) -> HttpResponse:
    try:
        step()
        messages.success(request, done)
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("annual-year", year)


def _require_office(request: SignedIn) -> None:
    if not may_run_year(request.user):
        raise PermissionDenied


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
