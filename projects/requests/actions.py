"""Asking for a date to move or a state to change, and deciding it. An approval writes the change in the same transaction."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create
from leaders.organisations.models import Unit
from projects.milestones.actions import move_due
from projects.milestones.models import Milestone
from projects.milestones.queries import parameters
from projects.problems.actions import delay_problem, hand_over_problem, park_problem
from projects.problems.models import Problem
from projects.problems.rules import WAITING_STATES
from projects.registry.life.actions import move_planned, set_state
from projects.registry.lists.actions import leave_list
from projects.registry.models import Membership, Project
from projects.registry.rules import ProjectState
from projects.requests.access import may_ask, may_ask_about, may_ask_for_light, may_decide, may_withdraw
from projects.requests.models import ChangeRequest
from projects.requests.queries import is_reached, planned_date, stopped_on
from projects.requests.rules import (
    ACTUAL_FIELDS,
    DAY_LABELS,
    PLANNED_FIELDS,
    TARGET_STATES,
    ChangedColour,
    RequestKind,
    Verdict,
    is_near_deadline,
    is_possible,
)


@dataclass(frozen=True)
class Asked:
    """What a request says. `about` is the milestone of a move, the membership that ends, the problem of the ledger, or
    the project itself; `unit` is to whom a problem is handed over; `light` and `colour` (LightPart, ChangedColour) are of 改灯."""

    kind: RequestKind
    about: Project | Milestone | Membership | Problem
    proposed_on: datetime.date
    resume_on: datetime.date | None = None
    unit: Unit | None = None
    light: str = ""
    colour: str = ""
    reason_code: str = ""
    reason: str = ""
    evidence: str = ""
    file: File | None = None
    file_name: str = ""

    @property
    def project(self) -> Project:
        return self.about if isinstance(self.about, Project) else self.about.project

    @property
    def milestone(self) -> Milestone | None:
        return self.about if isinstance(self.about, Milestone) else None

    @property
    def membership(self) -> Membership | None:
        return self.about if isinstance(self.about, Membership) else None

    @property
    def problem(self) -> Problem | None:
        return self.about if isinstance(self.about, Problem) else None


@transaction.atomic
def ask(asked: Asked, *, by: User, at: datetime.datetime) -> ChangeRequest:
    """Hand in a request. Within the last days before a planned date it goes to the higher approver.

    Raises PermissionDenied, ValidationError (the state does not allow it, the day does not fit, one is waiting already,
    reason or evidence is missing).
    """
    problem, today = asked.problem, at.date()
    if problem is not None:
        _check_problem(asked, problem, by, today)
        before_on = problem.due_on if asked.kind == RequestKind.DELAY_PROBLEM else None
        needs_chief = False
    else:
        is_light = asked.kind == RequestKind.CHANGE_LIGHT
        if not (may_ask_for_light(by, asked.project) if is_light else may_ask(by, asked.project, today=today)):
            raise PermissionDenied
        _check(asked, today)
        before_on = planned_date(asked.kind, asked.project, asked.milestone)
        needs_chief = before_on is not None and is_near_deadline(before_on, today, parameters().near_days)
    request = ChangeRequest(
        kind=asked.kind,
        project=asked.project,
        milestone=asked.milestone,
        membership=asked.membership,
        problem=problem,
        unit=asked.unit,
        light=asked.light,
        colour=asked.colour,
        before_on=before_on,
        proposed_on=asked.proposed_on,
        resume_on=asked.resume_on,
        reason_code=asked.reason_code,
        reason=asked.reason.strip(),
        evidence=asked.evidence.strip(),
        file=asked.file,
        file_name=(asked.file_name or asked.file.name or "")[-200:] if asked.file else "",
        needs_chief=needs_chief,
        requester=by,
        requested_at=at,
    )
    return create(request, by=by, at=at, reason=request.reason)


@transaction.atomic
def ask_for_all(
    asked: Asked, about: Sequence[Project | Milestone | Membership], *, by: User, at: datetime.datetime
) -> list[ChangeRequest]:
    """The same of each of them, with one reason and one file: a request for each, to be decided by itself. All or none.

    Raises PermissionDenied, ValidationError that names each which cannot be asked for and why.
    """
    made: list[ChangeRequest] = []
    refused = []
    for one in about:
        try:
            with transaction.atomic():
                made.append(ask(replace(asked, about=one), by=by, at=at))
        except ValidationError as refusal:
            refused.append(f"{one}：{''.join(refusal.messages)}")
            continue
        asked = replace(asked, file=made[0].file or None, file_name=made[0].file_name)
    if refused:
        raise ValidationError(["下列事项不能申请，本次一份也没有提交；请改好，或去掉它们再提交。", *refused])
    return made


@transaction.atomic
def approve(
    request: ChangeRequest, *, note: str = "", version: int | None, by: User, at: datetime.datetime
) -> ChangeRequest:
    """Grant it: the date moves, the state changes, the membership ends. All of it or nothing.

    Raises PermissionDenied (the requester, or near the deadline anyone but the higher approver), ValidationError when
    what it was asked about has changed meanwhile, Conflict.
    """
    decided = _decide(request, Verdict.APPROVED, note, version=version, by=by, at=at)
    _apply(decided, by=by, at=at)
    return decided


@transaction.atomic
def reject(request: ChangeRequest, *, note: str, version: int | None, by: User, at: datetime.datetime) -> ChangeRequest:
    """Refuse it with a word on why; it stays visible. Raises as approve does."""
    if not note.strip():
        raise ValidationError({"note": "请写明不批准的原因，申请人才知道怎么办。"})
    return _decide(request, Verdict.REJECTED, note, version=version, by=by, at=at)


@transaction.atomic
def withdraw(request: ChangeRequest, *, version: int | None, by: User, at: datetime.datetime) -> ChangeRequest:
    """Taken back by who asked, before it was decided; it stays visible."""
    if not may_withdraw(by, request):
        raise PermissionDenied
    values = {"verdict": Verdict.WITHDRAWN, "decided_at": at}
    return _settle(request, values, version=version, by=by, at=at)


def _decide(
    request: ChangeRequest, verdict: Verdict, note: str, *, version: int | None, by: User, at: datetime.datetime
) -> ChangeRequest:
    if not may_decide(by, request):
        raise PermissionDenied
    values = {"verdict": verdict, "decider": by, "decided_at": at, "note": note.strip()}
    return _settle(request, values, version=version, by=by, at=at)


def _settle(
    request: ChangeRequest, values: dict[str, object], *, version: int | None, by: User, at: datetime.datetime
) -> ChangeRequest:
    current = ChangeRequest.objects.select_for_update().get(pk=request.pk)
    if current.verdict != Verdict.PENDING:
        raise ValidationError(f"这份申请{current.get_verdict_display()}，不能再处理。")
    return change(request, values, by=by, at=at, version=version, reason=str(values.get("note", "")))


def _check_problem(asked: Asked, problem: Problem, by: User, today: datetime.date) -> None:
    if not may_ask_about(by, problem, today=today):
        raise PermissionDenied
    if problem.state not in WAITING_STATES:
        raise ValidationError(f"这个问题现在是“{problem.get_state_display()}”，不能再申请{asked.kind.label}。")
    if asked.kind == RequestKind.DELAY_PROBLEM and problem.due_on is None:
        raise ValidationError("这个问题没有办理时限，不用申请延期。")
    if asked.kind == RequestKind.DELAY_PROBLEM and asked.proposed_on <= max(today, problem.due_on or today):
        raise ValidationError({"proposed_on": f"新的办理时限应晚于今天和现在的时限 {problem.due_on}。"})
    if asked.kind == RequestKind.PARK_PROBLEM and asked.proposed_on <= today:
        raise ValidationError({"proposed_on": "请填写今后的日期：到那一天再看能不能办。"})
    if asked.unit is not None and asked.unit.pk == problem.unit_id:
        raise ValidationError({"unit": "这个单位就是现在的牵头单位，请另选应办的单位。"})


def _check(asked: Asked, today: datetime.date) -> None:
    kind, project = asked.kind, asked.project
    if not is_possible(kind, project.state):
        raise ValidationError(f"“{project.get_state_display()}”的项目不能申请{kind.label}，请核对项目现在的状态。")
    if planned_date(kind, project, asked.milestone) is None and kind in PLANNED_FIELDS:
        raise ValidationError("项目还没有这个计划日期，请重点办直接登记，不用申请。")
    if is_reached(kind, project, asked.milestone):
        raise ValidationError("已经完成的日期不再调整；录错的请重点办更正。")
    if asked.colour not in {"", ChangedColour.RESTORED} and asked.proposed_on < today:
        raise ValidationError({"proposed_on": "改灯要有期限，期限不能早于今天；到期自动恢复算出的灯。"})
    if asked.membership is not None and asked.membership.left_on is not None:
        raise ValidationError("项目已不在这份清单里。")
    if kind in DAY_LABELS and asked.proposed_on > today:
        raise ValidationError({"proposed_on": f"{DAY_LABELS[kind]}不能晚于今天，请在发生之后申请。"})
    stopped = stopped_on(project) if kind == RequestKind.RESUME else None
    if stopped is not None and asked.proposed_on < stopped:
        raise ValidationError({"proposed_on": f"复工日期不能早于停工日期 {stopped}，请核对。"})
    if asked.membership is not None and asked.proposed_on < asked.membership.joined_on:
        raise ValidationError({"proposed_on": f"调出日期不能早于列入日期 {asked.membership.joined_on}。"})
    start, end = project.planned_start_on, project.planned_end_on
    if kind == RequestKind.MOVE_START and end is not None and asked.proposed_on > end:
        raise ValidationError({"proposed_on": f"新的计划开工晚于计划竣工 {end}；请先申请调整计划竣工。"})
    if kind == RequestKind.MOVE_END and start is not None and asked.proposed_on < start:
        raise ValidationError({"proposed_on": f"新的计划竣工早于计划开工 {start}，请核对。"})


def _apply(request: ChangeRequest, *, by: User, at: datetime.datetime) -> None:
    """What an approval writes, by the actions of who keeps it."""
    kind, day, reason = RequestKind(request.kind), request.proposed_on, f"批准申请：{request}"
    if Project.objects.filter(pk=request.project_id, archived_at__isnull=False).exists():
        raise ValidationError("项目已归档，不再变更；请不批准，或先恢复项目。")
    if request.problem is not None:
        _apply_to_problem(request, request.problem, reason, by=by, at=at)
    elif kind == RequestKind.CHANGE_LIGHT:
        if request.colour != ChangedColour.RESTORED and day < at.date():
            raise ValidationError(f"申请的期限 {day} 已过，批准了也不起作用；请不批准，需要的重新申请。")
    elif request.milestone is not None:
        move_due(request.milestone, day, before_on=request.before_on, reason=reason, by=by, at=at)
    elif request.membership is not None:
        leave_list(request.membership, left_on=day, reason=request.reason[:200], by=by, at=at, version=None)
    elif kind in PLANNED_FIELDS:
        move_planned(request.project, PLANNED_FIELDS[kind], request.before_on, day, reason=reason, by=by, at=at)
    else:
        actual = {ACTUAL_FIELDS[kind]: day} if kind in ACTUAL_FIELDS else {}
        if kind != RequestKind.STOP or request.project.state != ProjectState.STOPPED:
            set_state(request.project, TARGET_STATES[kind], actual, reason=reason, by=by, at=at)


def _apply_to_problem(
    request: ChangeRequest, problem: Problem, reason: str, *, by: User, at: datetime.datetime
) -> None:
    day = request.proposed_on
    if request.unit is not None:
        hand_over_problem(problem, request.unit, reason=reason, by=by, at=at)
    elif request.kind == RequestKind.DELAY_PROBLEM:
        delay_problem(problem, day, before_on=request.before_on, reason=reason, by=by, at=at)
    else:
        park_problem(problem, day, reason=reason, by=by, at=at)
