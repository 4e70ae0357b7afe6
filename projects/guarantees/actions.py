import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import Origin, archive, change, create, restore
from leaders.audit.models import Tracked
from projects.guarantees.access import Record, may_enter, may_set_guarantees, may_withdraw_record
from projects.guarantees.banks.actions import follow_agreement, release_source
from projects.guarantees.models import Deal, GuaranteeEntry, GuaranteeTarget
from projects.guarantees.rules import Counting, refuse_day

Values = Mapping[str, Any]


@transaction.atomic
def set_target(values: Values, *, by: User, at: datetime.datetime) -> GuaranteeTarget:
    """A new target. Raises PermissionDenied, ValidationError."""
    _allow(by)
    return create(GuaranteeTarget(**values), by=by, at=at)


@transaction.atomic
def change_target(
    target: GuaranteeTarget, values: Values, *, version: int | None, by: User, at: datetime.datetime
) -> GuaranteeTarget:
    """Raises PermissionDenied, ValidationError (another year or way of counting while entries hang on it), Conflict."""
    _allow(by)
    moved = [name for name in ("year", "counting") if values.get(name, getattr(target, name)) != getattr(target, name)]
    if moved and target.entries.active().exists():
        raise ValidationError({moved[0]: "这项指标已有登记，年度和计数办法不再改；请另建一项。"})
    return change(target, values, by=by, at=at, version=version)


@transaction.atomic
def add_entry(
    target: GuaranteeTarget,
    values: Values,
    *,
    file: File | None = None,
    by: User,
    at: datetime.datetime,
    batch_id: int | None = None,
    origin: Origin | None = None,
) -> GuaranteeEntry:
    """Something done: done_on, amount, project, evidence, or a file that shows it. Raises PermissionDenied,
    ValidationError (the day lies ahead or in another year, nothing shows it, the target counts by itself)."""
    if not may_enter(by, target):
        raise PermissionDenied
    if target.counting != Counting.ENTRIES:
        raise ValidationError("这项指标由银企对接会自动计数，不用另外登记。")
    _check_day(target, values, at)
    entry = GuaranteeEntry(target=target, author=by, **values, **_file(file))
    return create(entry, by=by, at=at, batch_id=batch_id, origin=origin)


@transaction.atomic
def change_entry(
    entry: GuaranteeEntry,
    values: Values,
    *,
    file: File | None = None,
    version: int | None,
    by: User,
    at: datetime.datetime,
) -> GuaranteeEntry:
    """A new file takes the place of the old one, whose name stays in the history. Raises as `add_entry`, and Conflict."""
    if not may_enter(by, entry.target) or entry.archived_at is not None:
        raise PermissionDenied
    _check_day(entry.target, values, at)
    return change(entry, {**values, **(_file(file) if file else {})}, by=by, at=at, version=version)


@transaction.atomic
def withdraw_record(record: Record, *, reason: str, version: int | None, by: User, at: datetime.datetime) -> Tracked:
    """撤销, never deletion: it counts no more, and stays to be read; the loan that a deal brought goes with it, unless money
    has arrived. Raises PermissionDenied, ValidationError, Conflict."""
    _allow_record(record, by)
    if not reason.strip():
        raise ValidationError({"reason": "撤销后不再计数，请写明理由；随时可以恢复。"})
    gone = archive(record, by=by, at=at, version=version, reason=reason.strip())
    if isinstance(gone, Deal):
        release_source(gone, by=by, at=at)
    return gone


@transaction.atomic
def restore_record(record: Record, *, version: int | None, by: User, at: datetime.datetime) -> Tracked:
    _allow_record(record, by)
    back = restore(record, by=by, at=at, version=version)
    return follow_agreement(back, by=by, at=at) if isinstance(back, Deal) else back


def _allow_record(record: Record, by: User) -> None:
    if not may_withdraw_record(by, record):
        raise PermissionDenied


def _file(file: File | None) -> dict[str, Any]:
    return {"file": file, "file_name": (file.name or "")[-200:]} if file else {}


def _check_day(target: GuaranteeTarget, values: Values, at: datetime.datetime) -> None:
    if refusal := refuse_day(values["done_on"], target.year, at.date()):
        raise ValidationError({"done_on": refusal})


def _allow(by: User) -> None:
    if not may_set_guarantees(by):
        raise PermissionDenied
