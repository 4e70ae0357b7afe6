from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from projects.rankings.figures import COLUMNS, cells
from projects.rankings.models import Board, BoardKind, RankingRun
from projects.rankings.queries import BoardLine, FrozenMonth, ranked_lines
from yichuan_tracker.money import round_half_up
from yichuan_tracker.months import month_label
from yichuan_tracker.web.downloads import Sheet, SheetColumn, as_of_line, xlsx_response

MONEY, SCORE = "#,##0.00", "0.00"
LEADER_COLUMNS = (
    SheetColumn("分包领导", width=16),
    SheetColumn("项目数"),
    SheetColumn("总投资（万元）", MONEY),
    SheetColumn("年度计划投资（万元）", MONEY),
    SheetColumn("累计完成投资（万元）", MONEY),
    SheetColumn("完成率（%）", SCORE),
    SheetColumn("红灯"),
    SheetColumn("黄灯"),
)


def board_workbook(run: RankingRun, board: Board, lines: Sequence[BoardLine]) -> HttpResponse:
    """The board as a sheet, no formulas: the county's ranking table, or the leaders' facts as on the page."""
    edition = "" if run.edition == 1 else f"（更正第{run.edition}版）"
    missing = [f"{gap} {len(names)} 个项目" for gap, names in sorted(run.frozen["gaps"].items())]
    foot = as_of_line(run.computed_at, *(missing or [f"{month_label(run.month)}月报都已提交"]))
    if board.kind == BoardKind.LEADERS:
        sheet = Sheet(board.name, LEADER_COLUMNS, [_leader_cells(line) for line in lines], foot)
    else:
        columns = [
            *(SheetColumn(label, shape, 30 if label == "对象" else 0) for label, shape in COLUMNS),
            SheetColumn("说明", width=30),
        ]
        ranked = ranked_lines([line.row for line in lines], FrozenMonth(run))
        sheet = Sheet(
            board.name,
            columns,
            [
                [*cells(line), shown.note or ("并列" if line.is_tied else "")]
                for line, shown in zip(ranked, lines, strict=True)
            ],
            foot,
        )
    return xlsx_response(f"{month_label(run.month)}{board.name}{edition}.xlsx", [sheet])


def _leader_cells(line: BoardLine) -> list[Any]:
    facts = line.detail
    rate = facts.investment_rate
    return [
        facts.name,
        len(facts.projects),
        facts.total_wan,
        facts.annual_plan_wan,
        facts.cumulative_wan,
        None if rate is None else round_half_up(rate * 100),
        facts.red_lights,
        facts.yellow_lights,
    ]
