import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete
from projects.permits.models import Permit
from projects.permits.pauses.access import may_change_pause, may_pause
from projects.permits.pauses.models import Pause
from projects.permits.rules import refuse_pause

Values = Mapping[str, Any]


@transaction.atomic
def pause_clock(permit: Permit, values: Values, *, by: User, at: datetime.datetime) -> Pause:
    """The clock stands still from `from_on`; until `to_on`, or until that is entered.

    Raises PermissionDenied, ValidationError.
    """
    if not may_pause(by, permit):
        raise PermissionDenied
    pause = Pause(permit=permit, **values)
    _check(pause, values, at.date())
    return create(pause, by=by, at=at)


@transaction.atomic
def change_pause(pause: Pause, values: Values, *, version: int | None, by: User, at: datetime.datetime) -> Pause:
    """The papers are in, or something was written wrong. Raises PermissionDenied, Conflict, ValidationError."""
    if not may_change_pause(by, pause):
        raise PermissionDenied
    _check(pause, values, at.date())
    return change(pause, values, by=by, at=at, version=version)


@transaction.atomic
def remove_pause(pause: Pause, *, version: int | None, by: User, at: datetime.datetime) -> None:
    """Entered by mistake: the days count again. Raises PermissionDenied, Conflict."""
    if not may_change_pause(by, pause):
        raise PermissionDenied
    delete(pause, by=by, at=at, version=version)


def _check(pause: Pause, values: Values, today: datetime.date) -> None:
    others = Pause.objects.select_for_update().filter(permit=pause.permit).exclude(pk=pause.pk)
    spans = list(others.values_list("from_on", "to_on"))
    wrong = refuse_pause(values["from_on"], values["to_on"], pause.permit.accepted_on, today, spans)
    if wrong:
        raise ValidationError(wrong)
