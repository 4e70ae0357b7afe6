"""The only ways to write a record: each leaves its line of history in the same transaction."""

import contextlib
import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from leaders.audit.models import HistoryEntry, Tracked
from leaders.audit.rules import Conflict, field_type, tracked_fields, typed_value
from yichuan_tracker.inserting import insert, prepare

if TYPE_CHECKING:
    from leaders.accounts.models import User

M = TypeVar("M", bound=models.Model)
T = TypeVar("T", bound=Tracked)
Line = dict[str, Any]
Origin = Mapping[str, Mapping[str, str]]
BATCH = 500


def history_entry(
    action: str,
    obj: models.Model,
    *,
    by: "User | None",
    at: datetime.datetime,
    changes: list[Line] | None = None,
    reason: str = "",
    batch_id: int | None = None,
    origin: Origin | None = None,
) -> HistoryEntry:
    """An unsaved line about `obj`; for bulk writes, which save many with `record_many`."""
    subject = obj.history_subject() if isinstance(obj, Tracked) else obj
    return HistoryEntry(
        at=at,
        actor=by,
        actor_name=by.display_name if by else "系统",
        action=action,
        object_type=obj._meta.model_name or "",
        object_id=obj.pk,
        object_name=str(obj)[:200],
        subject_type=subject._meta.model_name or "",
        subject_id=subject.pk,
        changes=changes or [],
        reason=reason,
        batch_id=batch_id,
        origin=origin or None,
    )


def record(action: str, obj: models.Model, *, by: "User | None", at: datetime.datetime, **details: Any) -> HistoryEntry:
    """A line without a change of fields (a file exported, a password changed). Details as in `history_entry`."""
    entry = history_entry(action, obj, by=by, at=at, **details)
    entry.save()
    return entry


def record_many(entries: Iterable[HistoryEntry]) -> None:
    HistoryEntry.objects.bulk_create(entries, batch_size=500)


def record_rows(
    rows: Sequence[Mapping[str, Any]], model: type[Tracked], *, by: "User | None", at: datetime.datetime, **same: Any
) -> None:
    """One line for each of thousands of records whose history stands under themselves: {object_id, object_name, changes, …}."""
    name, actor = str(model._meta.model_name), by.display_name if by else "系统"
    told = [{**row, "subject_id": row["object_id"], "object_name": row["object_name"][:200]} for row in rows]
    kinds = {"object_type": name, "subject_type": name}
    insert(prepare(HistoryEntry, told, at=at, actor=by, actor_name=actor, **kinds, **same))


def changes_of(obj: models.Model, old_values: Mapping[str, Any] | None) -> list[Line]:
    """`obj` compared with its old values (field name → value); None means that it is new."""
    lines = []
    for field in tracked_fields(obj):
        if old_values is not None and field.name not in old_values:
            continue
        new = typed_value(field, getattr(obj, field.name))
        old = None if old_values is None else typed_value(field, old_values[field.name])
        if old != new and not (old_values is None and new in (None, "", False)):
            lines.append(
                {
                    "field": field.name,
                    "label": str(field.verbose_name),
                    "type": field_type(field),
                    "old": old,
                    "new": new,
                }
            )
    return lines


