import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from leaders.audit.models import HistoryEntry
from projects.dashboards.sheet.rules import Bar, Origin, Tab, Trace, bar_of, origins, origins_below
from projects.inspections.models import Inspection
from projects.inspections.queries import inspections_of_project, last_inspections
from projects.milestones.models import Milestone
from projects.milestones.queries import milestones_of_project, next_milestones, verification_words
from projects.milestones.rules import MilestoneState, days_late, milestone_state
from projects.periods.queries import figures_month_of, reporting_period
from projects.permits.queries import permit_lines
from projects.problems.queries import open_problem_counts, problems_of_project
from projects.progress.corrections.queries import as_corrected, corrections_of
from projects.progress.models import MonthReport
from projects.progress.queries import FilingStatus, YearMoney, filing_of, reports_of_project
from projects.progress.rules import FILED_STATES
from projects.progress.statistics.queries import accepted_months
from projects.rankings.queries import last_released, light_thresholds, streaks_of
from projects.registry.models import Project, YearPlan
from projects.registry.plans.models import PlanRevision
from projects.registry.plans.queries import FundingSum, funding_lines, revisions_of
from projects.registry.plans.rules import RevisionState
from projects.registry.queries import NOBODY, InForce, current_responsibilities, responsibilities_of
from projects.registry.rules import ResponsibilityRole
from projects.requests.queries import options_for, requests_of_project
from projects.status.queries import ProjectLights, lights_of
from projects.status.rules import LightStreak
from yichuan_tracker.months import first_day, month_key, span_label

HISTORY_LINES = 300


@dataclass(frozen=True)
class Sheet:
    """What a leader reads of a project in ten seconds."""

    project: Project
    lights: ProjectLights
    month: datetime.date
    filing: FilingStatus
    report_month: datetime.date
    answering: InForce
    next_milestone: Milestone | None
    next_is_overdue: bool
    last_inspection: Inspection | None
    open_problems: int
    # Of the last published month.
    streak: LightStreak | None = None

    @property
    def money(self) -> YearMoney:
        return self.lights.money

    @property
    def bar(self) -> Bar | None:
        return bar_of(self.money.rate, self.money.schedule)


def sheet_of(project: Project, today: datetime.date) -> Sheet:
    """Fifteen queries."""
    ids, run = [project.pk], last_released()
    period = reporting_period(today)
    month = figures_month_of(period, today)
    milestone = next_milestones(ids, today).get(project.pk)
    return Sheet(
        project=project,
        lights=lights_of(ids, today, light_thresholds(month), month=month)[project.pk],
        month=month,
        filing=filing_of(ids, month),
        report_month=period.month if period else first_day(today),
        answering=current_responsibilities(ids, today).get(project.pk, NOBODY),
        next_milestone=milestone,
        next_is_overdue=milestone is not None and milestone.due_on < today,
        last_inspection=last_inspections(ids, today).get(project.pk),
        open_problems=open_problem_counts(ids).get(project.pk, 0),
        streak=streaks_of(run, ids).get(project.pk) if run else None,
    )


# ---- tabs -----------------------------------------------------------------------------------------------------


def tab_content(tab: Tab, project: Project, today: datetime.date) -> dict[str, Any]:
    """What the tab shows, by the names that its template uses. At most five queries."""
    content: dict[Tab, Callable[[], dict[str, Any]]] = {
        Tab.OVERVIEW: lambda: _overview(project),
        Tab.MILESTONES: lambda: {"milestones": _milestone_lines(project, today)},
        Tab.REQUESTS: lambda: _requests(project, today),
        Tab.REPORTS: lambda: {"reports": _report_lines(project), "accepted": accepted_months(project)},
        Tab.PERMITS: lambda: {"permits": permit_lines(project, today)},
        Tab.INSPECTIONS: lambda: {"inspections": list(inspections_of_project(project))},
        Tab.PROBLEMS: lambda: {"problems": list(problems_of_project(project))},
        Tab.DUTIES: lambda: _duties(project, today),
        Tab.FUNDING: lambda: _funding(project),
        Tab.HISTORY: lambda: {"entries": list(history_of(project)[:HISTORY_LINES]), "limit": HISTORY_LINES},
    }
    return content[tab]()


def history_of(project: Project) -> QuerySet[HistoryEntry]:
    """Everything that was written about the project, the newest first."""
    return HistoryEntry.objects.filter(subject_type="project", subject_id=project.pk).order_by("-at", "-pk")


def origins_of(project: Project, prefixes: Mapping[tuple[str, int], str]) -> dict[str, Origin]:
    """Where the values of the project and of the records that `prefixes` name were read from: {"total_wan": …,
    "yearplan.2023.plan_wan": …}. `prefixes` is {(kind, id): "yearplan.2023."}."""
    kinds = {"project"} | {kind for kind, _ in prefixes}
    lines = history_of(project).filter(object_type__in=kinds)
    return origins(
        Trace(prefixes.get((kind, pk or 0), "" if kind == "project" else f"{kind}:{pk}."), changes, origin, batch)
        for kind, pk, changes, origin, batch in lines.values_list(
            "object_type", "object_id", "changes", "origin", "batch_id"
        )
    )


@dataclass(frozen=True)
class Fact:
    """A label and a value; `kind` says how it is written: text, wan, day, flag, long."""

    label: str
    value: Any
    kind: str = "text"
    origin: Origin | None = None


