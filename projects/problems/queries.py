import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from leaders.accounts.models import User
from leaders.audit.models import HistoryEntry
from leaders.organisations.models import Unit
from leaders.roles import Role
from projects.periods.queries import filing_rule, holidays, workdays_note
from projects.problems.models import Problem, ProblemPart
from projects.problems.rules import OPEN_STATES, WAITING_STATES, ProblemSource, ProblemState, is_overdue
from projects.registry.access import reported_by
from projects.registry.models import Project, Responsibility
from projects.registry.queries import current_responsibilities
from projects.registry.rules import ResponsibilityRole
from yichuan_tracker.workdays import add_workdays

VERIFIABLE_STATES = frozenset({ProblemState.ANSWERED, ProblemState.VERIFYING})


def default_due_on(today: datetime.date) -> datetime.date:
    """The deadline that a form proposes, by the year's rule and the county's table of working days; the office may type any
    other day. Two queries."""
    return add_workdays(today, filing_rule(today.year).problem_workdays, holidays())


def due_on_note(today: datetime.date) -> str:
    """What a form says beside the deadline it proposes when a year's holidays were not entered; else empty. Two queries."""
    workdays = filing_rule(today.year).problem_workdays
    return workdays_note(today, today + 2 * workdays * datetime.timedelta(days=1))


def active_problems(today: datetime.date | None = None) -> QuerySet[Problem]:
    """The ledger: problems of projects in use; with `today`, annotated with it as `as_of`, and
    open ones first, by their deadline."""
    problems = Problem.objects.filter(project__archived_at__isnull=True).select_related("project", "unit")
    if today is None:
        return problems
    is_settled = Case(When(state__in=OPEN_STATES, then=Value(0)), default=Value(1))
    problems = problems.annotate(as_of=Value(today, DateField()), is_settled=is_settled)
    return problems.order_by("is_settled", F("due_on").asc(nulls_last=True))


LIST_STATES = (
    ("open", "未销号"),
    ("overdue", "超期未销号"),
    ("to_answer", "待反馈"),
    ("to_verify", "待核查"),
    ("closed", "已销号"),
    ("parked", "挂账"),
)
_IN_STATE = {
    "open": Q(state__in=OPEN_STATES),
    "overdue": Q(state__in=OPEN_STATES, due_on__lt=F("as_of")),
    "to_answer": Q(state__in=WAITING_STATES),
    "to_verify": Q(state__in=VERIFIABLE_STATES),
    "closed": Q(state=ProblemState.CLOSED),
    "parked": Q(state=ProblemState.PARKED),
}


def in_state(problems: QuerySet[Problem], state: str) -> QuerySet[Problem]:
    """Of `active_problems(today)`, those in one of LIST_STATES."""
    return problems.filter(_IN_STATE[state]) if state in _IN_STATE else problems


def of_unit(problems: QuerySet[Problem], unit: Unit) -> QuerySet[Problem]:
    """Of `active_problems(today)`, those that the unit leads: named in the problem, or else the project's responsible one."""
    first = Responsibility.objects.in_force(OuterRef("as_of")).filter(  # type: ignore[arg-type]  # the day of each row
        role=ResponsibilityRole.LEAD_UNIT, project=OuterRef("project")
    )
    lead = Subquery(first.order_by("position", "pk").values("unit")[:1])
    return problems.alias(lead_unit=Coalesce("unit_id", lead, output_field=BigIntegerField())).filter(lead_unit=unit.pk)


def deadline_words(problem: Problem, today: datetime.date) -> str:
    """超期 3 天, 还有 5 天; nothing for what is closed, parked or has no deadline."""
    if problem.due_on is None or problem.state not in OPEN_STATES:
        return ""
    left = (problem.due_on - today).days
    if left < 0:
        return f"超期 {-left} 天"
    return f"还有 {left} 天" if left else "今天到期"


def tone_of(problem: Problem, today: datetime.date) -> str:
    """How the state is marked beside its words."""
    if problem.state not in OPEN_STATES:
        return "success" if problem.state == ProblemState.CLOSED else "plain"
    if is_overdue(problem.due_on, problem.closed_on, today):
        return "danger"
    return "info" if problem.state in VERIFIABLE_STATES else "plain"


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


def parked_due(until: datetime.date) -> QuerySet[Problem]:
    """挂账 whose day to be looked at again comes by `until`: taken up again, closed, or parked anew by those who chase."""
    parked = active_problems().filter(state=ProblemState.PARKED, parked_until__lte=until)
    return parked.order_by("parked_until", "pk")


def problems_to_answer(user: User, today: datetime.date) -> QuerySet[Problem]:
    """Problems that wait for the reporter's unit, as the lead or as a supporting one, the nearest deadline first."""
    problems = open_problems()
    if not user.has_role(Role.REPORTER, Role.APPROVER) or user.unit_id is None:
        return problems.none()
    own = Q(unit=user.unit_id) | Q(unit__isnull=True, project__in=reported_by(user, today).values("pk"))
    parts = ProblemPart.objects.filter(problem=OuterRef("pk"), unit=user.unit_id, answered_at__isnull=True)
    return problems.filter(own & Q(state__in=WAITING_STATES) | Q(Exists(parts))).order_by("due_on", "pk")


def problems_to_verify(user: User) -> QuerySet[Problem]:
    """Answered problems that this person of the office or the bureau may verify."""
    problems = active_problems().filter(state__in=VERIFIABLE_STATES)
    if not user.has_role(Role.OFFICE, Role.INSPECTOR):
        return problems.none()
    return problems.exclude(answerer=user).order_by("answered_at", "pk")


def problem_history(problem: Problem) -> QuerySet[HistoryEntry]:
    """Its course, and that of its supporting units."""
    of_parts = Q(object_type="problempart", object_id__in=problem.parts.values("pk"))
    return HistoryEntry.objects.filter(Q(object_type="problem", object_id=problem.pk) | of_parts)


def units_before_hand_over(problem_ids: Collection[int]) -> dict[int, str | None]:
    """{problem: who led it before its first approved 转办, None for the project's own unit}; those never handed over are not in
    it. One query."""
    told = HistoryEntry.objects.filter(object_type="problem", object_id__in=problem_ids, action="assign")
    found: dict[int, str | None] = {}
    for pk, lines in told.order_by("at", "pk").values_list("object_id", "changes"):
        for line in lines:
            if line["field"] == "unit" and pk is not None:
                found.setdefault(pk, line["old"]["name"] if line["old"] else None)
    return found


def new_problem_defaults(project: Project, today: datetime.date, *, is_on_site: bool) -> dict[str, Any]:
    """What the form of a new problem proposes: the project's responsible unit, a deadline in working days. Two
    queries."""
    return {
        "raised_on": today,
        "due_on": default_due_on(today),
        "unit": responsible_unit_id(project, today),
        "source": ProblemSource.INSPECTION if is_on_site else ProblemSource.OTHER,
    }


def responsible_units(project_ids: Collection[int], today: datetime.date) -> dict[int, int]:
    """{project: its first 责任（牵头）单位 today}. One query."""
    found = current_responsibilities(project_ids, today, [ResponsibilityRole.LEAD_UNIT])
    first = {pk: held.lead_units[0].id for pk, held in found.items() if held.lead_units}
    return {pk: unit_id for pk, unit_id in first.items() if unit_id is not None}


def responsible_unit_id(project: Project, today: datetime.date) -> int | None:
    """The project's first 责任（牵头）单位 today."""
    return responsible_units([project.pk], today).get(project.pk)
