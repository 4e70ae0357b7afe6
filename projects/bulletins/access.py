from leaders.accounts.models import User
from leaders.roles import Role
from projects.bulletins.models import Bulletin
from projects.bulletins.rules import BulletinKind, BulletinState
from projects.registry.access import is_office, may_see_projects


def kinds_written_by(user: User) -> list[BulletinKind]:
    """The office writes both; the inspection bureau its own."""
    if is_office(user):
        return list(BulletinKind)
    return [BulletinKind.INSPECTION] if user.has_role(Role.INSPECTOR) else []


def may_write(user: User, kind: str) -> bool:
    """Draft, edit, send and issue bulletins of the kind, and keep its letterhead."""
    return kind in kinds_written_by(user)


def may_see(user: User, bulletin: Bulletin) -> bool:
    """What was issued is everyone's for ever; a draft is seen by those who write its kind."""
    return may_write(user, bulletin.kind) or (bulletin.state == BulletinState.ISSUED and may_see_projects(user))
