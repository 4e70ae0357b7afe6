import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create
from projects.problems.access import answers_for, may_edit_problem, may_raise_problems, verifies_problems
from projects.problems.models import Problem
from projects.problems.rules import ProblemState, may_move, may_verify
from projects.registry.models import Project

Values = Mapping[str, Any]


@transaction.atomic
def create_problem(
    project: Project,
    values: Values,
    *,
    by: User | None,
    at: datetime.datetime,
    batch_id: int | None = None,
    origin: Any = None,
) -> Problem:
    """Enter a problem in the ledger and so assign it (交办) to its unit; `raised_on` is today unless given.

    `by` is None for a command. Raises PermissionDenied, ValidationError.
    """
    if by is not None and not may_raise_problems(by):
        raise PermissionDenied
    if project.archived_at is not None:
        raise ValidationError("这个项目已归档，不能再交办问题；请先恢复项目。")
    problem = Problem(project=project, **({"raised_on": at.date()} | dict(values)))
    if problem.raised_on > at.date():
        raise ValidationError({"raised_on": "反映日期不能晚于今天。"})
    return create(problem, by=by, at=at, batch_id=batch_id, origin=origin)


@transaction.atomic
def change_problem(
    problem: Problem, values: Values, *, version: int | None, by: User, at: datetime.datetime, reason: str = ""
) -> Problem:
    """Mend an open entry. A deadline that moves needs a reason. Raises PermissionDenied, ValidationError, Conflict."""
    if not may_edit_problem(by, problem):
        raise PermissionDenied
    moved = problem.due_on is not None and values.get("due_on", problem.due_on) != problem.due_on
    if moved and not reason.strip():
        raise ValidationError({"reason": "改动办理时限请写明理由，原时限会保留在历史里。"})
    if values.get("raised_on", problem.raised_on) > at.date():
        raise ValidationError({"raised_on": "反映日期不能晚于今天。"})
    return change(problem, values, by=by, at=at, version=version, reason=reason.strip())


@transaction.atomic
def answer_problem(problem: Problem, *, answer: str, version: int | None, by: User, at: datetime.datetime) -> Problem:
    """The unit says what was done; someone else will verify. Raises PermissionDenied, ValidationError (nothing
    written, or the problem does not wait for an answer), Conflict."""
    if not answers_for(by, problem, today=at.date()):
        raise PermissionDenied
    if not may_move(problem.state, ProblemState.ANSWERED):
        raise ValidationError(f"这个问题现在是“{problem.get_state_display()}”，不在等待反馈。")
    if not answer.strip():
        raise ValidationError({"answer": "请写明办理情况：做了什么、结果怎样。"})
    values = {"state": ProblemState.ANSWERED, "answer": answer.strip(), "answered_at": at, "answerer": by}
    return change(problem, values, by=by, at=at, version=version, action="feedback", reason=answer.strip()[:500])


@transaction.atomic
def close_problem(problem: Problem, *, note: str = "", version: int | None, by: User, at: datetime.datetime) -> Problem:
    """核查销号. Raises PermissionDenied, ValidationError when it was not answered or `by` answered it, Conflict."""
    _guard_verdict(problem, by)
    values = {"state": ProblemState.CLOSED, "closed_on": at.date(), "verifier": by}
    return change(problem, values, by=by, at=at, version=version, action="close", reason=note.strip())


@transaction.atomic
def return_problem(problem: Problem, *, reason: str, version: int | None, by: User, at: datetime.datetime) -> Problem:
    """The answer does not hold: back to the unit (办理). Raises as `close_problem`, and ValidationError without a
    reason."""
    _guard_verdict(problem, by)
    if not reason.strip():
        raise ValidationError({"reason": "请写明退回原因：哪里还没有整改到位。"})
    values = {"state": ProblemState.HANDLING}
    return change(problem, values, by=by, at=at, version=version, action="return", reason=reason.strip())


def _guard_verdict(problem: Problem, by: User) -> None:
    if not verifies_problems(by):
        raise PermissionDenied
    if problem.state not in {ProblemState.ANSWERED, ProblemState.VERIFYING}:
        raise ValidationError(f"这个问题现在是“{problem.get_state_display()}”，单位反馈之后才能核查。")
    if not may_verify(problem.answerer_id, by.pk):
        raise ValidationError("办理情况是您本人反馈的，须由他人核查销号。")
