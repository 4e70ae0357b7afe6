import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, changes_of, delete, history_entry, record_many
from leaders.audit.rules import Conflict
from projects.permits.access import may_edit_permit, may_keep_permits, may_take_step
from projects.permits.models import Permit, PermitTemplate, PermitType
from projects.permits.pauses.models import Pause
from projects.permits.queries import dated, refuse_moved
from projects.permits.rules import (
    CHECKED_FIELDS,
    WITH_DEPARTMENT,
    DatedPermit,
    PermitState,
    is_expired,
    left_behind,
    missing_for,
    next_states,
    shown_state,
)
from projects.registry.models import Project

Values = Mapping[str, Any]


@transaction.atomic
def add_permits(
    project: Project,
    permit_types: Iterable[PermitType],
    *,
    by: User,
    at: datetime.datetime,
    template: PermitTemplate | None = None,
) -> list[Permit]:
    """Add procedures that the project needs, by hand or by a template; what it has already stays as it is. Each is due by
    the county's rule from the planned start and moves with it until somebody sets a day.

    Raises PermissionDenied, ValidationError when nothing new was chosen.
    """
    if not may_keep_permits(by) or project.archived_at is not None:
        raise PermissionDenied
    there = set(Permit.objects.filter(project=project).values_list("permit_type", flat=True))
    permits = [Permit(project=project, permit_type=kind) for kind in permit_types if kind.pk not in there]
    if not permits:
        raise ValidationError({"permit_types": "请至少勾选一项这个项目还没有的手续。"})
    for permit in permits:
        permit.full_clean()
    Permit.objects.bulk_create(permits)
    reason = f"按“{template}”模板" if template else ""
    record_many(
        history_entry("create", permit, by=by, at=at, changes=changes_of(permit, None), reason=reason)
        for permit in permits
    )
    return permits


@transaction.atomic
def remove_permit(permit: Permit, *, version: int | None, by: User, at: datetime.datetime) -> None:
    """Take back what was added by mistake. What has been begun stays: mark it 不需要 with the reason.

    Raises PermissionDenied, ValidationError, Conflict.
    """
    if not may_keep_permits(by) or permit.project.archived_at is not None:
        raise PermissionDenied
    if permit.state != PermitState.NOT_STARTED:
        raise ValidationError(f"“{permit}”已经开始办理，不能移除；不用办的请改为“不需要”并写明依据。")
    delete(permit, by=by, at=at, version=version)


@transaction.atomic
def take_step(
    permit: Permit,
    state: str,
    values: Values,
    *,
    version: int | None,
    by: User,
    at: datetime.datetime,
    reason: str = "",
) -> Permit:
    """The one way for people to change where a procedure stands, with what that state needs beside it (`values`).

    Raises PermissionDenied, Conflict, and ValidationError (something is missing; a step that skips others asks for a
    `reason`).
    """
    today = at.date()
    permit = _as_seen(permit, {"state": state, **values}, version)
    standing = dated(permit)
    if not may_take_step(by, permit, state, today=today):
        raise PermissionDenied
    if state not in next_states(standing, today) and not reason.strip():
        words = f"由“{shown_state(standing, today).label}”到“{PermitState(state).label}”跳过了中间环节"
        raise ValidationError({"step_reason": f"{words}；若为补录或更正，请写明理由。"})
    new = left_behind(standing, state, today) | {"state": state, **values}
    _check(permit, new, today)
    _end_pause(permit, state, by=by, at=at)
    return change(permit, new, by=by, at=at, version=version, reason=reason.strip())


@transaction.atomic
def take_steps(
    steps: Iterable[tuple[Permit, str, Values]], *, by: User, at: datetime.datetime, reason: str = ""
) -> int:
    """Many at once (permit, state, what the state needs), all or none; returns how many. The permits are as they were looked
    at; what stood there already is passed over, and so is what came to stand there meanwhile with the same values.

    Raises PermissionDenied, ValidationError that names the one that is refused or was changed since.
    """
    steps, today = list(steps), at.date()
    refuse_moved(permit for permit, state, values in steps if not _stands(permit, state, today, values))
    waiting = [step for step in steps if not _stands(step[0], step[1], today)]
    for permit, state, values in waiting:
        try:
            take_step(permit, state, values, version=permit.version, by=by, at=at, reason=reason)
        except ValidationError as refused:
            words = f"“{permit.project}”的“{permit}”：{'；'.join(refused.messages)}本次一项也没有改动，请核对后再办。"
            raise ValidationError(words) from refused
    return len(waiting)


@transaction.atomic
def change_permit(
    permit: Permit, values: Values, *, version: int | None, by: User, at: datetime.datetime, reason: str = ""
) -> Permit:
    """Put right what stands beside the state: dates, number, papers. Raises PermissionDenied, Conflict, and ValidationError
    (the state moves by steps only; the due day is the office's; what counts needs a `reason`)."""
    if not may_edit_permit(by, permit):
        raise PermissionDenied
    permit = _as_seen(permit, values, version)
    if values.get("state", permit.state) != permit.state:
        raise ValidationError("办理状态请用“受理”“办结”等步骤改动。")
    if values.get("due_on", permit.due_on) != permit.due_on and not may_keep_permits(by):
        raise ValidationError({"due_on": "应办时限由重点办设定。"})
    told = any(getattr(permit, name) not in (None, "", value) for name, value in values.items())
    if told and not reason.strip():
        raise ValidationError({"change_reason": "改动已经填过的内容，请写明理由（如批准延期、录入有误）。"})
    _check(permit, values, at.date())
    return change(permit, values, by=by, at=at, version=version, reason=reason.strip())


def _as_seen(permit: Permit, values: Values, version: int | None) -> Any:
    """The permit as it stands, with its deadline, held until the transaction ends. Raises Conflict before anything else is
    said of what was typed."""
    permits = Permit.objects.with_deadline().select_related("project", "permit_type").select_for_update(of=("self",))
    current = permits.get(pk=permit.pk)
    if version is not None and current.version != version:
        raise Conflict(current, dict(values))
    return current


def _check(permit: Permit, values: Values, today: datetime.date) -> None:
    """What a state needs beside it."""
    now = {name: values.get(name, getattr(permit, name)) for name in CHECKED_FIELDS}
    if wrong := missing_for(values.get("state", permit.state), now, today):
        raise ValidationError(wrong)


def _stands(permit: Permit, state: str, today: datetime.date, values: Values | None = None) -> bool:
    """Whether it is there already (and has the `values`); a grant that has run out is granted anew."""
    held = DatedPermit(None, permit.obtained_on, permit.valid_until, state=permit.state)
    has_values = all(getattr(permit, name) == value for name, value in (values or {}).items())
    return permit.state == state and has_values and not is_expired(held, today)


def _end_pause(permit: Permit, state: str, *, by: User, at: datetime.datetime) -> None:
    """A 补正 that is still open stands in the way of a grant; it is over when the procedure leaves the department, at the
    latest when it comes back (an import may have granted it)."""
    pause = Pause.objects.filter(permit=permit, to_on__isnull=True).first()
    if pause is None or {permit.state, state} <= WITH_DEPARTMENT:
        return
    if permit.state in WITH_DEPARTMENT and state == PermitState.GRANTED:
        raise ValidationError(f"{pause.from_on} 起还在补正，请先登记材料收齐日期。")
    change(pause, {"to_on": at.date()}, by=by, at=at, version=None)
