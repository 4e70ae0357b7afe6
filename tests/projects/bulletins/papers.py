"""Figures of an invented month, small enough to count by hand."""

import datetime
from decimal import Decimal
from fractions import Fraction

from projects.bulletins.figures import BoardTable, MonthFigures
from projects.bulletins.paper import LetterheadText, Paper, compose
from projects.bulletins.sentences import proposed_texts
from projects.rankings.rules import RankedLine, Tally
from tests.projects.rankings.county import JUNE

LETTERHEAD = LetterheadText(
    "伊川县重点项目建设领导小组办公室",
    "伊川县重点项目建设领导小组办公室文件",
    "伊重点办",
    "各乡镇",
    "县委",
    "伊川县重点项目建设领导小组办公室",
)


def line(place: int | None, name: str, score: str | None, *, last: int | None = None, tally: Tally | None = None):
    return RankedLine(
        place, False, name, tally or Tally(1), Decimal(0), None if score is None else Decimal(score), last
    )


def county_tally(**values) -> Tally:
    usual = {
        "projects": 4,
        "total_wan": Decimal(240_000),
        "plan_wan": Decimal(48_000),
        "done_wan": Decimal(20_400),
        "month_done_wan": Decimal(3_600),
        "rate": Fraction(425, 1000),
        "ahead": Fraction(-15, 2),
        "green": 3,
        "red": 1,
    }
    return Tally(**(usual | values))


def figures(county: Tally | None = None, *, lines=None, red=("大坝",), gaps=(), rows: int = 0) -> MonthFigures:
    """`rows`: so many projects on the board of projects."""
    lines = lines or (line(1, "交通局", "88.03", last=4), line(2, "水利局", "60.50", last=1))
    boards = [BoardTable("lead", "牵头单位榜", "牵头单位", False, tuple(lines))]
    if rows:
        projects = tuple(line(number, f"项目{number}", "80") for number in range(1, rows + 1))
        boards.append(BoardTable("projects", "项目榜", "项目", True, projects))
    return MonthFigures(JUNE, 1, "f" * 64, county or county_tally(), tuple(boards), tuple(red), tuple(gaps))


def paper(data: MonthFigures | None = None, **values) -> Paper:
    data = data or figures()
    usual = {
        "title": "关于2023年6月重点项目建设情况的通报",
        "number": "伊重点办〔2023〕6号",
        "signer": "",
        "edition": 1,
        "dated_on": datetime.date(2023, 7, 4),
        "sha256": "e" * 64,
    }
    return compose(data, proposed_texts(data), LETTERHEAD, **(usual | values))
