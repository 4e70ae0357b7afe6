from django.http import HttpRequest

from leaders.accounts.models import User
from leaders.roles import SEPARATED_ROLES, Role


class SignedIn(HttpRequest):
    """The request of every page behind the sign-in (LoginRequiredMiddleware): there is a person."""

    user: User


def may_see_accounts(user: User) -> bool:
    """The three administrators, each for their own part; nobody else sees accounts or roles."""
    return user.has_role(*SEPARATED_ROLES)


def may_manage_accounts(user: User) -> bool:
    return user.has_role(Role.SYSTEM_ADMIN)


def may_change_active(user: User, account: User) -> bool:
    """Deactivate or restore. Nobody does it to themselves."""
    return may_manage_accounts(user) and user.pk != account.pk


def may_reset_password(user: User, account: User) -> bool:
    """Whoever resets a password can sign in with it: the security and the audit administrator's are reset on the
    server only (三员分立), and one's own is changed on its own page."""
    return (
        may_manage_accounts(user)
        and user.pk != account.pk
        and not account.has_role(Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    )


def may_grant_roles(user: User, account: User) -> bool:
    """Only the security administrator, and never to themselves."""
    return user.has_role(Role.SECURITY_ADMIN) and user.pk != account.pk
