from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from leaders.roster.models import Leader
from projects.dashboards.charge.access import sees_leader_facts
from projects.dashboards.charge.queries import charge_of, list_by_leaders, lists_led
from projects.problems.access import may_instruct
from projects.registry.access import may_register_projects, may_see_projects
from projects.registry.handover.queries import handovers_of
from yichuan_tracker import clock


@require_safe
def charge_list(request: SignedIn) -> HttpResponse:
    """A list (`?list=`, else the newest) by the leaders who lead its projects."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    lists = lists_led()
    wanted = request.GET.get("list", "")
    chosen = next((one for one in lists if str(one.pk) == wanted), None) if wanted else next(iter(lists), None)
    if wanted and chosen is None:
        raise Http404
    today = clock.today()
    context = {
        "lists": lists,
        "found": list_by_leaders(chosen, request.user, today) if chosen else None,
        "sees_facts": sees_leader_facts(request.user, today),
    }
    return render(request, "projects/dashboards/charge_list.html", context)


@require_safe
def charge_detail(request: SignedIn, pk: int) -> HttpResponse:
    """A leader's projects and what waits for that leader; printed, it is the sheet to take along."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    leader, today = get_object_or_404(Leader.objects.select_related("unit"), pk=pk), clock.today()
    sees_facts = sees_leader_facts(request.user, today, leader.pk)
    context = {
        "leader": leader,
        "charge": charge_of(leader, today, worst_first=sees_facts),
        "sees_facts": sees_facts,
        "handovers": handovers_of(pk),
        "today": today,
        "may_hand_over": may_register_projects(request.user),
        "may_instruct": may_instruct(request.user),
    }
    return render(request, "projects/dashboards/charge_detail.html", context)
