from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from leaders.accounts.access import SignedIn
from leaders.audit.models import HistoryEntry
from leaders.audit.rules import Conflict
from leaders.organisations.models import Unit
from projects.progress.access import may_file_report, may_fill_sheet
from projects.progress.actions import TYPED, save_report_draft
from projects.progress.filling.actions import Refused, file_rows
from projects.progress.filling.forms import RowForm, posted_projects
from projects.progress.filling.queries import SheetRow, UnitSheet, not_mended, unit_sheet, why_not_filed
from projects.progress.forms import ReportForm
from projects.progress.models import MonthReport
from projects.progress.queries import report_warnings
from projects.progress.rules import is_explained
from projects.progress.views import month_or_404
from projects.registry.access import visible_projects
from projects.registry.models import Project
from yichuan_tracker import clock
from yichuan_tracker.months import month_key
from yichuan_tracker.web.conflicts import differences
from yichuan_tracker.web.forms import show_refusal


@dataclass(frozen=True)
class PageRow:
    """A row of the sheet with the form to type into (None: to be read only) and what stood in the way of a lost race."""

    row: SheetRow
    form: RowForm | None
    conflict: str = ""


def report_sheet(request: SignedIn, pk: int, month: str) -> HttpResponse:
    """All that the unit `pk` reports for the month, to be filled at once."""
    unit, first = get_object_or_404(Unit, pk=pk), month_or_404(month)
    if not may_fill_sheet(request.user, unit):
        raise PermissionDenied
    sheet = unit_sheet(unit, first, clock.today(), still_typed=posted_projects(request.POST))
    if request.method != "POST":
        return _page(request, sheet)
    is_final = request.POST.get("step") == "submit"
    forms = {row.project: form for row in sheet.rows if (form := RowForm(request.POST, row)).is_posted}
    ready = [form for form in forms.values() if is_final and form.is_to_send]
    held = not_mended(form.row for form in ready if not form.is_typed)
    ready = [form for form in ready if form.row.project.pk not in held]
    sent = [form.typed for form in ready]
    kept = [form.typed for form in forms.values() if form.is_typed and form not in ready]
    by, at = request.user, clock.now()
    not_sent = file_rows(sheet.month, sent, is_final=True, by=by, at=at)
    refused = [*not_sent, *file_rows(sheet.month, kept, is_final=False, by=by, at=at)]
    _tell(request, len(sent) - len(not_sent), len(kept) - len(refused) + len(not_sent), len(held), is_final=is_final)
    if left := {one.row.project.pk for one in refused} | {project.pk for project in forms if forms[project].errors}:
        return _page(request, unit_sheet(unit, first, clock.today(), still_typed=left), forms, refused)
    return redirect("report-sheet", pk, month_key(sheet.month))


def _tell(request: SignedIn, sent: int, drafts: int, held: int, *, is_final: bool) -> None:
    words = [f"已上报 {sent} 个项目"] if is_final else [f"已存草稿 {drafts} 个项目"]
    if is_final and drafts:
        words.append(f"{drafts} 个没有填当月完成和形象进度，已存草稿、还没有上报")
    if held:
        words.append(f"{held} 个退回的没有改，没有重报（确实不用改的，点开那个项目上报）")
    messages.success(request, "；".join(words) + "。")


@require_POST
def report_row(request: SignedIn, pk: int, month: str) -> HttpResponse:
    """One row of the sheet, saved by the page's script while the person goes on typing. Answers in JSON."""
    project, first = get_object_or_404(visible_projects(request.user), pk=pk), month_or_404(month)
    if not may_file_report(request.user, project, today=clock.today()):
        return JsonResponse({"errors": {"__all__": [why_not_filed(project, clock.today())]}}, status=403)
    form = ReportForm(request.POST, None)
    if form.is_valid():
        details = {"version": form.cleaned_data["version"], "by": request.user, "at": clock.now()}
        try:
            report = save_report_draft(project, first, form.values(), **details)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        except Conflict as lost:
            return JsonResponse(_lost(lost), status=409)
        else:
            warnings = [] if is_explained(report.note) else [one.message for one in report_warnings(report)]
            return JsonResponse(
                {"version": report.version, "saved": f"已存草稿 {clock.now():%H:%M}", "warnings": warnings}
            )
    return JsonResponse({"errors": form.errors}, status=422)


def _page(
    request: SignedIn,
    sheet: UnitSheet,
    forms: Mapping[Project, RowForm] = MappingProxyType({}),
    refused: Sequence[Refused] = (),
) -> HttpResponse:
    """The sheet as it is now; rows that were refused keep what was typed, with the reason."""
    conflicts = {one.row.project: conflict_words(one.why) for one in refused if isinstance(one.why, Conflict)}
    for one in refused:
        if isinstance(one.why, PermissionDenied):
            forms[one.row.project].add_error(None, why_not_filed(one.row.project, clock.today()))
        elif isinstance(one.why, ValidationError):
            show_refusal(forms[one.row.project], one.why)
    rows = []
    for row in sheet.rows:
        kept = forms.get(row.project)
        is_kept = kept is not None and (bool(kept.errors) or row.project in conflicts)
        form = kept if is_kept else RowForm(None, row)
        rows.append(PageRow(row, form if row.is_editable or is_kept else None, conflicts.get(row.project, "")))
    context = {"sheet": sheet, "rows": rows, "is_refused": bool(forms), "is_wide": True}
    status = 409 if conflicts else 422 if forms else 200
    return render(request, "projects/progress/report_sheet.html", context, status=status)


def _lost(lost: Conflict) -> dict[str, object]:
    """What the page needs to let the person choose between both versions."""
    report = cast(MonthReport, lost.current)
    form = ReportForm(None, report)
    current = {name: "" if form[name].value() is None else str(form[name].value()) for name in TYPED}
    return {"message": conflict_words(lost), "version": report.version, "current": current}


def conflict_words(lost: Conflict) -> str:
    """Both values of each cell that differs, and who wrote first."""
    current = lost.current
    entries = list(
        HistoryEntry.objects.filter(object_type="monthreport", object_id=current.pk).order_by("-at", "-pk")[:50]
    )
    found = differences(lost, entries, {})
    who = (
        f"{entries[0].actor_name} {timezone.localtime(entries[0].at):%m-%d %H:%M} 先保存了"
        if entries
        else "已有人先保存"
    )
    cells = "；".join(f"{one.label}：对方 {one.current}，您填 {one.typed}" for one in found)
    return f"{who}。{cells or '内容与您填的相同'}。"
