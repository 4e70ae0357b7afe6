import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit import actions as audit
from leaders.audit.rules import Beside, Conflict, text_line
from leaders.names import replace_aliases, squeeze
from leaders.roster.access import may_edit_leaders
from leaders.roster.models import Leader
from leaders.roster.queries import leaders

Moment = datetime.datetime


@transaction.atomic
def create_leader(
    leader: Leader, *, aliases: Collection[str] = (), by: User | None, at: Moment, **details: Any
) -> Leader:
    """Raises PermissionDenied, or ValidationError for a name and post already there or an alias that is another's.

    `details` (reason, batch_id, origin) go to the history. `by` is None only for the system itself.
    """
    _allow(by)
    _check_aliases(leader, aliases)
    also = [text_line("aliases", "别名", None, "、".join(aliases))] if aliases else []
    audit.create(leader, by=by, at=at, also=also, **details)
    replace_aliases(leader.aliases, aliases)
    return leader


@transaction.atomic
def change_leader(
    leader: Leader,
    values: Mapping[str, Any],
    *,
    aliases: Collection[str],
    by: User | None,
    at: Moment,
    version: int | None,
    **details: Any,
) -> Leader:
    """Set `values` and make `aliases` all the aliases. Raises PermissionDenied, Conflict, or ValidationError as
    above."""
    _allow(by)
    _check_aliases(leader, aliases)
    old = list(leader.aliases.values_list("name", flat=True))
    also = [text_line("aliases", "别名", "、".join(old), "、".join(aliases))] if set(old) != set(aliases) else []
    try:
        changed = audit.change(leader, values, by=by, at=at, version=version, also=also, **details)
    except Conflict as conflict:
        conflict.beside.append(Beside("aliases", "别名", "、".join(old), "、".join(aliases), raw="\n".join(old)))
        raise
    replace_aliases(changed.aliases, aliases)
    return changed


def archive_leader(leader: Leader, *, by: User, at: Moment, version: int | None) -> Leader:
    """Raises PermissionDenied, Conflict."""
    _allow(by)
    return audit.archive(leader, by=by, at=at, version=version)


def restore_leader(leader: Leader, *, by: User, at: Moment, version: int | None) -> Leader:
    """Raises PermissionDenied, Conflict."""
    _allow(by)
    return audit.restore(leader, by=by, at=at, version=version)


def delete_leader(leader: Leader, *, by: User, at: Moment) -> None:
    """Raises PermissionDenied, or ValidationError when anything hangs on the leader."""
    _allow(by)
    audit.delete(leader, by=by, at=at)


def _allow(by: User | None) -> None:
    if by is not None and not may_edit_leaders(by):
        raise PermissionDenied


def _check_aliases(leader: Leader, aliases: Collection[str]) -> None:
    """Two leaders may share a name (their posts tell them apart), but an alias leads to one person only."""
    owners: dict[str, Leader] = {}
    for other in leaders().exclude(pk=leader.pk) if aliases else ():
        for spelling in [other.name, *(alias.name for alias in other.aliases.all())]:
            owners[squeeze(spelling)] = other
    messages = [
        f"“{alias}”已是“{owner}”（{owner.post or '未填职务'}）的姓名或别名。一个别名只能指一个人，请改用别的写法。"
        for alias in aliases
        if (owner := owners.get(squeeze(alias)))
    ]
    if messages:
        raise ValidationError({"aliases": messages})
