"""亮灯: the lights of a project, each with the rule that lit it and the numbers put in.

A light is never a colour alone: `rule` and `numbers` are what the page shows on hover or tap.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

from django.db.models import TextChoices

from projects.milestones.rules import DatedMilestone, MilestoneState, days_late, milestone_state
from projects.progress.rules import completion_rate, points_ahead
from yichuan_tracker.money import format_pct, format_wan, round_half_up
from yichuan_tracker.months import day_label, last_day, month_label, shift_months


class Colour(TextChoices):
    NONE = "none", "不亮灯"
    GREEN = "green", "绿灯"
    YELLOW = "yellow", "黄灯"
    RED = "red", "红灯"


SEVERITY = {Colour.NONE: 0, Colour.GREEN: 1, Colour.YELLOW: 2, Colour.RED: 3}


@dataclass(frozen=True)
class LightChange:
    """改灯: what people decided a light should show, beside what it is by the rules; it runs out after `until_on`."""

    colour: Colour
    reason: str
    evidence: str
    until_on: datetime.date
    asker: str
    decider: str

    @property
    def words(self) -> str:
        return f"{self.reason}（依据：{self.evidence}；{self.asker}申请，{self.decider}批准，有效期至 {self.until_on}）"


@dataclass(frozen=True)
class Light:
    """One light. `name` says which (投资进度, 开工, 入库, 节点, 项目), `rule` why in general, `numbers` why here; `colour` is
    always what the rule computes, `change` stands beside it."""

    colour: Colour
    rule: str
    numbers: str = ""
    name: str = ""
    change: LightChange | None = None

    @property
    def shown(self) -> Colour:
        """What the light shows with what people decided."""
        return self.change.colour if self.change else self.colour


@dataclass(frozen=True)
class LightThresholds:
    """The county's thresholds; defaults of the default scheme, kept as data. Points are 百分点."""

    progress_yellow_points: Decimal = Decimal(10)
    progress_red_points: Decimal = Decimal(30)
    start_red_months: int = 3
    entry_min_wan: Decimal = Decimal(500)
    entry_yellow_months: int = 1
    entry_red_months: int = 2
    milestone_red_days: int = 30
    # Whether a changed progress light costs the points of what it was changed to, and counts so in a row of months.
    changes_count: bool = False
    # (months in a row, what follows): yellow or red, and red. A scheme that says nothing of them has none.
    yellow_steps: tuple[tuple[int, str], ...] = ()
    red_steps: tuple[tuple[int, str], ...] = ()


DEFAULT_THRESHOLDS = LightThresholds()


def progress_light(
    cumulative_wan: Decimal | None,
    annual_plan_wan: Decimal | None,
    schedule: Fraction,
    thresholds: LightThresholds = DEFAULT_THRESHOLDS,
) -> Light:
    """投资进度灯: yellow more than 10 and up to 30 points behind 序时, red beyond 30. No plan, no light.

    Compared unrounded: 10 points exactly are green, 30 exactly are yellow.
    """
    rule = _progress_rule(thresholds)
    rate = completion_rate(cumulative_wan, annual_plan_wan)
    ahead = points_ahead(rate, schedule)
    if rate is None or ahead is None:
        return Light(Colour.NONE, rule, "没有年度计划投资（或为零），不亮灯", "投资进度")
    colour, behind = Colour.GREEN, -ahead
    if behind > thresholds.progress_yellow_points:
        colour = Colour.RED if behind > thresholds.progress_red_points else Colour.YELLOW
    place = f"{'落后' if ahead < 0 else '超前'} {round_half_up(abs(ahead))} 个百分点" if ahead else "与序时持平"
    numbers = (
        f"累计完成 {format_wan(cumulative_wan or Decimal(0))} 万元，占年度计划 {format_wan(annual_plan_wan)} 万元的 "
        f"{format_pct(rate)}，序时 {format_pct(schedule)}，{place}"
    )
    return Light(colour, rule, numbers, "投资进度")


@cache
def _progress_rule(thresholds: LightThresholds) -> str:
    yellow, red = _plain(thresholds.progress_yellow_points), _plain(thresholds.progress_red_points)
    return f"落后序时进度超过 {yellow} 个百分点亮黄灯，超过 {red} 个百分点亮红灯"


