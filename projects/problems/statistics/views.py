import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.problems.statistics.forms import SpanForm
from projects.problems.statistics.queries import counted
from projects.problems.statistics.rules import Line
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.web.downloads import Sheet, SheetColumn, as_of_line, xlsx_response

COLUMNS = ("反映", "已销号", "按期销号", "未销号", "超期", "挂账", "马上办", "同类再发", "平均办结天数")


@require_safe
def problem_statistics(request: SignedIn) -> HttpResponse:
    """Counts of the problems raised in a span, this year's unless said; `?export=xlsx` as a workbook."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    span = {"since": datetime.date(today.year, 1, 1), "until": today}
    form = SpanForm(request.GET if "since" in request.GET else {name: day.isoformat() for name, day in span.items()})
    span = form.cleaned_data if form.is_valid() else span
    by_category, by_unit = counted(span["since"], span["until"], today)
    if request.GET.get("export") == "xlsx":
        sheets = [_sheet("按类别", by_category), _sheet("按单位", by_unit)]
        return xlsx_response(f"问题统计 {span['since']} 至 {span['until']}.xlsx", sheets)
    context: dict[str, Any] = {
        "form": form,
        "span": span,
        "columns": COLUMNS,
        "tables": [("按类别", _rows(by_category)), ("按单位", _rows(by_unit))],
    }
    return render(request, "projects/problems/problem_statistics.html", context)


def _rows(lines: Sequence[Line]) -> list[tuple[str, list[Any]]]:
    return [(line.name, _cells(line)) for line in lines if line.raised]


def _cells(line: Line) -> list[Any]:
    mean = "" if line.mean_days is None else f"{float(line.mean_days):.1f}"
    counts = [line.raised, line.closed, line.on_time, line.open, line.overdue, line.parked, line.at_once, line.repeats]
    return [*counts, mean]


def _sheet(title: str, lines: Sequence[Line]) -> Sheet:
    columns = [SheetColumn(title.removeprefix("按"), width=28), *(SheetColumn(label) for label in COLUMNS)]
    return Sheet(title, columns, [[line.name, *_cells(line)] for line in lines], as_of_line(clock.now()))
