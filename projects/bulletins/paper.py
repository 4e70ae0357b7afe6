"""A bulletin as it stands on paper, whatever it is printed by: Word, Excel and page are made of the same Paper. Pure."""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from projects.bulletins.figures import BoardTable, Figures, InspectionFigures, MonthFigures, YearFigures, values_of
from projects.bulletins.rules import PRINTED_SLOTS, SLOTS, fill
from projects.rankings.annual.rules import YEAR_COLUMNS, year_cells
from projects.rankings.rules import RANKING_COLUMNS, ranking_cells
from yichuan_tracker.months import day_label
from yichuan_tracker.papers.tables import Column, PaperTable

_NUMERALS = "一二三四五六七八九十"
_SECOND_LEVEL = re.compile(rf"（[{_NUMERALS}]+）[^。]*。")
_MONEY, _SCORE = "#,##0.00", "0.00"


@dataclass(frozen=True)
class LetterheadText:
    """版头 and 版记 as the office keeps them. `mark` is 发文机关标志, `code` 代字, `recipients` 主送, `copies` 抄送, `printer`
    印发机关."""

    organisation: str
    mark: str
    code: str
    recipients: str
    copies: str
    printer: str


@dataclass(frozen=True)
class Paragraph:
    """`level` 1 a heading 一、, 2 a paragraph that begins with its own heading `lead` （一）…。, 0 plain."""

    text: str
    level: int = 0
    lead: str = ""


@dataclass(frozen=True)
class Paper:
    letterhead: LetterheadText
    number: str
    signer: str
    title: str
    edition_mark: str
    paragraphs: tuple[Paragraph, ...]
    annexes: tuple[PaperTable, ...]
    dated_on: datetime.date
    sha256: str

    @property
    def annex_lines(self) -> list[str]:
        """附件说明: the numbers only when there are several."""
        if len(self.annexes) == 1:
            return [self.annexes[0].title]
        return [f"{number}.{annex.title}" for number, annex in enumerate(self.annexes, start=1)]

    @property
    def check_line(self) -> str:
        return f"数据校验值（SHA-256）：{self.sha256}"


def paragraphs_of(texts: Mapping[str, str], values: Mapping[str, str]) -> tuple[Paragraph, ...]:
    """The printed slots in order: each a numbered heading and its lines, figures put in. Empty slots drop out."""
    found: list[Paragraph] = []
    filled = [(name, fill(texts[name], values).strip()) for name in PRINTED_SLOTS if texts.get(name, "").strip()]
    for number, (name, text) in enumerate(filled):
        found.append(Paragraph(f"{_NUMERALS[number]}、{SLOTS[name]}", level=1))
        found += [_paragraph(line.strip()) for line in text.split("\n") if line.strip()]
    return tuple(found)


def _paragraph(line: str) -> Paragraph:
    lead = _SECOND_LEVEL.match(line)
    return Paragraph(line[lead.end() :], 2, lead[0]) if lead else Paragraph(line)


# ---- annexes ----------------------------------------------------------------------------------------------------


def annexes_of(figures: Figures, changes: Sequence[tuple[str, str, str]] = ()) -> tuple[PaperTable, ...]:
    """The tables that go with the bulletin; a correction's differences come first."""
    tables = month_tables(figures) if isinstance(figures, MonthFigures) else inspection_tables(figures)
    if not changes:
        return tuple(tables)
    columns = (Column("项目", 40, is_text=True), Column("原通报", 30, is_text=True), Column("更正后", 30, is_text=True))
    return (PaperTable("更正内容", "更正内容对照表", columns, tuple(changes)), *tables)


_RANKING_SHARES = (10, 46, 9, 22, 20, 20, 14, 14, 9, 9, 9, 9, 14, 10, 12, 9, 11)


def month_tables(figures: MonthFigures) -> list[PaperTable]:
    """One ranking table per board, with the columns of the county's own table; in December those of the year."""
    tables = [
        PaperTable(
            board.name,
            f"{figures.month.year}年{figures.month.month}月{board.name.removesuffix('榜')}排名表",
            tuple(
                Column(board.subject if label == "对象" else label, share, shape, is_text=label == "对象")
                for (label, shape), share in zip(RANKING_COLUMNS, _RANKING_SHARES, strict=True)
            ),
            tuple(tuple(ranking_cells(line)) for line in board.lines),
            "；".join(_remarks(board)),
        )
        for board in figures.boards
        if board.lines
    ]
    changes = [list_changes_table(figures)] if figures.list_changes else []
    return tables + changes + (year_tables(figures.year) if figures.year else [])


