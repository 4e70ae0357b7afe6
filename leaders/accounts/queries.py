from django.db.models import Prefetch, QuerySet

from leaders.accounts.models import RoleGrant, User
from leaders.audit.models import HistoryEntry
from leaders.roles import Role


def accounts() -> QuerySet[User]:
    """Every account with its unit, leader and roles, for the list page and its export. No sign-in times: people's
    activity is not compared."""
    return User.objects.select_related("unit", "leader").prefetch_related(
        Prefetch("grants", queryset=RoleGrant.objects.order_by("pk"))
    )


def without_role() -> int:
    """How many active accounts wait for a role."""
    return User.objects.filter(is_active=True, grants__isnull=True).count()


def role_labels(account: User) -> list[str]:
    """In the order of `Role`; uses grants that `accounts` has prefetched."""
    held = {grant.role for grant in account.grants.all()}
    return [role.label for role in Role if role in held]


def reporters_of(unit_id: int) -> list[str]:
    """Names of the active 填报员 of a unit."""
    return list(
        User.objects.filter(unit_id=unit_id, is_active=True, grants__role=Role.REPORTER)
        .order_by("display_name")
        .values_list("display_name", flat=True)
    )


def account_history(account: User, count: int = 50) -> list[HistoryEntry]:
    """What was done to an account, newest first. When somebody signed in and out stands in the audit log only."""
    entries = HistoryEntry.objects.filter(subject_type="user", subject_id=account.pk)
    return list(entries.exclude(action__in=["sign_in", "sign_out", "export"])[:count])