def start_light(
    planned_start_on: datetime.date | None,
    actual_start_on: datetime.date | None,
    today: datetime.date,
    thresholds: LightThresholds = DEFAULT_THRESHOLDS,
) -> Light:
    """开工灯: yellow when the planned month has passed without a start, red after 3 further months.

    A late start turns it green again: 'done late stays yellow' is said of milestones only.
    """
    rule = f"超过计划开工月份未开工亮黄灯，超过 {thresholds.start_red_months} 个月亮红灯"
    if planned_start_on is None:
        return Light(Colour.NONE, rule, "没有计划开工时间，不亮灯", "开工")
    month_end = last_day(planned_start_on)
    planned = f"计划{month_label(planned_start_on)}开工"
    if actual_start_on is not None and actual_start_on <= today:
        late = "，晚于计划" if actual_start_on > month_end else ""
        return Light(Colour.GREEN, rule, f"{planned}，{day_label(actual_start_on)}已开工{late}", "开工")
    if today <= month_end:
        return Light(Colour.GREEN, rule, f"{planned}，尚未到期", "开工")
    colour = Colour.RED if today > shift_months(month_end, thresholds.start_red_months) else Colour.YELLOW
    return Light(colour, rule, f"{planned}，至{day_label(today)}未开工", "开工")


def entry_due_on(
    total_wan: Decimal | None, started_on: datetime.date | None, thresholds: LightThresholds = DEFAULT_THRESHOLDS
) -> datetime.date | None:
    """应入库: the day by which a started project of 500 万元 or more should stand in the statistics bureau's list, one
    month after its start; None when it need not."""
    if started_on is None or total_wan is None or total_wan < thresholds.entry_min_wan:
        return None
    return shift_months(started_on, thresholds.entry_yellow_months)


def entry_light(
    total_wan: Decimal | None,
    started_on: datetime.date | None,
    entered_on: datetime.date | None,
    today: datetime.date,
    thresholds: LightThresholds = DEFAULT_THRESHOLDS,
) -> Light:
    """入库灯: yellow when not entered one month after the start, red after two; green once entered."""
    rule = (
        f"总投资 {_plain(thresholds.entry_min_wan)} 万元及以上的项目，"
        f"开工满 {thresholds.entry_yellow_months} 个月未入库亮黄灯，满 {thresholds.entry_red_months} 个月亮红灯"
    )
    if entered_on is not None and entered_on <= today:
        return Light(Colour.GREEN, rule, f"{day_label(entered_on)}已入库", "入库")
    started_on = started_on if started_on is not None and started_on <= today else None
    due_on = entry_due_on(total_wan, started_on, thresholds)
    if started_on is None or due_on is None:
        total = "没有总投资" if total_wan is None else f"总投资 {format_wan(total_wan)} 万元"
        why = "尚未开工" if started_on is None else f"{total}，不要求入库"
        return Light(Colour.NONE, rule, why, "入库")
    numbers = f"{day_label(started_on)}开工，至{day_label(today)}未入库"
    if today <= due_on:
        return Light(Colour.GREEN, rule, f"{numbers}，应于{day_label(due_on)}前入库", "入库")
    colour = Colour.RED if today > shift_months(started_on, thresholds.entry_red_months) else Colour.YELLOW
    return Light(colour, rule, numbers, "入库")


def milestone_light(
    milestones: Iterable[DatedMilestone], today: datetime.date, thresholds: LightThresholds = DEFAULT_THRESHOLDS
) -> Light:
    """节点灯: the worst milestone given. Not done: yellow up to 30 days late, red beyond. Done late stays yellow."""
    days = thresholds.milestone_red_days
    rule = f"节点逾期 {days} 天以内亮黄灯，超过 {days} 天亮红灯；逾期完成的保持黄灯"
    judged = [_one_milestone(milestone, today, thresholds) for milestone in milestones]
    due = [(colour, late, words) for colour, late, words in judged if colour != Colour.NONE]
    if not due:
        return Light(Colour.NONE, rule, "没有到期的节点", "节点")
    colour, _, words = max(due, key=lambda entry: (SEVERITY[entry[0]], entry[1], entry[2]))
    if colour == Colour.GREEN:
        return Light(colour, rule, f"到期节点 {len(due)} 个，全部按期完成", "节点")
    off_time = sum(1 for other, _, _ in due if other != Colour.GREEN)
    return Light(colour, rule, f"到期节点 {len(due)} 个，其中逾期 {off_time} 个；{words}", "节点")


