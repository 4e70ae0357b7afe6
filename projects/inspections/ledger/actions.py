"""What a record of visits that is kept in a workbook says, entered with the cell of every value, thousands at a time."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import Origin, change_many, create_many
from leaders.roster.models import Leader
from projects.inspections.access import may_edit_inspection, may_log_inspections, may_name_leader
from projects.inspections.models import Finding, Inspection
from projects.inspections.rules import refuse_date

Changes = Sequence[tuple[Any, Mapping[str, Any], int, Origin]]


@transaction.atomic
def log_from_record(
    told: Sequence[tuple[Inspection, Origin]], *, by: User, at: datetime.datetime, batch_id: int
) -> None:
    """New visits as a record on paper has them. Raises PermissionDenied (also for a leader's account that brings another
    leader's visit), ValidationError."""
    if not may_log_inspections(by):
        raise PermissionDenied
    for visit, _ in told:
        if visit.project.archived_at is not None:
            raise ValidationError(f"项目“{visit.project}”已归档，不能再记督查；请先由重点办恢复项目。")
        _check(visit.inspected_on, visit.leader, by, at.date())
        visit.author = by
    create_many(told, by=by, at=at, batch_id=batch_id)


@transaction.atomic
def change_from_record(told: Changes, *, by: User, at: datetime.datetime, batch_id: int) -> None:
    """(visit, values, version, origin) each. Raises PermissionDenied, ValidationError, Conflict."""
    for visit, values, _, _ in told:
        if not may_edit_inspection(by, visit):
            raise PermissionDenied
        dated = {"inspected_on": visit.inspected_on, "leader": visit.leader} | dict(values)
        _check(dated["inspected_on"], dated["leader"], by, at.date())
    change_many(told, by=by, at=at, batch_id=batch_id)


@transaction.atomic
def note_findings(told: Sequence[tuple[Finding, Origin]], *, by: User, at: datetime.datetime, batch_id: int) -> None:
    """Findings, each with the problem that it already is. Raises PermissionDenied, ValidationError."""
    if not all(may_edit_inspection(by, finding.inspection) for finding, _ in told):
        raise PermissionDenied
    create_many(told, by=by, at=at, batch_id=batch_id)


@transaction.atomic
def change_findings(told: Changes, *, by: User, at: datetime.datetime, batch_id: int) -> None:
    """Their words, what a second look showed, or the problem that they became. Raises PermissionDenied, ValidationError, Conflict."""
    if not all(may_edit_inspection(by, finding.inspection) for finding, *_ in told):
        raise PermissionDenied
    change_many(told, by=by, at=at, batch_id=batch_id)


def _check(inspected_on: datetime.date, leader: Leader | None, by: User, today: datetime.date) -> None:
    if refusal := refuse_date(inspected_on, today, is_on_paper=True):
        raise ValidationError(f"{inspected_on} 的督查：{refusal}")
    if not may_name_leader(by, leader):
        raise PermissionDenied
