from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from leaders.accounts.access import SignedIn
from projects.imports.calendar.forms import HolidayTableForm
from projects.periods.access import may_keep_calendar
from projects.periods.actions import import_holidays
from yichuan_tracker import clock
from yichuan_tracker.web.forms import attempt


def holiday_import(request: SignedIn) -> HttpResponse:
    """A year's arrangement at once: pasted, or read from a file into the same box to be looked at before it counts."""
    if not may_keep_calendar(request.user):
        raise PermissionDenied
    form = HolidayTableForm(request.POST or None, request.FILES or None)
    status = 422 if form.is_bound else 200
    if form.is_valid() and (read := form.cleaned_data["file"]):
        typed = form.cleaned_data["text"].strip()
        messages.info(request, f"从文件读到 {len(read.splitlines())} 行，还没有录入。请核对，再点“录入”。")
        form, status = HolidayTableForm(initial={"text": "\n".join(filter(None, [typed, read]))}), 200
    elif form.is_valid():
        days = attempt(form, import_holidays, form.cleaned_data["text"], by=request.user, at=clock.now())
        if days:
            messages.success(request, f"已录入 {len(days)} 天。")
            return redirect(f"{reverse('holiday-list')}?year={days[0].year}")
    return render(request, "projects/imports/calendar/holiday_import.html", {"form": form}, status=status)
