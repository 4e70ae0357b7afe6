from functools import partial
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.dashboards.overview.choices import Choices, filter_choices, list_asked
from projects.dashboards.overview.filters import ProjectFilter
from projects.dashboards.overview.queries import Overview, Scope, scope_for
from projects.dashboards.overview.tables import ProjectTable
from projects.registry.access import may_register_projects, may_see_projects, visible_projects
from yichuan_tracker import clock
from yichuan_tracker.money import format_yi
from yichuan_tracker.months import month_label
from yichuan_tracker.web.listing import listing_page

KEY = "projects"


@require_safe
def project_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    choices = filter_choices()
    scope = scope_for(list_asked(request.GET.get("list", ""), choices), choices, clock.today())
    overview = Overview(scope, _shown(request))
    return listing_page(
        request,
        key=KEY,
        table_class=cast(Any, partial(ProjectTable, overview=overview)),
        filterset_class=cast(Any, partial(ProjectFilter, overview=overview, choices=choices)),
        queryset=visible_projects(request.user),
        template="projects/dashboards/project_list.html",
        context=_context(request, scope, choices),
        totals=lambda _: _totals(overview),
        count_of=lambda _: overview.totals.count,
        export_name="项目列表",
    )


def _shown(request: SignedIn) -> set[str]:
    """The columns that this person sees: what they cost is only paid when they are shown."""
    saved = request.user.listing_choices.get(KEY, {}).get("columns")
    columns = ProjectTable.base_columns
    return set(saved or (name for name, column in columns.items() if column.visible)) | {ProjectTable.lead_column}


def _context(request: SignedIn, scope: Scope, choices: Choices) -> dict[str, Any]:
    is_office = may_register_projects(request.user)
    names = dict(choices.lists)
    return {
        "title": names.get(scope.list_id or 0, "全部项目"),
        "scope": scope,
        "may_register": is_office,
        "bulk_actions": [("project-assign-leader", "指定分包领导"), ("project-join-list", "列入清单")]
        if is_office
        else [],
        "empty": {
            "title": "还没有项目",
            "text": "重点办从“导入”上传重点项目清单，或逐个登记。",
        },
        "figures_until": month_label(scope.month) if scope.month else "",
    }


def _totals(overview: Overview) -> list[tuple[str, str]]:
    totals, filing, month = overview.totals, overview.filing, overview.scope.month
    return [
        ("总投资", f"{format_yi(totals.total_wan)} 亿元"),
        ("年度计划", f"{format_yi(totals.plan_wan)} 亿元"),
        ("分包领导", f"{totals.leaders} 人"),
        *([(f"{month_label(month)}月报", f"已报 {filing.filed}/{filing.total}")] if month and filing else []),
    ]
