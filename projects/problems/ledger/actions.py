"""What a ledger that is kept in a workbook says of problems, entered with the cell of every value."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create
from leaders.organisations.models import Unit
from projects.problems.access import may_edit_problem, may_raise_problems
from projects.problems.models import Problem, ProblemPart
from projects.registry.models import Project


@transaction.atomic
def enter_from_ledger(
    project: Project, values: Mapping[str, Any], *, by: User | None, at: datetime.datetime, batch_id: int, origin: Any
) -> Problem:
    """A problem in the state in which the ledger has it, also one that was closed before it came here (`is_closed_by_ledger`).

    Raises PermissionDenied, ValidationError.
    """
    if by is not None and not may_raise_problems(by):
        raise PermissionDenied
    if project.archived_at is not None:
        raise ValidationError("这个项目已归档，不能再登记问题；请先恢复项目。")
    return create(Problem(project=project, **values), by=by, at=at, batch_id=batch_id, origin=origin)


@transaction.atomic
def change_from_ledger(
    problem: Problem,
    values: Mapping[str, Any],
    *,
    version: int,
    by: User | None,
    at: datetime.datetime,
    batch_id: int,
    origin: Any,
) -> Problem:
    """Raises PermissionDenied (also for a closed one, which no file changes), ValidationError, Conflict."""
    if by is not None and not may_edit_problem(by, problem):
        raise PermissionDenied
    return change(problem, values, by=by, at=at, version=version, batch_id=batch_id, origin=origin)


@transaction.atomic
def add_part_from_ledger(
    problem: Problem, unit: Unit, *, by: User | None, at: datetime.datetime, batch_id: int, origin: Any
) -> ProblemPart:
    """配合单位 as the ledger names it. Raises PermissionDenied, ValidationError when it is one already."""
    if by is not None and not may_raise_problems(by):
        raise PermissionDenied
    return create(ProblemPart(problem=problem, unit=unit), by=by, at=at, batch_id=batch_id, origin=origin)
