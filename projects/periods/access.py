from leaders.accounts.models import User
from leaders.roles import Role


def may_keep_calendar(user: User) -> bool:
    """Opens months, moves their dates, and edits the table of holidays: the project office's, as domain rule says."""
    return user.has_role(Role.OFFICE)
