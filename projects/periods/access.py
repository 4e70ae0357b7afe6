from leaders.accounts.models import User
from leaders.roles import SEPARATED_ROLES, Role


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