def _save(obj: models.Model, *, is_new: bool) -> None:
    """Constraints are judged by the database alone; asked in Python, a query each, only for the words of a refusal.
    Nor is it asked whether a record at hand exists. A new file is written before the database is asked: there all is
    asked first, so that a refused one leaves no file."""
    if is_new and any(
        isinstance(field, models.FileField) and field.value_from_object(obj) for field in obj._meta.fields
    ):
        obj.full_clean()
    related = [field for field in obj._meta.fields if isinstance(field, models.ForeignKey)]
    at_hand = {field.name for field in related if field.is_cached(obj) and getattr(obj, field.attname) is not None}
    obj.full_clean(exclude=at_hand, validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            obj.save(force_insert=is_new, force_update=not is_new)
    except IntegrityError:
        obj.full_clean()
        raise


@transaction.atomic
def create(
    obj: M,
    *,
    by: "User | None",
    at: datetime.datetime,
    reason: str = "",
    batch_id: int | None = None,
    origin: Any = None,
    also: Sequence[Line] = (),
) -> M:
    """Save a new record. Raises ValidationError (Chinese) when one of its rules refuses. `also` as in `change`."""
    _save(obj, is_new=True)
    changes = [*changes_of(obj, None), *also]
    record("create", obj, by=by, at=at, changes=changes, reason=reason, batch_id=batch_id, origin=origin)
    return obj


@transaction.atomic
def change(
    obj: T,
    values: Mapping[str, Any],
    *,
    by: "User | None",
    at: datetime.datetime,
    version: int | None,
    reason: str = "",
    action: str = "change",
    batch_id: int | None = None,
    origin: Any = None,
    also: Sequence[Line] = (),
) -> T:
    """Set `values` (field name → value) on the record as it is now in the database, and return it.

    `version` is the one that the person saw; None only where nobody saw a page (a timer, a follow-up inside another
    action). `also` are lines about what hangs on the record and is edited with it (a unit's aliases). Nothing is
    written when nothing differs. Raises Conflict if the record was changed meanwhile and ValidationError (Chinese)
    when one of its rules refuses.
    """
    model = type(obj)
    current = model._default_manager.select_for_update().get(pk=obj.pk)
    if version is not None and current.version != version:
        raise Conflict(current, dict(values))
    old_values = {name: getattr(current, name) for name in values}
    for name, value in values.items():
        setattr(current, name, value)
    lines = [*changes_of(current, old_values), *also]
    if not lines and action == "change":
        return current
    current.version += 1
    _save(current, is_new=False)
    record(action, current, by=by, at=at, changes=lines, reason=reason, batch_id=batch_id, origin=origin)
    return current


@transaction.atomic
def create_many(
    told: Sequence[tuple[models.Model, Origin]],
    *,
    by: "User | None",
    at: datetime.datetime,
    batch_id: int,
    also: Iterable[Sequence[Line]] = repeat(()),
) -> None:
    """`create` for thousands of new records of one model, each with its origin, in a few statements; `also` has the lines of each.

    Whether what they point to is there, is unique and agrees is left to the database. Raises ValidationError (Chinese).
    """
    records = [obj for obj, _ in told]
    with _saying_why(records):
        for start in range(0, len(records), BATCH):
            type(records[0])._default_manager.bulk_create(records[start : start + BATCH])
    record_many(
        history_entry(
            "create", obj, by=by, at=at, changes=[*changes_of(obj, None), *more], batch_id=batch_id, origin=origin
        )
        for (obj, origin), more in zip(told, also, strict=False)
    )


@transaction.atomic
def change_many(
    told: Sequence[tuple[T, Mapping[str, Any], int, Origin]],
    *,
    by: "User | None",
    at: datetime.datetime,
    batch_id: int,
    also: Iterable[Sequence[Line]] = repeat(()),
) -> None:
    """`change` for thousands of records of one model: (record as it was just read, values, version that was seen, origin);
    `also` has the lines of each.

    Sets the values on the records themselves. Raises Conflict and ValidationError (Chinese) as `change` does.
    """
    alike: dict[tuple[str, ...], list[T]] = defaultdict(list)
    entries = []
    versions = _held_versions([obj for obj, *_ in told])
    for (obj, values, version, origin), more in zip(told, also, strict=False):
        if not version == obj.version == versions.pop(obj.pk, None):
            raise Conflict(obj, dict(values))
        old_values = {name: getattr(obj, name) for name in values}
        for name, value in values.items():
            setattr(obj, name, value)
        if lines := [*changes_of(obj, old_values), *more]:
            obj.version += 1
            alike[*sorted(values), "version"].append(obj)
            entries.append(history_entry("change", obj, by=by, at=at, changes=lines, batch_id=batch_id, origin=origin))
    for names, records in alike.items():
        with _saying_why(records):
            type(records[0])._default_manager.bulk_update(records, names, BATCH)
    record_many(entries)


def _held_versions(records: Sequence[Tracked]) -> dict[int, int]:
    """pk → version as it is now, held until the transaction ends."""
    found: dict[int, int] = {}
    for start in range(0, len(records), BATCH):
        pks = [record.pk for record in records[start : start + BATCH]]
        held = type(records[0])._default_manager.select_for_update().filter(pk__in=pks)
        found |= dict(held.values_list("pk", "version"))
    return found


@contextlib.contextmanager
def _saying_why(records: Sequence[models.Model]) -> Iterator[None]:
    """For writing many at once: fields are cleaned before, and when the database refuses, its rule is said in Chinese."""
    for record_ in records:
        record_.clean_fields(exclude={field.name for field in record_._meta.fields if field.is_relation})
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        for record_ in records:
            record_.full_clean()
        raise


def archive(obj: T, *, by: "User | None", at: datetime.datetime, version: int | None, reason: str = "") -> T:
    """Out of the lists, kept with all that hangs on it. Raises Conflict."""
    return change(obj, {"archived_at": at}, by=by, at=at, version=version, reason=reason, action="archive")


def restore(obj: T, *, by: "User | None", at: datetime.datetime, version: int | None, reason: str = "") -> T:
    """Back into the lists. Raises Conflict, or ValidationError when a rule has come to refuse the record meanwhile."""
    return change(obj, {"archived_at": None}, by=by, at=at, version=version, reason=reason, action="restore")


@transaction.atomic
def delete(
    obj: models.Model, *, by: "User | None", at: datetime.datetime, version: int | None = None, reason: str = ""
) -> None:
    """Remove a record on which nothing hangs; `version` as in `change`. Raises ValidationError (Chinese) when something
    does, and Conflict when a Tracked record was changed since the person saw it."""
    if version is not None and isinstance(obj, Tracked):
        current = type(obj)._default_manager.select_for_update().get(pk=obj.pk)
        if current.version != version:
            raise Conflict(current, {})
    entry = history_entry("delete", obj, by=by, at=at, reason=reason, changes=_last_values(obj))
    try:
        obj.delete()
    except models.ProtectedError as error:
        names = "、".join(sorted({str(item._meta.verbose_name) for item in error.protected_objects}))
        raise ValidationError(f"“{obj}”还有{names}挂在它下面，不能删除；可以归档，归档后不再出现在列表中。") from error
    entry.save()


def _last_values(obj: models.Model) -> list[Line]:
    return [line | {"old": line["new"], "new": None} for line in changes_of(obj, None)]
