from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leaders.accounts.access import SignedIn
from projects.periods.queries import period_rows, reporting_month
from projects.progress.access import may_fill_sheet, may_review_reports
from projects.progress.actions import accept_reports
from projects.progress.board.queries import announcement, filing_board, reported_lists
from projects.progress.board.tables import board_sheet
from projects.progress.views import month_or_404
from projects.registry.access import may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.months import month_key, month_label
from yichuan_tracker.web.downloads import xlsx_response
from yichuan_tracker.web.forms import seen_versions


@require_safe
def report_board(request: SignedIn) -> HttpResponse:
    if not may_see_projects(request.user):
        raise PermissionDenied
    today = clock.today()
    month = month_or_404(request.GET["month"]) if request.GET.get("month") else reporting_month(today)
    rows = period_rows(today)
    row = next((row for row in rows if row.covers(month)), None)
    month = row.period.month if row else month
    show = request.GET.get("show", "")
    own = request.user.unit
    lists = reported_lists(month.year)
    chosen = next((one for one in lists if str(one.pk) == request.GET.get("list")), None)
    board = filing_board(month, row.period if row else None, own, show, chosen)
    if request.GET.get("export") == "xlsx":
        return xlsx_response(f"{month_label(month)}月报.xlsx", [board_sheet(board, clock.now())])
    context = {
        "board": board,
        "show": show,
        "lists": lists,
        "chosen": chosen,
        "announcement": announcement(board, row.period if row else None, clock.now()),
        "row": row,
        "periods": rows,
        "may_review": may_review_reports(request.user),
        "own_unit": own,
        "own_sheet": own is not None and may_fill_sheet(request.user, own) and not may_review_reports(request.user),
    }
    return render(request, "projects/progress/report_board.html", context)


@require_POST
def report_accept(request: SignedIn) -> HttpResponse:
    """Accept the reports ticked on the board (`report` = id.version), or the one on its own page; then back there."""
    if not may_review_reports(request.user):
        raise PermissionDenied
    month = request.POST.get("month", "")
    board = f"{reverse('report-board')}?show=waiting"
    back = f"{board}&month={month_key(month_or_404(month))}" if month else board
    try:
        accepted = accept_reports(seen_versions(request.POST.getlist("report")), by=request.user, at=clock.now())
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    else:
        messages.success(request, f"已审核通过 {len(accepted)} 份月报。")
    return redirect(back)
