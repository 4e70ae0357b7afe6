"""What a score is made of: everything dated by month end and entered by closing, with the rows it came from."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from projects.milestones.rules import DatedMilestone
from projects.permits.rules import DatedPermit, PermitState
from projects.progress.rules import completion_rate, schedule_fraction
from projects.status.rules import LightChange
from yichuan_tracker.months import first_day, last_day


class Source(NamedTuple):
    """A row that a figure came from: `kind` is the table (report, plan, milestone, permit …), `label` for people."""

    kind: str
    id: int
    label: str


class MilestoneFact(NamedTuple):
    id: int
    label: str
    due_on: datetime.date
    actual_on: datetime.date | None = None
    weight: Decimal = Decimal(1)

    @property
    def dated(self) -> DatedMilestone:
        return DatedMilestone(self.due_on, self.actual_on, self.weight, self.label)


class PermitFact(NamedTuple):
    id: int
    label: str
    due_on: datetime.date | None
    obtained_on: datetime.date | None = None
    valid_until: datetime.date | None = None
    owed_until: datetime.date | None = None
    state: str = PermitState.NOT_STARTED.value

    @property
    def dated(self) -> DatedPermit:
        return DatedPermit(self.due_on, self.obtained_on, self.valid_until, self.owed_until, self.state)


class ProblemFact(NamedTuple):
    id: int
    label: str
    due_on: datetime.date | None
    closed_on: datetime.date | None = None
    parked_on: datetime.date | None = None


class ReportFact(NamedTuple):
    """The month's report. `filed_on` is the first submission; `stands` is False when it lay returned at closing."""

    due_on: datetime.date
    closing_on: datetime.date
    id: int | None = None
    filed_on: datetime.date | None = None
    times_returned: int = 0
    stands: bool = True
    label: str = "月报"


class PointFact(NamedTuple):
    """A plus or minus that a person gave: each with reason, evidence and approver."""

    id: int
    points: Decimal
    reason: str
    evidence: str = ""
    approver: str = ""


@dataclass(frozen=True)
class ProjectFacts:
    """One project at the end of `month` (first day; the last month of a combined period). Amounts in 万元.

    Plans and due dates are the last approved version in force at month end. `own_planned_wan` is the sum of the unit's
    own monthly plan from January, None when it filed none. `stopped_approved` is None while the project is not stopped.
    `report` is None when the month asks no report of the project. `sources` are pairs of an item's code and a row.
    """

    project_id: int
    name: str
    month: datetime.date
    total_wan: Decimal | None = None
    annual_plan_wan: Decimal | None = None
    cumulative_wan: Decimal = Decimal(0)
    own_planned_wan: Decimal | None = None
    month_planned_wan: Decimal | None = None
    month_done_wan: Decimal = Decimal(0)
    is_continued: bool = False
    start_due_on: datetime.date | None = None
    started_on: datetime.date | None = None
    completion_due_on: datetime.date | None = None
    completed_on: datetime.date | None = None
    stopped_approved: bool | None = None
    milestones: tuple[MilestoneFact, ...] = ()
    permits: tuple[PermitFact, ...] = ()
    problems: tuple[ProblemFact, ...] = ()
    entry_due_on: datetime.date | None = None
    entered_on: datetime.date | None = None
    report: ReportFact | None = None
    has_unexplained_repeat: bool = False
    points: tuple[PointFact, ...] = ()
    veto: str = ""
    # 改灯 of the progress light that was in force at month end.
    light_change: LightChange | None = None
    sources: tuple[tuple[str, Source], ...] = ()

    def __post_init__(self) -> None:
        if self.month != first_day(self.month):
            raise ValueError(f"{self.month} is not a month (a first day).")

    # Every item asks for these: worked out once.

    @cached_property
    def month_end(self) -> datetime.date:
        return last_day(self.month)

    @cached_property
    def rate(self) -> Fraction | None:
        """完成率, None without a plan."""
        return completion_rate(self.cumulative_wan, self.annual_plan_wan)

    @cached_property
    def schedule(self) -> Fraction:
        """序时 of the project at month end."""
        return schedule_fraction(self.month.month, self.annual_plan_wan, self.own_planned_wan)

    def sources_of(self, *topics: str) -> tuple[Source, ...]:
        return tuple([source for topic, source in self.sources if topic in topics])


def is_of_the_year(due_on: datetime.date | None, done_on: datetime.date | None, month: datetime.date) -> bool:
    """Whether something due by the end of `month` belongs to this year's score: due this year, or due before and still
    not done when the year began. What was settled in an earlier year is that year's."""
    if due_on is None or due_on > last_day(month):
        return False
    return due_on.year == month.year or done_on is None or done_on.year >= month.year
