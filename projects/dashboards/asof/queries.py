"""A list or a project as it was known at the end of a day.

Constant in queries. What the day's plan was comes from the plans' approved steps (registry.plans), everything else from the
history of each record (`known`).
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from leaders.accounts.models import User
from leaders.audit.rules import (
    Values,
    typed_value,
)
from projects.dashboards.asof.known import KINDS, NOTHING_KNOWN, Key, Known, end_of, known_at
from projects.dashboards.asof.rules import (
    Answering,
    FundingThen,
    PermitThen,
    ProblemThen,
    ReportThen,
    VisitThen,
    answering,
    dated,
    day_of,
    done_until,
    funding_then,
    has_filed,
    id_of,
    in_force,
    is_still_built,
    permit_then,
    problem_then,
    report_then,
    visits_then,
    wan_of,
    words,
)
from projects.inspections.models import Inspection
from projects.milestones.models import Milestone
from projects.periods.queries import figures_month
from projects.permits.models import Permit
from projects.permits.queries import deadline_rules
from projects.permits.rules import Deadlines, permit_deadline
from projects.problems.models import Problem
from projects.progress.models import Correction, MonthReport, StatisticsEntry
from projects.progress.queries import FilingStatus, YearMoney
from projects.progress.rules import CorrectionState, schedule_fraction
from projects.rankings.queries import light_thresholds
from projects.registry.access import may_see_projects
from projects.registry.models import FundingSource, Membership, Project, ProjectList, Responsibility, YearPlan
from projects.registry.plans.models import FundingArrival
from projects.registry.plans.queries import NO_TARGET, FundingSum, YearTarget, targets
from projects.registry.rules import WORKED_LISTS, ProjectState, ResponsibilityRole, YearLabel
from projects.status.queries import ProjectLights, light_changes, with_changes
from projects.status.rules import (
    LightChange,
    LightThresholds,
    entry_light,
    milestone_light,
    progress_light,
    start_light,
)
from yichuan_tracker.months import last_day

# ---- projects as they were ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProjectThen:
    """One project as known on the day; `values` are its own fields as history tells them."""

    pk: int
    values: Values
    label: str
    money: YearMoney
    lights: ProjectLights
    answering: list[Answering]
    serial: str = ""
    position: int = 0
    owes_report: bool = False
    reports: list[Values] = field(default_factory=list)
    milestones: list[Values] = field(default_factory=list)
    permits: list[PermitThen] = field(default_factory=list)
    problems: list[ProblemThen] = field(default_factory=list)
    inspections: list[VisitThen] = field(default_factory=list)
    funding: list[FundingThen] = field(default_factory=list)
    exists_now: bool = True

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    @property
    def state(self) -> str:
        return words(self.values.get("state"), ProjectState)

    @property
    def total_wan(self) -> Decimal | None:
        return wan_of(self.values.get("total_wan"))

    @property
    def reports_then(self) -> list[ReportThen]:
        return [report_then(one) for one in self.reports]

    @property
    def permits_obtained(self) -> str:
        """办结 n/应办 m of what was due; empty when nothing was."""
        due = [one for one in self.permits if one.is_due]
        return f"{sum(one.is_obtained for one in due)}/{len(due)}" if due else ""

    @property
    def open_problems(self) -> int:
        return sum(one.is_open for one in self.problems)

    @property
    def last_visit(self) -> datetime.date | None:
        return self.inspections[0].inspected_on if self.inspections else None

    @property
    def funds(self) -> FundingSum | None:
        """None without a source."""
        if not self.funding:
            return None
        planned = sum((one.planned_wan or Decimal(0) for one in self.funding), Decimal(0))
        return FundingSum(planned, sum((one.arrived_wan for one in self.funding), Decimal(0)))

    @property
    def leaders(self) -> str:
        return self._named(ResponsibilityRole.LEADER)

    @property
    def lead_units(self) -> str:
        return self._named(ResponsibilityRole.LEAD_UNIT)

    def _named(self, role: str) -> str:
        rows = sorted((one for one in self.answering if one.role == role), key=lambda one: one.position)
        return "、".join(one.name for one in rows)


@dataclass(frozen=True)
class Then:
    """What a page as of a day shows. `month` is the one whose figures were due by then."""

    day: datetime.date
    month: datetime.date
    projects: list[ProjectThen]
    unproven: int
    history_from: datetime.datetime | None

    @property
    def filing(self) -> FilingStatus:
        """已报 n/N of the projects that owed the month's report."""
        owing = [row for row in self.projects if row.owes_report]
        return FilingStatus(sum(has_filed(row.reports, self.month) for row in owing), len(owing))


