import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied

from leaders.accounts.models import User
from leaders.audit import actions as audit
from leaders.groups.access import may_edit_groups
from leaders.groups.models import WorkingGroup

Moment = datetime.datetime


def create_group(group: WorkingGroup, *, by: User | None, at: Moment, **details: Any) -> WorkingGroup:
    """Raises PermissionDenied, or ValidationError for a name already there.

    `details` (reason, batch_id, origin) go to the history. `by` is None only for the system itself.
    """
    _allow(by)
    return audit.create(group, by=by, at=at, **details)


def change_group(
    group: WorkingGroup, values: Mapping[str, Any], *, by: User | None, at: Moment, version: int | None
) -> WorkingGroup:
    """Raises PermissionDenied, Conflict, ValidationError."""
    _allow(by)
    return audit.change(group, values, by=by, at=at, version=version)


def archive_group(group: WorkingGroup, *, by: User, at: Moment, version: int | None) -> WorkingGroup:
    """Raises PermissionDenied, Conflict."""
    _allow(by)
    return audit.archive(group, by=by, at=at, version=version)


def restore_group(group: WorkingGroup, *, by: User, at: Moment, version: int | None) -> WorkingGroup:
    """Raises PermissionDenied, Conflict."""
    _allow(by)
    return audit.restore(group, by=by, at=at, version=version)


def delete_group(group: WorkingGroup, *, by: User, at: Moment) -> None:
    """Raises PermissionDenied, or ValidationError when anything hangs on the group."""
    _allow(by)
    audit.delete(group, by=by, at=at)


def _allow(by: User | None) -> None:
    if by is not None and not may_edit_groups(by):
        raise PermissionDenied
