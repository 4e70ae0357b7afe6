from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leaders.accounts.access import SignedIn
from projects.guarantees.access import may_set_guarantees
from projects.guarantees.banks.actions import add_deal, change_bank_meeting, change_deal, create_bank_meeting
from projects.guarantees.banks.forms import BankMeetingForm, DealForm
from projects.guarantees.banks.queries import arrived_by_meeting, bank_meeting_page, listed_meetings
from projects.guarantees.models import BankMeeting, Deal
from projects.guarantees.queries import history_below
from projects.guarantees.views import form_page
from projects.registry.access import may_see_projects
from yichuan_tracker import clock

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def bank_list(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    archived = request.GET.get("archived") == "1"
    meetings = list(listed_meetings(archived=archived))
    arrived = arrived_by_meeting(meetings)
    context: dict[str, Any] = {
        "rows": [(meeting, arrived.get(meeting.pk)) for meeting in meetings],
        "archived": archived,
        "may_set": may_set_guarantees(request.user),
    }
    return render(request, "projects/guarantees/bank_list.html", context)


@require_safe
def bank_detail(request: SignedIn, pk: int) -> HttpResponse:
    meeting = _find(request, pk)
    context: dict[str, Any] = {
        "meeting": meeting,
        "page": bank_meeting_page(meeting),
        "may_set": may_set_guarantees(request.user),
        "history": history_below(meeting),
    }
    return render(request, "projects/guarantees/bank_detail.html", context)


@FORM
def bank_create(request: SignedIn) -> HttpResponse:
    _allow(request)
    form = BankMeetingForm(request.POST or None, initial={"held_on": clock.today()})

    def save() -> BankMeeting:
        return create_bank_meeting(form.values(), by=request.user, at=clock.now())

    page = {"title": "登记银企对接会", "back": reverse("bank-list")}
    return form_page(request, form, save, page, done="已登记，接着添加推介的项目。", opens="bank-detail")


@FORM
def bank_edit(request: SignedIn, pk: int) -> HttpResponse:
    meeting = _find(request, pk)
    _allow(request)
    form = BankMeetingForm(request.POST or None, instance=meeting)

    def save() -> BankMeeting:
        version = form.cleaned_data["version"]
        return change_bank_meeting(meeting, form.values(), version=version, by=request.user, at=clock.now())

    page = {"title": f"修改：{meeting.name}", "back": reverse("bank-detail", args=[pk])}
    return form_page(request, form, save, page, done="已保存。")


@FORM
def deal_create(request: SignedIn, pk: int) -> HttpResponse:
    meeting = _find(request, pk)
    _allow(request)
    form = DealForm(request.POST or None)

    def save() -> Deal:
        return add_deal(meeting, form.cleaned_data["project"], form.values(), by=request.user, at=clock.now())

    page = {"title": f"添加项目：{meeting.name}", "back": reverse("bank-detail", args=[pk])}
    return form_page(request, form, save, page, done="已添加；达成的金额已列入项目的资金来源，到位在那里逐笔记。")


@FORM
def deal_edit(request: SignedIn, pk: int) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    deal = get_object_or_404(Deal.objects.active().select_related("project", "meeting", "source"), pk=pk)
    _allow(request)
    form = DealForm(request.POST or None, instance=deal)

    def save() -> Deal:
        version = form.cleaned_data["version"]
        return change_deal(deal, form.values(), version=version, by=request.user, at=clock.now())

    page = {"title": f"修改：{deal}", "back": reverse("bank-detail", args=[deal.meeting_id])}
    return form_page(request, form, save, page, done="已保存。")


def _find(request: SignedIn, pk: int) -> BankMeeting:
    if not may_see_projects(request.user):
        raise PermissionDenied
    return get_object_or_404(BankMeeting, pk=pk)


def _allow(request: SignedIn) -> None:
    if not may_set_guarantees(request.user):
        raise PermissionDenied
