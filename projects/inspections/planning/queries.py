import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from projects.inspections.models import Finding, Inspection
from projects.inspections.planning.rules import Place, suggested
from projects.inspections.queries import VISITED_STATES, inspectors, last_inspected_on, targets
from projects.inspections.rechecks.queries import told_findings
from projects.inspections.rules import days_unseen, is_unseen
from projects.periods.queries import figures_month
from projects.problems.models import Problem
from projects.problems.queries import open_problems
from projects.rankings.queries import light_thresholds
from projects.registry.models import Project
from projects.registry.queries import NOBODY, current_responsibilities
from projects.registry.rules import ResponsibilityRole
from projects.status.queries import ProjectLights, lights_of
from yichuan_tracker.months import last_day

ROUTE_LONGEST = 20


@dataclass(frozen=True)
class Stop:
    project: Project
    place: Place
    lights: ProjectLights
    last_on: datetime.date | None


def suggestions(projects: QuerySet[Project], today: datetime.date) -> list[tuple[str, list[Stop]]]:
    """Of `projects`, where to go next, by township. Constant in queries."""
    watched = projects.filter(archived_at__isnull=True, state__in=VISITED_STATES).select_related("township")
    rows = {project.pk: project for project in watched}
    month, wanted = figures_month(today), targets()
    lights = lights_of(list(rows), today, light_thresholds(month), month=month)
    last = last_inspected_on(list(rows), today)
    places = [
        Place(
            pk,
            project.township.name if project.township else "未登记乡镇",
            lights[pk].whole.colour,
            days_unseen(last.get(pk), today),
            is_unseen(last.get(pk), today, wanted),
        )
        for pk, project in rows.items()
    ]
    return [
        (
            township,
            [
                Stop(rows[place.project_id], place, lights[place.project_id], last.get(place.project_id))
                for place in found
            ],
        )
        for township, found in suggested(places)
    ]


@dataclass(frozen=True)
class RouteLine:
    """A stop on paper: whom to ask for, what was seen last, what is open."""

    project: Project
    units: str
    contacts: str
    last_on: datetime.date | None
    problems: list[Problem]


def route(projects: Collection[Project], today: datetime.date) -> list[RouteLine]:
    """The chosen projects in the order of their townships. Three queries."""
    ids = [project.pk for project in projects]
    roles = [ResponsibilityRole.LEAD_UNIT, ResponsibilityRole.CONTACT]
    held = current_responsibilities(ids, today, roles)
    last = last_inspected_on(ids, today)
    problems: dict[int, list[Problem]] = {}
    for problem in open_problems().filter(project__in=ids).order_by("due_on", "pk"):
        problems.setdefault(problem.project_id, []).append(problem)
    ordered = sorted(projects, key=lambda project: (project.township.name if project.township else "", project.pk))
    return [
        RouteLine(
            project,
            "、".join(one.short_name or one.name for one in held.get(project.pk, NOBODY).lead_units),
            "、".join(f"{one.name} {one.phone}".strip() for one in held.get(project.pk, NOBODY).contacts),
            last.get(project.pk),
            problems.get(project.pk, []),
        )
        for project in ordered
    ]


MONTH_COLUMNS = ("日期", "督查人员", "项目", "现场情况", "发现问题", "整改时限", "责任单位", "复查情况")


def month_rows(month: datetime.date) -> list[tuple[object, ...]]:
    """The month's visits in the county's own columns: a row per finding, one for a visit without any. Three queries."""
    visits = Inspection.objects.filter(
        archived_at__isnull=True, inspected_on__gte=month, inspected_on__lte=last_day(month)
    )
    visits = visits.select_related("project", "leader", "unit", "group")
    visits = visits.prefetch_related(Prefetch("findings", told_findings().order_by("pk")))
    rows: list[tuple[object, ...]] = []
    for visit in visits.order_by("inspected_on", "pk"):
        who = "、".join(part for part in (inspectors(visit), visit.people) if part)
        said = (visit.inspected_on, who, visit.project.name, visit.situation)
        rows += [(*said, *_finding_cells(finding)) for finding in visit.findings.all()] or [(*said, "", None, "", "")]
    return rows


def _finding_cells(finding: Finding) -> tuple[object, ...]:
    """复查情况: what later visits saw, then where the problem stands."""
    problem = finding.problem
    told = [f"{seen.inspection.inspected_on} 复查{seen}" for seen in finding.rechecks.all()]
    if problem is None:
        return finding.text, None, "", "；".join(told)
    told.append(f"{problem.closed_on} 核查销号" if problem.closed_on else problem.get_state_display())
    return finding.text, problem.due_on, problem.unit.name if problem.unit else "", "；".join(told)
