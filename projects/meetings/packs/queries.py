"""会议材料 of one leader: the facts of a day about the projects that this leader leads."""

import datetime
from dataclasses import dataclass

from leaders.roster.models import Leader
from projects.inspections.queries import UnseenProject, last_inspected_on, targets, unseen_projects
from projects.meetings.queries import open_decisions
from projects.milestones.models import Milestone
from projects.milestones.queries import next_milestones
from projects.periods.queries import figures_month
from projects.problems.models import Problem
from projects.problems.queries import deadline_words, open_problem_counts, overdue_problems
from projects.progress.money.queries import MoneySum, sum_money
from projects.rankings.queries import light_thresholds
from projects.registry.models import Project
from projects.registry.queries import NOBODY, current_responsibilities, led_by
from projects.registry.rules import ResponsibilityRole
from projects.status.queries import ProjectLights, lights_of
from projects.status.rules import SEVERITY, Colour
from yichuan_tracker.money import format_pct, format_yi, round_half_up
from yichuan_tracker.months import day_label, month_label
from yichuan_tracker.papers.tables import Column, PaperTable

LIGHT_WORDS = {Colour.RED: "红灯", Colour.YELLOW: "黄灯", Colour.GREEN: "绿灯", Colour.NONE: "不亮灯"}
_MONEY = "#,##0.00"


@dataclass(frozen=True)
class PackLine:
    project: Project
    units: str
    lights: ProjectLights
    milestone: Milestone | None
    open_problems: int
    last_on: datetime.date | None


@dataclass(frozen=True)
class Pack:
    """Lists of records, the worst first; `money` is of the year up to `month`."""

    leader: Leader
    day: datetime.date
    month: datetime.date
    lines: list[PackLine]
    overdue: list[Problem]
    unseen: list[UnseenProject]
    unseen_days: int
    decisions: list[Problem]

    @property
    def title(self) -> str:
        return f"{self.leader}分包重点项目会议材料"

    @property
    def money(self) -> MoneySum:
        return sum_money(line.lights.money for line in self.lines)

    @property
    def opening(self) -> str:
        """The pack in one paragraph."""
        colours = [line.lights.whole.colour for line in self.lines]
        shown = "、".join(
            f"{LIGHT_WORDS[colour]} {colours.count(colour)} 个" for colour in LIGHT_WORDS if colour in colours
        )
        money = self.money
        return (
            f"截至{day_label(self.day)}，{self.leader}分包重点项目 {len(self.lines)} 个{f'（{shown}）' if shown else ''}，"
            f"年度计划投资 {format_yi(money.plan_wan)} 亿元，截至{month_label(self.month)}累计完成 "
            f"{format_yi(money.done_wan)} 亿元，完成率 {format_pct(money.rate)}（序时 {format_pct(money.schedule)}）。"
            f"超期未销号的问题 {len(self.overdue)} 个，超过 {self.unseen_days} 天没有人到现场的项目 {len(self.unseen)} 个，"
            f"会议议定和领导批示事项未销号 {len(self.decisions)} 件。"
        )


def pack_of(leader: Leader, today: datetime.date) -> Pack:
    """Constant in queries."""
    projects = list(led_by(leader.pk, today).select_related("township").order_by("pk"))
    ids = [project.pk for project in projects]
    own = Project.objects.filter(pk__in=ids)
    month = figures_month(today)
    lights = lights_of(ids, today, light_thresholds(month), month=month)
    answering = current_responsibilities(ids, today, [ResponsibilityRole.LEAD_UNIT])
    milestones, problems = next_milestones(ids, today), open_problem_counts(ids)
    visits = last_inspected_on(ids, today)
    lines = [
        PackLine(
            project,
            "、".join(unit.short_name or unit.name for unit in answering.get(project.pk, NOBODY).lead_units),
            lights[project.pk],
            milestones.get(project.pk),
            problems.get(project.pk, 0),
            visits.get(project.pk),
        )
        for project in projects
    ]
    return Pack(
        leader,
        today,
        month,
        sorted(lines, key=lambda line: -SEVERITY[line.lights.whole.colour]),
        list(overdue_problems(today).filter(project__in=ids)),
        unseen_projects(own, today),
        targets().unseen_days,
        list(open_decisions(own)),
    )


