from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.guarantees.access import Record, may_enter, may_set_guarantees, may_withdraw_record
from projects.guarantees.actions import (
    add_entry,
    change_entry,
    change_target,
    restore_record,
    set_target,
    withdraw_record,
)
from projects.guarantees.forms import EntryForm, ReasonForm, TargetForm
from projects.guarantees.models import BankMeeting, Deal, GuaranteeEntry, GuaranteeTarget
from projects.guarantees.queries import (
    bank_meetings_held,
    entries_of,
    guarantees_of,
    history_below,
    target_lines,
    years_with_targets,
)
from projects.guarantees.rules import Counting, year_share
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.months import FIRST_YEAR, LAST_YEAR
from yichuan_tracker.web.downloads import attachment
from yichuan_tracker.web.forms import attempt, press

FORM = require_http_methods(["GET", "HEAD", "POST"])
# What can be withdrawn: part of the address → its table.
KINDS: dict[str, type[Any]] = {
    "targets": GuaranteeTarget,
    "entries": GuaranteeEntry,
    "bank-meetings": BankMeeting,
    "deals": Deal,
}


@require_safe
def guarantee_board(request: SignedIn) -> HttpResponse:
    """The targets of a year (`?year=`, this one unless said) and how far they are."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    text = request.GET.get("year", "")
    is_year = text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR
    year = int(text) if is_year else today.year
    context: dict[str, Any] = {
        "year": year,
        "years": sorted({*years_with_targets(), today.year}, reverse=True),
        "guarantees": guarantees_of(year, today),
        "share": year_share(year, today),
        "today": today,
        "may_set": may_set_guarantees(request.user),
    }
    return render(request, "projects/guarantees/guarantee_board.html", context)


@require_safe
def target_detail(request: SignedIn, pk: int) -> HttpResponse:
    target = _find_target(request, pk)
    today = clock.today()
    entries = entries_of(target)
    is_counted = target.counting == Counting.BANK_MEETINGS
    context: dict[str, Any] = {
        "target": target,
        "line": target_lines([target], target.year, today)[0],
        "entries": [entry for entry in entries if entry.archived_at is None],
        "withdrawn": [entry for entry in entries if entry.archived_at is not None],
        "meetings": bank_meetings_held(target.year, today) if is_counted else None,
        "may_enter": may_enter(request.user, target) and not is_counted,
        "may_set": may_set_guarantees(request.user),
        "history": history_below(target),
    }
    return render(request, "projects/guarantees/target_detail.html", context)


@FORM
def target_create(request: SignedIn) -> HttpResponse:
    if not may_set_guarantees(request.user):
        raise PermissionDenied
    form = TargetForm(request.POST or None, initial={"year": clock.today().year})

    def save() -> GuaranteeTarget:
        return set_target(form.values(), by=request.user, at=clock.now())

    page = {"title": "增加年度指标", "back": reverse("guarantee-board")}
    return form_page(request, form, save, page, done="指标已建好，可以开始登记。")


@FORM
def target_edit(request: SignedIn, pk: int) -> HttpResponse:
    target = _find_target(request, pk)
    if not may_set_guarantees(request.user):
        raise PermissionDenied
    form = TargetForm(request.POST or None, instance=target)

    def save() -> GuaranteeTarget:
        version = form.cleaned_data["version"]
        return change_target(target, form.values(), version=version, by=request.user, at=clock.now())

    page = {"title": f"修改指标：{target.name}", "back": _page_of(target)}
    return form_page(request, form, save, page, done="已保存。")


@FORM
def entry_create(request: SignedIn, pk: int) -> HttpResponse:
    target = _find_target(request, pk)
    if not may_enter(request.user, target):
        raise PermissionDenied
    initial = {"done_on": clock.today()}
    form = EntryForm(request.POST or None, request.FILES or None, target=target, initial=initial)

    def save() -> GuaranteeEntry:
        file = form.cleaned_data["file"]
        return add_entry(target, form.values(), file=file, by=request.user, at=clock.now())

    page = {"title": f"登记：{target.name}", "back": _page_of(target)}
    return form_page(request, form, save, page, done="已登记。")


@FORM
def entry_edit(request: SignedIn, pk: int) -> HttpResponse:
    entry = _find_entry(request, pk)
    if not may_enter(request.user, entry.target) or entry.archived_at is not None:
        raise PermissionDenied
    form = EntryForm(request.POST or None, request.FILES or None, target=entry.target, instance=entry)

    def save() -> GuaranteeEntry:
        typed = {name: form.cleaned_data[name] for name in ("file", "version")}
        return change_entry(entry, form.values(), **typed, by=request.user, at=clock.now())

    page = {"title": f"修改登记：{entry.target.name}", "back": _page_of(entry)}
    return form_page(request, form, save, page, done="已保存。")


@require_safe
def entry_file(request: SignedIn, pk: int) -> HttpResponse:
    entry = _find_entry(request, pk)
    if not entry.file:
        raise Http404
    try:
        with entry.file.open("rb") as stream:
            return attachment(entry.file_name, stream.read(), "application/octet-stream")
    except FileNotFoundError as error:
        raise Http404 from error


@FORM
def record_withdraw(request: SignedIn, kind: str, pk: int) -> HttpResponse:
    record = _find_record(request, kind, pk)
    if not may_withdraw_record(request.user, record) or record.archived_at is not None:
        raise PermissionDenied
    form = ReasonForm(request.POST or None, initial={"version": record.version})

    def save() -> Any:
        return withdraw_record(record, **form.cleaned_data, by=request.user, at=clock.now())

    page = {"title": f"撤销：{record}", "back": _page_of(record), "submit": "撤销"}
    return form_page(request, form, save, page, done="已撤销，不再计数；在原来的页面可以恢复。")


@require_POST
def record_restore(request: SignedIn, kind: str, pk: int) -> HttpResponse:
    record = _find_record(request, kind, pk)
    if not may_withdraw_record(request.user, record):
        raise PermissionDenied
    press(request, restore_record, record, done="已恢复。")
    return redirect(_page_of(record))


def _page_of(record: Record) -> str:
    if isinstance(record, GuaranteeTarget | GuaranteeEntry):
        pk = record.pk if isinstance(record, GuaranteeTarget) else record.target_id
        return reverse("guarantee-target", args=[pk])
    return reverse("bank-detail", args=[record.pk if isinstance(record, BankMeeting) else record.meeting_id])


def form_page(
    request: SignedIn,
    form: forms.BaseForm,
    save: Callable[[], Any],
    page: Mapping[str, str],
    *,
    done: str,
    opens: str = "",
) -> HttpResponse:
    """A form on a page of its own: saved and `back`, or shown again with what was typed and why it was refused. `page` has
    title and back, and submit where it says something else than 保存; `opens` names the page of what was made, where one goes on."""
    if form.is_valid():
        made = attempt(form, save)
        if form.is_valid():
            messages.success(request, done)
            return redirect(opens, made.pk) if opens and made else redirect(page["back"])
    status = 422 if form.is_bound else 200
    return render(request, "projects/guarantees/record_form.html", {"form": form, **page}, status=status)


def _find_target(request: SignedIn, pk: int) -> GuaranteeTarget:
    if not may_see_projects(request.user):
        raise PermissionDenied
    return get_object_or_404(GuaranteeTarget.objects.select_related("unit"), pk=pk)


def _find_entry(request: SignedIn, pk: int) -> GuaranteeEntry:
    if not may_see_projects(request.user):
        raise PermissionDenied
    return get_object_or_404(GuaranteeEntry.objects.select_related("target", "project"), pk=pk)


def _find_record(request: SignedIn, kind: str, pk: int) -> Record:
    if not may_see_projects(request.user):
        raise PermissionDenied
    if kind not in KINDS:
        raise Http404
    record: Record = get_object_or_404(KINDS[kind], pk=pk)
    return record
