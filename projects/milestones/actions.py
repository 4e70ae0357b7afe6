import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import Origin, change, changes_of, create, history_entry, record_many
from projects.milestones.access import may_edit_milestone, may_log_milestones, may_steer_milestones, why_not_verify
from projects.milestones.models import Milestone, MilestoneParameters
from projects.periods.access import may_approve
from projects.registry.models import Project

Values = Mapping[str, Any]
UNVERIFIED: Values = {"verifier": None, "verified_at": None}


@transaction.atomic
def create_milestone(project: Project, values: Values, *, by: User, at: datetime.datetime) -> Milestone:
    """A new milestone from field name → value. Its `due_on` is the original plan from now on.

    Raises PermissionDenied, and ValidationError (a completion in the future, or a weight set by someone else than the
    office).
    """
    if not may_log_milestones(by, project, today=at.date()):
        raise PermissionDenied
    _check_done(values, at.date())
    _guard_weight(values, by)
    return create(Milestone(project=project, **values), by=by, at=at)


@transaction.atomic
def create_milestones(
    rows: Iterable[tuple[Project, Values, Origin | None]],
    *,
    by: User | None,
    at: datetime.datetime,
    batch_id: int | None = None,
) -> list[Milestone]:
    """Many at once, as a workbook brings them: (project, field name → value, origin cells). All or none.

    Raises PermissionDenied unless `by` is of the office, ValidationError naming the first milestone that does not
    hold.
    """
    if by is not None and not may_steer_milestones(by):
        raise PermissionDenied
    milestones, origins = [], []
    for project, values, origin in rows:
        _check_done(values, at.date())
        milestone = Milestone(project=project, **values)
        try:
            milestone.full_clean()
        except ValidationError as error:
            raise ValidationError(f"{project}的节点“{milestone}”：{'；'.join(error.messages)}") from error
        milestones.append(milestone)
        origins.append(origin)
    Milestone.objects.bulk_create(milestones, batch_size=500)
    record_many(
        history_entry(
            "create", milestone, by=by, at=at, changes=changes_of(milestone, None), batch_id=batch_id, origin=origin
        )
        for milestone, origin in zip(milestones, origins, strict=True)
    )
    return milestones


@transaction.atomic
def change_milestone(
    milestone: Milestone, values: Values, *, version: int | None, by: User, at: datetime.datetime
) -> Milestone:
    """Change name, forecast, responsible unit or person (the office also the weight). The original date is not among
    them.

    Raises PermissionDenied, ValidationError, Conflict.
    """
    if not may_edit_milestone(by, milestone, today=at.date()):
        raise PermissionDenied
    if "due_on" in values and values["due_on"] != milestone.due_on:
        raise ValidationError(
            {"due_on": "计划日期录入后不再改动；进度有变化请填“预计完成日”，确要调整的请提申请，录错的由重点办更正。"}
        )
    _guard_weight(values, by, milestone)
    return change(milestone, values, by=by, at=at, version=version)


@transaction.atomic
def correct_due_on(
    milestone: Milestone,
    due_on: datetime.date,
    *,
    reason: str,
    version: int | None,
    by: User,
    at: datetime.datetime,
) -> Milestone:
    """Correct an original date that was entered wrongly; the old one stays in the history with the reason.

    Raises PermissionDenied unless `by` is of the office, ValidationError without a reason or once a move was approved,
    Conflict.
    """
    if not may_steer_milestones(by):
        raise PermissionDenied
    if milestone.original_on is not None:
        raise ValidationError({"due_on": "这个节点的日期已经批准调整过，不再更正；确要改动请另提申请。"})
    if due_on != milestone.due_on and not reason.strip():
        raise ValidationError({"reason": "更正原定日期会影响考评，请写明理由（如录入有误、批复文号）。"})
    return change(milestone, {"due_on": due_on}, by=by, at=at, version=version, reason=reason.strip())


@transaction.atomic
def move_due(
    milestone: Milestone,
    due_on: datetime.date,
    *,
    before_on: datetime.date | None,
    reason: str,
    by: User,
    at: datetime.datetime,
) -> Milestone:
    """What an approved request does: another plan in force, the original one kept.

    Raises PermissionDenied for who approves nothing, ValidationError when the plan is not `before_on` any more or the
    milestone was done meanwhile.
    """
    if not may_approve(by):
        raise PermissionDenied
    current = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if current.due_on != before_on or current.actual_on is not None:
        raise ValidationError("提出申请之后，这个节点的计划日期已经改动或者已经完成；请不批准，由单位重新申请。")
    values = {"due_on": due_on, "original_on": current.first_due_on}
    return change(current, values, by=by, at=at, version=None, reason=reason)


