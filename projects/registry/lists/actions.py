import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete, history_entry, record_many
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.periods.access import may_approve
from projects.registry.access import may_register_projects
from projects.registry.actions import add_code, create_project, create_year_plan, set_responsibility
from projects.registry.models import Membership, Project, ProjectList
from projects.registry.rules import ListKind, ResponsibilityRole, end_of_term

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Registration:
    """All that the office knows when a project is registered; what is empty is left open."""

    values: Values
    year: int
    starts_on: datetime.date
    is_different: bool = False
    code: str = ""
    label: str = ""
    plan_wan: Decimal | None = None
    project_list: ProjectList | None = None
    unit: Unit | None = None
    leader: Leader | None = None


@transaction.atomic
def register_project(new: Registration, *, by: User, at: datetime.datetime) -> Project:
    """The project with its code, plan of the year, list, unit and leader, or none of it.

    Raises ValidationError, PermissionDenied.
    """
    project = create_project(new.values, by=by, at=at, is_different=new.is_different)
    if new.code:
        add_code(project, new.code, by=by, at=at)
    if new.label or new.plan_wan is not None:
        values = {"year": new.year, "label": new.label, "plan_wan": new.plan_wan}
        create_year_plan(project, values, by=by, at=at)
    if new.project_list:
        join_list(new.project_list, [project], joined_on=new.starts_on, by=by, at=at)
    for role, holder in ((ResponsibilityRole.LEAD_UNIT, new.unit), (ResponsibilityRole.LEADER, new.leader)):
        if holder:
            set_responsibility(project, role, [holder], starts_on=new.starts_on, by=by, at=at)
    return project


@transaction.atomic
def create_list(values: Values, *, by: User, at: datetime.datetime) -> ProjectList:
    """A new list from field name → value. Raises ValidationError, PermissionDenied."""
    _allow(by)
    return create(ProjectList(**values), by=by, at=at)


@transaction.atomic
def change_list(
    project_list: ProjectList, values: Values, *, by: User, at: datetime.datetime, version: int | None
) -> ProjectList:
    """Raises ValidationError, Conflict, PermissionDenied."""
    _allow(by)
    return change(project_list, values, by=by, at=at, version=version)


@transaction.atomic
def archive_list(
    project_list: ProjectList, *, by: User, at: datetime.datetime, version: int | None, reason: str = ""
) -> ProjectList:
    """Raises Conflict, PermissionDenied."""
    _allow(by)
    return change(project_list, {"archived_at": at}, by=by, at=at, version=version, reason=reason, action="archive")


@transaction.atomic
def restore_list(
    project_list: ProjectList, *, by: User, at: datetime.datetime, version: int | None, reason: str = ""
) -> ProjectList:
    """Raises Conflict, PermissionDenied."""
    _allow(by)
    return change(project_list, {"archived_at": None}, by=by, at=at, version=version, reason=reason, action="restore")


@transaction.atomic
def delete_list(
    project_list: ProjectList, *, by: User, at: datetime.datetime, version: int | None = None, reason: str = ""
) -> None:
    """A list without projects or imports. Raises ValidationError when something hangs on it, Conflict,
    PermissionDenied."""
    _allow(by)
    delete(project_list, by=by, at=at, version=version, reason=reason)


@transaction.atomic
def join_list(
    project_list: ProjectList,
    projects: Iterable[Project],
    *,
    joined_on: datetime.date,
    section: str = "",
    valid_until: datetime.date | None = None,
    by: User,
    at: datetime.datetime,
) -> int:
    """Put the projects at the end of the list, in their order; returns how many were not in it.

    One that had left (调出), or whose whitelist had run out, comes back under its old serial number as another stretch: the
    months without it stay as they were. Raises ValidationError for an archived list or project, for a day before it left and
    for an end of what is no whitelist, PermissionDenied.
    """
    _allow(by)
    current = ProjectList.objects.select_for_update().get(pk=project_list.pk)
    if current.archived_at:
        raise ValidationError(f"“{current}”已归档，不能再列入项目；请先恢复清单。")
    if valid_until and current.kind != ListKind.WHITELIST:
        raise ValidationError({"valid_until": f"只有四保白名单的项目有有效期，“{current}”不是；请留空。"})
    if valid_until and valid_until < joined_on:
        raise ValidationError({"valid_until": "有效期至应不早于列入日期，请核对。"})
    projects = list(projects)
    archived = [project.name for project in projects if project.archived_at]
    if archived:
        raise ValidationError(f"已归档的项目不能列入清单，请先恢复：{'、'.join(archived)}。")
    stretches = current.memberships.filter(project__in=projects).order_by(F("left_on").asc(nulls_last=True))
    last_stretch = {row.project_id: row for row in stretches}
    last = current.memberships.aggregate(last=Max("position"))["last"] or 0
    rows = []
    for project in projects:
        before = last_stretch.get(project.pk)
        if before is None:
            last += 1
            place: dict[str, Any] = {"serial": str(last), "position": last, "section": section}
        elif before.left_on is None and (before.valid_until is None or before.valid_until >= joined_on):
            continue
        elif before.left_on is not None and before.left_on > joined_on:
            raise ValidationError({"joined_on": f"“{project}”{before.left_on} 才调出，重新列入不能早于那一天。"})
        else:
            if before.left_on is None and before.valid_until is not None:
                change(before, end_of_term(before.valid_until), by=by, at=at, version=None, action="leave")
            place = {"serial": before.serial, "position": before.position, "section": section or before.section}
        place |= {"joined_on": joined_on, "valid_until": valid_until}
        rows.append(Membership(project_list=current, project=project, **place))
    Membership.objects.bulk_create(rows)
    record_many(history_entry("join", row, by=by, at=at) for row in rows)
    return len(rows)


@transaction.atomic
def change_membership(
    membership: Membership, values: Values, *, by: User, at: datetime.datetime, version: int | None
) -> Membership:
    """Serial number, section, batch. Raises ValidationError, Conflict, PermissionDenied."""
    _allow(by)
    return change(membership, values, by=by, at=at, version=version)


@transaction.atomic
def leave_list(
    membership: Membership,
    *,
    left_on: datetime.date,
    reason: str,
    by: User,
    at: datetime.datetime,
    version: int | None,
) -> Membership:
    """调出, what an approved request does: the project stays what it is and leaves this list's totals.

    Raises ValidationError without a reason, for a day before it joined or a day to come, when it has left already,
    Conflict, PermissionDenied for who approves nothing.
    """
    if not may_approve(by):
        raise PermissionDenied
    if Membership.objects.select_for_update().get(pk=membership.pk).left_on:
        raise ValidationError("项目已经调出这份清单。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明调出原因（如文件文号、建设条件变化）。"})
    if left_on > at.date():
        raise ValidationError({"left_on": "调出日期不能晚于今天。"})
    if left_on < membership.joined_on:
        raise ValidationError({"left_on": f"调出日期不能早于列入日期 {membership.joined_on}。"})
    values = {"left_on": left_on, "left_reason": reason}
    return change(membership, values, by=by, at=at, version=version, reason=reason, action="leave")


def _allow(by: User) -> None:
    if not may_register_projects(by):
        raise PermissionDenied
