import datetime

from leaders.accounts.models import User
from leaders.roles import Role
from projects.periods.access import OWN_REQUEST, may_approve, why_not_decide
from projects.problems.access import answers_for, verifies_problems
from projects.problems.models import Problem
from projects.registry.access import is_office, may_report
from projects.registry.models import Project
from projects.requests.models import ChangeRequest


def may_ask(user: User, project: Project, *, today: datetime.date) -> bool:
    """The responsible unit's reporters, and the office in their place."""
    return may_report(user, project, today=today)


def may_ask_at_all(user: User) -> bool:
    """Whether there are projects for which the person asks."""
    return is_office(user) or user.has_role(Role.REPORTER)


def may_ask_about(user: User, problem: Problem, *, today: datetime.date) -> bool:
    """延期, 转办, 挂账: whose answer it is; whether the problem's state allows it, the action says in words."""
    return answers_for(user, problem, today=today)


def may_ask_for_light(user: User, project: Project) -> bool:
    """改灯: the office's to ask, another's to decide."""
    return is_office(user) and project.archived_at is None


def may_decide(user: User, request: ChangeRequest) -> bool:
    return not why_not_decide_request(user, request)


def why_not_decide_request(user: User, request: ChangeRequest) -> str:
    """As `why_not_decide`; about a problem the bureau and the office that chase it decide. Never who asked."""
    if request.problem_id is None:
        return why_not_decide(user, request.requester_id, needs_chief=request.needs_chief)
    if not verifies_problems(user):
        return "由督查局（或重点办）审批"
    return OWN_REQUEST if request.requester_id == user.pk else ""


def decides_requests(user: User) -> bool:
    """Whether requests may wait for this person at all."""
    return may_approve(user) or verifies_problems(user)


def may_withdraw(user: User, request: ChangeRequest) -> bool:
    return request.requester_id == user.pk
