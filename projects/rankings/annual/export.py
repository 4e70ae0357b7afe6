from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse

from projects.rankings.annual.models import AnnualRow, AnnualRun
from projects.rankings.annual.queries import opened_year
from projects.rankings.annual.rules import YEAR_COLUMNS, AnnualScore, MarkKind, year_cells, year_line
from projects.rankings.models import Board
from projects.rankings.queries import as_frozen
from yichuan_tracker.months import month_label
from yichuan_tracker.web.downloads import Sheet, SheetColumn, as_of_line, xlsx_response

SCORE = "0.00"
MONTHS = (
    SheetColumn("榜", width=24),
    SheetColumn("对象", width=30),
    SheetColumn("月份"),
    SheetColumn("期次"),
    SheetColumn("当月得分", SCORE),
)
MARKS = (
    SheetColumn("对象", width=30),
    SheetColumn("哪一项", width=18),
    SheetColumn("分数", SCORE),
    SheetColumn("事由", width=40),
    SheetColumn("依据", width=40),
    SheetColumn("登记人"),
)


def year_workbook(run: AnnualRun, seen: Sequence[Board]) -> HttpResponse:
    """The year: a sheet per board `seen` with its formulas in words, then what it was made of: the months, the marks, the
    checksums. Values only. One query."""
    own = run.rows.filter(board__in=seen).select_related("board").order_by("board__position", "position")
    rows = [(row, opened_year(row)) for row in own]
    for row, _ in rows:
        as_frozen(row.board, run.frozen)
    boards: dict[str, list[tuple[AnnualRow, AnnualScore]]] = {}
    for row, score in rows:
        boards.setdefault(row.board.name, []).append((row, score))
    foot = as_of_line(run.computed_at)
    sheets = [Sheet(name, _columns(), [_cells(*line) for line in lines], foot) for name, lines in boards.items()]
    edition = "" if run.edition == 1 else f"（更正第{run.edition}版）"
    sources = [
        Sheet("各月得分", MONTHS, list(_months(rows))),
        Sheet("打分", MARKS, list(_marks(rows))),
        Sheet("出处", [SheetColumn("内容", width=24), SheetColumn("", width=80)], _about(run)),
    ]
    return xlsx_response(f"{run.year}年底总账{edition}.xlsx", [*sheets, *sources])


def _columns() -> list[SheetColumn]:
    columns = [SheetColumn(label, shape, 30 if label == "对象" else 0) for label, shape in YEAR_COLUMNS]
    return [*columns, SheetColumn("说明", width=24), SheetColumn("算式", width=80)]


def _cells(row: AnnualRow, score: AnnualScore) -> list[Any]:
    line = year_line(row.rank, score, is_tied=row.is_tied, note=row.note)
    return [*year_cells(line), row.note or ("并列" if row.is_tied else ""), score.formula]


def _months(rows: list[tuple[AnnualRow, AnnualScore]]) -> Iterator[list[Any]]:
    for row, score in rows:
        for one in score.months:
            yield [row.board.name, score.name, month_label(one.month), one.edition, one.score]


def _marks(rows: list[tuple[AnnualRow, AnnualScore]]) -> Iterator[list[Any]]:
    """Each mark once, however many boards its subject stands on."""
    told = {mark.id: (score.name, mark) for _, score in rows for mark in score.marks}
    for name, mark in told.values():
        yield [name, MarkKind(mark.kind).label, mark.value, mark.reason, mark.evidence, mark.giver]


def _about(run: AnnualRun) -> list[tuple[str, str]]:
    months = [
        (f"{one['month'][:7]}考评第{one['edition']}版的校验值（SHA-256）", one["sha256"])
        for one in run.frozen["months"]
    ]
    return [
        ("标题", f"{run.year}年底总账"),
        ("状态", run.get_state_display()),
        ("期次", f"第{run.edition}版"),
        ("年底总账的校验值（SHA-256）", run.sha256),
        *months,
    ]
