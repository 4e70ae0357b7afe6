import datetime

from leaders.accounts.models import User
from projects.periods.access import may_approve, may_approve_near_deadline
from projects.problems.access import answers_for, verifies_problems
from projects.problems.models import Problem
from projects.registry.access import may_report
from projects.registry.models import Project
from projects.requests.models import ChangeRequest


def may_ask(user: User, project: Project, *, today: datetime.date) -> bool:
    """The responsible unit's reporters, and the office in their place."""
    return may_report(user, project, today=today)


def may_ask_about(user: User, problem: Problem, *, today: datetime.date) -> bool:
    """延期, 转办, 挂账: whose answer it is; whether the problem's state allows it, the action says in words."""
    return answers_for(user, problem, today=today)


def may_decide(user: User, request: ChangeRequest) -> bool:
    """Head or deputy of the office; near the deadline the county leader in charge alone; about a problem the bureau
    and the office that chase it. Never who asked."""
    if request.requester_id == user.pk:
        return False
    if request.problem_id is not None:
        return verifies_problems(user)
    return may_approve_near_deadline(user) if request.needs_chief else may_approve(user)


def may_withdraw(user: User, request: ChangeRequest) -> bool:
    return request.requester_id == user.pk