@transaction.atomic
def set_parameters(values: Values, *, version: int | None, by: User, at: datetime.datetime) -> MilestoneParameters:
    """The county's numbers about dates. The office only; raises Conflict, ValidationError."""
    if not may_steer_milestones(by):
        raise PermissionDenied
    if not MilestoneParameters.objects.exists():
        return create(MilestoneParameters(pk=1, **values), by=by, at=at)
    return change(MilestoneParameters(pk=1), values, by=by, at=at, version=version)


@transaction.atomic
def record_done(
    milestone: Milestone,
    *,
    actual_on: datetime.date,
    evidence: str,
    version: int | None,
    by: User,
    at: datetime.datetime,
) -> Milestone:
    """Report the milestone done. Raises PermissionDenied, ValidationError (a day to come, nothing said about how it
    was done), Conflict."""
    if not may_edit_milestone(by, milestone, today=at.date()):
        raise PermissionDenied
    _check_done({"actual_on": actual_on}, at.date())
    if not evidence.strip():
        raise ValidationError({"evidence": "请用一句话写明完成情况（如验收文号、现场情况）。"})
    values = {"actual_on": actual_on, "evidence": evidence.strip(), "reporter": by, **UNVERIFIED}
    return change(milestone, values, by=by, at=at, version=version)


@transaction.atomic
def verify_milestones(milestones: Iterable[Milestone], *, by: User, at: datetime.datetime) -> int:
    """The office found them done as reported; all or none, returns how many were not verified yet. `milestones` are as they
    were looked at.

    Raises PermissionDenied, ValidationError that names one changed since, not reported done, or reported by this very
    person.
    """
    if not may_steer_milestones(by):
        raise PermissionDenied
    fresh = 0
    for milestone in milestones:
        current = Milestone.objects.select_for_update().select_related("project").get(pk=milestone.pk)
        if current.verifier_id is not None and current.actual_on is not None:
            continue
        if current.version != milestone.version:
            raise ValidationError(
                f"“{current.project}”的节点“{current}”在您打开页面后有变动，本次一个也没有核实，请核对后再核实。"
            )
        if current.actual_on is None:
            raise ValidationError(f"“{current.project}”的节点“{current}”还没有报完成，不能核实。")
        if why := why_not_verify(by, current):
            raise ValidationError(f"“{current.project}”的节点“{current}”：{why}。")
        change(current, {"verifier": by, "verified_at": at}, by=by, at=at, version=None, reason="核实完成")
        fresh += 1
    return fresh


@transaction.atomic
def unverify_milestones(milestones: Iterable[Milestone], *, by: User, at: datetime.datetime) -> int:
    """Take verifications back; the milestones stay reported done. Returns how many were verified."""
    if not may_steer_milestones(by):
        raise PermissionDenied
    verified = [one for one in milestones if one.verifier_id is not None and one.actual_on is not None]
    for milestone in verified:
        change(milestone, UNVERIFIED, by=by, at=at, version=None, reason="撤销核实")
    return len(verified)


@transaction.atomic
def take_back_done(
    milestone: Milestone, *, reason: str, version: int | None, by: User, at: datetime.datetime
) -> Milestone:
    """Found untrue: set a milestone that was reported done back to not done. The office only, with a reason; who
    reported it may take back the own report, which is no verification."""
    if not may_steer_milestones(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么取消完成。"})
    found = UNVERIFIED if milestone.reporter_id == by.pk else {"verifier": by, "verified_at": at}
    return change(milestone, {"actual_on": None, **found}, by=by, at=at, version=version, reason=reason.strip())


@transaction.atomic
def archive_milestone(
    milestone: Milestone, *, reason: str, version: int | None, by: User, at: datetime.datetime
) -> Milestone:
    """Out of the lists and of the score. The office only: an overdue milestone must not vanish by its unit's hand."""
    if not may_steer_milestones(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "归档的节点不再计入考评，请写明理由。"})
    return change(
        milestone, {"archived_at": at}, by=by, at=at, version=version, reason=reason.strip(), action="archive"
    )


@transaction.atomic
def restore_milestone(milestone: Milestone, *, version: int | None, by: User, at: datetime.datetime) -> Milestone:
    if not may_steer_milestones(by):
        raise PermissionDenied
    return change(milestone, {"archived_at": None}, by=by, at=at, version=version, action="restore")


def _check_done(values: Values, today: datetime.date) -> None:
    actual = values.get("actual_on")
    if actual is not None and actual > today:
        raise ValidationError({"actual_on": "实际完成日不能晚于今天；还没有完成的请填“预计完成日”。"})


def _guard_weight(values: Values, by: User, milestone: Milestone | None = None) -> None:
    if "weight" not in values or may_steer_milestones(by):
        return
    usual = milestone.weight if milestone else Milestone._meta.get_field("weight").default
    if values["weight"] != usual:
        raise ValidationError({"weight": "节点权重由重点办设定。"})
