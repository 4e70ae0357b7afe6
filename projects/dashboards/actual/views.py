from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.dashboards.actual.queries import NOBODY_ASKED, NOT_ASSIGNED, ActualPage, ActualRow, Asked, actual_page
from projects.dashboards.actual.rules import Dimension, dimension_named, in_order
from projects.dashboards.overview.choices import ALL_PROJECTS, Choices, filter_choices, list_asked
from projects.dashboards.overview.queries import Scope, scope_for
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.money import Amount, round_half_up
from yichuan_tracker.months import month_key, month_label, parse_month, span_label
from yichuan_tracker.web.downloads import Sheet, SheetColumn, as_of_line, xlsx_response

MONEY, SHARE, POINTS = "#,##0.00", "0.00%", "0.00"
Value = Callable[[ActualRow], Any]
# Name in the address, heading, how the workbook writes it, and the value.
FIGURES: tuple[tuple[str, str, str, Value], ...] = (
    ("count", "项目数", "0", lambda row: row.money.count),
    ("plan", "年度计划（万元）", MONEY, lambda row: row.money.plan_wan),
    ("scheduled", "序时应完成（万元）", MONEY, lambda row: row.money.scheduled_to_fen),
    ("done", "本年完成（万元）", MONEY, lambda row: row.money.done_wan if row.is_known else None),
    ("rate", "完成率", SHARE, lambda row: row.money.rate if row.is_known else None),
    ("schedule", "序时", SHARE, lambda row: row.money.schedule),
    ("points", "较序时（百分点）", POINTS, lambda row: row.money.points if row.is_known else None),
)
FUNDING: tuple[tuple[str, str, str, Value], ...] = (
    ("funded", "资金计划（万元）", MONEY, lambda row: row.funding.planned_wan),
    ("arrived", "已到位（万元）", MONEY, lambda row: row.funding.arrived_wan),
    ("arrival_rate", "到位率", SHARE, lambda row: row.funding.rate),
)
OF_MONTH: tuple[tuple[str, str, str, Value], ...] = (
    ("planned_month", "当月应完成（万元）", MONEY, lambda row: row.planned_wan),
    ("done_month", "当月完成（万元）", MONEY, lambda row: row.done_wan),
)


@require_safe
def plan_actual(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    choices = filter_choices()
    scope = scope_for(list_asked(request.GET.get("list", ""), choices), choices, clock.today())
    asked = _asked(request, scope)
    page = actual_page(request.user, asked, choices)
    columns = columns_of(asked.by)
    sort = request.GET.get("sort", "")
    known = {name: value for name, _, _, value in columns}
    rows = page.rows
    if sort.lstrip("-") in known:
        rows = in_order(rows, known[sort.lstrip("-")], is_descending=sort.startswith("-"))
    if request.GET.get("export") == "xlsx":
        return _workbook(page, rows, columns)
    return render(request, "projects/dashboards/plan_actual.html", _context(page, rows, choices, sort))


def columns_of(by: Dimension) -> tuple[tuple[str, str, str, Value], ...]:
    """A line of one project does not count itself."""
    if by == Dimension.MONTH:
        return (*OF_MONTH, *FIGURES)
    return (*FIGURES[1:], *FUNDING) if by == Dimension.PROJECT else (*FIGURES, *FUNDING)


def _asked(request: HttpRequest, scope: Scope) -> Asked:
    """Nonsense in the address is passed over."""
    month = scope.month
    try:
        wanted = parse_month(request.GET.get("month", ""))
    except ValueError:
        wanted = None
    if wanted and month and wanted.year == scope.year and wanted <= month:
        month = wanted
    holders = {
        dimension: int(text)
        for dimension in (Dimension.UNIT, Dimension.LEADER, Dimension.GROUP)
        if (text := request.GET.get(dimension.value, "")).isascii() and text.isdigit() and len(text) < 10
    }
    return Asked(scope, dimension_named(request.GET.get("by", "")), month, holders)


def _context(page: ActualPage, rows: list[ActualRow], choices: Choices, sort: str) -> dict[str, Any]:
    asked, scope = page.asked, page.asked.scope
    names = dict(choices.lists)
    offered = {
        Dimension.UNIT: dict(choices.units),
        Dimension.LEADER: dict(choices.leaders),
        Dimension.GROUP: dict(choices.groups),
    }
    return {
        "page": page,
        "rows": rows,
        "asked": asked,
        "title": f"{scope.year}年各清单" if asked.by == Dimension.LIST else names.get(scope.list_id or 0, "全部项目"),
        "tabs": [(asked.query(by=each.value), each.label, each == asked.by) for each in Dimension],
        "lists": [*((str(pk), name) for pk, name in choices.lists), (ALL_PROJECTS, "全部项目")],
        "months": [(month_key(span.last), span_label(span.first, span.last)) for span in page.months],
        "whose": [
            (
                NOT_ASSIGNED if pk == NOBODY_ASKED else offered[dimension].get(pk, "已停用"),
                asked_without(asked, dimension),
            )
            for dimension, pk in asked.holders.items()
        ],
        "heads": [_head(asked, sort, name, label) for name, label, _, _ in columns_of(asked.by)],
        "export_url": asked.query(export="xlsx", sort=sort or None),
        "now": clock.now(),
        "is_by_month": asked.by == Dimension.MONTH,
        "is_by_project": asked.by == Dimension.PROJECT,
    }


def asked_without(asked: Asked, dimension: Dimension) -> str:
    """The address without the holder, to take the condition away."""
    return asked.query(**{dimension.value: None})


def _head(asked: Asked, sort: str, name: str, label: str) -> tuple[str, str, str]:
    """Label, where a click leads (descending first) and how it is sorted now."""
    state = {f"-{name}": "descending", name: "ascending"}.get(sort, "")
    return label, asked.query(sort=name if sort == f"-{name}" else f"-{name}"), state


def _workbook(
    page: ActualPage, rows: list[ActualRow], columns: tuple[tuple[str, str, str, Value], ...]
) -> HttpResponse:
    month = month_label(page.asked.month) if page.asked.month else f"{page.asked.scope.year}年"
    heading = [SheetColumn("名称", width=34), *(SheetColumn(label, form) for _, label, form, _ in columns)]
    heading += [SheetColumn("进度灯"), SheetColumn("入库灯")]
    cells = [
        [_name(row), *(_exact(value(row), form) for _, _, form, value in columns), *_lights(row)]
        for row in (*rows, page.total)
    ]
    title = f"{month}计划与完成{page.asked.by.label}"
    filed = f"{month}已报 {page.filing.filed}/{page.filing.total}" if page.filing else ""
    foot = as_of_line(clock.now(), filed, page.note)
    return xlsx_response(f"{title}.xlsx", [Sheet(title, heading, cells, foot)])


def _name(row: ActualRow) -> str:
    return f"{row.name}（{row.note}）" if row.note else row.name


def _exact(value: Amount | None, form: str) -> Any:
    """As the screen shows it: shares to the hundredth of a per cent."""
    if value is None or isinstance(value, int):
        return value
    return round_half_up(value, 4 if form == SHARE else 2)


def _lights(row: ActualRow) -> list[str]:
    if row.progress and row.entry:
        return [str(row.progress.colour.label), str(row.entry.colour.label)]
    return [
        "、".join(f"{word}{counts[colour]}" for colour, word in (("red", "红"), ("yellow", "黄")) if counts[colour])
        for counts in (row.progress_counts, row.entry_counts)
    ]