@dataclass(frozen=True)
class PackTable:
    """A table and where its rows come from: records of one kind (project, problem), whose pages open from it."""

    table: PaperTable
    kind: str
    ids: list[int]

    @property
    def lines(self) -> list[tuple[int, list[tuple[str, Column]]]]:
        return list(zip(self.ids, self.table.printed_cells, strict=True))


def pack_tables(pack: Pack) -> list[PackTable]:
    """What is printed, on the page and in Word alike; empty ones are left out."""
    open_title = "会议议定和领导批示事项（未销号）"
    tables = [
        PackTable(_projects(pack), "project", [line.project.pk for line in pack.lines]),
        PackTable(_problems("超期未销号的问题", pack.overdue, pack.day), "problem", [one.pk for one in pack.overdue]),
        PackTable(_unseen(pack), "project", [one.project.pk for one in pack.unseen]),
        PackTable(_problems(open_title, pack.decisions, pack.day), "problem", [one.pk for one in pack.decisions]),
    ]
    return [one for one in tables if one.ids]


def _projects(pack: Pack) -> PaperTable:
    columns = (
        Column("序号", 8),
        Column("项目", 52, is_text=True),
        Column("责任单位", 25, is_text=True),
        Column("状态", 12),
        Column("亮灯", 12),
        Column("总投资（万元）", 24, _MONEY),
        Column("年度计划（万元）", 24, _MONEY),
        Column("累计完成（万元）", 24, _MONEY),
        Column("完成率", 21),
        Column("较序时（百分点）", 20),
        Column("下一节点", 38, is_text=True),
        Column("未销号问题", 12),
        Column("上次督查", 26),
    )
    rows = []
    for number, line in enumerate(pack.lines, start=1):
        money, milestone = line.lights.money, line.milestone
        rows.append(
            (
                number,
                line.project.name,
                line.units or None,
                line.project.get_state_display(),
                LIGHT_WORDS[Colour(line.lights.whole.colour)],
                line.project.total_wan,
                money.plan_wan,
                money.done_wan,
                format_pct(money.rate),
                None if money.points is None else f"{round_half_up(money.points):+}",
                f"{milestone.due_on} {milestone.name}" if milestone else None,
                line.open_problems,
                line.last_on,
            )
        )
    return PaperTable("项目", "分包项目", columns, tuple(rows))


def _problems(title: str, problems: list[Problem], today: datetime.date) -> PaperTable:
    columns = (
        Column("序号", 8),
        Column("项目", 48, is_text=True),
        Column("事项", 84, is_text=True),
        Column("牵头单位", 32, is_text=True),
        Column("来源", 26),
        Column("办理时限", 30),
        Column("状态", 40, is_text=True),
        Column("办理情况", 60, is_text=True),
    )
    rows = []
    for number, one in enumerate(problems, start=1):
        words = deadline_words(one, today)
        state = f"{one.get_state_display()}（{words}）" if words else one.get_state_display()
        unit = one.unit.name if one.unit else "项目责任单位"
        source = one.get_source_display()
        rows.append((number, one.project.name, one.text, unit, source, one.due_on, state, one.answer or None))
    return PaperTable(title[:20], title, columns, tuple(rows))


def _unseen(pack: Pack) -> PaperTable:
    columns = (
        Column("序号", 8),
        Column("项目", 90, is_text=True),
        Column("上次督查", 30),
        Column("距今（天）", 20),
    )
    rows = tuple(
        (number, one.project.name, one.last_on, "从未督查" if one.days is None else one.days)
        for number, one in enumerate(pack.unseen, start=1)
    )
    return PaperTable("久未督查", f"超过 {pack.unseen_days} 天没有人到现场的项目", columns, rows)
