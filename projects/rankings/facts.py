"""Facts of a month for every project that is ranked, gathered in a constant number of queries."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from projects.periods.models import Period
from projects.periods.queries import period_for
from projects.periods.rules import default_closing_on, default_due_on
from projects.permits.models import Permit
from projects.permits.queries import deadline_rules
from projects.permits.rules import Deadlines, deadline_of
from projects.problems.models import Problem
from projects.problems.rules import ProblemSource, is_due, problem_label
from projects.progress.corrections.queries import corrections_of
from projects.progress.models import MonthReport, StatisticsEntry
from projects.progress.queries import done_of_year, projects_to_report
from projects.progress.rules import FILED_STATES, ReportFigures, is_explained, repeats
from projects.rankings.entered import Entered
from projects.rankings.models import Adjustment
from projects.rankings.rows import (
    EntryRow,
    MilestoneRow,
    PermitRow,
    PlanRow,
    ProblemRow,
    ProjectRow,
    ReportRow,
    read,
)
from projects.rankings.scoring.facts import (
    MilestoneFact,
    PermitFact,
    PointFact,
    ProblemFact,
    ProjectFacts,
    ReportFact,
    Source,
)
from projects.registry.models import Membership, Project, Responsibility, YearPlan
from projects.registry.plans.queries import plan_in_force, planned_between
from projects.registry.rules import WORKED_LISTS, ResponsibilityRole, YearLabel
from projects.requests.queries import (
    milestones_in_force,
    planned_in_force,
    problem_due_in_force,
    stops_in_force,
)
from projects.requests.rules import LightPart, RequestKind
from projects.status.queries import light_changes
from projects.status.rules import LightThresholds, entry_due_on
from yichuan_tracker.months import last_day, month_label


@dataclass(frozen=True)
class MonthFacts:
    """What the scores of a month are made of: the projects' facts, and who answered for them at the month's end."""

    month: datetime.date
    projects: dict[int, ProjectFacts]
    leaders: dict[int, list[int]] = field(default_factory=dict)
    lead_units: dict[int, int] = field(default_factory=dict)
    groups: dict[int, int] = field(default_factory=dict)
    list_kinds: dict[int, set[str]] = field(default_factory=dict)
    # 督查整改: problems found on site that fell due this month.
    rectifications: dict[int, list[ProblemFact]] = field(default_factory=dict)


def ranked_projects(month: datetime.date) -> QuerySet[Project]:
    """In force at the month's end in a list of that year, the reserve aside; archived projects do not count."""
    end = last_day(month)
    return (
        Project.objects.active()
        .filter(
            Q(memberships__left_on__isnull=True) | Q(memberships__left_on__gt=end),
            memberships__joined_on__lte=end,
            memberships__project_list__year=month.year,
            memberships__project_list__archived_at__isnull=True,
            memberships__project_list__kind__in=sorted(WORKED_LISTS),
        )
        .distinct()
    )


