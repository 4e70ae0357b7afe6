from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from leaders.accounts.access import SignedIn
from leaders.audit.queries import history_of
from projects.periods.access import may_keep_calendar, may_see_calendar
from projects.periods.actions import (
    clear_holiday,
    move_period,
    open_period,
    open_year,
    set_filing_rule,
    set_holiday,
)
from projects.periods.forms import FilingRuleForm, HolidayForm, OpenPeriodForm, PeriodForm
from projects.periods.models import Holiday, Period
from projects.periods.queries import (
    exceptions_asked,
    filing_rule,
    holiday_years,
    holidays_of,
    next_month_to_open,
    period_rows,
)
from projects.periods.rules import WHO_CAN_OPEN
from yichuan_tracker import clock
from yichuan_tracker.months import FIRST_YEAR, LAST_YEAR
from yichuan_tracker.web.forms import attempt


@require_safe
def period_list(request: SignedIn) -> HttpResponse:
    if not may_see_calendar(request.user):
        raise PermissionDenied
    today = clock.today()
    context = {
        "rows": period_rows(today),
        "rules": [filing_rule(today.year), filing_rule(today.year + 1)],
        "asked": exceptions_asked().count(),
        "may_edit": may_keep_calendar(request.user),
        "who_can_open": WHO_CAN_OPEN,
    }
    return render(request, "projects/periods/period_list.html", context)


def period_rule(request: SignedIn, year: int) -> HttpResponse:
    """The year's rule, and its periods made from it in one step."""
    if not may_keep_calendar(request.user):
        raise PermissionDenied
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404(f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。")
    rule = filing_rule(year)
    form = FilingRuleForm(request.POST or None, instance=rule)
    if form.is_valid():
        by, at, seen = request.user, clock.now(), form.cleaned_data["version"]
        if attempt(form, set_filing_rule, year, form.values(), version=seen, by=by, at=at):
            made = open_year(year, by=by, at=at) if request.POST.get("step") == "open" else []
            messages.success(request, f"已保存{year}年填报规则。" + (f"已开放 {len(made)} 个报送期。" if made else ""))
            return redirect("period-list")
    entries = history_of("filingrule", rule.pk) if rule.pk else []
    context = {"form": form, "rule": rule, "entries": entries}
    return render(request, "projects/periods/period_rule.html", context, status=422 if form.is_bound else 200)


def period_open(request: SignedIn) -> HttpResponse:
    if not may_keep_calendar(request.user):
        raise PermissionDenied
    form = OpenPeriodForm(request.POST or None, initial={"month": next_month_to_open(clock.today())})
    if form.is_valid():
        period = attempt(form, open_period, **form.cleaned_data, by=request.user, at=clock.now())
        if period:
            messages.success(request, f"已开放{period}。")
            return redirect("period-list")
    status = 422 if form.is_bound else 200
    return render(request, "projects/periods/period_open.html", {"form": form}, status=status)


def period_edit(request: SignedIn, pk: int) -> HttpResponse:
    period = get_object_or_404(Period, pk=pk)
    if not may_keep_calendar(request.user):
        raise PermissionDenied
    form = PeriodForm(request.POST or None, instance=period)
    if form.is_valid():
        typed = form.cleaned_data
        details = {"reason": typed["reason"], "version": typed["version"], "by": request.user, "at": clock.now()}
        if attempt(form, move_period, period, form.values(), **details):
            messages.success(request, f"已保存{period}的日期。")
            return redirect("period-list")
    context = {"form": form, "period": period, "entries": history_of("period", period.pk)}
    return render(request, "projects/periods/period_edit.html", context, status=422 if form.is_bound else 200)


def holiday_list(request: SignedIn) -> HttpResponse:
    if not may_see_calendar(request.user):
        raise PermissionDenied
    may_edit = may_keep_calendar(request.user)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    form = HolidayForm(request.POST or None)
    if form.is_valid():
        holiday = attempt(form, set_holiday, **form.cleaned_data, by=request.user, at=clock.now())
        if holiday:
            messages.success(request, f"已保存{holiday}。")
            return redirect(f"{request.path}?year={holiday.day.year}")
    text = request.GET.get("year", "")
    year = (
        int(text) if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR else clock.today().year
    )
    context = {
        "form": form,
        "year": year,
        "years": holiday_years(year),
        "days": holidays_of(year),
        "may_edit": may_edit,
    }
    return render(request, "projects/periods/holiday_list.html", context, status=422 if form.is_bound else 200)


@require_POST
def holiday_remove(request: SignedIn, pk: int) -> HttpResponse:
    holiday = get_object_or_404(Holiday, pk=pk)
    if not may_keep_calendar(request.user):
        raise PermissionDenied
    clear_holiday(holiday, by=request.user, at=clock.now())
    messages.success(request, f"已从节假日表中移除{holiday}，当天按星期计算。")
    return redirect("holiday-list")
