import datetime

from leaders.accounts.models import User
from leaders.roles import Role
from projects.problems.models import Problem
from projects.problems.rules import ProblemState, may_move, may_verify
from projects.registry.access import is_office, may_report
from projects.registry.models import Project


def may_raise_problems(user: User) -> bool:
    """交办: the office, the inspection bureau, and the leaders."""
    return user.has_role(Role.OFFICE, Role.INSPECTOR, Role.LEADER)


def may_edit_problem(user: User, problem: Problem) -> bool:
    """Mend an entry (its words, unit, deadline) while it is open: those who chase it, the office and the bureau."""
    return user.has_role(Role.OFFICE, Role.INSPECTOR) and problem.state != ProblemState.CLOSED


def may_answer_problem(user: User, problem: Problem, *, today: datetime.date) -> bool:
    """反馈: reporters of the unit it was assigned to; of the project's responsible unit where none is named; the
    office in their place."""
    if not may_move(problem.state, ProblemState.ANSWERED):
        return False
    if is_office(user):
        return True
    return is_answering_unit(user, problem.project, problem.unit_id, today=today)


def is_answering_unit(user: User, project: Project, unit_id: int | None, *, today: datetime.date) -> bool:
    if unit_id is not None:
        return user.has_role(Role.REPORTER) and user.unit_id == unit_id
    return may_report(user, project, today=today)


def may_verify_problem(user: User, problem: Problem) -> bool:
    """核查销号 or send back: the bureau or the office, but never who answered."""
    return (
        problem.state in {ProblemState.ANSWERED, ProblemState.VERIFYING}
        and user.has_role(Role.OFFICE, Role.INSPECTOR)
        and may_verify(problem.answerer_id, user.pk)
    )
