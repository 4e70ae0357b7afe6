from leaders.accounts.models import User
from leaders.roles import SEPARATED_ROLES, Role
from projects.periods.models import FilingException
from projects.periods.rules import ExceptionState

OWN_REQUEST = "本人提出的，由其他审批人审批"


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


def why_not_decide(user: User, requester_id: int | None, *, needs_chief: bool = False) -> str:
    """Why the person may not decide what `requester_id` asked for, and who may (Chinese); empty when the person may. The one
    rule of every kind of request: head or deputy of the office, near a deadline the county leader alone, never who asked."""
    who = "县级主管领导" if needs_chief else "重点办负责人（或其副职）"
    if not may_approve(user):
        return f"由{who}审批"
    if requester_id == user.pk:
        return OWN_REQUEST
    if needs_chief and not may_approve_near_deadline(user):
        return f"提出时已临期，由{who}审批"
    return ""


def may_decide_exception(user: User, exception: FilingException) -> bool:
    return not why_not_decide(user, exception.requester_id)


def may_revoke_exception(user: User, exception: FilingException) -> bool:
    """Who asked takes an undecided request back; the office and the approvers close what was granted."""
    if exception.state == ExceptionState.ASKED:
        return exception.requester_id == user.pk
    return may_keep_calendar(user) or may_approve(user)
