import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit import actions as audit
from leaders.audit.actions import Origin
from leaders.audit.rules import Beside, Conflict, aliases_line
from leaders.names import Spellings, replace_aliases
from leaders.roster.access import may_edit_leaders
from leaders.roster.models import Leader, LeaderAlias
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
    audit.create(leader, by=by, at=at, also=aliases_line(None, aliases), **details)
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
    also = aliases_line(old, aliases)
    try:
        changed = audit.change(leader, values, by=by, at=at, version=version, also=also, **details)
    except Conflict as conflict:
        conflict.beside.append(Beside("aliases", "别名", "、".join(old), "、".join(aliases), raw="\n".join(old)))
        raise
    replace_aliases(changed.aliases, aliases)
    return changed


@transaction.atomic
def create_leaders(
    told: Sequence[tuple[Leader, Collection[str], Origin]], *, by: User | None, at: Moment, batch_id: int
) -> None:
    """`create_leader` for hundreds, as a list names them: (leader, aliases, origin) each."""
    _allow(by)
    written = _written()
    for leader, aliases, _ in told:
        _check_aliases(leader, aliases, written)
        written.add(leader, _names(leader, aliases))
    also = [aliases_line(None, aliases) for _, aliases, _ in told]
    audit.create_many([(leader, origin) for leader, _, origin in told], by=by, at=at, batch_id=batch_id, also=also)
    LeaderAlias.objects.bulk_create(
        LeaderAlias(leader=leader, name=name) for leader, aliases, _ in told for name in aliases
    )


@transaction.atomic
def change_leaders(
    told: Sequence[tuple[Leader, Mapping[str, Any], Collection[str], int, Origin]],
    *,
    by: User | None,
    at: Moment,
    batch_id: int,
) -> None:
    """`change_leader` for hundreds: (leader as just read, values, aliases *besides* those held, version, origin) each."""
    _allow(by)
    written, also = _written(), []
    for leader, _, aliases, _, _ in told:
        _check_aliases(leader, aliases, written)
        written.add(leader, aliases)
        held = [alias.name for alias in leader.aliases.all()]
        also.append(aliases_line(held, [*held, *aliases]))
    changes = [(leader, values, version, origin) for leader, values, _, version, origin in told]
    audit.change_many(changes, by=by, at=at, batch_id=batch_id, also=also)
    LeaderAlias.objects.bulk_create(
        LeaderAlias(leader=leader, name=name) for leader, _, aliases, _, _ in told for name in aliases
    )


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


def _names(leader: Leader, aliases: Collection[str]) -> list[str]:
    return [leader.name, *aliases]


def _written() -> Spellings[Leader]:
    return Spellings((leader, _names(leader, [alias.name for alias in leader.aliases.all()])) for leader in leaders())


def _check_aliases(leader: Leader, aliases: Collection[str], written: Spellings[Leader] | None = None) -> None:
    """Two leaders may share a name (their posts tell them apart), but an alias leads to one person only."""
    if not aliases:
        return
    written = written or _written()
    messages = [
        f"“{alias}”已是“{owner}”（{owner.post or '未填职务'}）的姓名或别名。一个别名只能指一个人，请改用别的写法。"
        for alias in aliases
        if (owner := written.other_owner(alias, leader))
    ]
    if messages:
        raise ValidationError({"aliases": messages})
