import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete
from leaders.organisations.models import Unit
from projects.problems.access import (
    answers_for,
    may_answer_part,
    may_edit_problem,
    may_enter,
    verifies_problems,
)
from projects.problems.models import Problem, ProblemPart
from projects.problems.rules import OPEN_STATES, WAITING_STATES, ProblemState, may_move, may_verify
from projects.registry.models import Project

Values = Mapping[str, Any]


@transaction.atomic
def create_problem(
    project: Project,
    values: Values,
    *,
    supporting: Iterable[Unit] = (),
    by: User | None,
    at: datetime.datetime,
    batch_id: int | None = None,
    origin: Any = None,
) -> Problem:
    """Enter a problem in the ledger and so assign it (交办) to its unit and the `supporting` ones; `raised_on` is today
    unless given.

    `by` is None for a command. Raises PermissionDenied, ValidationError.
    """
    if by is not None and not may_enter(by, project, values.get("source", ""), today=at.date()):
        raise PermissionDenied
    if project.archived_at is not None:
        raise ValidationError("这个项目已归档，不能再交办问题；请先恢复项目。")
    problem = Problem(project=project, **({"raised_on": at.date()} | dict(values)))
    if problem.raised_on > at.date():
        raise ValidationError({"raised_on": "反映日期不能晚于今天。"})
    created = create(problem, by=by, at=at, batch_id=batch_id, origin=origin)
    for unit in supporting:
        if unit.pk == problem.unit_id:
            raise ValidationError({"supporting": f"{unit}已经是牵头单位，不用再列为配合单位。"})
        create(ProblemPart(problem=created, unit=unit), by=by, at=at)
    return created


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
def sign_problem(problem: Problem, *, version: int | None, by: User, at: datetime.datetime) -> Problem:
    """签收: the unit has seen it. Raises PermissionDenied, ValidationError when it was signed already, Conflict."""
    if not answers_for(by, problem, today=at.date()):
        raise PermissionDenied
    if not may_move(problem.state, ProblemState.SIGNED):
        raise ValidationError(f"这个问题现在是“{problem.get_state_display()}”，不用再签收。")
    return change(problem, {"state": ProblemState.SIGNED}, by=by, at=at, version=version, action="sign")


@transaction.atomic
def note_problem(problem: Problem, *, note: str, version: int | None, by: User, at: datetime.datetime) -> Problem:
    """办理: a line on what is under way; it stands in the problem's course and may be repeated. Raises as
    `answer_problem`."""
    if not answers_for(by, problem, today=at.date()):
        raise PermissionDenied
    if problem.state not in WAITING_STATES:
        raise ValidationError(f"这个问题现在是“{problem.get_state_display()}”，不在办理中。")
    if not note.strip():
        raise ValidationError({"note": "请写明办到了哪一步。"})
    values = {"state": ProblemState.HANDLING}
    return change(problem, values, by=by, at=at, version=version, action="handle", reason=note.strip())


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
    return change(problem, values, by=by, at=at, version=version, action="feedback")


@transaction.atomic
def close_problem(problem: Problem, *, note: str = "", version: int | None, by: User, at: datetime.datetime) -> Problem:
    """核查销号. Raises PermissionDenied, ValidationError when it was not answered or `by` answered it, Conflict."""
    _guard_verdict(problem, by)
    waiting = problem.parts.filter(answered_at__isnull=True).select_related("unit")
    if units := "、".join(part.unit.name for part in waiting):
        raise ValidationError(f"配合单位（{units}）还没有反馈；请等它们反馈，或取消不再需要的配合事项之后销号。")
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


@transaction.atomic
def reopen_problem(
    problem: Problem, *, due_on: datetime.date | None, reason: str, version: int | None, by: User, at: datetime.datetime
) -> Problem:
    """A parked problem comes back, or a closed one broke out again (反弹): back to the unit with a new deadline.

    Raises PermissionDenied, ValidationError (it is open, no reason, no deadline from today on), Conflict.
    """
    if not verifies_problems(by):
        raise PermissionDenied
    if problem.state in OPEN_STATES:
        raise ValidationError("这个问题还没有销号或挂账，不用重新打开。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么重新办理。"})
    if due_on is None or due_on < at.date():
        raise ValidationError({"due_on": "请填写新的办理时限，不早于今天。"})
    values = _UNSETTLED | {"state": ProblemState.HANDLING, "due_on": due_on}
    return change(problem, values, by=by, at=at, version=version, action="reopen", reason=reason.strip())


