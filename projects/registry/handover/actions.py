import datetime
from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create
from leaders.roster.models import Leader
from projects.registry.access import may_register_projects
from projects.registry.actions import set_responsibility
from projects.registry.handover.models import Handover
from projects.registry.models import Project, Responsibility
from projects.registry.rules import ResponsibilityRole


@transaction.atomic
def hand_over(
    giver: Leader,
    receiver: Leader,
    projects: Iterable[Project],
    *,
    starts_on: datetime.date,
    reason: str,
    by: User,
    at: datetime.datetime,
) -> Handover:
    """`receiver` takes the place of `giver` at each of the projects from `starts_on` on; other leaders of a project stay.

    All or nothing. Raises PermissionDenied, ValidationError (no project, no reason, a project that the giver does not lead
    on the day before, or whose leaders change later).
    """
    if not may_register_projects(by):
        raise PermissionDenied
    projects = list(projects)
    if not projects:
        raise ValidationError({"projects": "请至少勾选一个项目。"})
    if not reason.strip():
        raise ValidationError({"reason": "请写明理由，如分工调整文件的文号；以前的月份仍算原分包领导的。"})
    handover = Handover(
        giver=giver, receiver=receiver, starts_on=starts_on, reason=reason.strip(), author=by, made_at=at
    )
    day_before = starts_on - datetime.timedelta(days=1)
    for project in _locked(projects):
        leaders = _leaders(project, day_before)
        if giver not in leaders:
            raise ValidationError({"starts_on": f"{day_before} 时“{project}”不由{giver}分包，交接日期请核对。"})
        handover.before[str(project.pk)] = [leader.pk for leader in leaders]
        after = [receiver if leader == giver else leader for leader in leaders]
        _set(project, after, handover, reason=f"{handover}：{handover.reason}", by=by, at=at)
    create(handover, by=by, at=at, reason=f"{len(projects)} 个项目")
    handover.projects.set(projects)
    return handover


@transaction.atomic
def undo_handover(handover: Handover, *, version: int | None, by: User, at: datetime.datetime) -> Handover:
    """The projects are led again by whom they were led before, from the same day on.

    Raises PermissionDenied, Conflict, ValidationError when it was undone already or a project's leaders were changed since.
    """
    if not may_register_projects(by):
        raise PermissionDenied
    current = Handover.objects.select_for_update().select_related("giver", "receiver").get(pk=handover.pk)
    if current.undone_at is not None:
        raise ValidationError("这次交接已经撤销过了。")
    known = Leader.objects.in_bulk({pk for leaders in current.before.values() for pk in leaders})
    for project in _locked(current.projects.all()):
        before = [known[pk] for pk in current.before[str(project.pk)]]
        after = [current.receiver if leader == current.giver else leader for leader in before]
        later = Responsibility.objects.filter(
            project=project, role=ResponsibilityRole.LEADER, starts_on__gt=current.starts_on
        )
        if set(_leaders(project, current.starts_on)) != set(after) or later.exists():
            raise ValidationError(f"“{project}”的分包领导在这次交接之后又调整过，不能整批撤销；请到项目页逐个更正。")
        _set(project, before, current, reason=f"撤销{current}", by=by, at=at)
    return change(current, {"undone_at": at}, by=by, at=at, version=version, action="undo")


def _locked(projects: Iterable[Project]) -> list[Project]:
    """Always in the same order, before anything about them is read: who changes a leader meanwhile waits, or is seen."""
    found = Project.objects.select_for_update().filter(pk__in=[project.pk for project in projects])
    return list(found.order_by("pk"))


def _leaders(project: Project, day: datetime.date) -> list[Leader]:
    rows = Responsibility.objects.in_force(day).filter(project=project, role=ResponsibilityRole.LEADER)
    return [row.leader for row in rows.select_related("leader").order_by("position", "pk") if row.leader is not None]


def _set(
    project: Project, leaders: Sequence[Leader], handover: Handover, *, reason: str, by: User, at: datetime.datetime
) -> None:
    holders = list(dict.fromkeys(leaders))
    try:
        set_responsibility(
            project, ResponsibilityRole.LEADER, holders, starts_on=handover.starts_on, by=by, at=at, reason=reason[:500]
        )
    except ValidationError as refusal:
        raise ValidationError({"starts_on": [f"{project}：{text}" for text in refusal.messages]}) from refusal