def project_light(parts: Sequence[Light], change: LightChange | None = None) -> Light:
    """项目灯: the worst of its parts, naming each part that is as bad; no light when no part has one.

    `change` is of the project's own light; without one, what its parts were changed to is carried up.
    """
    worst = _worst(part.colour for part in parts)
    change = change or _carried_up(parts, worst)
    rule = "取投资进度、开工、入库、节点各灯中最重的"
    if worst == Colour.NONE:
        return Light(Colour.NONE, rule, "各分项均不亮灯", "项目", change)
    if worst == Colour.GREEN:
        return Light(worst, rule, "各分项均正常", "项目", change)
    causes = "；".join(f"{part.name}{part.colour.label}：{part.numbers}" for part in parts if part.colour == worst)
    return Light(worst, rule, causes, "项目", change)


def _worst(colours: Iterable[Colour]) -> Colour:
    return max(colours, key=lambda colour: SEVERITY[colour], default=Colour.NONE)


def _carried_up(parts: Sequence[Light], worst: Colour) -> LightChange | None:
    """The change of a part that makes the whole another than `worst`; None when it stays what it is."""
    shown = _worst(part.shown for part in parts)
    changed = [(part.name, part.change) for part in parts if part.change]
    if shown == worst or not changed:
        return None
    name, change = changed[0]
    return replace(change, colour=shown, reason=f"{name}灯{_CHANGED_TO[change.colour]}：{change.reason}")


_CHANGED_TO = {colour: f"改为{colour.label}" for colour in Colour}


@dataclass(frozen=True)
class LightStreak:
    """A light that was as bad for `months` in a row (the newest first), and what follows by the scheme."""

    colour: Colour
    months: tuple[datetime.date, ...]
    measure: str

    @property
    def in_order(self) -> tuple[datetime.date, ...]:
        return self.months[::-1]

    @property
    def colour_words(self) -> str:
        return f"{self.colour.label}{'及以上' if self.colour == Colour.YELLOW else ''}"

    @property
    def words(self) -> str:
        told = "、".join(f"{month.month}月" for month in self.in_order)
        return f"连续 {len(self.months)} 个月{self.colour_words}（{told}），{self.measure}"


def light_streak(shown: Sequence[tuple[datetime.date, Colour]], thresholds: LightThresholds) -> LightStreak | None:
    """What follows from the months `shown` (the newest first, none missing between them): the furthest step reached by red
    in a row, else by yellow or worse. None when no step is reached."""
    for colour, steps in ((Colour.RED, thresholds.red_steps), (Colour.YELLOW, thresholds.yellow_steps)):
        as_bad = [SEVERITY[one] >= SEVERITY[colour] for _, one in shown]
        months = tuple(month for month, _ in shown[: (*as_bad, False).index(False)])
        reached = [measure for limit, measure in steps if len(months) >= limit]
        if reached:
            return LightStreak(colour, months, reached[-1])
    return None


def streak_rule(thresholds: LightThresholds) -> str:
    """连续亮灯 as the printed scheme says it."""
    steps = [
        f"连续 {limit} 个月{name}的，{measure}"
        for name, steps in (("黄灯及以上", thresholds.yellow_steps), ("红灯", thresholds.red_steps))
        for limit, measure in steps
    ]
    return "；".join(steps) or "不因连续亮灯督办"


def _one_milestone(
    milestone: DatedMilestone, today: datetime.date, thresholds: LightThresholds
) -> tuple[Colour, int, str]:
    """Colour, days late and the milestone in words."""
    state = milestone_state(milestone.due_on, milestone.actual_on, today)
    late = days_late(milestone.due_on, milestone.actual_on, today)
    words = f"“{milestone.name or '节点'}”应于{day_label(milestone.due_on)}完成"
    if state == MilestoneState.OVERDUE:
        colour = Colour.RED if late > thresholds.milestone_red_days else Colour.YELLOW
        return colour, late, f"{words}，逾期 {late} 天未完成"
    if state == MilestoneState.LATE_DONE:
        return Colour.YELLOW, late, f"{words}，逾期 {late} 天完成"
    if state == MilestoneState.ON_TIME:
        return Colour.GREEN, late, words
    return Colour.NONE, late, words


def _plain(number: Decimal) -> str:
    """10 for Decimal("10.00"), 7.5 for Decimal("7.50")."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
