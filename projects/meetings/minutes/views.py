from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from leaders.accounts.access import SignedIn
from projects.meetings.access import may_keep_meeting
from projects.meetings.minutes.actions import issue_minutes
from projects.meetings.minutes.forms import CorrectForm, IssueForm
from projects.meetings.minutes.models import Minutes
from projects.meetings.minutes.paper import DRAFT, minutes_bytes
from projects.meetings.minutes.queries import (
    is_out_of_date,
    issued_minutes,
    next_minutes,
    signer_of,
    valid_minutes,
    was_read,
)
from projects.meetings.models import Meeting
from projects.meetings.queries import meeting_page
from projects.papers.queries import is_intact
from projects.papers.rules import CONTENT_TYPES, document_number
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.web.downloads import DOCX, attachment
from yichuan_tracker.web.forms import attempt


@require_http_methods(["GET", "HEAD", "POST"])
def minutes_issue(request: SignedIn, pk: int) -> HttpResponse:
    """The minutes as they would go out; issued with a click. After the first: their correction, with its reason."""
    meeting = _find_held(request, pk)
    if not may_keep_meeting(request.user, meeting):
        raise PermissionDenied
    today = clock.today()
    old, page = valid_minutes(meeting), meeting_page(meeting, today)
    if old and was_read(old, page, request.POST.get("shown")):
        return redirect("minutes-detail", old.pk)
    text = next_minutes(page)
    form = (CorrectForm if old else IssueForm)(request.POST or None, initial={"shown": text.digest})
    if form.is_valid():
        minutes = attempt(form, issue_minutes, meeting, **form.cleaned_data, by=request.user, at=clock.now())
        if minutes:
            messages.success(request, f"已印发{minutes}，文件已留存，不再改动。")
            return redirect("minutes-detail", minutes.pk)
    if form.is_bound:
        # What is read now is what the next click issues.
        form.data = request.POST.copy()
        form.data["shown"] = text.digest
    context = {"meeting": meeting, "old": old, "text": text, "form": form, "sender": signer_of(meeting), "today": today}
    return render(request, "projects/meetings/minutes_issue.html", context, status=422 if form.is_bound else 200)


@require_safe
def minutes_draft(request: SignedIn, pk: int) -> HttpResponse:
    """What stands there now as a Word file to be talked about: without a number, and it says so."""
    meeting = _find_held(request, pk)
    today = clock.today()
    text = next_minutes(meeting_page(meeting, today))
    number = f"{document_number('', today.year, None)}{DRAFT}"
    content = minutes_bytes(text, number=number, sender=signer_of(meeting), dated_on=today)
    return attachment(f"{meeting.held_on} {text.title}{DRAFT}.docx", content, DOCX)


@require_safe
def minutes_detail(request: SignedIn, pk: int) -> HttpResponse:
    minutes = _find(request, pk)
    kept, holds = minutes.files.get(), valid_minutes(minutes.meeting)
    context = {
        "minutes": minutes,
        "file": kept,
        "is_intact": is_intact(kept),
        "holds": holds,
        "others": issued_minutes().filter(meeting=minutes.meeting).exclude(pk=minutes.pk),
        "is_changed": minutes == holds and is_out_of_date(minutes, meeting_page(minutes.meeting, clock.today())),
        "may_keep": may_keep_meeting(request.user, minutes.meeting),
    }
    return render(request, "projects/meetings/minutes_detail.html", context)


@require_safe
def minutes_file(request: SignedIn, pk: int) -> HttpResponse:
    """The bytes as they were issued."""
    minutes = _find(request, pk)
    kept = minutes.files.get()
    name = f"{minutes} {minutes.title}.docx"
    return attachment(name, bytes(kept.content), CONTENT_TYPES[kept.form])


def _find(request: SignedIn, pk: int) -> Minutes:
    if not may_see_projects(request.user):
        raise PermissionDenied
    found = issued_minutes().select_related("meeting__leader", "meeting__group", "meeting__project_list")
    return get_object_or_404(found, pk=pk)


def _find_held(request: SignedIn, pk: int) -> Meeting:
    if not may_see_projects(request.user):
        raise PermissionDenied
    meeting = get_object_or_404(Meeting.objects.select_related("leader", "group", "project_list"), pk=pk)
    if meeting.held_at is None:
        raise Http404("会议召开以后才有纪要。")
    return meeting
