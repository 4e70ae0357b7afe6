import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit import actions as audit
from leaders.audit.rules import Beside, Conflict, text_line
from leaders.names import replace_aliases, squeeze
from leaders.organisations.access import may_edit_units
from leaders.organisations.models import Township, Unit
from leaders.organisations.queries import units

Moment = datetime.datetime


@transaction.atomic
def create_unit(unit: Unit, *, aliases: Collection[str] = (), by: User | None, at: Moment, **details: Any) -> Unit:
    """Raises PermissionDenied, or ValidationError when a name or alias already belongs to another unit.

    `details` (reason, batch_id, origin) go to the history. `by` is None only for the system itself.
    """
    _allow(by)
    _check_names(unit, unit.name, unit.short_name, aliases)
    also = [text_line("aliases", "别名", None, "、".join(aliases))] if aliases else []
    audit.create(unit, by=by, at=at, also=also, **details)
    replace_aliases(unit.aliases, aliases)
    return unit


@transaction.atomic
def change_unit(
    unit: Unit,
    values: Mapping[str, Any],
    *,
    aliases: Collection[str],
    by: User | None,
    at: Moment,
    version: int | None,
    **details: Any,
) -> Unit:
    """Set `values` and make `aliases` all its aliases. Raises PermissionDenied, Conflict, or ValidationError as
    above."""
    _allow(by)
    _check_names(unit, values.get("name", unit.name), values.get("short_name", unit.short_name), aliases)
    old = list(unit.aliases.values_list("name", flat=True))
    also = [text_line("aliases", "别名", "、".join(old), "、".join(aliases))] if set(old) != set(aliases) else []
    try:
        changed = audit.change(unit, values, by=by, at=at, version=version, also=also, **details)
    except Conflict as conflict:
        conflict.beside.append(Beside("aliases", "别名", "、".join(old), "、".join(aliases), raw="\n".join(old)))
        raise
    replace_aliases(changed.aliases, aliases)
    return changed


def archive_unit(unit: Unit, *, by: User, at: Moment, version: int | None) -> Unit:
    """Raises PermissionDenied, Conflict."""
    _allow(by)
    return audit.archive(unit, by=by, at=at, version=version)


def restore_unit(unit: Unit, *, by: User, at: Moment, version: int | None) -> Unit:
    """Raises PermissionDenied, Conflict."""
    _allow(by)
    return audit.restore(unit, by=by, at=at, version=version)


def delete_unit(unit: Unit, *, by: User, at: Moment) -> None:
    """Raises PermissionDenied, or ValidationError when anything hangs on the unit."""
    _allow(by)
    audit.delete(unit, by=by, at=at)


def change_township(
    township: Township, values: Mapping[str, Any], *, by: User, at: Moment, version: int | None
) -> Township:
    """Raises PermissionDenied, Conflict, or ValidationError when the unit already is another township's government."""
    _allow(by)
    return audit.change(township, values, by=by, at=at, version=version)


def _allow(by: User | None) -> None:
    if by is not None and not may_edit_units(by):
        raise PermissionDenied


def _check_names(unit: Unit, name: str, short_name: str, aliases: Collection[str]) -> None:
    """A spelling may lead to one unit only, or workbooks could not be read."""
    owners: dict[str, Unit] = {}
    for other in units().exclude(pk=unit.pk):
        for spelling in [other.name, other.short_name, *(alias.name for alias in other.aliases.all())]:
            owners[squeeze(spelling)] = other
    errors: dict[str, list[str]] = {}
    for field, spellings in {"name": [name], "short_name": [short_name], "aliases": aliases}.items():
        for spelling in spellings:
            owner = owners.get(squeeze(spelling)) if spelling else None
            if owner is not None:
                errors.setdefault(field, []).append(
                    f"“{spelling}”已是“{owner}”的名称、简称或别名。一个写法只能指一个单位，"
                    f"请改用别的写法，或先从“{owner}”中去掉。"
                )
    if errors:
        raise ValidationError(errors)
