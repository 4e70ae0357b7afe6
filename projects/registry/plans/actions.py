"""What a year's plan goes through: somebody asks, an approver decides; an import leaves its step too."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete, history_entry, record_many
from leaders.audit.rules import Conflict
from projects.registry.models import FundingSource, YearPlan
from projects.registry.plans.access import (
    may_decide_revision,
    may_enter_arrivals,
    may_request_revision,
    may_withdraw_revision,
)
from projects.registry.plans.models import FundingArrival, PlanRevision
from projects.registry.plans.queries import last_approved
from projects.registry.plans.rules import (
    MONTH_FIELDS,
    RevisionState,
    earliest_start,
    may_move,
    split_refusal,
    start_of_import,
)
from yichuan_tracker.months import day_label

CHUNK = 500


@transaction.atomic
def request_revision(
    plan: YearPlan, values: Mapping[str, Any], *, by: User, at: datetime.datetime, version: int | None
) -> PlanRevision:
    """Ask for another amount of the year, another split by month, or both.

    `values`: planned_wan, from_on, reason and m1_wan … m12_wan. Raises ValidationError when the months do not add up,
    nothing changes, another request waits or the day does not fit; Conflict, PermissionDenied.
    """
    if not may_request_revision(by, plan.project, today=at.date()):
        raise PermissionDenied
    plan = YearPlan.objects.select_for_update().select_related("project").get(pk=plan.pk)
    if version is not None and plan.version != version:
        raise Conflict(plan, {"plan_wan": values["planned_wan"]})
    if plan.plan_wan is None:
        raise ValidationError({"planned_wan": "这一年还没有年度计划投资，请重点办先在“修改”里填上，再按月分解。"})
    if plan.revisions.filter(state=RevisionState.REQUESTED).exists():
        raise ValidationError("这份年度计划已有一份等待审批的调整，请等审批，或撤回后再提。")
    months = [values.get(name) for name in MONTH_FIELDS]
    if refusal := split_refusal(values["planned_wan"], months):
        raise ValidationError({"m1_wan": refusal})
    last = last_approved(plan)
    _check_day(plan, values["from_on"], last)
    if values["planned_wan"] == plan.plan_wan and months == (last.months_wan if last else [None] * 12):
        raise ValidationError({"planned_wan": "与现行计划和分解完全相同，没有要调整的内容。"})
    if not values["reason"].strip():
        raise ValidationError({"reason": "请写明调整理由（如调整文件的文号）：考评以批准的计划为准。"})
    revision = PlanRevision(year_plan=plan, before_wan=plan.plan_wan, requester=by, requested_at=at, **values)
    return create(revision, by=by, at=at, reason=values["reason"])


@transaction.atomic
def approve_revision(
    revision: PlanRevision, *, note: str = "", by: User, at: datetime.datetime, version: int | None
) -> PlanRevision:
    """The plan becomes what was asked for, in force from the day named.

    Raises ValidationError when it was decided already or the plan has changed since it was asked; Conflict,
    PermissionDenied (also for whoever asked).
    """
    plan = _lock(revision, RevisionState.APPROVED, by)
    if plan.plan_wan != revision.before_wan:
        raise ValidationError("提出申请以后，年度计划已被导入或其他调整改过，请不予批准，由申请人按新的计划重提。")
    _check_day(plan, revision.from_on, last_approved(plan))
    decided = change(
        revision,
        {"state": RevisionState.APPROVED, "approver": by, "decided_at": at, "answer": note.strip()},
        by=by,
        at=at,
        version=version,
        action="approve",
        reason=note.strip(),
    )
    change(plan, {"plan_wan": revision.planned_wan}, by=by, at=at, version=None, reason=revision.reason)
    return decided


@transaction.atomic
def refuse_revision(
    revision: PlanRevision, *, note: str, by: User, at: datetime.datetime, version: int | None
) -> PlanRevision:
    """Raises ValidationError without a reason or when it was decided already, Conflict, PermissionDenied."""
    _lock(revision, RevisionState.REFUSED, by)
    if not note.strip():
        raise ValidationError({"note": "请写明不批准的原因，申请人才知道怎么办。"})
    values = {"state": RevisionState.REFUSED, "approver": by, "decided_at": at, "answer": note.strip()}
    return change(revision, values, by=by, at=at, version=version, action="refuse", reason=note.strip())


@transaction.atomic
def withdraw_revision(revision: PlanRevision, *, by: User, at: datetime.datetime, version: int | None) -> PlanRevision:
    """By whoever asked, before it is decided. Raises ValidationError, Conflict, PermissionDenied."""
    if not may_withdraw_revision(by, revision):
        raise PermissionDenied
    _check_undecided(revision, RevisionState.WITHDRAWN)
    return change(revision, {"state": RevisionState.WITHDRAWN}, by=by, at=at, version=version, action="withdraw")


# ---- imports --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImportedPlan:
    """A plan of the year that an import is about to change."""

    year_plan_id: int
    planned_wan: Decimal


@transaction.atomic
def record_imported_plans(
    changes: Iterable[ImportedPlan], *, by: User | None, at: datetime.datetime, batch_id: int
) -> list[PlanRevision]:
    """Before an import overwrites plans in bulk: a step for each that had an amount, in force from the day of the import.

    A step of an import has no split: the months of the old plan do not add up to the new one. Constant in queries.
    """
    wanted = {one.year_plan_id: one.planned_wan for one in changes}
    steps: list[PlanRevision] = []
    pks = sorted(wanted)
    for start in range(0, len(pks), CHUNK):
        plans = YearPlan.objects.filter(pk__in=pks[start : start + CHUNK], plan_wan__isnull=False)
        approved = PlanRevision.objects.filter(year_plan__in=pks[start : start + CHUNK], state=RevisionState.APPROVED)
        last = dict(approved.order_by("from_on", "pk").values_list("year_plan", "from_on"))
        steps += [
            PlanRevision(
                year_plan=plan,
                state=RevisionState.APPROVED,
                from_on=start_of_import(at.date(), plan.year, last.get(plan.pk)),
                before_wan=plan.plan_wan,
                planned_wan=wanted[plan.pk],
                reason=f"导入批次 {batch_id}",
                requested_at=at,
                decided_at=at,
                batch_id=batch_id,
            )
            for plan in plans.select_related("project").order_by("pk")
            if plan.plan_wan != wanted[plan.pk]
        ]
    PlanRevision.objects.bulk_create(steps, CHUNK)
    record_many(history_entry("import", step, by=by, at=at, batch_id=batch_id) for step in steps)
    return steps


@transaction.atomic
def take_back_imported_plans(
    batch_id: int, plan_ids: Collection[int], *, by: User, at: datetime.datetime
) -> list[PlanRevision]:
    """After an import was undone and these plans were set back: a step of each back to what it was, with its old split.

    The step of the import stays, so that what was in force and known in between is told as before. Constant in queries.
    """
    steps: list[PlanRevision] = []
    pks = sorted(plan_ids)
    for start in range(0, len(pks), CHUNK):
        approved = PlanRevision.objects.filter(year_plan__in=pks[start : start + CHUNK], state=RevisionState.APPROVED)
        held: dict[int, list[PlanRevision]] = defaultdict(list)
        for step in approved.select_related("year_plan__project").order_by("from_on", "pk"):
            held[step.year_plan_id].append(step)
        steps += [back for found in held.values() if (back := _step_back(found, batch_id, at))]
    PlanRevision.objects.bulk_create(steps, CHUNK)
    record_many(history_entry("undo", step, by=by, at=at, batch_id=batch_id) for step in steps)
    return steps


def _step_back(approved: Sequence[PlanRevision], batch_id: int, at: datetime.datetime) -> PlanRevision | None:
    """Behind the approved steps of one plan, oldest first, one that takes back that of the batch; None without it."""
    plan = approved[0].year_plan
    ours = (n for n, step in enumerate(approved) if (step.batch_id, step.before_wan) == (batch_id, plan.plan_wan))
    first = next(ours, None)
    if first is None:
        return None
    before_wan = approved[first].before_wan
    split = approved[first - 1] if first and approved[first - 1].planned_wan == before_wan else None
    return PlanRevision(
        year_plan=plan,
        state=RevisionState.APPROVED,
        from_on=approved[-1].from_on,
        before_wan=approved[-1].planned_wan,
        planned_wan=before_wan,
        reason=f"撤销导入批次 {batch_id}",
        requested_at=at,
        decided_at=at,
        batch_id=batch_id,
        **dict(zip(MONTH_FIELDS, split.months_wan if split else [None] * 12, strict=True)),
    )


# ---- money that has arrived -----------------------------------------------------------------------------------


@transaction.atomic
def add_arrival(source: FundingSource, values: Mapping[str, Any], *, by: User, at: datetime.datetime) -> FundingArrival:
    """One payment of the source: arrived_on, amount_wan, note. Raises ValidationError, PermissionDenied."""
    if not may_enter_arrivals(by, source.project, today=at.date()):
        raise PermissionDenied
    _check_arrived(values, at)
    return create(FundingArrival(source=source, **values), by=by, at=at)


@transaction.atomic
def change_arrival(
    arrival: FundingArrival, values: Mapping[str, Any], *, by: User, at: datetime.datetime, version: int | None
) -> FundingArrival:
    """Raises ValidationError, Conflict, PermissionDenied."""
    if not may_enter_arrivals(by, arrival.source.project, today=at.date()):
        raise PermissionDenied
    _check_arrived(values, at)
    return change(arrival, values, by=by, at=at, version=version)


@transaction.atomic
def delete_arrival(
    arrival: FundingArrival, *, by: User, at: datetime.datetime, version: int | None, reason: str = ""
) -> None:
    """An entry made by mistake; the history keeps it. Raises Conflict, PermissionDenied."""
    if not may_enter_arrivals(by, arrival.source.project, today=at.date()):
        raise PermissionDenied
    delete(arrival, by=by, at=at, version=version, reason=reason)


# ---- what the actions above ask -------------------------------------------------------------------------------


def _lock(revision: PlanRevision, then: str, by: User) -> YearPlan:
    """The plan, held, when `by` may decide and nobody has."""
    if not may_decide_revision(by, revision):
        raise PermissionDenied
    plan = YearPlan.objects.select_for_update().select_related("project").get(pk=revision.year_plan_id)
    _check_undecided(revision, then)
    if then == RevisionState.APPROVED and plan.project.archived_at is not None:
        raise ValidationError("项目已归档，计划不再调整；请不予批准，或先恢复项目。")
    return plan


def _check_undecided(revision: PlanRevision, then: str) -> None:
    state = PlanRevision.objects.values_list("state", flat=True).get(pk=revision.pk)
    if not may_move(state, then):
        raise ValidationError(f"这份调整申请现在是“{RevisionState(state).label}”，不能再处理。")


def _check_day(plan: YearPlan, from_on: datetime.date, last: PlanRevision | None) -> None:
    if from_on.year != plan.year:
        raise ValidationError({"from_on": f"{plan.year}年的计划只能在{plan.year}年内起执行。"})
    earliest = earliest_start(plan.year, last.from_on if last else None)
    if from_on < earliest:
        raise ValidationError(
            {"from_on": f"已有自{day_label(earliest)}起执行的调整，新的不能更早：前后几次调整要按先后衔接。"}
        )


def _check_arrived(values: Mapping[str, Any], at: datetime.datetime) -> None:
    if values["arrived_on"] > at.date():
        raise ValidationError({"arrived_on": "到位日期不能晚于今天；还没有到账的请先不登记。"})
