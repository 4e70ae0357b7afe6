from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from projects.rankings.models import Board, BoardKind, RankingRun
from projects.rankings.queries import BoardLine
from yichuan_tracker.money import round_half_up
from yichuan_tracker.months import month_label
from yichuan_tracker.web.downloads import Sheet, xlsx_response

HEADINGS = (
    "名次",
    "对象",
    "项目数",
    "年度计划投资（万元）",
    "累计完成投资（万元）",
    "完成率%",
    "加减分",
    "得分",
    "上月名次",
    "升降",
    "说明",
)


def board_workbook(run: RankingRun, board: Board, lines: Sequence[BoardLine]) -> HttpResponse:
    """The board as a sheet: the rows of the page, no formulas."""
    rows = [_cells(line) for line in lines]
    title = f"{month_label(run.month)}{board.name}"
    edition = "" if run.edition == 1 else f"（更正第{run.edition}版）"
    return xlsx_response(f"{title}{edition}.xlsx", [Sheet(board.name, HEADINGS, rows, title=f"{title}{edition}")])


def _cells(line: BoardLine) -> list[Any]:
    row, detail = line.row, line.detail
    is_leader = row.board.kind == BoardKind.LEADERS
    count = len(detail.projects) if is_leader else getattr(detail, "project_count", 1)
    rate = detail.investment_rate
    return [
        row.rank,
        row.subject_name,
        count,
        detail.annual_plan_wan,
        detail.cumulative_wan,
        None if rate is None else round_half_up(rate * 100),
        None if is_leader else detail.points.total,
        row.score,
        line.last_rank,
        line.moved,
        row.note,
    ]
