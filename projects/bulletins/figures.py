"""What a bulletin is frozen with: plain figures, their names in texts, and what a correction changes. Pure."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from projects.rankings.annual.rules import YearLine
from projects.rankings.rules import RankedLine, Tally
from yichuan_tracker.money import format_pct, format_yi, round_half_up


@dataclass(frozen=True)
class BoardTable:
    """A public board of the run; `subject` says what its rows are (牵头单位、乡镇、项目)."""

    key: str
    name: str
    subject: str
    is_of_projects: bool
    lines: tuple[RankedLine, ...]

    @property
    def ranked(self) -> list[RankedLine]:
        return [line for line in self.lines if line.place is not None]


@dataclass(frozen=True)
class YearTable:
    """A public board of the year's sum."""

    key: str
    name: str
    subject: str
    is_of_projects: bool
    lines: tuple[YearLine, ...]


@dataclass(frozen=True)
class YearFigures:
    """年底总账: its boards, and the months it was summed up from ("2023年1月")."""

    year: int
    edition: int
    sha256: str
    rule: str
    months: tuple[str, ...]
    boards: tuple[YearTable, ...]


@dataclass(frozen=True)
class ListChangeLine:
    """A change of a list in the month: what (新增、又列入、重新列入、调出、竣工), and why where a reason was given. `project_id` is None
    in what was frozen before namesakes were told apart."""

    kind: str
    project: str
    project_list: str
    changed_on: datetime.date
    total_wan: Decimal | None
    reason: str
    project_id: int | None = None


@dataclass(frozen=True)
class MonthFigures:
    """月通报: the boards of a run. `gaps` are (what is missing, how many projects); December's brings the year's sum.
    `list_changes` is None in what was frozen before bulletins told them."""

    month: datetime.date
    run_edition: int
    run_sha256: str
    county: Tally
    boards: tuple[BoardTable, ...]
    red_projects: tuple[str, ...]
    gaps: tuple[tuple[str, int], ...]
    year: YearFigures | None = None
    list_changes: tuple[ListChangeLine, ...] | None = None


@dataclass(frozen=True)
class ProblemLine:
    project: str
    text: str
    unit: str
    raised_on: datetime.date
    due_on: datetime.date | None
    closed_on: datetime.date | None
    is_overdue: bool

    @property
    def state(self) -> str:
        if self.closed_on is not None:
            return "已销号"
        return "逾期未销号" if self.is_overdue else "办理中"


@dataclass(frozen=True)
class VisitLine:
    inspected_on: datetime.date
    project: str
    people: str
    situation: str
    findings: int


@dataclass(frozen=True)
class UnitLine:
    """A unit's problems: open at the beginning or raised in the period; closed in it; overdue at its end."""

    name: str
    handled: int
    closed: int
    overdue: int


@dataclass(frozen=True)
class InspectionFigures:
    """督查通报: visits and problems of a period, as they stood on its last day. The target is set for a week: `leaders` are
    those in charge at the end, `leaders_met` those of them on site on enough days in each of the `weeks` whole weeks of the
    period; None where it holds no whole week."""

    first_on: datetime.date
    last_on: datetime.date
    visits: tuple[VisitLine, ...]
    problems: tuple[ProblemLine, ...]
    units: tuple[UnitLine, ...]
    raised: int
    unseen: tuple[str, ...]
    unseen_days: int
    leaders: int | None = None
    leaders_met: int | None = None
    weeks: int = 1


Figures = MonthFigures | InspectionFigures


def values_of(figures: Figures) -> dict[str, str]:
    """{name of a figure: as it is printed, with its unit}: what 〔…〕 in the texts stands for."""
    if isinstance(figures, MonthFigures):
        values = _county_values(figures) | _list_values(figures.list_changes)
        return values | _board_values(figures.boards) | _year_values(figures.year)
    return _inspection_values(figures)


