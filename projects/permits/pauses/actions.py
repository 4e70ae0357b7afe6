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
from projects.permits.rules import WITH_DEPARTMENT, refuse_pause

Values = Mapping[str, Any]
CHUNK = 500


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


@transaction.atomic
def end_imported_pauses(
    left_on: Mapping[int, datetime.date | None], *, by: User | None, at: datetime.datetime, batch_id: int
) -> list[tuple[Pause, Pause]]:
    """An import took these permits (id → day of the grant, where it says one) away from the department: an open 补正 is over with
    that day, at the latest today. Returns each as it was and as it is."""
    wanted, ended = sorted(left_on), []
    for start in range(0, len(wanted), CHUNK):
        open_ones = Pause.objects.filter(permit__in=wanted[start : start + CHUNK], to_on__isnull=True)
        for pause in open_ones.select_related("permit__project", "permit__permit_type").order_by("pk"):
            day = max(pause.from_on, min(left_on[pause.permit_id] or at.date(), at.date()))
            after = change(pause, {"to_on": day}, by=by, at=at, version=None, batch_id=batch_id)
            ended.append((pause, after))
    return ended


def _check(pause: Pause, values: Values, today: datetime.date) -> None:
    """The permit is held meanwhile: two that are entered at once do not overlap, and none stays open beside a grant. A day
    before the present acceptance may stand from an earlier one."""
    permit = Permit.objects.select_for_update().get(pk=pause.permit_id)
    spans = {pk: (since, until) for pk, since, until in permit.pauses.values_list("pk", "from_on", "to_on")}
    held = spans.pop(pause.pk, None)
    accepted_on = None if held and held[0] == values["from_on"] else permit.accepted_on
    wrong = refuse_pause(values["from_on"], values["to_on"], accepted_on, today, spans.values())
    if values["to_on"] is None and permit.state not in WITH_DEPARTMENT:
        wrong["to_on"] = "这项手续已不在部门办理，请填材料收齐日期。"
    if wrong:
        raise ValidationError(wrong)
