import datetime

from leaders.accounts.models import User
from projects.periods.access import why_not_decide
from projects.registry.access import may_report
from projects.registry.models import Project
from projects.registry.plans.models import PlanRevision


def may_request_revision(user: User, project: Project, *, today: datetime.date) -> bool:
    """The unit that reports for the project, and the office."""
    return may_report(user, project, today=today)


def may_decide_revision(user: User, revision: PlanRevision) -> bool:
    return not why_not_decide(user, revision.requester_id)


def may_withdraw_revision(user: User, revision: PlanRevision) -> bool:
    return revision.requester_id == user.pk


def may_enter_arrivals(user: User, project: Project, *, today: datetime.date) -> bool:
    """Who reports for the project knows what reached its account."""
    return may_report(user, project, today=today)
