"""The state of a project and its dates: changed by what an approved request does, or corrected by the office."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import Origin, change
from projects.periods.access import may_approve
from projects.registry.access import may_edit_project
from projects.registry.models import Project
from projects.registry.rules import ProjectState, may_move

Values = Mapping[str, Any]


@transaction.atomic
def correct_project(
    project: Project,
    values: Values,
    *,
    by: User,
    at: datetime.datetime,
    version: int | None,
    reason: str,
    batch_id: int | None = None,
    origin: Origin | None = None,
) -> Project:
    """Put right what was entered wrongly of DATED_FIELDS; the old values stay in the history with the reason.

    Raises ValidationError without a reason, Conflict, PermissionDenied.
    """
    if not may_edit_project(by, project):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "请写明错在哪里、依据什么更正：这些日期决定考评得分。"})
    return change(
        project, values, by=by, at=at, version=version, reason=reason.strip(), batch_id=batch_id, origin=origin
    )


@transaction.atomic
def set_state(
    project: Project, state: ProjectState, actual: Values, *, reason: str, by: User, at: datetime.datetime
) -> Project:
    """What an approved request does: the state that follows, with its actual date.

    Raises PermissionDenied for who approves nothing, ValidationError when the project is not where it was.
    """
    if not may_approve(by):
        raise PermissionDenied
    current = Project.objects.select_for_update().get(pk=project.pk)
    if not may_move(current.state, state):
        raise ValidationError(
            f"项目现在是“{current.get_state_display()}”，不能变为“{state.label}”；请不批准，由单位核对后重新申请。"
        )
    return change(project, {"state": state, **actual}, by=by, at=at, version=None, reason=reason)


@transaction.atomic
def move_planned(
    project: Project,
    field: str,
    before_on: datetime.date | None,
    planned_on: datetime.date,
    *,
    reason: str,
    by: User,
    at: datetime.datetime,
) -> Project:
    """What an approved request does to the planned start or end (`field`).

    Raises PermissionDenied for who approves nothing, ValidationError when the plan is not `before_on` any more.
    """
    if not may_approve(by):
        raise PermissionDenied
    current = Project.objects.select_for_update().get(pk=project.pk)
    if getattr(current, field) != before_on:
        raise ValidationError("提出申请之后，这个计划日期已经改动；请不批准，由单位重新申请。")
    return change(project, {field: planned_on}, by=by, at=at, version=None, reason=reason)
