from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.milestones.schedule.forms import CalendarForm, ScopeForm
from projects.milestones.schedule.queries import month_calendar, nearest_due_month, scoped, timelines_of
from projects.registry.access import may_see_projects, visible_projects
from yichuan_tracker import clock
from yichuan_tracker.months import add_months, first_day, month_key

ROWS = 40


@require_safe
def milestone_calendar(request: SignedIn) -> HttpResponse:
    """What falls due in a month, day by day."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    form = CalendarForm({"month": month_key(today), **request.GET.dict()})
    scope = form.cleaned_data if form.is_valid() else {}
    month = scope.get("month") or first_day(today)
    projects = scoped(visible_projects(request.user).active(), scope, today)
    weeks, count = month_calendar(projects, month, today)
    nearest = None if count else nearest_due_month(projects, month, today)
    pages = [
        (label, _address(request, month=month_key(add_months(month, step))))
        for step, label in ((-1, "上月"), (1, "下月"))
    ]
    context = {
        "form": form,
        "month": month,
        "weeks": weeks,
        "count": count,
        "pages": pages,
        "nearest": nearest,
        "nearest_url": _address(request, month=month_key(nearest)) if nearest else "",
        "project": scope.get("project"),
    }
    return render(request, "projects/milestones/milestone_calendar.html", context)


@require_safe
def milestone_timeline(request: SignedIn) -> HttpResponse:
    """Projects and their milestones over the months, as a drawing and as a table."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    form = ScopeForm(request.GET)
    scope = form.cleaned_data if form.is_valid() else {}
    projects = scoped(visible_projects(request.user).active(), scope, today).order_by("planned_start_on", "pk")
    page = Paginator(projects, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "timelines": timelines_of(page.object_list, today),
        "page": page,
        "previous_url": _address(request, page=str(page.previous_page_number())) if page.has_previous() else "",
        "next_url": _address(request, page=str(page.next_page_number())) if page.has_next() else "",
        "project": scope.get("project"),
    }
    return render(request, "projects/milestones/milestone_timeline.html", context)


def _address(request: SignedIn, **changes: str) -> str:
    return f"{request.path}?{urlencode({**request.GET.dict(), **changes})}"
