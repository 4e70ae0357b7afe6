from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from projects.rankings.boards import LeaderFacts
from projects.rankings.models import Board, RankingRun
from projects.rankings.queries import BoardLine
from projects.rankings.rules import BodyScore
from yichuan_tracker.money import round_half_up
from yichuan_tracker.months import month_label
from yichuan_tracker.web.downloads import Sheet, SheetColumn, xlsx_response

MONEY, SCORE = "#,##0.00", "0.00"
COLUMNS = (
    SheetColumn("名次"),
    SheetColumn("对象", width=34),
    SheetColumn("项目数"),
    SheetColumn("年度计划投资（万元）", MONEY),
    SheetColumn("累计完成投资（万元）", MONEY),
    SheetColumn("完成率（%）", SCORE),
    SheetColumn("加减分", SCORE),
    SheetColumn("得分", SCORE),
    SheetColumn("上月名次"),
    SheetColumn("升降"),
    SheetColumn("说明", width=30),
)


def board_workbook(run: RankingRun, board: Board, lines: Sequence[BoardLine]) -> HttpResponse:
    """The board as a sheet: the rows of the page, no formulas."""
    edition = "" if run.edition == 1 else f"（更正第{run.edition}版）"
    sheet = Sheet(board.name, COLUMNS, [_cells(line) for line in lines])
    return xlsx_response(f"{month_label(run.month)}{board.name}{edition}.xlsx", [sheet])


def _cells(line: BoardLine) -> list[Any]:
    row, detail = line.row, line.detail
    rate = detail.investment_rate
    return [
        row.rank,
        row.subject_name,
        _count(detail),
        detail.annual_plan_wan,
        detail.cumulative_wan,
        None if rate is None else round_half_up(rate * 100),
        None if isinstance(detail, LeaderFacts) else detail.points.total,
        row.score,
        line.last_rank,
        line.moved,
        row.note,
    ]


def _count(detail: Any) -> int:
    if isinstance(detail, LeaderFacts):
        return len(detail.projects)
    return detail.project_count if isinstance(detail, BodyScore) else 1
