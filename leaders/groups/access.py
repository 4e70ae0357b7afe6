from leaders.accounts.models import User
from leaders.roles import Role


def may_edit_groups(user: User) -> bool:
    """Working groups are kept by the project office; everyone signed in reads them."""
    return user.has_role(Role.OFFICE)
