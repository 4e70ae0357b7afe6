import datetime
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from leaders.organisations.models import Unit
from projects.problems.rules import ProblemCategory
from projects.problems.statistics.forms import SpanForm
from projects.problems.statistics.queries import counted
from projects.problems.statistics.rules import TOTAL, Line
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.web.downloads import Sheet, SheetColumn, as_of_line, xlsx_response

# (name, cells): of each the figure, and the query of the ledger's page that lists what it counts.
Row = tuple[str, list[tuple[Any, str]]]
# The columns that the ledger can list, with its word for the state.
STATES = {"反映": "", "已销号": "closed", "未销号": "open", "超期": "overdue", "挂账": "parked"}
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
    query = urlencode(span)
    context: dict[str, Any] = {
        "form": form,
        "span": span,
        "columns": COLUMNS,
        "tables": [
            (
                "按类别",
                _rows(by_category, query, "category", {label: value for value, label in ProblemCategory.choices}),
            ),
            ("按单位", _rows(by_unit, query, "unit", dict(Unit.objects.active().values_list("name", "pk")))),
        ],
    }
    return render(request, "projects/problems/problem_statistics.html", context)


def _rows(lines: Sequence[Line], query: str, field: str, keys: Mapping[Any, Any]) -> list[Row]:
    """`keys` says what the ledger's filter `field` calls a line; one that it does not know has no links."""
    rows = []
    for line in lines:
        if line.name in keys or line.name == TOTAL:
            whose = f"{query}&{field}={keys[line.name]}" if line.name in keys else query
            links = [f"{whose}&state={STATES[label]}" if label in STATES else "" for label in COLUMNS]
        else:
            links = [""] * len(COLUMNS)
        if line.raised:
            rows.append((line.name, list(zip(_cells(line), links, strict=True))))
    return rows


def _cells(line: Line) -> list[Any]:
    mean = "" if line.mean_days is None else f"{float(line.mean_days):.1f}"
    counts = [line.raised, line.closed, line.on_time, line.open, line.overdue, line.parked, line.at_once, line.repeats]
    return [*counts, mean]


def _sheet(title: str, lines: Sequence[Line]) -> Sheet:
    columns = [SheetColumn(title.removeprefix("按"), width=28), *(SheetColumn(label) for label in COLUMNS)]
    return Sheet(title, columns, [[line.name, *_cells(line)] for line in lines], as_of_line(clock.now()))
