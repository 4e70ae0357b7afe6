from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.reminders.access import may_read_digest, may_see_reminders
from projects.reminders.actions import ask_trial
from projects.reminders.queries import channels_on, digest_of, last_digest, latest_deliveries, silence
from projects.reminders.rules import Channel
from yichuan_tracker import clock
from yichuan_tracker.background import launch


@require_safe
def reminder_board(request: SignedIn) -> HttpResponse:
    """Today's text, where it goes, and what became of what was sent."""
    if not may_see_reminders(request.user):
        raise PermissionDenied
    today, last, on = clock.today(), last_digest(), channels_on()
    context = {
        "channels": [(channel, channel in on) for channel in Channel],
        "deliveries": latest_deliveries(),
        "last": last,
        "silence": silence(last, today),
        "today": today,
    }
    if may_read_digest(request.user):
        context["text"] = last.text if last and last.day == today else digest_of(today)
    return render(request, "projects/reminders/reminder_board.html", context)


@require_POST
def reminder_trial(request: SignedIn, channel: str) -> HttpResponse:
    """试发: asked for here, sent by a process of its own, so that no page waits for another server."""
    if not may_see_reminders(request.user):
        raise PermissionDenied
    if channel not in Channel:
        raise Http404
    try:
        delivery = ask_trial(Channel(channel), by=request.user, at=clock.now())
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    else:
        launch("send_digest", "--trial", str(delivery.pk))
        messages.success(request, "正在试发，过几秒刷新本页看结果。")
    return redirect("reminder-board")
