"""领导分包: a list by its leaders, and one leader with all that a page about that leader says."""

import datetime
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from leaders.accounts.models import User
from leaders.groups.models import WorkingGroup
from leaders.roster.models import Leader
from projects.inspections.queries import active_inspections, last_inspected_on
from projects.milestones.models import Milestone
from projects.milestones.queries import next_milestones
from projects.periods.queries import figures_month
from projects.problems.instructions.queries import instructions_of
from projects.problems.models import Escalation, Problem
from projects.problems.queries import open_problem_counts, open_problems
from projects.problems.rules import OPEN_STATES, EscalationStep
from projects.progress.money.queries import MoneySum, sum_money
from projects.rankings.models import RankingRow, RankingRun
from projects.rankings.queries import as_frozen, last_released, light_thresholds
from projects.registry.access import visible_projects
from projects.registry.models import Project, ProjectList
from projects.registry.plans.queries import last_plan_step, plan_in_force_simply
from projects.registry.queries import (
    NOBODY,
    Totals,
    current_responsibilities,
    led_by,
    list_totals,
    members_of,
)
from projects.registry.rules import ResponsibilityRole, day_in_year
from projects.status.queries import ProjectLights, lights_of
from projects.status.rules import SEVERITY
from yichuan_tracker.months import first_day, last_day

# ---- one leader -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LedProject:
    """One of the leader's projects, in a line."""

    project: Project
    lights: ProjectLights
    next_milestone: Milestone | None
    open_problems: int


def led_projects(
    leader_id: int, today: datetime.date, month: datetime.date, *, worst_first: bool = True
) -> list[LedProject]:
    """The leader's projects, the worst light of `month` first, or by name for who may not see lights by leader: the order
    would tell. Constant in queries."""
    projects = list(led_by(leader_id, today).select_related("township").order_by("pinyin", "pk"))
    ids = [project.pk for project in projects]
    lights = lights_of(ids, today, light_thresholds(month), month=month)
    milestones, problems = next_milestones(ids, today), open_problem_counts(ids)
    lines = [LedProject(row, lights[row.pk], milestones.get(row.pk), problems.get(row.pk, 0)) for row in projects]
    return sorted(lines, key=lambda line: -SEVERITY[line.lights.whole.colour]) if worst_first else lines


def reported_to_leader(project_ids: Collection[int] | QuerySet[Any]) -> QuerySet[Problem]:
    """Open problems of these projects that the ladder has brought to the leader, the longest overdue first."""
    brought = Escalation.objects.filter(problem=OuterRef("pk"), due_on=OuterRef("due_on"), step=EscalationStep.LEADER)
    return open_problems().filter(Exists(brought), project__in=project_ids).order_by("due_on", "pk")


def days_on_site(leader_ids: Collection[int], month: datetime.date) -> dict[int, list[datetime.date]]:
    """{leader: the different days on site in the month, in order}; who was never there is missing. One query."""
    visits = active_inspections().filter(
        leader__in=leader_ids, inspected_on__gte=month, inspected_on__lte=last_day(month)
    )
    days: dict[int, list[datetime.date]] = {}
    for leader, day in visits.order_by("inspected_on").values_list("leader", "inspected_on").distinct():
        days.setdefault(leader, []).append(day)
    return days


@dataclass(frozen=True)
class Places:
    """Where the leader's projects and groups stand in the last released ranking."""

    run: RankingRun
    rows: list[RankingRow]


def places_of(leader_id: int, project_ids: Collection[int]) -> Places | None:
    """On the boards that everybody may see; None while nothing was released. Two queries."""
    run = last_released()
    if run is None:
        return None
    groups = WorkingGroup.objects.filter(leader=leader_id).values("pk")
    rows = run.rows.filter(board__is_public=True).select_related("board").defer("detail")
    of_projects = rows.filter(subject_type="project", subject_id__in=project_ids)
    of_groups = rows.filter(subject_type="group", subject_id__in=groups)
    found = list((of_groups | of_projects).order_by("board__position", F("rank").asc(nulls_last=True), "position"))
    for row in found:
        as_frozen(row.board, run.frozen)
    return Places(run, found)


@dataclass(frozen=True)
class Charge:
    """A leader's page."""

    projects: list[LedProject]
    money: MoneySum
    last_visits: dict[int, datetime.date]
    days: list[datetime.date]
    reported: list[Problem]
    instructed: list[Problem]
    places: Places | None

    @property
    def lights(self) -> Counter[str]:
        return Counter(line.lights.whole.colour.value for line in self.projects)

    @property
    def lines(self) -> list[tuple[LedProject, datetime.date | None]]:
        """Each project with the day of its last visit."""
        return [(line, self.last_visits.get(line.project.pk)) for line in self.projects]


def charge_of(leader: Leader, today: datetime.date, *, worst_first: bool = True) -> Charge:
    """`worst_first` as in `led_projects`. Constant in queries."""
    projects = led_projects(leader.pk, today, figures_month(today), worst_first=worst_first)
    ids = [line.project.pk for line in projects]
    return Charge(
        projects=projects,
        money=sum_money(line.lights.money for line in projects),
        last_visits=last_inspected_on(ids, today),
        days=days_on_site([leader.pk], first_day(today)).get(leader.pk, []),
        reported=list(reported_to_leader(ids)),
        instructed=list(instructions_of(leader.pk).filter(state__in=OPEN_STATES)),
        places=places_of(leader.pk, ids),
    )


# ---- a list by its leaders --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LeaderLine:
    """What one leader leads of a list."""

    leader: Leader
    count: int
    money: MoneySum
    lights: Counter[str]
    open_problems: int
    days: int


@dataclass(frozen=True)
class ListByLeaders:
    """`totals` are those of the list page. A project that several lead stands with each of them and counts once in the
    totals: `shared` says how many do, `without` how many nobody leads."""

    project_list: ProjectList
    totals: Totals
    lines: list[LeaderLine]
    shared: int
    without: int


def list_by_leaders(project_list: ProjectList, user: User, today: datetime.date) -> ListByLeaders:
    """In the order of the roster. Constant in queries."""
    projects = visible_projects(user).active().filter(pk__in=members_of(project_list.pk).values("project"))
    month = figures_month(today)
    totals = list_totals(projects, project_list.year, today, plan_in_force_simply(last_day(month), last_plan_step()))
    ids = list(projects.values_list("pk", flat=True))
    held = current_responsibilities(ids, day_in_year(project_list.year, today), [ResponsibilityRole.LEADER])
    led: dict[int, list[int]] = {}
    for pk in ids:
        for holder in held.get(pk, NOBODY).leaders:
            led.setdefault(holder.id or 0, []).append(pk)
    lights = lights_of(ids, today, light_thresholds(month), month=month)
    problems, days = open_problem_counts(ids), days_on_site(list(led), first_day(today))
    lines = [
        LeaderLine(
            leader,
            len(led[leader.pk]),
            sum_money(lights[pk].money for pk in led[leader.pk]),
            Counter(lights[pk].whole.colour.value for pk in led[leader.pk]),
            sum(problems.get(pk, 0) for pk in led[leader.pk]),
            len(days.get(leader.pk, [])),
        )
        for leader in Leader.objects.filter(pk__in=led).select_related("unit")
    ]
    shared = sum(len(held.get(pk, NOBODY).leaders) > 1 for pk in ids)
    return ListByLeaders(project_list, totals, lines, shared, sum(not held.get(pk, NOBODY).leaders for pk in ids))


def lists_led() -> list[ProjectList]:
    """Those that can be looked at by their leaders, in tabs."""
    return list(ProjectList.objects.active().order_by("-year", "pk"))