def period_dates(month: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Due and closing day of the month: the county's, or the usual ones where nobody opened a period."""
    return _dates(period_for(month), month)


def _dates(period: Period | None, month: datetime.date) -> tuple[datetime.date, datetime.date]:
    if period is None:
        return default_due_on(month), default_closing_on(month)
    return period.due_on, period.closing_on


def facts_of_month(
    month: datetime.date, *, entered_until: datetime.datetime, thresholds: LightThresholds
) -> MonthFacts:
    """Facts dated by the month's end, only as entered by `entered_until`."""
    end = last_day(month)
    planned: Any = {
        "start_due_on": planned_in_force(RequestKind.MOVE_START, end),
        "end_due_on": planned_in_force(RequestKind.MOVE_END, end),
    }
    parts = _Parts(month, read(ProjectRow, ranked_projects(month).annotate(**planned).order_by("pk")), entered_until)
    projects = {row.pk: _facts(row, parts, thresholds) for row in parts.projects}
    held = _responsibilities(parts.ids, end)
    return MonthFacts(
        month, projects, held["leader"], held["unit"], held["group"], _list_kinds(month), parts.rectifications()
    )


class _Parts:
    """The rows behind the facts, each table read once and laid out by project; `ids` is the query of the projects."""

    def __init__(self, month: datetime.date, projects: Sequence[ProjectRow], entered_until: datetime.datetime) -> None:
        # A query: to name the thousands one by one in every further query takes longer than to find them again.
        self.ids = ids = _members(month).filter(_IN_WORKED_LISTS, project__archived_at__isnull=True).values("project")
        self.month = month
        self.stopped = stops_in_force({row.pk: row.state for row in projects}, last_day(month), entered_until)
        period = period_for(month)
        self.due_on, self.closing_on = _dates(period, month)
        # A month that was never opened is from before the county used this system: what it left was entered later.
        entered = Entered(ids, entered_until if period else None)
        self.plans = {plan.project_id: plan for plan in read(PlanRow, _plans(ids, month, entered_until))}
        self.done = done_of_year(ids, month.year, month, entered_until)
        self.projects = entered.projects(projects)
        entries = entered.statistics(read(EntryRow, StatisticsEntry.objects.filter(project__in=ids)))
        self.entries = {entry.project_id: entry for entry in entries}
        self.owed = set(projects_to_report(month).order_by().values_list("pk", flat=True))
        # With last December's, beside which January's is looked at.
        first = datetime.date(month.year - 1, 12, 1)
        reports = MonthReport.objects.filter(project__in=ids, month__gte=first, month__lte=month)
        self.reports = _by_project(_as_corrected(reports, entered_until))
        end = last_day(month)
        milestones = milestones_in_force(end).filter(project__in=ids, in_force_on__lte=end)
        self.milestones = _by_project(entered.milestones(read(MilestoneRow, milestones.order_by("in_force_on", "pk"))))
        self.deadlines = deadline_rules()
        self.permits = _by_project(entered.permits(read(PermitRow, Permit.objects.filter(project__in=ids))))
        problems = Problem.objects.annotate(in_force_on=problem_due_in_force(end))
        problems = problems.filter(project__in=ids, in_force_on__lte=end).order_by("in_force_on", "pk")
        self.problems = _by_project(entered.problems(read(ProblemRow, problems)))
        self.adjustments = _by_project(
            Adjustment.objects.filter(project__in=ids, month=month).select_related("approver").order_by("pk")
        )
        self.entered_until = entered_until
        self.changed = light_changes(end)

    def rectifications(self) -> dict[int, list[ProblemFact]]:
        found: dict[int, list[ProblemFact]] = defaultdict(list)
        for project_id, rows in self.problems.items():
            for row in rows:
                counts = row.in_force_on >= self.month and is_due(row.in_force_on, row.parked_on, last_day(self.month))
                if row.source == ProblemSource.INSPECTION and counts:
                    found[project_id].append(_problem_fact(row))
        return found


_IN_WORKED_LISTS = Q(project_list__archived_at__isnull=True, project_list__kind__in=sorted(WORKED_LISTS))


def _members(month: datetime.date) -> QuerySet[Membership]:
    """Who stands at the month's end in lists of its year."""
    end = last_day(month)
    return Membership.objects.filter(
        Q(left_on__isnull=True) | Q(left_on__gt=end),
        joined_on__lte=end,
        project_list__year=month.year,
    )


def _as_corrected(reports: QuerySet[MonthReport], entered_until: datetime.datetime) -> list[ReportRow]:
    """The reports in the order of their months, with their corrections approved by `entered_until`. Two queries."""
    corrections = corrections_of(reports.values("pk"), entered_until)
    rows = read(ReportRow, reports.order_by("month"))
    if not corrections:
        return rows
    present: dict[int, Any] = {pk: {one.field: one.new for one in told} for pk, told in corrections.items()}
    return [row._replace(**present[row.pk]) if row.pk in present else row for row in rows]


def _plans(ids: QuerySet[Any], month: datetime.date, entered_until: datetime.datetime) -> QuerySet[Any]:
    """The year plans with `in_force_wan` and their approved split's `to_month_wan` and `in_month_wan`, as in force at the
    month's end and approved by `entered_until`."""
    end, first = last_day(month), month.replace(month=1)
    known: Any = {"on": end, "plan": "", "known_until": entered_until}
    return YearPlan.objects.filter(project__in=ids, year=month.year).annotate(
        in_force_wan=plan_in_force(end, plan="", known_until=entered_until),
        to_month_wan=planned_between(first, month, **known),
        in_month_wan=planned_between(month, month, **known),
    )


def _month_planned(plan: PlanRow | None, current: ReportRow | None, month: datetime.date) -> Decimal | None:
    """计划 of the month for A2: the approved split's, else what the unit's own report says. A report from January on
    (1—2月) is measured against all of its months."""
    if plan is not None and plan.in_month_wan is not None:
        if current is None or current.covers_from == month:
            return plan.in_month_wan
        if current.covers_from.month == 1:
            return plan.to_month_wan
    return current.planned_wan if current else None


def _problem_fact(row: ProblemRow) -> ProblemFact:
    return ProblemFact(row.pk, problem_label(row.text), row.in_force_on, row.closed_on, row.parked_on)


def _by_project(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.project_id].append(row)
    return found


def _facts(project: ProjectRow, parts: _Parts, thresholds: LightThresholds) -> ProjectFacts:
    plan, entry = parts.plans.get(project.pk), parts.entries.get(project.pk)
    reports = [report for report in parts.reports[project.pk] if _is_in_time(report, parts.entered_until)]
    with_last_year = [report for report in reports if report.state in FILED_STATES]
    filed = [report for report in with_last_year if report.month.year == parts.month.year]
    current = next((report for report in filed if report.month == parts.month), None)
    adjustments = parts.adjustments[project.pk]
    started_on = project.actual_start_on
    return ProjectFacts(
        project_id=project.pk,
        name=project.name,
        month=parts.month,
        total_wan=project.total_wan,
        annual_plan_wan=plan.in_force_wan if plan else None,
        cumulative_wan=parts.done.get(project.pk, Decimal(0)),
        # Only an approved split: a unit must not set its own measure month by month.
        own_planned_wan=plan.to_month_wan if plan else None,
        month_planned_wan=_month_planned(plan, current, parts.month),
        month_done_wan=(current.done_wan if current else None) or Decimal(0),
        is_continued=plan is not None and plan.label == YearLabel.CONTINUED,
        start_due_on=project.start_due_on,
        started_on=started_on,
        completion_due_on=project.end_due_on,
        completed_on=project.actual_end_on,
        stopped_approved=parts.stopped.get(project.pk),
        milestones=tuple(
            MilestoneFact(row.pk, row.name, row.in_force_on, row.counted_on, row.weight)
            for row in parts.milestones[project.pk]
        ),
        permits=tuple(_permit_fact(row, project.start_due_on, parts.deadlines) for row in parts.permits[project.pk]),
        problems=tuple(_problem_fact(row) for row in parts.problems[project.pk]),
        entry_due_on=entry_due_on(project.total_wan, started_on, thresholds),
        entered_on=entry.entered_on if entry else None,
        report=_report_fact(project.pk, parts) if project.pk in parts.owed else None,
        has_unexplained_repeat=current is not None and _repeats_unexplained(current, with_last_year),
        points=tuple(
            PointFact(row.pk, row.points, row.reason, row.evidence, str(row.approver))
            for row in adjustments
            if not row.is_veto
        ),
        veto="；".join(row.reason for row in adjustments if row.is_veto),
        light_change=parts.changed.get(project.pk, {}).get(LightPart.PROGRESS),
        sources=tuple(_sources(project, plan, filed, entry)),
    )


def _is_in_time(report: ReportRow, entered_until: datetime.datetime) -> bool:
    return report.submitted_at is None or report.submitted_at <= entered_until


def _permit_fact(row: PermitRow, planned_start_on: datetime.date | None, deadlines: list[Deadlines]) -> PermitFact:
    return PermitFact(
        row.pk,
        row.type_name,
        deadline_of(row.due_on, row.is_before_start, planned_start_on, deadlines),
        row.obtained_on,
        row.valid_until,
        row.owed_until,
        row.state,
    )


def _report_fact(project_id: int, parts: _Parts) -> ReportFact:
    rows = [row for row in parts.reports[project_id] if row.covers_from <= parts.month <= row.month]
    row = rows[0] if rows else None
    # A report taken over from a workbook was never sent by the unit: the day of the takeover counts.
    filed_at = (row.first_submitted_at or row.submitted_at) if row else None
    if row is None or filed_at is None:
        return ReportFact(parts.due_on, parts.closing_on)
    return ReportFact(
        parts.due_on,
        parts.closing_on,
        row.pk,
        timezone.localdate(filed_at),
        row.times_returned,
        row.state in FILED_STATES and _is_in_time(row, parts.entered_until),
        f"{month_label(row.month)}月报",
    )


def _repeats_unexplained(current: ReportRow, filed: list[ReportRow]) -> bool:
    before = next((row for row in reversed(filed) if row.month < current.covers_from), None)
    if before is None or is_explained(current.note):
        return False
    told = repeats(ReportFigures(current.done_wan, current.progress), ReportFigures(before.done_wan, before.progress))
    return any(True for _ in told)


def _sources(
    project: ProjectRow, plan: PlanRow | None, filed: list[ReportRow], entry: EntryRow | None
) -> Iterable[tuple[str, Source]]:
    if plan is not None:
        yield "A1", Source("yearplan", plan.pk, f"{plan.year}年度计划")
    for report in filed:
        yield "A1", Source("report", report.pk, f"{month_label(report.month)}月报")
    if filed:
        yield "A2", Source("report", filed[-1].pk, f"{month_label(filed[-1].month)}月报")
    if plan is not None and plan.in_month_wan is not None:
        yield "A2", Source("yearplan", plan.pk, f"{plan.year}年度计划按月分解")
    yield "C", Source("project", project.pk, "项目的计划与实际开竣工日期")
    yield "E", Source("project", project.pk, "项目的总投资与实际开工日期")
    if entry is not None:
        yield "E", Source("statisticsentry", entry.pk, "入库记录")


def _responsibilities(ids: QuerySet[Any], day: datetime.date) -> dict[str, dict[int, Any]]:
    """Who answers for the projects on `day`: all leaders, the first lead unit, the first group."""
    held: dict[str, dict[int, Any]] = {"leader": defaultdict(list), "unit": {}, "group": {}}
    rows = Responsibility.objects.in_force(day).filter(project__in=ids).order_by("position", "pk")
    for role, project, leader, unit, group in rows.values_list("role", "project", "leader", "unit", "group"):
        if role == ResponsibilityRole.LEADER:
            held["leader"][project].append(leader)
        elif role == ResponsibilityRole.LEAD_UNIT:
            held["unit"].setdefault(project, unit)
        elif role == ResponsibilityRole.GROUP:
            held["group"].setdefault(project, group)
    return held


def _list_kinds(month: datetime.date) -> dict[int, set[str]]:
    """{project: the kinds of lists in which it stands at the month's end}."""
    kinds: dict[int, set[str]] = defaultdict(set)
    for pk, kind in _members(month).values_list("project", "project_list__kind"):
        kinds[pk].add(kind)
    return kinds
