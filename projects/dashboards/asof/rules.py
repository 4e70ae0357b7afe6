"""What values mean that history tells: amounts as text, days in ISO form, a related record and a choice as {id, name}."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leaders.audit.rules import Values
from projects.milestones.rules import DatedMilestone
from projects.permits.rules import DatedPermit, PermitState, is_obtained, shown_state
from projects.permits.rules import is_due as permit_is_due
from projects.problems.rules import OPEN_STATES, ProblemState
from projects.progress.rules import FILED_STATES, ReportState
from projects.registry.rules import FundingKind, ProjectState
from yichuan_tracker.months import span_label


@dataclass(frozen=True)
class Answering:
    role: str
    name: str
    position: int


def is_still_built(project: Values, month: datetime.date) -> bool:
    """Neither archived, terminated nor finished before the month: with a place in a list it owes a report."""
    ended, is_ended = day_of(project.get("actual_end_on")), id_of(project.get("state")) == ProjectState.TERMINATED
    return "archived_at" not in project and not is_ended and (ended is None or ended >= month)


def has_filed(reports: Iterable[Values], month: datetime.date) -> bool:
    """Whether the report that covers the month had been sent."""
    return any(
        id_of(one.get("state")) in FILED_STATES
        and (until := day_of(one["month"])) is not None
        and (day_of(one.get("covers_from")) or until) <= month <= until
        for one in reports
    )


def done_until(reports: Iterable[Values], month: datetime.date) -> Decimal:
    """调度投资 of the year of `month` up to it, of reports that were filed."""
    amounts = [
        wan_of(one.get("done_wan")) or Decimal(0)
        for one in reports
        if id_of(one.get("state")) in FILED_STATES
        and (of := day_of(one["month"])) is not None
        and of.year == month.year
        and of <= month
    ]
    return sum(amounts, Decimal(0))


def dated(milestones: Iterable[Values], day: datetime.date, *, counts_unverified: bool) -> list[DatedMilestone]:
    """Those that the light judges: due by the day, and settled neither in an earlier year nor before it. Where what nobody
    verified does not count, it is as if it were not done."""
    found = []
    for one in milestones:
        due_on, actual_on = day_of(one["due_on"]), day_of(one.get("actual_on"))
        if not counts_unverified and not one.get("verifier"):
            actual_on = None
        if due_on is None or due_on > day:
            continue
        if due_on.year == day.year or actual_on is None or actual_on.year >= day.year:
            found.append(DatedMilestone(due_on, actual_on, Decimal(str(one["weight"])), str(one["name"])))
    return found


def in_force(one: Values, day: datetime.date) -> bool:
    starts_on, ends_on = day_of(one.get("starts_on")), day_of(one.get("ends_on"))
    return (starts_on or day) <= day and (ends_on is None or ends_on >= day)


def answering(one: Values) -> Answering:
    holder = one.get("leader") or one.get("unit") or one.get("group")
    name = str(holder["name"] or f"编号 {holder['id']}") if holder else str(one.get("contact", ""))
    return Answering(str(id_of(one.get("role"))), name, int(one.get("position", 1)))


@dataclass(frozen=True)
class ReportThen:
    month: datetime.date
    covers_from: datetime.date
    done_wan: Decimal | None
    progress: str
    state: str

    @property
    def label(self) -> str:
        """2023年6月, or 2023年1—5月 for a report of several months."""
        return span_label(self.covers_from, self.month)


def report_then(one: Values) -> ReportThen:
    month = datetime.date.fromisoformat(str(one["month"]))
    return ReportThen(
        month,
        day_of(one.get("covers_from")) or month,
        wan_of(one.get("done_wan")),
        str(one.get("progress", "")),
        words(one.get("state"), ReportState),
    )


@dataclass(frozen=True)
class PermitThen:
    name: str
    state: str
    due_on: datetime.date | None
    obtained_on: datetime.date | None
    is_due: bool
    is_obtained: bool


def permit_then(one: Values, deadline_on: datetime.date | None, day: datetime.date) -> PermitThen:
    """A permit as its own page would have shown it; `deadline_on` is the county's rule for it, where nobody set a day."""
    due_on, obtained_on = day_of(one.get("due_on")) or deadline_on, day_of(one.get("obtained_on"))
    dated = DatedPermit(
        due_on,
        obtained_on,
        day_of(one.get("valid_until")),
        day_of(one.get("owed_until")),
        id_of(one.get("state", PermitState.NOT_STARTED)),
    )
    name, state = str(one["permit_type"]["name"]), shown_state(dated, day).label
    return PermitThen(name, str(state), due_on, obtained_on, permit_is_due(dated, day), is_obtained(dated, day))


@dataclass(frozen=True)
class ProblemThen:
    text: str
    unit: str
    raised_on: datetime.date | None
    due_on: datetime.date | None
    state: str
    is_open: bool


def problem_then(one: Values) -> ProblemThen:
    unit = one.get("unit")
    return ProblemThen(
        str(one["text"]),
        str(unit["name"]) if unit else "",
        day_of(one.get("raised_on")),
        day_of(one.get("due_on")),
        words(one.get("state"), ProblemState),
        id_of(one.get("state")) in OPEN_STATES,
    )


@dataclass(frozen=True)
class VisitThen:
    inspected_on: datetime.date
    by: str
    situation: str


def visits_then(visits: Iterable[Values]) -> list[VisitThen]:
    """Those that were not archived, the latest first."""
    found = []
    for one in visits:
        day, by = day_of(one["inspected_on"]), one.get("leader") or one.get("unit") or one.get("group")
        if day is not None and "archived_at" not in one:
            found.append(VisitThen(day, str(by["name"]) if by else "", str(one["situation"])))
    return sorted(found, key=lambda one: one.inspected_on, reverse=True)


@dataclass(frozen=True)
class FundingThen:
    """A source with what had arrived, 万元."""

    name: str
    planned_wan: Decimal | None
    arrived_wan: Decimal


def funding_then(source: Values, arrivals: Iterable[Values], day: datetime.date) -> FundingThen:
    arrived = [wan_of(one["amount_wan"]) or Decimal(0) for one in arrivals if (day_of(one["arrived_on"]) or day) <= day]
    return FundingThen(words(source["kind"], FundingKind), wan_of(source.get("planned_wan")), sum(arrived, Decimal(0)))


def words(value: Any, choices: Any) -> str:
    """The word of a choice as it was called then."""
    if not value:
        return ""
    return str(value["name"] or choices(value["id"]).label)


def id_of(value: Any) -> Any:
    return value["id"] if isinstance(value, dict) else value


def wan_of(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def day_of(value: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
