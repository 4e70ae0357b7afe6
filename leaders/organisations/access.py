from leaders.accounts.models import User
from leaders.roles import Role


def may_edit_units(user: User) -> bool:
    """Units and townships are kept by the project office; everyone signed in reads them."""
    return user.has_role(Role.OFFICE)
