from typing import TYPE_CHECKING

from leaders.roles import Role

if TYPE_CHECKING:
    from leaders.accounts.models import User


def may_read_history(user: "User") -> bool:
    """The audit administrator reads all of it, the project office what concerns projects and reference data. Nobody edits."""
    return user.has_role(Role.AUDIT_ADMIN, Role.OFFICE)


def may_read_all_history(user: "User") -> bool:
    return user.has_role(Role.AUDIT_ADMIN)
