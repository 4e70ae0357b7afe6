"""The county's ranking table (名次 … 升降, 17 columns) from a run's frozen rows: pure, one home for page, export and bulletin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from projects.permits.rules import is_due, is_obtained
from projects.rankings.scoring.facts import ProjectFacts, is_of_the_year
from projects.status.rules import Colour
from yichuan_tracker.money import round_half_up


@dataclass(frozen=True)
class Tally:
    """What stands behind a row, summed over its projects. Amounts in 万元; `ahead` in 百分点 against 序时, None without a
    plan; started, entered and permits are counted of what was due by month end."""

    projects: int = 0
    total_wan: Decimal = Decimal(0)
    plan_wan: Decimal = Decimal(0)
    done_wan: Decimal = Decimal(0)
    month_done_wan: Decimal = Decimal(0)
    rate: Fraction | None = None
    ahead: Fraction | None = None
    starts_due: int = 0
    started: int = 0
    entries_due: int = 0
    entered: int = 0
    permits_due: int = 0
    permits_done: int = 0
    red: int = 0
    yellow: int = 0
    green: int = 0

    @property
    def permit_rate(self) -> Fraction | None:
        return Fraction(self.permits_done, self.permits_due) if self.permits_due else None


@dataclass(frozen=True)
class RankedLine:
    """A row of a board: its place (None: not ranked, `note` says why), its score, and its place in the month before."""

    place: int | None
    is_tied: bool
    name: str
    tally: Tally
    points: Decimal | None
    score: Decimal | None
    last_place: int | None
    note: str = ""

    @property
    def moved(self) -> int | None:
        """Places won (+) or lost (−)."""
        return None if self.place is None or self.last_place is None else self.last_place - self.place


def tally(projects: Iterable[ProjectFacts], lights: Mapping[int, Colour]) -> Tally:
    """The sums over `projects`; `lights` are their progress lights by project. As in a body's score, what was done counts
    against a plan only: a project without one would lift the rate."""
    facts = list(projects)
    planned = [one for one in facts if one.annual_plan_wan]
    plan = sum((one.annual_plan_wan or Decimal(0) for one in planned), Decimal(0))
    done = sum((one.cumulative_wan for one in planned), Decimal(0))
    scheduled = sum((Fraction(one.annual_plan_wan or 0) * one.schedule for one in planned), Fraction(0))
    rate = Fraction(done) / Fraction(plan) if plan else None
    starts = [one for one in facts if is_of_the_year(one.start_due_on, one.started_on, one.month)]
    entries = [one for one in facts if one.entry_due_on is not None and (_entered(one) or _entry_is_due(one))]
    permits = [(permit.dated, one.month_end) for one in facts for permit in one.permits]
    due = [(permit, end) for permit, end in permits if is_due(permit, end)]
    colours = [lights.get(one.project_id, Colour.NONE) for one in facts]
    return Tally(
        projects=len(facts),
        total_wan=sum((one.total_wan or Decimal(0) for one in facts), Decimal(0)),
        plan_wan=plan,
        done_wan=done,
        month_done_wan=sum((one.month_done_wan for one in planned), Decimal(0)),
        rate=rate,
        ahead=None if rate is None else 100 * (rate - scheduled / Fraction(plan)),
        starts_due=len(starts),
        started=sum(one.started_on is not None and one.started_on <= one.month_end for one in starts),
        entries_due=len(entries),
        entered=sum(_entered(one) for one in entries),
        permits_due=len(due),
        permits_done=sum(is_obtained(permit, end) for permit, end in due),
        red=colours.count(Colour.RED),
        yellow=colours.count(Colour.YELLOW),
        green=colours.count(Colour.GREEN),
    )


def _entered(facts: ProjectFacts) -> bool:
    return facts.entered_on is not None and facts.entered_on <= facts.month_end


def _entry_is_due(facts: ProjectFacts) -> bool:
    return facts.entry_due_on is not None and facts.entry_due_on <= facts.month_end


# Heading and number format of each column; what a row is about (单位、乡镇、项目) is the board's to say.
COLUMNS = (
    ("名次", ""),
    ("对象", ""),
    ("项目数", ""),
    ("总投资（万元）", "#,##0.00"),
    ("年度计划投资（万元）", "#,##0.00"),
    ("累计完成投资（万元）", "#,##0.00"),
    ("完成率（%）", "0.00"),
    ("较序时（百分点）", "0.00"),
    ("应开工", ""),
    ("已开工", ""),
    ("应入库", ""),
    ("已入库", ""),
    ("手续办结率（%）", "0.00"),
    ("加减分", "0.00"),
    ("得分", "0.00"),
    ("上月名次", ""),
    ("升降", ""),
)


def cells(line: RankedLine) -> list[Any]:
    """The row under COLUMNS, as values; None where there is nothing to say. Equal places are ties: 1, 2, 2, 4."""
    sums = line.tally
    return [
        line.place,
        line.name,
        sums.projects,
        sums.total_wan,
        sums.plan_wan,
        sums.done_wan,
        _percent(sums.rate),
        None if sums.ahead is None else round_half_up(sums.ahead),
        sums.starts_due,
        sums.started,
        sums.entries_due,
        sums.entered,
        _percent(sums.permit_rate),
        line.points,
        line.score,
        line.last_place,
        line.moved,
    ]


def _percent(share: Fraction | None) -> Decimal | None:
    return None if share is None else round_half_up(share * 100)
