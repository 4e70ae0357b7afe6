"""Index of the app's tables: Django finds models only through this module (a test guards that none is missing)."""

from leaders.accounts.models import FormerPassword, RoleGrant, User
from leaders.audit.models import HistoryEntry
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Township, Unit, UnitAlias
from leaders.roster.models import Leader, LeaderAlias

__all__ = [
    "FormerPassword",
    "HistoryEntry",
    "Leader",
    "LeaderAlias",
    "RoleGrant",
    "Township",
    "Unit",
    "UnitAlias",
    "User",
    "WorkingGroup",
]
