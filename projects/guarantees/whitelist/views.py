import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.guarantees.whitelist.forms import LookUpForm
from projects.guarantees.whitelist.queries import whitelist_on
from projects.registry.access import is_office, may_see_projects
from yichuan_tracker import clock

# How long before the end a stretch is pointed at.
SOON = datetime.timedelta(days=30)


@require_safe
def whitelist_board(request: SignedIn) -> HttpResponse:
    """For who enforces: whether a project stands on the list on a day (`?on=`, today unless said), and the list to print."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    form = LookUpForm({"q": request.GET.get("q", ""), "on": request.GET.get("on") or today.isoformat()})
    typed = form.cleaned_data if form.is_valid() else {}
    day, text = typed.get("on") or today, typed.get("q", "")
    context: dict[str, Any] = {
        "form": form,
        "day": day,
        "soon_on": today + SOON,
        "text": text,
        "found": whitelist_on(day, text),
        "may_edit": is_office(request.user),
        "is_wide": True,
    }
    return render(request, "projects/guarantees/whitelist_board.html", context)
