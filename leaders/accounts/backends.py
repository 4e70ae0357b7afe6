from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from leaders.accounts.models import RoleGrant, User


class AccountBackend:
    """Accounts by user name and password. Inactive accounts neither sign in nor stay signed in."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 (Django's signature)
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        """The account, or None. An unknown user name takes as long as a wrong password, so that names cannot be
        probed."""
        if username is None or password is None:
            return None
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """The account with its unit, leader and roles, which nearly every page asks for: one query unless it has no role."""
        grants = RoleGrant.objects.select_related("user__unit", "user__leader")
        granted = list(grants.filter(user=user_id, user__is_active=True))
        if not granted:
            return User.objects.select_related("unit", "leader").filter(pk=user_id, is_active=True).first()
        user = granted[0].user
        user.roles = frozenset(grant.role for grant in granted)
        return user
