import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from leaders.organisations.models import Township
from projects.inspections.planning.rules import Place, suggested, township_of
from projects.inspections.queries import VISITED_STATES, last_inspected_on, targets
from projects.inspections.rules import days_unseen, is_unseen
from projects.periods.queries import figures_month
from projects.problems.models import Problem
from projects.problems.queries import open_problems
from projects.rankings.queries import light_thresholds
from projects.registry.models import Project
from projects.registry.queries import NOBODY, current_responsibilities
from projects.registry.rules import ResponsibilityRole
from projects.status.queries import ProjectLights, lights_of

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
    where = _townships(rows.values())
    places = [
        Place(
            pk,
            where[pk],
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
    township: str
    units: str
    contacts: str
    last_on: datetime.date | None
    problems: list[Problem]


def route(projects: Collection[Project], today: datetime.date) -> list[RouteLine]:
    """The chosen projects in the order of their townships. Constant in queries."""
    ids = [project.pk for project in projects]
    roles = [ResponsibilityRole.LEAD_UNIT, ResponsibilityRole.CONTACT]
    held = current_responsibilities(ids, today, roles)
    last = last_inspected_on(ids, today)
    problems: dict[int, list[Problem]] = {}
    for problem in open_problems().filter(project__in=ids).order_by("due_on", "pk"):
        problems.setdefault(problem.project_id, []).append(problem)
    where = _townships(projects)
    ordered = sorted(projects, key=lambda project: (where[project.pk], project.pk))
    return [
        RouteLine(
            project,
            where[project.pk],
            "、".join(one.short_name or one.name for one in held.get(project.pk, NOBODY).lead_units),
            "、".join(f"{one.name} {one.phone}".strip() for one in held.get(project.pk, NOBODY).contacts),
            last.get(project.pk),
            problems.get(project.pk, []),
        )
        for project in ordered
    ]


def _townships(projects: Iterable[Project]) -> dict[int, str]:
    names = list(Township.objects.values_list("name", flat=True))
    return {
        project.pk: township_of(project.township.name if project.township else "", project.name, names)
        for project in projects
    }