# ---- supporting units -------------------------------------------------------------------------------------------


@transaction.atomic
def add_part(problem: Problem, *, unit: Unit, task: str = "", by: User, at: datetime.datetime) -> ProblemPart:
    """Another unit supports, with an answer of its own. Raises PermissionDenied, ValidationError (closed, twice the
    same unit, the lead unit)."""
    if not may_edit_problem(by, problem):
        raise PermissionDenied
    if unit.pk == problem.unit_id:
        raise ValidationError({"unit": "这个单位已经是牵头单位。"})
    return create(ProblemPart(problem=problem, unit=unit, task=task.strip()), by=by, at=at)


@transaction.atomic
def remove_part(part: ProblemPart, *, version: int | None, by: User, at: datetime.datetime) -> None:
    """Not needed after all. Raises PermissionDenied, ValidationError when it was answered, Conflict."""
    if not may_edit_problem(by, part.problem):
        raise PermissionDenied
    if part.answered_at is not None:
        raise ValidationError("配合单位已经反馈，不能取消。")
    delete(part, by=by, at=at, version=version)


@transaction.atomic
def answer_part(part: ProblemPart, *, answer: str, version: int | None, by: User, at: datetime.datetime) -> ProblemPart:
    """The supporting unit says what it did. Raises PermissionDenied, ValidationError, Conflict."""
    if not may_answer_part(by, part):
        raise PermissionDenied
    if not answer.strip():
        raise ValidationError({"answer": "请写明办理情况：做了什么、结果怎样。"})
    values = {"answer": answer.strip(), "answered_at": at, "answerer": by}
    return change(part, values, by=by, at=at, version=version, action="feedback", reason=answer.strip()[:500])


# ---- what an approved request does ------------------------------------------------------------------------------

_UNSETTLED = {
    "closed_on": None,
    "verifier": None,
    "is_closed_by_ledger": False,
    "parked_on": None,
    "parked_until": None,
}


@transaction.atomic
def delay_problem(
    problem: Problem,
    due_on: datetime.date,
    *,
    before_on: datetime.date | None,
    reason: str,
    by: User,
    at: datetime.datetime,
) -> Problem:
    """延期 as approved; the first deadline is kept. Raises PermissionDenied, ValidationError when the problem is not
    what it was when this was asked for."""
    current = _asked_about(problem, by)
    if current.due_on != before_on:
        raise ValidationError(f"办理时限已改为 {current.due_on}，与申请时不同；请不批准，由单位重新申请。")
    values = {"due_on": due_on, "original_due_on": current.original_due_on or before_on}
    return change(current, values, by=by, at=at, version=None, reason=reason)


@transaction.atomic
def hand_over_problem(problem: Problem, unit: Unit, *, reason: str, by: User, at: datetime.datetime) -> Problem:
    """转办 as approved: assigned anew, to `unit`. Raises as `delay_problem`."""
    values = {"unit": unit, "state": ProblemState.ASSIGNED}
    return change(_asked_about(problem, by), values, by=by, at=at, version=None, action="assign", reason=reason)


@transaction.atomic
def park_problem(problem: Problem, until: datetime.date, *, reason: str, by: User, at: datetime.datetime) -> Problem:
    """挂账 as approved, to be looked at again on `until`. Raises as `delay_problem`."""
    values = {"state": ProblemState.PARKED, "parked_on": at.date(), "parked_until": until}
    return change(_asked_about(problem, by), values, by=by, at=at, version=None, action="park", reason=reason)


def _asked_about(problem: Problem, by: User) -> Problem:
    if not verifies_problems(by):
        raise PermissionDenied
    current = Problem.objects.select_for_update().get(pk=problem.pk)
    if current.state not in WAITING_STATES:
        raise ValidationError(f"这个问题现在是“{current.get_state_display()}”，申请已不适用，请不批准。")
    return current


def _guard_verdict(problem: Problem, by: User) -> None:
    if not verifies_problems(by):
        raise PermissionDenied
    if problem.state not in {ProblemState.ANSWERED, ProblemState.VERIFYING}:
        raise ValidationError(f"这个问题现在是“{problem.get_state_display()}”，单位反馈之后才能核查。")
    if not may_verify(problem.answerer_id, by.pk):
        raise ValidationError("办理情况是您本人反馈的，须由他人核查销号。")
