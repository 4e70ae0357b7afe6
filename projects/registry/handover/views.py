from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from leaders.accounts.access import SignedIn
from leaders.roster.models import Leader
from projects.registry.access import may_register_projects
from projects.registry.handover.actions import hand_over, undo_handover
from projects.registry.handover.forms import HandoverForm
from projects.registry.handover.models import Handover
from projects.registry.queries import led_by
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version


@require_http_methods(["GET", "HEAD", "POST"])
def handover_create(request: SignedIn, pk: int) -> HttpResponse:
    """The leader's projects, all or some, to another leader."""
    giver = get_object_or_404(Leader, pk=pk)
    if not may_register_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    led = led_by(giver.pk, today).order_by("pk")
    form = HandoverForm(request.POST or None, giver=giver, led=led, initial={"starts_on": today})
    if form.is_valid():
        handover = attempt(form, hand_over, giver, **form.cleaned_data, by=request.user, at=clock.now())
        if handover:
            messages.success(request, f"{handover}，{handover.projects.count()} 个项目。弄错了可以在本页“交接”里撤销。")
            return redirect("charge-detail", pk)
    context = {"form": form, "giver": giver}
    return render(request, "projects/registry/handover_create.html", context, status=422 if form.is_bound else 200)


@require_POST
def handover_undo(request: SignedIn, pk: int) -> HttpResponse:
    handover = get_object_or_404(Handover.objects.select_related("giver"), pk=pk)
    if not may_register_projects(request.user):
        raise PermissionDenied
    try:
        undo_handover(handover, version=posted_version(request), by=request.user, at=clock.now())
    except ValidationError as refusal:
        messages.error(request, "；".join(refusal.messages))
    else:
        messages.success(request, "已撤销，项目仍由原分包领导分包。")
    return redirect("charge-detail", handover.giver_id)
