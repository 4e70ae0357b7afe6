import datetime
from collections.abc import Collection

from django.db.models import Count, Q, QuerySet

from leaders.accounts.models import User
from leaders.audit.models import HistoryEntry
from leaders.roles import Role
from projects.periods.queries import holidays
from projects.problems.models import Problem
from projects.problems.rules import NEXT_STATES, OPEN_STATES, ProblemState
from projects.registry.access import reported_by
from projects.registry.models import Project
from yichuan_tracker.workdays import add_workdays

# Working days that a unit gets when nobody says otherwise; the office may type any other day.
DEFAULT_WORKDAYS = 5
ANSWERABLE_STATES = frozenset(state for state in ProblemState if ProblemState.ANSWERED in NEXT_STATES[state])


def default_due_on(today: datetime.date, workdays: int = DEFAULT_WORKDAYS) -> datetime.date:
    """The deadline that a form proposes, by the county's table of working days. One query."""
    return add_workdays(today, workdays, holidays())


def active_problems() -> QuerySet[Problem]:
    """The ledger: problems of projects in use."""
    return Problem.objects.filter(project__archived_at__isnull=True).select_related("project", "unit")


def open_problems() -> QuerySet[Problem]:
    return active_problems().filter(state__in=OPEN_STATES)


def problems_of_project(project: Project) -> QuerySet[Problem]:
    """The project's problems, open ones first."""
    problems = project.problems.select_related("unit", "answerer", "verifier")
    return problems.order_by("closed_on", "due_on", "-raised_on", "-pk")


def open_problem_counts(project_ids: Collection[int]) -> dict[int, int]:
    """{project: how many open problems}; projects without one are missing. One query."""
    counted = open_problems().filter(project__in=project_ids).order_by()
    return dict(counted.values_list("project").annotate(number=Count("pk")))


def overdue_problems(today: datetime.date) -> QuerySet[Problem]:
    """Open past their deadline, the longest overdue first."""
    return open_problems().filter(due_on__lt=today).order_by("due_on", "pk")


def problems_to_answer(user: User, today: datetime.date) -> QuerySet[Problem]:
    """Problems that wait for the reporter's unit, the nearest deadline first."""
    problems = active_problems().filter(state__in=ANSWERABLE_STATES)
    if not user.has_role(Role.REPORTER) or user.unit_id is None:
        return problems.none()
    own = Q(unit=user.unit_id) | Q(unit__isnull=True, project__in=reported_by(user, today).values("pk"))
    return problems.filter(own).order_by("due_on", "pk")


def problems_to_verify(user: User) -> QuerySet[Problem]:
    """Answered problems that this person of the office or the bureau may verify."""
    problems = active_problems().filter(state__in=[ProblemState.ANSWERED, ProblemState.VERIFYING])
    if not user.has_role(Role.OFFICE, Role.INSPECTOR):
        return problems.none()
    return problems.exclude(answerer=user).order_by("answered_at", "pk")


def problem_history(problem: Problem) -> QuerySet[HistoryEntry]:
    return HistoryEntry.objects.filter(object_type="problem", object_id=problem.pk)
