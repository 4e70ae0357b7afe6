from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.dashboards.inbox.queries import inbox_of
from projects.dashboards.inbox.rules import by_place
from projects.registry.access import may_see_projects
from yichuan_tracker import clock


@require_safe
def inbox(request: SignedIn) -> HttpResponse:
    """Everything that waits for the person, and what will fall due."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    entries = inbox_of(request.user, today)
    context = {"places": by_place(entries, today), "count": sum(entry.counts for entry in entries), "today": today}
    return render(request, "projects/dashboards/inbox.html", context)
