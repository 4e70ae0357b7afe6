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
from leaders.organisations.access import may_edit_units
from leaders.organisations.models import Township, Unit, UnitAlias
from leaders.organisations.queries import units

Moment = datetime.datetime


@transaction.atomic
def create_unit(unit: Unit, *, aliases: Collection[str] = (), by: User | None, at: Moment, **details: Any) -> Unit:
    """Raises PermissionDenied, or ValidationError when a name or alias already belongs to another unit.

    `details` (reason, batch_id, origin) go to the history. `by` is None only for the system itself.
    """
    _allow(by)
    _check_names(unit, unit.name, unit.short_name, aliases)
    audit.create(unit, by=by, at=at, also=aliases_line(None, aliases), **details)
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
    also = aliases_line(old, aliases)
    try:
        changed = audit.change(unit, values, by=by, at=at, version=version, also=also, **details)
    except Conflict as conflict:
        conflict.beside.append(Beside("aliases", "别名", "、".join(old), "、".join(aliases), raw="\n".join(old)))
        raise
    replace_aliases(changed.aliases, aliases)
    return changed


@transaction.atomic
def create_units(
    told: Sequence[tuple[Unit, Collection[str], Origin]], *, by: User | None, at: Moment, batch_id: int
) -> None:
    """`create_unit` for hundreds, as a list names them: (unit, aliases, origin) each."""
    _allow(by)
    written = _written()
    for unit, aliases, _ in told:
        _check_names(unit, unit.name, unit.short_name, aliases, written)
        written.add(unit, _names(unit, aliases))
    also = [aliases_line(None, aliases) for _, aliases, _ in told]
    audit.create_many([(unit, origin) for unit, _, origin in told], by=by, at=at, batch_id=batch_id, also=also)
    UnitAlias.objects.bulk_create(UnitAlias(unit=unit, name=name) for unit, aliases, _ in told for name in aliases)


@transaction.atomic
def change_units(
    told: Sequence[tuple[Unit, Mapping[str, Any], Collection[str], int, Origin]],
    *,
    by: User | None,
    at: Moment,
    batch_id: int,
) -> None:
    """`change_unit` for hundreds: (unit as just read, values, aliases *besides* those held, version, origin) each."""
    _allow(by)
    written, also = _written(), []
    for unit, values, aliases, _, _ in told:
        _check_names(unit, "", values.get("short_name", ""), aliases, written)
        written.add(unit, [values.get("short_name", ""), *aliases])
        held = [alias.name for alias in unit.aliases.all()]
        also.append(aliases_line(held, [*held, *aliases]))
    changes = [(unit, values, version, origin) for unit, values, _, version, origin in told]
    audit.change_many(changes, by=by, at=at, batch_id=batch_id, also=also)
    UnitAlias.objects.bulk_create(
        UnitAlias(unit=unit, name=name) for unit, _, aliases, _, _ in told for name in aliases
    )


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


def _names(unit: Unit, aliases: Collection[str]) -> list[str]:
    return [unit.name, unit.short_name, *aliases]


def _written() -> Spellings[Unit]:
    return Spellings((unit, _names(unit, [alias.name for alias in unit.aliases.all()])) for unit in units())


def _check_names(
    unit: Unit, name: str, short_name: str, aliases: Collection[str], written: Spellings[Unit] | None = None
) -> None:
    """A spelling may lead to one unit only, or workbooks could not be read."""
    written = written or _written()
    errors: dict[str, list[str]] = {}
    for field, spellings in {"name": [name], "short_name": [short_name], "aliases": aliases}.items():
        for spelling in spellings:
            owner = written.other_owner(spelling, unit) if spelling else None
            if owner is not None:
                errors.setdefault(field, []).append(
                    f"“{spelling}”已是“{owner}”的名称、简称或别名。一个写法只能指一个单位，"
                    f"请改用别的写法，或先从“{owner}”中去掉。"
                )
    if errors:
        raise ValidationError(errors)
