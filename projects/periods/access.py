from leaders.accounts.models import User
from leaders.roles import SEPARATED_ROLES, Role
from projects.periods.models import FilingException
from projects.periods.rules import ExceptionState


def may_keep_calendar(user: User) -> bool:
    """Opens months, moves their dates, and edits the table of holidays: the project office's, as domain rule says."""
    return user.has_role(Role.OFFICE)


def may_see_calendar(user: User) -> bool:
    """Whoever works with projects; not the three administrators (三员分立)."""
    return bool(user.roles - SEPARATED_ROLES)


def may_approve(user: User) -> bool:
    """Exceptions, corrections and moved dates: the head of the project office or the deputy, and whoever stands above."""
    return user.has_role(Role.OFFICE_HEAD, Role.CHIEF)


def may_approve_near_deadline(user: User) -> bool:
    """The higher approver (县级主管领导): what is asked within the last days before a deadline."""
    return user.has_role(Role.CHIEF)


def may_ask_exception(user: User, unit_id: int | None) -> bool:
    """A reporter for the own unit (and what it answers for), the office for anybody."""
    return may_keep_calendar(user) or (user.has_role(Role.REPORTER) and unit_id is not None and user.unit_id == unit_id)


def may_decide_exception(user: User, exception: FilingException) -> bool:
    """Never who asked for it."""
    return may_approve(user) and exception.requester_id != user.pk


def may_revoke_exception(user: User, exception: FilingException) -> bool:
    """The office and the approvers; who asked takes an undecided request back."""
    if may_keep_calendar(user) or may_approve(user):
        return True
    return exception.state == ExceptionState.ASKED and exception.requester_id == user.pk