def list_as_of(user: User, project_list: ProjectList | None, day: datetime.date, lists: Iterable[ProjectList]) -> Then:
    """The members of the list (or all projects) on the day, archived ones left out. `lists` are all that there are."""
    known = known_at(end_of(day)) if may_see_projects(user) else NOTHING_KNOWN
    places: dict[int, Values] = {}
    if project_list is not None:
        for values in known.of(Membership).values():
            if id_of(values.get("project_list")) == project_list.pk and _stands(values, day):
                places[id_of(values["project"])] = values
    projects = known.of(Project)
    ids = places.keys() if project_list is not None else projects.keys()
    shown = [pk for pk in ids if "archived_at" not in projects.get(pk, {"archived_at": ""})]
    return _then(known, shown, day, places, lists)


def project_as_of(project: Project, day: datetime.date) -> Then:
    """One project; `projects` is empty when nobody knew it yet."""
    known = known_at(end_of(day), [project.pk])
    return _then(known, list(known.of(Project)), day, {}, ProjectList.objects.all())


def _stands(place: Values, day: datetime.date) -> bool:
    left = day_of(place.get("left_on"))
    return (day_of(place.get("joined_on")) or day) <= day and (left is None or left > day)


@dataclass(frozen=True)
class _Day:
    """What every project is judged by: the day, the month whose figures were due, what the year asks, and the limits."""

    day: datetime.date
    month: datetime.date
    targets: Mapping[int, YearTarget]
    thresholds: LightThresholds
    changed: Mapping[int, Mapping[str, LightChange]]
    present: Set[Key]
    deadlines: Collection[Deadlines]
    # Projects in a list whose members report the month.
    listed: Set[int]
    # Kinds of permit that the county's rule gives a day.
    before_start: Collection[int]
    counts_unverified: bool

    def target_of(self, project_id: int, plan: Values) -> YearTarget:
        """What the plan then known asks; one that is gone since (its import was undone) had no steps but itself."""
        if "plan_wan" not in plan:
            return NO_TARGET
        alone = YearTarget(wan_of(plan["plan_wan"]))
        return self.targets.get(project_id, alone) if ("yearplan", plan["pk"]) in self.present else alone

    def deadline_of(self, permit: Values, planned_start_on: datetime.date | None) -> datetime.date | None:
        is_ruled = id_of(permit["permit_type"]) in self.before_start
        return permit_deadline(planned_start_on, self.deadlines) if is_ruled else None


def _then(
    known: Known,
    ids: Collection[int],
    day: datetime.date,
    places: Mapping[int, Values],
    lists: Iterable[ProjectList],
) -> Then:
    month = figures_month(day)
    when = _Day(
        day,
        month,
        targets(ids, month, last_day(month), known_until=end_of(day)),
        light_thresholds(month),
        light_changes(day),
        known.present,
        deadline_rules(),
        _listed(known, month, lists),
        known.before_start,
        known.counts_unverified,
    )
    held = {kind: _by_project(known.of(kind)) for kind in KINDS[2:] if kind is not FundingArrival}
    held[YearPlan] = _by_project({pk: {**one, "pk": pk} for pk, one in known.of(YearPlan).items()})
    held[MonthReport] = _by_project(_corrected(known.of(MonthReport), ids, end_of(day)))
    held[FundingSource] = _with_arrivals(known.of(FundingSource), known.of(FundingArrival))
    projects = known.of(Project)
    rows = []
    for pk in ids:
        row = _project(pk, projects[pk], {kind: found.get(pk, []) for kind, found in held.items()}, when)
        rows.append(_placed(row, places.get(pk, {}), exists_now=("project", pk) in known.present))
    rows.sort(key=lambda row: (row.position, -row.pk))
    return Then(day, month, rows, known.unproven, known.history_from)


