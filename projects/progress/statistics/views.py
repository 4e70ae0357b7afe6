from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from leaders.accounts.access import SignedIn
from projects.progress.access import may_keep_statistics
from projects.progress.statistics.actions import TypedFigure, set_statistics_figures
from projects.progress.statistics.forms import FigureForm
from projects.progress.statistics.queries import figure_rows, month_to_enter
from projects.progress.views import month_or_404
from projects.registry.access import visible_projects
from yichuan_tracker import clock
from yichuan_tracker.months import month_key, month_label, next_month, previous_month


def statistics_month(request: SignedIn, month: str) -> HttpResponse:
    """What the statistics bureau accepted for the month, of every entered project, beside what units reported."""
    if not may_keep_statistics(request.user):
        raise PermissionDenied
    first = month_or_404(month)
    lines = [(row, FigureForm(request.POST or None, row)) for row in figure_rows(visible_projects(request.user), first)]
    error = ""
    if request.method == "POST" and all(form.is_valid() for _, form in lines):
        typed = [
            TypedFigure(row.project, form.cleaned_data["accepted_wan"], form.cleaned_data["version"])
            for row, form in lines
            if form.has_changed()
        ]
        try:
            count = set_statistics_figures(first, typed, by=request.user, at=clock.now())
        except ValidationError as refusal:
            error = "".join(refusal.messages)
        else:
            messages.success(request, f"已保存 {month_label(first)}入库统计投资，改动 {count} 个项目。")
            return redirect("statistics-month", month_key(first))
    context = {
        "lines": lines,
        "month": first,
        "error": error,
        "before": previous_month(first),
        "after": next_month(first),
    }
    context["is_last"] = first >= month_to_enter(clock.today())
    status = 422 if request.method == "POST" else 200
    return render(request, "projects/progress/statistics_month.html", context, status=status)
