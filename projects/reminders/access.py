from leaders.accounts.models import User
from leaders.roles import Role


def may_see_reminders(user: User) -> bool:
    """The office, whose text it is, and the system administrator, who sets the channels up; both may try them."""
    return user.has_role(Role.OFFICE, Role.SYSTEM_ADMIN)


def may_read_digest(user: User) -> bool:
    """The administrators' accounts see no data of projects (三员分立)."""
    return user.has_role(Role.OFFICE)