def list_changes_table(figures: MonthFigures) -> PaperTable:
    return PaperTable(
        "清单变动",
        f"{figures.month.year}年{figures.month.month}月重点项目清单变动表",
        (
            Column("序号", 8),
            Column("变动", 18),
            Column("项目", 60, is_text=True),
            Column("清单", 52, is_text=True),
            Column("日期", 20),
            Column("总投资（万元）", 24, _MONEY),
            Column("原因", 43, is_text=True),
        ),
        tuple(
            (number, one.kind, one.project, one.project_list, one.changed_on, one.total_wan, one.reason)
            for number, one in enumerate(figures.list_changes or (), start=1)
        ),
    )


_YEAR_SHARES = (12, 60, 18, 24, 22, 22, 22, 18, 24)


def year_tables(figures: YearFigures) -> list[PaperTable]:
    """One table per board of the year, each saying how it was summed up and from which months."""
    source = f"{figures.rule}。由已发布的{'、'.join(figures.months)}考评算出，年底总账校验值 {figures.sha256}"
    return [
        PaperTable(
            f"年底总账 {board.name}"[:31],
            f"{figures.year}年度{board.name.removesuffix('榜')}排名表",
            tuple(
                Column(board.subject if label == "对象" else label, share, shape, is_text=label == "对象")
                for (label, shape), share in zip(YEAR_COLUMNS, _YEAR_SHARES, strict=True)
            ),
            tuple(tuple(year_cells(line)) for line in board.lines),
            "；".join([*(f"{line.name}：{line.note}" for line in board.lines if line.note), source]),
        )
        for board in figures.boards
        if board.lines
    ]


def _remarks(board: BoardTable) -> list[str]:
    ties = ["名次相同的为并列"] if any(line.is_tied for line in board.lines) else []
    return ties + [f"{line.name}：{line.note}" for line in board.lines if line.note]


def inspection_tables(figures: InspectionFigures) -> list[PaperTable]:
    problems = PaperTable(
        "问题清单",
        "在办和本期销号问题整改清单",
        (
            Column("序号", 8),
            Column("项目", 44, is_text=True),
            Column("存在问题", 64, is_text=True),
            Column("牵头单位", 30, is_text=True),
            Column("反映日期", 20),
            Column("办理时限", 20),
            Column("销号日期", 20),
            Column("办理情况", 19),
        ),
        tuple(
            (number, one.project, one.text, one.unit, one.raised_on, one.due_on, one.closed_on, one.state)
            for number, one in enumerate(figures.problems, start=1)
        ),
    )
    visits = PaperTable(
        "现场督查",
        "现场督查情况表",
        (
            Column("序号", 8),
            Column("日期", 20),
            Column("督查人员", 36, is_text=True),
            Column("项目", 50, is_text=True),
            Column("现场情况", 91, is_text=True),
            Column("发现问题（个）", 20),
        ),
        tuple(
            (number, one.inspected_on, one.people, one.project, one.situation, one.findings)
            for number, one in enumerate(figures.visits, start=1)
        ),
    )
    return [table for table in (problems, visits) if table.rows]


def compose(
    figures: Figures,
    texts: Mapping[str, str],
    letterhead: LetterheadText,
    *,
    title: str,
    number: str,
    signer: str,
    edition: int,
    dated_on: datetime.date,
    sha256: str,
    changes: Sequence[tuple[str, str, str]] = (),
) -> Paper:
    """The bulletin on paper. Raises KeyError for a text that names a figure the data do not have."""
    return Paper(
        letterhead=letterhead,
        number=number,
        signer=signer,
        title=title,
        edition_mark=f"（更正第{edition}版）" if edition > 1 else "",
        paragraphs=paragraphs_of(texts, values_of(figures)),
        annexes=annexes_of(figures, changes),
        dated_on=dated_on,
        sha256=sha256,
    )


def sheet_head(paper: Paper) -> list[tuple[str, str]]:
    """What the first sheet of the workbook says of the bulletin."""
    return [
        ("标题", f"{paper.title}{paper.edition_mark}"),
        ("发文字号", paper.number),
        ("发文机关", paper.letterhead.organisation),
        ("成文日期", day_label(paper.dated_on)),
        ("金额单位", "万元"),
        ("数据校验值（SHA-256）", paper.sha256),
    ]