def _overview(project: Project) -> dict[str, Any]:
    codes = list(project.codes.all())
    read = origins_of(project, {("projectcode", row.pk): f"projectcode.{row.code}." for row in codes})
    return {
        "facts": _facts(project, read),
        "codes": [(row, read.get(f"projectcode.{row.code}.code")) for row in codes],
        "children": list(project.children.filter(archived_at__isnull=True).order_by("pk")),
    }


_FACTS: Mapping[str, list[tuple[str, str]]] = {
    "基本情况": [
        ("sector", "text"),
        ("nature", "choice"),
        ("owner", "text"),
        ("township", "text"),
        ("location", "text"),
        ("parent", "text"),
        ("content", "long"),
        ("remark", "long"),
    ],
    "投资": [("total_wan", "wan"), ("government_wan", "wan"), ("private_wan", "wan")],
    "时间": [
        ("planned_start_on", "day"),
        ("planned_end_on", "day"),
        ("planned_text", "text"),
        ("signed_on", "day"),
        ("actual_start_on", "day"),
        ("actual_end_on", "day"),
        ("production_on", "day"),
    ],
    "标识": [
        ("is_provincial_key", "flag"),
        ("is_city_key", "flag"),
        ("is_invited", "flag"),
    ],
}


def _facts(project: Project, read: Mapping[str, Origin]) -> dict[str, list[Fact]]:
    """Every field of the project by section, each with the cell it came from."""
    sections = {}
    for section, names in _FACTS.items():
        sections[section] = [
            Fact(
                str(Project._meta.get_field(name).verbose_name),  # type: ignore[union-attr]  # a column, no relation back
                project.get_nature_display() if kind == "choice" else getattr(project, name),
                "text" if kind == "choice" else kind,
                read.get(name),
            )
            for name, kind in names
        ]
    return sections


@dataclass(frozen=True)
class MilestoneLine:
    milestone: Milestone
    state: MilestoneState
    days_late: int
    verification: str


def _milestone_lines(project: Project, today: datetime.date) -> list[MilestoneLine]:
    return [
        MilestoneLine(
            row,
            milestone_state(row.due_on, row.actual_on, today),
            days_late(row.due_on, row.actual_on, today),
            verification_words(row),
        )
        for row in milestones_of_project(project)
    ]


def _requests(project: Project, today: datetime.date) -> dict[str, Any]:
    return {"versions": requests_of_project(project), "options": options_for(project, today)}


@dataclass(frozen=True)
class ReportLine:
    """A report with its present values, and the year's sum up to and with it, of what was filed."""

    report: MonthReport
    corrected: frozenset[str]
    cumulative_wan: Decimal
    origins: Mapping[str, Origin]

    @property
    def label(self) -> str:
        return span_label(self.report.covers_from, self.report.month)


def _report_lines(project: Project) -> list[ReportLine]:
    reports = list(reports_of_project(project))
    prefixes = {("monthreport", row.pk): f"monthreport.{month_key(row.month)}." for row in reports}
    read = origins_of(project, prefixes)
    sums: dict[int, Decimal] = {}
    lines = []
    corrections = corrections_of(row.pk for row in reports)
    for accepted in reversed(reports):
        own = corrections.get(accepted.pk, [])
        report = as_corrected(accepted, own)
        year = report.month.year
        done: Any = report.done_wan or Decimal(0)
        if report.state in FILED_STATES:
            sums[year] = sums.get(year, Decimal(0)) + done
        found = origins_below(prefixes["monthreport", report.pk], read)
        lines.append(ReportLine(report, frozenset(one.field for one in own), sums.get(year, Decimal(0)), found))
    return lines[::-1]


def _duties(project: Project, today: datetime.date) -> dict[str, Any]:
    order = list(ResponsibilityRole.values)
    rows = sorted(responsibilities_of(project), key=lambda row: order.index(row.role))
    memberships = project.memberships.select_related("project_list").order_by("-project_list__year", "pk")
    return {
        "responsibilities": [
            (row, row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)) for row in rows
        ],
        "memberships": list(memberships),
        "roles": ResponsibilityRole.choices,
    }


@dataclass(frozen=True)
class PlanLine:
    """A year's plan with where it was read, and what was asked and decided about it, the oldest first."""

    plan: YearPlan
    origins: Mapping[str, Origin]
    revisions: list[PlanRevision]

    @property
    def _approved(self) -> list[PlanRevision]:
        return [row for row in self.revisions if row.state == RevisionState.APPROVED]

    @property
    def first_wan(self) -> Decimal | None:
        return self._approved[0].before_wan if self._approved else self.plan.plan_wan

    @property
    def split(self) -> PlanRevision | None:
        """The last approved step, when it splits the plan over the months."""
        return self._approved[-1] if self._approved and self._approved[-1].has_split else None

    @property
    def has_lost_split(self) -> bool:
        return self.split is None and any(row.has_split for row in self._approved)


def _funding(project: Project) -> dict[str, Any]:
    plans = list(YearPlan.objects.filter(project=project).order_by("-year"))
    prefixes = {("yearplan", row.pk): f"yearplan.{row.year}." for row in plans}
    read = origins_of(project, prefixes)
    revisions = revisions_of(plans)
    return {
        "plans": [PlanLine(row, origins_below(prefixes["yearplan", row.pk], read), revisions[row.pk]) for row in plans],
        "funding": (lines := funding_lines(project)),
        "funding_sum": FundingSum(
            sum((line.source.planned_wan or Decimal(0) for line in lines), Decimal(0)),
            sum((line.arrived_wan for line in lines), Decimal(0)),
        ),
    }