def _county_values(figures: MonthFigures) -> dict[str, str]:
    county = figures.county
    values = {
        "项目数": f"{county.projects}个",
        "总投资": f"{format_yi(county.total_wan)}亿元",
        "年度计划投资": f"{format_yi(county.plan_wan)}亿元",
        "累计完成投资": f"{format_yi(county.done_wan)}亿元",
        "当月完成投资": f"{format_yi(county.month_done_wan)}亿元",
        "完成率": format_pct(county.rate),
        "较序时": ahead_words(county.ahead),
        "应开工": f"{county.starts_due}个",
        "已开工": f"{county.started}个",
        "未开工": f"{county.starts_due - county.started}个",
        "应入库": f"{county.entries_due}个",
        "已入库": f"{county.entered}个",
        "未入库": f"{county.entries_due - county.entered}个",
        "应办手续": f"{county.permits_due}项",
        "已办手续": f"{county.permits_done}项",
        "未办手续": f"{county.permits_due - county.permits_done}项",
        "手续办结率": format_pct(county.permit_rate),
        "绿灯项目": f"{county.green}个",
        "黄灯项目": f"{county.yellow}个",
        "红灯项目": f"{county.red}个",
    }
    return values | {f"缺项·{name}": f"{count}个" for name, count in figures.gaps}


def _list_values(changes: Iterable[ListChangeLine] | None) -> dict[str, str]:
    """Each project once, in however many lists it changed."""
    if changes is None:
        return {}
    found = {(line.kind, line.project_id or line.project) for line in changes}
    return {f"{kind}项目": f"{sum(kind == one for one, _ in found)}个" for kind in ("新增", "调出", "竣工")}


def _board_values(boards: Iterable[BoardTable]) -> dict[str, str]:
    names = subject_names(boards)
    values: dict[str, str] = {}
    for board in boards:
        for line in board.ranked:
            name = names[board.key, line.name]
            values |= {
                f"{name}·得分": f"{line.score}分",
                f"{name}·名次": f"第{line.place}名{'（并列）' if line.is_tied else ''}",
                f"{name}·完成率": format_pct(line.tally.rate),
            }
    return values


def _year_values(figures: YearFigures | None) -> dict[str, str]:
    boards = figures.boards if figures else ()
    return {
        f"{board.name}·{line.name}·年度得分": f"{line.score}分"
        for board in boards
        for line in board.lines
        if line.place is not None
    }


def subject_names(boards: Iterable[BoardTable]) -> dict[tuple[str, str], str]:
    """{(board, row): how figures name the row}: by its own name, and by its board too where an earlier board has the same
    name with figures of its own."""
    names: dict[tuple[str, str], str] = {}
    for board in boards:
        taken = set(names.values())
        for line in board.ranked:
            names[board.key, line.name] = f"{line.name}（{board.name}）" if line.name in taken else line.name
    return names


def ahead_words(ahead: Fraction | None) -> str:
    if ahead is None:
        return "没有年度计划可比"
    points = round_half_up(ahead)
    if not points:
        return "与序时进度持平"
    return f"{'超前' if points > 0 else '落后'}序时进度{abs(points)}个百分点"


def _inspection_values(figures: InspectionFigures) -> dict[str, str]:
    problems = figures.problems
    closed = sum(one.closed_on is not None for one in problems)
    overdue = sum(one.is_overdue for one in problems)
    values = {
        "督查次数": f"{len(figures.visits)}次",
        "督查天数": f"{len({one.inspected_on for one in figures.visits})}天",
        "督查项目": f"{len({one.project for one in figures.visits})}个",
        "发现问题": f"{sum(one.findings for one in figures.visits)}个",
        "新增问题": f"{figures.raised}个",
        "在办问题": f"{len(problems)}个",
        "已销号": f"{closed}个",
        "未销号": f"{len(problems) - closed}个",
        "逾期问题": f"{overdue}个",
        "久未到现场的项目": f"{len(figures.unseen)}个",
        "久未到现场的天数": f"{figures.unseen_days}天",
    }
    if figures.leaders is not None and figures.leaders_met is not None:
        values |= {"分包领导": f"{figures.leaders}名", "到现场达标的领导": f"{figures.leaders_met}名"}
    for unit in figures.units:
        values |= {f"{unit.name}·销号": f"{unit.closed}个", f"{unit.name}·逾期": f"{unit.overdue}个"}
    return values


def differences(old: Figures, new: Figures) -> list[tuple[str, str, str]]:
    """(name, before, after) of each figure that a correction changes, in the order of the old bulletin; — where one side
    does not have it."""
    before, after = values_of(old), values_of(new)
    return [
        (name, before.get(name, "—"), after.get(name, "—"))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]
