from leaders.accounts.models import User
from leaders.roles import Role


def may_edit_leaders(user: User) -> bool:
    """The roster is kept by the project office; everyone signed in reads it."""
    return user.has_role(Role.OFFICE)
