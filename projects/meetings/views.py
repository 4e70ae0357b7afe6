from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.meetings.access import may_call_meetings, may_cancel_meeting, may_keep_meeting, may_see_pack
from projects.meetings.actions import (
    add_item,
    cancel_meeting,
    change_meeting,
    create_meeting,
    decide,
    drop_item,
    hold_meeting,
    make_agenda,
    move_item,
    restore_meeting,
    take_item_back,
    write_minutes,
)
from projects.meetings.filters import MeetingFilter
from projects.meetings.forms import DecisionForm, ItemForm, MeetingForm, MinutesForm, ReasonForm
from projects.meetings.minutes.queries import is_out_of_date, valid_minutes
from projects.meetings.models import AgendaItem, Meeting
from projects.meetings.queries import item_decisions, listed_meetings, meeting_history, meeting_page
from projects.meetings.tables import MeetingTable
from projects.problems.queries import default_due_on, responsible_unit_id
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt, posted_version, press
from yichuan_tracker.web.listing import listing_page

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def meeting_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    archived = request.GET.get("archived") == "1"
    return listing_page(
        request,
        key="meetings",
        table_class=MeetingTable,
        filterset_class=MeetingFilter,
        queryset=listed_meetings(archived=archived),
        template="projects/meetings/meeting_list.html",
        context={"archived": archived, "may_call": may_call_meetings(request.user)},
        export_name="例会",
    )


@FORM
def meeting_create(request: SignedIn) -> HttpResponse:
    if not may_call_meetings(request.user):
        raise PermissionDenied
    form = MeetingForm(request.POST or None, user=request.user, initial={"held_on": clock.today()})
    if form.is_valid():
        meeting = attempt(form, create_meeting, form.values(), by=request.user, at=clock.now())
        if meeting:
            messages.success(request, "会议已建好，接着点“生成议程”。")
            return redirect("meeting-detail", meeting.pk)
    context = {"form": form}
    return render(request, "projects/meetings/meeting_create.html", context, status=422 if form.is_bound else 200)


