from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leaders.accounts.access import SignedIn
from projects.guarantees.batches.queries import Batch, batch_names, batch_of
from projects.guarantees.batches.rules import Step
from projects.registry.access import is_office, may_see_projects
from yichuan_tracker import clock
from yichuan_tracker.web.downloads import Sheet, SheetColumn, as_of_line, xlsx_response

DAY, WAN = "yyyy-mm-dd", "#,##0.00"


@require_safe
def batch_board(request: SignedIn) -> HttpResponse:
    """The board of a 期 (`?batch=`, the newest unless said); `?export=xlsx` as a workbook."""
    if not may_see_projects(request.user):
        raise PermissionDenied
    names = batch_names()
    wanted = request.GET.get("batch", "")
    name = wanted if wanted in names else names[-1] if names else ""
    batch = batch_of(name, clock.today())
    if request.GET.get("export") == "xlsx":
        return xlsx_response(f"三个一批{name}.xlsx", [_sheet(batch)])
    context: dict[str, Any] = {
        "batch": batch,
        "names": names,
        "steps": list(Step),
        "today": clock.today(),
        "may_edit": is_office(request.user),
        "is_wide": True,
    }
    return render(request, "projects/guarantees/batch_board.html", context)


def _sheet(batch: Batch) -> Sheet:
    columns = [
        SheetColumn("项目", width=40),
        SheetColumn("产业领域"),
        SheetColumn("总投资（万元）", WAN),
        SheetColumn("列入类别"),
        *(SheetColumn(f"{step.label}日期", DAY) for step in Step),
        SheetColumn("现在"),
        SheetColumn("提示", width=40),
    ]
    rows = [
        [
            line.member.project.name,
            str(line.member.project.sector or ""),
            line.member.project.total_wan,
            line.member.stage,
            *(line.days[step] for step in Step),
            line.reached.label if line.reached else "未启动",
            line.warning,
        ]
        for line in batch.lines
    ]
    return Sheet(f"三个一批{batch.name}", columns, rows, as_of_line(clock.now()))
