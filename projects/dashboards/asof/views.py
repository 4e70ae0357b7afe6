import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.dashboards.asof.queries import Then, list_as_of, project_as_of
from projects.progress.rules import format_points
from projects.registry.access import may_see_projects, visible_projects
from projects.registry.models import ProjectList
from yichuan_tracker import clock
from yichuan_tracker.money import format_pct
from yichuan_tracker.months import last_day, month_label, previous_month
from yichuan_tracker.web.downloads import Sheet, SheetColumn, as_of_line, xlsx_response
from yichuan_tracker.web.forms import DayField

MONEY = "#,##0.00"
COLUMNS = (
    SheetColumn("序号"),
    SheetColumn("项目名称", width=34),
    SheetColumn("状态"),
    SheetColumn("亮灯"),
    SheetColumn("年度类别"),
    SheetColumn("责任单位", width=16),
    SheetColumn("分包领导", width=16),
    SheetColumn("总投资（万元）", MONEY),
    SheetColumn("年度计划（万元）", MONEY),
    SheetColumn("本年完成（万元）", MONEY),
    SheetColumn("完成率"),
    SheetColumn("较序时（百分点）"),
    SheetColumn("手续（已办/应办）"),
    SheetColumn("未销号问题"),
    SheetColumn("最近督查"),
    SheetColumn("到位资金（万元）", MONEY),
)


@require_safe
def asof_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    day, refused = _day_asked(request)
    text = request.GET.get("list", "")
    lists = list(ProjectList.objects.order_by("-year", "pk"))
    found = next((one for one in lists if str(one.pk) == text), None)
    if text.isdigit() and found is None:
        raise Http404
    then = list_as_of(request.user, found, day, lists)
    if request.GET.get("export") == "xlsx":
        return _workbook(then, found)
    context = {"then": then, "project_list": found, "lists": lists, "today": clock.today(), "refused": refused}
    return render(request, "projects/dashboards/asof_list.html", context)


@require_safe
def asof_project(request: SignedIn, pk: int) -> HttpResponse:
    project = get_object_or_404(visible_projects(request.user), pk=pk)
    day, refused = _day_asked(request)
    then = project_as_of(project, day)
    row = then.projects[0] if then.projects else None
    context = {"then": then, "row": row, "project": project, "today": clock.today(), "refused": refused}
    return render(request, "projects/dashboards/asof_project.html", context)


def _day_asked(request: HttpRequest) -> tuple[datetime.date, str]:
    """The day in the address and nothing to say, or the end of last month and why what was typed is not taken."""
    today = clock.today()
    usual = last_day(previous_month(today))
    text = request.GET.get("on", "")
    if not text:
        return usual, ""
    try:
        day = DayField().clean(text)
    except ValidationError:
        return usual, f"“{text[:20]}”不是日期，下面是 {usual} 的情况。"
    if day > today:
        return usual, f"{day} 还没有到，下面是 {usual} 的情况。"
    return day, ""


def _workbook(then: Then, found: ProjectList | None) -> HttpResponse:
    rows = [
        [
            row.serial,
            row.name,
            row.state,
            str(row.lights.whole.colour.label),
            row.label,
            row.lead_units,
            row.leaders,
            row.total_wan,
            row.money.plan_wan,
            row.money.done_wan,
            format_pct(row.money.rate),
            format_points(row.money.points),
            row.permits_obtained,
            row.open_problems,
            row.last_visit,
            row.funds.arrived_wan if row.funds else None,
        ]
        for row in then.projects
    ]
    title = f"{found.name if found else '全部项目'}（按{then.day}当时掌握的情况）"
    filed = f"{month_label(then.month)}已报 {then.filing.filed}/{then.filing.total}"
    return xlsx_response(f"{title}.xlsx", [Sheet(f"截至{then.day}", COLUMNS, rows, as_of_line(then.day, filed))])