@require_safe
def meeting_detail(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


@FORM
def meeting_edit(request: SignedIn, pk: int) -> HttpResponse:
    meeting = _find(request, pk)
    _allow(request, meeting)
    form = MeetingForm(request.POST or None, user=request.user, instance=meeting)
    if form.is_valid():
        details: dict[str, Any] = {"version": form.cleaned_data["version"], "by": request.user, "at": clock.now()}
        if attempt(form, change_meeting, meeting, form.values(), **details):
            messages.success(request, "已保存。")
            return redirect("meeting-detail", pk)
    context = {"form": form, "meeting": meeting}
    return render(request, "projects/meetings/meeting_edit.html", context, status=422 if form.is_bound else 200)


@FORM
def meeting_cancel(request: SignedIn, pk: int) -> HttpResponse:
    meeting = _find(request, pk)
    if not may_cancel_meeting(request.user, meeting):
        raise PermissionDenied
    form = ReasonForm(request.POST or None, initial={"version": meeting.version})
    if _is_done(request, form, cancel_meeting, meeting, done="会议已取消，可以从“已取消的”里恢复。"):
        return redirect("meeting-list")
    context = {"form": form, "meeting": meeting}
    return render(request, "projects/meetings/meeting_cancel.html", context, status=422 if form.is_bound else 200)


@require_POST
def meeting_restore(request: SignedIn, pk: int) -> HttpResponse:
    meeting = _find(request, pk)
    if not may_cancel_meeting(request.user, meeting):
        raise PermissionDenied
    restore_meeting(meeting, version=posted_version(request), by=request.user, at=clock.now())
    messages.success(request, "会议已恢复。")
    return redirect("meeting-detail", pk)


@require_POST
def meeting_agenda(request: SignedIn, pk: int) -> HttpResponse:
    meeting = _find(request, pk)
    _allow(request, meeting)
    return _step(request, meeting, make_agenda, meeting, done="议程已按今天的情况生成，可以增加、不列入、调整顺序。")


@require_POST
def meeting_hold(request: SignedIn, pk: int) -> HttpResponse:
    meeting = _find(request, pk)
    _allow(request, meeting)
    return _step(request, meeting, hold_meeting, meeting, done="已召开，议程固定；点议题写记录、形成议定事项。")


@require_POST
def item_add(request: SignedIn, pk: int) -> HttpResponse:
    meeting = _find(request, pk)
    _allow(request, meeting)
    form = ItemForm(request.POST, meeting=meeting, today=clock.today())
    if _is_done(request, form, add_item, meeting, done="已加入议程。"):
        return redirect("meeting-detail", pk)
    return _page(request, meeting, item_form=form)


# ---- one item -----------------------------------------------------------------------------------------------------


@require_safe
def item_detail(request: SignedIn, pk: int) -> HttpResponse:
    return _item_page(request, _find_item(request, pk))


@require_POST
def item_drop(request: SignedIn, pk: int) -> HttpResponse:
    item = _find_item(request, pk)
    _allow(request, item.meeting)
    form = ReasonForm(request.POST)
    if _is_done(request, form, drop_item, item, done="这次不列入，理由已记下。"):
        return redirect("meeting-detail", item.meeting_id)
    return _item_page(request, item, drop_form=form)


@require_POST
def item_back(request: SignedIn, pk: int) -> HttpResponse:
    item = _find_item(request, pk)
    _allow(request, item.meeting)
    return _step(request, item.meeting, take_item_back, item, done="已重新列入议程。")


@require_POST
def item_move(request: SignedIn, pk: int) -> HttpResponse:
    item = _find_item(request, pk)
    _allow(request, item.meeting)
    return _step(request, item.meeting, move_item, item, later=request.POST.get("to") == "later")


@require_POST
def item_minutes(request: SignedIn, pk: int) -> HttpResponse:
    item = _find_item(request, pk)
    _allow(request, item.meeting)
    form = MinutesForm(request.POST)
    if _is_done(request, form, write_minutes, item, done="记录已保存。"):
        return redirect("agenda-item", pk)
    return _item_page(request, item, minutes_form=form)


@require_POST
def item_decide(request: SignedIn, pk: int) -> HttpResponse:
    item = _find_item(request, pk)
    _allow(request, item.meeting)
    form = DecisionForm(request.POST, item=item, today=clock.today(), initial={})
    if form.is_valid():
        project = item.project or form.cleaned_data["project"]
        details: dict[str, Any] = {"supporting": form.cleaned_data["supporting"], "by": request.user, "at": clock.now()}
        if attempt(form, decide, item, project, form.values(), **details):
            messages.success(request, "议定事项已交办，列入问题台账。")
            return redirect("agenda-item", pk)
    return _item_page(request, item, decision_form=form)


# ---- what the views above share -----------------------------------------------------------------------------------


def _page(request: SignedIn, meeting: Meeting, item_form: ItemForm | None = None) -> HttpResponse:
    today, user = clock.today(), request.user
    page, minutes = meeting_page(meeting, today), valid_minutes(meeting)
    context: dict[str, Any] = {
        "page": page,
        "meeting": meeting,
        "may_keep": may_keep_meeting(user, meeting),
        "may_cancel": may_cancel_meeting(user, meeting),
        "may_pack": may_see_pack(user, meeting.leader),
        "minutes": minutes,
        "is_changed": minutes is not None and is_out_of_date(minutes, page),
        "item_form": item_form or ItemForm(meeting=meeting, today=today),
        "entries": meeting_history(meeting),
    }
    return render(request, "projects/meetings/meeting_detail.html", context, status=422 if item_form else 200)


def _item_page(request: SignedIn, item: AgendaItem, **refused: forms.Form) -> HttpResponse:
    """The item with its forms; `refused` are those that came back with errors."""
    today = clock.today()
    version = {"version": item.version}
    unit = responsible_unit_id(item.project, today) if item.project else None
    proposed = {"due_on": default_due_on(today), "unit": unit}
    context: dict[str, Any] = {
        "item": item,
        "meeting": item.meeting,
        "decisions": item_decisions(item, today),
        "may_keep": may_keep_meeting(request.user, item.meeting),
        "minutes_form": MinutesForm(initial=version | {"minutes": item.minutes}),
        "decision_form": DecisionForm(item=item, today=today, initial=proposed),
        "drop_form": ReasonForm(initial=version),
    }
    status = 422 if refused else 200
    return render(request, "projects/meetings/agenda_item.html", context | refused, status=status)


def _is_done(request: SignedIn, form: forms.Form, action: Any, record: Any, *, done: str) -> bool:
    """The action with what was typed; False when the form comes back with why not."""
    if form.is_valid():
        attempt(form, action, record, **form.cleaned_data, by=request.user, at=clock.now())
    if form.is_valid():
        messages.success(request, done)
    return form.is_valid()


def _step(
    request: SignedIn, meeting: Meeting, action: Any, record: Any, *, done: str = "", **options: Any
) -> HttpResponse:
    """A button without a form of its own: the action on the version that the person saw."""
    press(request, action, record, done=done, **options)
    return redirect("meeting-detail", meeting.pk)


def _allow(request: SignedIn, meeting: Meeting) -> None:
    if not may_keep_meeting(request.user, meeting):
        raise PermissionDenied


def _find(request: SignedIn, pk: int) -> Meeting:
    if not may_see_projects(request.user):
        raise PermissionDenied
    return get_object_or_404(Meeting.objects.select_related("leader", "group", "project_list"), pk=pk)


def _find_item(request: SignedIn, pk: int) -> AgendaItem:
    if not may_see_projects(request.user):
        raise PermissionDenied
    items = AgendaItem.objects.select_related(
        "meeting__leader", "meeting__group", "meeting__project_list", "project", "problem"
    )
    return get_object_or_404(items, pk=pk)
