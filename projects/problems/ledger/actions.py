"""What a ledger that is kept in a workbook says of problems, entered with the cell of every value, thousands at a time."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import Origin, change_many, create_many
from projects.problems.access import may_edit_problem, may_raise_problems
from projects.problems.models import Problem, ProblemPart


@transaction.atomic
def enter_from_ledger(
    told: Sequence[tuple[Problem, Origin]], *, by: User | None, at: datetime.datetime, batch_id: int
) -> None:
    """New problems in the state in which the ledger has them, also closed before they came here (`is_closed_by_ledger`).

    Raises PermissionDenied, ValidationError.
    """
    if by is not None and not may_raise_problems(by):
        raise PermissionDenied
    if archived := next((problem.project for problem, _ in told if problem.project.archived_at is not None), None):
        raise ValidationError(f"项目“{archived}”已归档，不能再登记问题；请先恢复项目。")
    create_many(told, by=by, at=at, batch_id=batch_id)


@transaction.atomic
def change_from_ledger(
    told: Sequence[tuple[Problem, Mapping[str, Any], int, Origin]],
    *,
    by: User | None,
    at: datetime.datetime,
    batch_id: int,
) -> None:
    """(problem, values, version, origin) each. Raises PermissionDenied (also for a closed one, which no file changes),
    ValidationError, Conflict."""
    if by is not None and not all(may_edit_problem(by, problem) for problem, *_ in told):
        raise PermissionDenied
    change_many(told, by=by, at=at, batch_id=batch_id)


@transaction.atomic
def add_parts_from_ledger(
    told: Sequence[tuple[ProblemPart, Origin]], *, by: User | None, at: datetime.datetime, batch_id: int
) -> None:
    """配合单位 as the ledger names them. Raises PermissionDenied, ValidationError when one is there already."""
    if by is not None and not may_raise_problems(by):
        raise PermissionDenied
    create_many(told, by=by, at=at, batch_id=batch_id)
