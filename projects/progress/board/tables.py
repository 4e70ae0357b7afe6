import datetime
from collections.abc import Iterator
from typing import Any

from projects.progress.board.queries import FilingBoard
from yichuan_tracker.months import month_label
from yichuan_tracker.web.downloads import Sheet, SheetColumn, as_of_line

COLUMNS = (
    SheetColumn("责任单位", width=24),
    SheetColumn("项目", width=40),
    SheetColumn("报送情况"),
    SheetColumn("迟报"),
    SheetColumn("当月计划投资（万元）", "#,##0.00"),
    SheetColumn("当月完成投资（万元）", "#,##0.00"),
    SheetColumn("形象进度", width=50),
    SheetColumn("存在问题", width=40),
    SheetColumn("异常说明", width=40),
    SheetColumn("上报时间", "yyyy-mm-dd hh:mm"),
)


def board_sheet(board: FilingBoard, at: datetime.datetime) -> Sheet:
    """The lines shown on the page, one row each."""
    foot = as_of_line(at, f"{month_label(board.month)}已报 {board.filed}/{board.total}")
    return Sheet(f"{month_label(board.month)}月报", COLUMNS, _rows(board), foot)


def _rows(board: FilingBoard) -> Iterator[list[Any]]:
    for group in board.shown:
        for line in group.shown:
            report = line.report
            yield [
                str(group.unit or "未明确责任单位"),
                line.project.name,
                line.state_label,
                "迟报" if line.is_late else "",
                report.planned_wan if report else None,
                report.done_wan if report else None,
                report.progress if report else "",
                report.issues if report else "",
                report.note if report else "",
                report.submitted_at if report else None,
            ]