def _listed(known: Known, month: datetime.date, lists: Iterable[ProjectList]) -> set[int]:
    """The projects that stood in a worked list of the year at the month's end."""
    standing = (one for one in lists if one.archived_at is None and one.year == month.year)
    worked, end = {one.pk for one in standing if one.kind in WORKED_LISTS}, last_day(month)
    places = known.of(Membership).values()
    return {id_of(one["project"]) for one in places if id_of(one["project_list"]) in worked and _stands(one, end)}


def _corrected(reports: dict[int, Values], ids: Collection[int], until: datetime.datetime) -> dict[int, Values]:
    """The reports with the corrections that were approved by then. One query."""
    made = Correction.objects.filter(report__project__in=ids, state=CorrectionState.APPROVED, decided_at__lt=until)
    for one in made.order_by("decided_at", "pk"):
        field: Any = MonthReport._meta.get_field(one.field)
        new = typed_value(field, one.new)
        reports[one.report_id] = {**reports.get(one.report_id, {}), one.field: new}
    return reports


def _with_arrivals(sources: Mapping[int, Values], arrivals: Mapping[int, Values]) -> dict[int, list[Values]]:
    """The sources by project, each with its `arrivals`."""
    of_source: dict[int, list[Values]] = defaultdict(list)
    for one in arrivals.values():
        of_source[id_of(one["source"])].append(one)
    return _by_project({pk: {**one, "arrivals": of_source[pk]} for pk, one in sources.items()})


def _placed(row: ProjectThen, place: Values, *, exists_now: bool) -> ProjectThen:
    serial, position = str(place.get("serial", "")), int(place.get("position", 0))
    return replace(row, serial=serial, position=position, exists_now=exists_now)


def _project(pk: int, values: Values, held: Mapping[Any, list[Values]], when: _Day) -> ProjectThen:
    day, month, thresholds = when.day, when.month, when.thresholds
    plan = next((one for one in held[YearPlan] if int(one.get("year", 0)) == month.year), {})
    target = when.target_of(pk, plan)
    reports = sorted(held[MonthReport], key=lambda one: str(one["month"]))
    money = YearMoney(
        target.plan_wan,
        done_until(reports, month),
        schedule_fraction(month.month, target.plan_wan, target.to_month_wan),
    )
    entry = next(iter(held[StatisticsEntry]), {})
    milestones = [one for one in held[Milestone] if "archived_at" not in one]
    total, started_on = wan_of(values.get("total_wan")), day_of(values.get("actual_start_on"))
    planned_start_on = day_of(values.get("planned_start_on"))
    lights = ProjectLights(
        progress_light(money.done_wan, money.plan_wan, money.schedule, thresholds),
        start_light(planned_start_on, started_on, day, thresholds),
        entry_light(total, started_on, day_of(entry.get("entered_on")), day, thresholds),
        milestone_light(dated(milestones, day, counts_unverified=when.counts_unverified), day, thresholds),
        money,
    )
    lights = with_changes(lights, when.changed.get(pk, {}))
    return ProjectThen(
        pk,
        values,
        words(plan.get("label"), YearLabel),
        money,
        lights,
        [answering(one) for one in held[Responsibility] if in_force(one, day)],
        owes_report=pk in when.listed and is_still_built(values, month),
        reports=reports,
        milestones=milestones,
        permits=[permit_then(one, when.deadline_of(one, planned_start_on), day) for one in held[Permit]],
        problems=[problem_then(one) for one in held[Problem]],
        inspections=visits_then(held[Inspection]),
        funding=[funding_then(one, one["arrivals"], day) for one in held[FundingSource]],
    )


def _by_project(records: Mapping[int, Values]) -> dict[int, list[Values]]:
    found: dict[int, list[Values]] = defaultdict(list)
    for _, values in sorted(records.items()):
        if "project" in values:
            found[id_of(values["project"])].append(values)
    return found
