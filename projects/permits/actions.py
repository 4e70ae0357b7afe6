import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, changes_of, create, delete, history_entry, record_many
from projects.permits.access import may_edit_permit, may_keep_permits
from projects.permits.models import Permit, PermitTemplate, PermitType
from projects.permits.rules import NEXT_STATES, PermitState
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
    if not may_keep_permits(by):
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
    if not may_keep_permits(by):
        raise PermissionDenied
    if permit.state != PermitState.NOT_STARTED:
        raise ValidationError(f"“{permit}”已经开始办理，不能移除；不用办的请改为“不需要”并写明依据。")
    delete(permit, by=by, at=at, version=version)


@transaction.atomic
def change_permit(
    permit: Permit, values: Values, *, version: int | None, by: User, at: datetime.datetime, reason: str = ""
) -> Permit:
    """Record where a procedure stands. Raises PermissionDenied, Conflict, and ValidationError (the due day is
    the office's; a step that skips others asks for a `reason`)."""
    if not may_edit_permit(by, permit):
        raise PermissionDenied
    if values.get("due_on", permit.due_on) != permit.due_on and not may_keep_permits(by):
        raise ValidationError({"due_on": "应办时限由重点办设定。"})
    state = values.get("state", permit.state)
    if state != permit.state and state not in NEXT_STATES[permit.state] and not reason.strip():
        raise ValidationError(
            {
                "change_reason": f"由“{permit.get_state_display()}”改为“{PermitState(state).label}”跳过了中间环节；"
                "若为更正录入，请写明修改理由。"
            }
        )
    _check(permit, values, at.date())
    return change(permit, values, by=by, at=at, version=version, reason=reason.strip())


@transaction.atomic
def set_permit(
    project: Project,
    permit_type: PermitType,
    values: Values,
    *,
    by: User | None,
    at: datetime.datetime,
    batch_id: int | None = None,
    origin: Any = None,
) -> Permit:
    """The permit as a workbook states it, created where the project has it not; no order of states is asked.

    Raises PermissionDenied unless `by` is of the office, ValidationError when the row does not hold.
    """
    if by is not None and not may_keep_permits(by):
        raise PermissionDenied
    permit = Permit.objects.filter(project=project, permit_type=permit_type).first()
    if permit is None:
        new = Permit(project=project, permit_type=permit_type, **values)
        return create(new, by=by, at=at, batch_id=batch_id, origin=origin)
    return change(permit, values, by=by, at=at, version=permit.version, batch_id=batch_id, origin=origin)


def _check(permit: Permit, values: Values, today: datetime.date) -> None:
    """What a state needs beside it, as the person's form says it."""
    now = {name: values.get(name, getattr(permit, name)) for name in ("state", "obtained_on", "owed_until", "reason")}
    errors = {}
    if now["obtained_on"] is not None and now["obtained_on"] > today:
        errors["obtained_on"] = "办结日期不能晚于今天。"
    if now["state"] == PermitState.GRANTED and now["obtained_on"] is None:
        errors["obtained_on"] = "已办结的手续请填办结日期。"
    if now["state"] == PermitState.TOLERATED and now["owed_until"] is None:
        errors["owed_until"] = "容缺办理请填所欠材料的补齐期限。"
    if now["state"] == PermitState.NOT_NEEDED and not now["reason"].strip():
        errors["reason"] = "不需要办理的，请在说明中写明依据。"
    if errors:
        raise ValidationError(errors)
