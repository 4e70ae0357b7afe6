from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.dashboards.home.queries import home_of, scheme_lines
from projects.registry.access import may_see_projects
from yichuan_tracker import clock


@require_safe
def home(request: SignedIn) -> HttpResponse:
    today = clock.today()
    context = {"home": home_of(request.user, today), "today": today, "now": clock.now()}
    return render(request, "projects/dashboards/home.html", context)


@require_safe
def help_page(request: SignedIn) -> HttpResponse:
    lines = scheme_lines(clock.today()) if may_see_projects(request.user) else None
    return render(request, "projects/dashboards/help.html", {"scheme": lines})
