from leaders.accounts.models import User
from projects.rankings.models import Scheme
from projects.registry.access import is_office


def may_keep_schemes(user: User) -> bool:
    """Draft, change and delete versions."""
    return is_office(user)


def may_approve_scheme(user: User, scheme: Scheme) -> bool:
    """Put a draft in force: an office account that did not draft it."""
    return is_office(user) and scheme.is_draft and scheme.drafter_id != user.pk
