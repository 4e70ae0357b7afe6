import datetime

from leaders.accounts.models import User
from projects.periods.access import may_approve, may_approve_near_deadline
from projects.registry.access import may_report
from projects.registry.models import Project
from projects.requests.models import ChangeRequest


def may_ask(user: User, project: Project, *, today: datetime.date) -> bool:
    """The responsible unit's reporters, and the office in their place."""
    return may_report(user, project, today=today)


def may_decide(user: User, request: ChangeRequest) -> bool:
    """Head or deputy of the office; near the deadline the county leader in charge alone. Never who asked."""
    allowed = may_approve_near_deadline(user) if request.needs_chief else may_approve(user)
    return allowed and request.requester_id != user.pk


def may_withdraw(user: User, request: ChangeRequest) -> bool:
    return request.requester_id == user.pk
