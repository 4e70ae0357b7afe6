"""Everything that is written about a project itself and about who answers for it (lists: registry.lists)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.registry.access import may_archive_project, may_edit_project, may_register_projects
from projects.registry.models import FundingSource, Project, ProjectCode, Responsibility, Sector, YearPlan
from projects.registry.rules import (
    DATED_FIELDS,
    Contact,
    ProjectState,
    ResponsibilityRole,
    free_states,
    name_key,
    normalise_code,
    pinyin_initials,
)

Values = Mapping[str, Any]
Holder = Leader | Unit | WorkingGroup | Contact


@transaction.atomic
def create_project(
    values: Values, *, by: User, at: datetime.datetime, is_different: bool = False, reason: str = ""
) -> Project:
    """A new project from field name → value.

    Raises ValidationError when another project has the same name and nobody said that it `is_different`,
    PermissionDenied for anyone but the office.
    """
    if not may_register_projects(by):
        raise PermissionDenied
    if not is_different:
        _refuse_same_name(values.get("name", ""), None)
    return create(Project(**values, **_search_keys(values.get("name", ""))), by=by, at=at, reason=reason)


@transaction.atomic
def change_project(
    project: Project,
    values: Values,
    *,
    by: User,
    at: datetime.datetime,
    version: int | None,
    is_different: bool = False,
    reason: str = "",
) -> Project:
    """`values` set on the project as it stands now.

    What needs a request (开工, 竣工 …, planned dates that stand) is not among them: ValidationError says so. Raises
    Conflict, PermissionDenied.
    """
    if not may_edit_project(by, project):
        raise PermissionDenied
    current = Project.objects.get(pk=project.pk)
    _refuse_what_needs_a_request(current, values)
    if values.get("parent") == project:
        raise ValidationError({"parent": "项目不能打包在自己名下。"})
    if "name" in values and name_key(values["name"]) != name_key(current.name) and not is_different:
        _refuse_same_name(values["name"], current)
    keys = _search_keys(values["name"]) if "name" in values else {}
    return change(project, {**values, **keys}, by=by, at=at, version=version, reason=reason)


@transaction.atomic
def archive_project(project: Project, *, by: User, at: datetime.datetime, version: int | None, reason: str) -> Project:
    """Out of every list page and total, still readable.

    Raises ValidationError without a reason, Conflict, PermissionDenied.
    """
    if not may_archive_project(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "请写明归档理由，它会留在历史里。"})
    return change(project, {"archived_at": at}, by=by, at=at, version=version, reason=reason, action="archive")


@transaction.atomic
def restore_project(
    project: Project, *, by: User, at: datetime.datetime, version: int | None, reason: str = ""
) -> Project:
    """Raises Conflict, PermissionDenied."""
    if not may_archive_project(by):
        raise PermissionDenied
    return change(project, {"archived_at": None}, by=by, at=at, version=version, reason=reason, action="restore")


@transaction.atomic
def delete_project(
    project: Project, *, by: User, at: datetime.datetime, version: int | None = None, reason: str = ""
) -> None:
    """Only a project on which nothing hangs, one created by mistake. Raises ValidationError, Conflict,
    PermissionDenied."""
    if not may_archive_project(by):
        raise PermissionDenied
    hanging = _hanging(project)
    if hanging:
        raise ValidationError(
            f"“{project}”名下还有{'、'.join(hanging)}，不能删除；请改为归档，归档后不再出现在列表和合计中。"
        )
    delete(project, by=by, at=at, version=version, reason=reason)


# ---- who answers for it ---------------------------------------------------------------------------------------


@transaction.atomic
def set_responsibility(
    project: Project,
    role: str,
    holders: Sequence[Holder],
    *,
    starts_on: datetime.date,
    by: User,
    at: datetime.datetime,
    reason: str = "",
) -> list[Responsibility]:
    """From `starts_on` on, `holders` and nobody else answer for the project in `role`; returns those that are new.

    Their order counts: the first unit is the one that is ranked. Who answered before and is not among them,
    or in another place, ends the day before, so that the score of an earlier month still finds them as they were; one
    who began on that very day was a mistake and is removed. Raises ValidationError when somebody begins later than
    `starts_on`, PermissionDenied.
    """
    if not may_edit_project(by, project):
        raise PermissionDenied
    # Two hand-overs of one project at once would both end the former holder and leave two new ones.
    Project.objects.select_for_update().get(pk=project.pk)
    known = Responsibility.objects.filter(project=project, role=role).exclude(ends_on__lt=starts_on)
    known = known.select_related("leader", "unit", "group", "project")
    wanted = {_holder_values(holder)[0]: holder for holder in holders}
    places = _places(wanted, {_holder_key(row): row.position for row in known})
    kept = set()
    for row in known:
        if row.starts_on > starts_on:
            raise ValidationError(
                {"starts_on": f"已有从 {row.starts_on} 起的“{row}”，新的起始日不能更早；请改日期，或先更正那一条。"}
            )
        key = _holder_key(row)
        if key in wanted and places[key] == row.position:
            kept.add(key)
        elif row.starts_on == starts_on:
            delete(row, by=by, at=at, reason=reason)
        else:
            change(row, {"ends_on": starts_on - datetime.timedelta(days=1)}, by=by, at=at, version=None, reason=reason)
    fresh = []
    for key, holder in wanted.items():
        if key not in kept:
            row = Responsibility(
                project=project, role=role, position=places[key], starts_on=starts_on, **_holder_values(holder)[1]
            )
            fresh.append(create(row, by=by, at=at, reason=reason))
    return fresh


@transaction.atomic
def assign_leader(
    projects: Iterable[Project],
    leader: Leader,
    *,
    starts_on: datetime.date,
    by: User,
    at: datetime.datetime,
    reason: str = "",
) -> int:
    """`leader` alone leads the projects from `starts_on` on; returns for how many that is new.

    All or nothing. Raises ValidationError that names the project, PermissionDenied.
    """
    changed = 0
    for project in projects:
        try:
            fresh = set_responsibility(
                project, ResponsibilityRole.LEADER, [leader], starts_on=starts_on, by=by, at=at, reason=reason
            )
        except ValidationError as error:
            raise ValidationError({"starts_on": [f"{project}：{text}" for text in error.messages]}) from error
        changed += bool(fresh)
    return changed


@transaction.atomic
def change_responsibility(
    row: Responsibility, values: Values, *, by: User, at: datetime.datetime, version: int | None, reason: str
) -> Responsibility:
    """End it without a successor, or correct its dates or the contact's telephone; never the person (a hand-over).

    Raises ValidationError without a reason, Conflict, PermissionDenied.
    """
    if not may_edit_project(by, row.project):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "请写明理由：考评按责任起止日期认人。"})
    return change(row, values, by=by, at=at, version=version, reason=reason)


# ---- codes ----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_code(project: Project, code: str, *, note: str = "", by: User, at: datetime.datetime) -> ProjectCode:
    """The code as it is stored (normalised). Raises ValidationError when it is another's, PermissionDenied."""
    if not may_edit_project(by, project):
        raise PermissionDenied
    code = normalise_code(code)
    _refuse_used_code(code, None)
    return create(ProjectCode(project=project, code=code, note=note), by=by, at=at)


@transaction.atomic
def change_code(
    record: ProjectCode, code: str, *, note: str, by: User, at: datetime.datetime, version: int | None
) -> ProjectCode:
    """Raises as add_code does, and Conflict."""
    if not may_edit_project(by, record.project):
        raise PermissionDenied
    code = normalise_code(code)
    _refuse_used_code(code, record.pk)
    return change(record, {"code": code, "note": note}, by=by, at=at, version=version)


# ---- plan of a year, money ------------------------------------------------------------------------------------


@transaction.atomic
def create_year_plan(project: Project, values: Values, *, by: User, at: datetime.datetime) -> YearPlan:
    """Raises ValidationError when the year has its plan already, PermissionDenied."""
    if not may_edit_project(by, project):
        raise PermissionDenied
    if YearPlan.objects.filter(project=project, year=values["year"]).exists():
        raise ValidationError({"year": f"{values['year']}年的年度计划已经有了，请直接修改那一年的计划。"})
    return create(YearPlan(project=project, **values), by=by, at=at)


@transaction.atomic
def change_year_plan(
    plan: YearPlan, values: Values, *, by: User, at: datetime.datetime, version: int | None
) -> YearPlan:
    """All but an amount that was set before: that moves by an approved revision (registry.plans) or an import.

    Raises ValidationError, Conflict, PermissionDenied.
    """
    if not may_edit_project(by, plan.project):
        raise PermissionDenied
    current = YearPlan.objects.get(pk=plan.pk)
    if current.plan_wan is not None and values.get("plan_wan", current.plan_wan) != current.plan_wan:
        raise ValidationError(
            {"plan_wan": "年度计划投资已经定了，考评以它为准：请用“调整、分解”提出申请，由重点办负责人批准。"}
        )
    return change(plan, values, by=by, at=at, version=version)


@transaction.atomic
def add_funding(
    project: Project, values: Values, *, by: User, at: datetime.datetime, batch_id: int | None = None
) -> FundingSource:
    """Raises ValidationError, PermissionDenied."""
    if not may_edit_project(by, project):
        raise PermissionDenied
    return create(FundingSource(project=project, **values), by=by, at=at, batch_id=batch_id)


@transaction.atomic
def change_funding(
    source: FundingSource, values: Values, *, by: User, at: datetime.datetime, version: int | None
) -> FundingSource:
    """Raises ValidationError, Conflict, PermissionDenied."""
    if not may_edit_project(by, source.project):
        raise PermissionDenied
    return change(source, values, by=by, at=at, version=version)


@transaction.atomic
def delete_particular(
    record: ProjectCode | FundingSource | YearPlan,
    *,
    by: User,
    at: datetime.datetime,
    version: int | None = None,
    reason: str = "",
) -> None:
    """A code, funding source or year plan entered by mistake; the history keeps it.

    Raises ValidationError for a plan with revisions or a source with payments, Conflict, PermissionDenied."""
    if not may_edit_project(by, record.project):
        raise PermissionDenied
    if isinstance(record, YearPlan) and record.revisions.exists():
        raise ValidationError("这份年度计划有过调整或分解，不能删除；计划取消的，请申请把计划投资调整为 0。")
    if isinstance(record, FundingSource) and record.arrivals.exists():
        raise ValidationError("这项资金来源已登记到位，不能删除；到位记错的，请先逐笔删去再删来源。")
    delete(record, by=by, at=at, version=version, reason=reason)


# ---- sectors --------------------------------------------------------------------------------------------------


@transaction.atomic
def create_sector(name: str, *, by: User, at: datetime.datetime) -> Sector:
    """Raises ValidationError when the name is taken, PermissionDenied."""
    if not may_register_projects(by):
        raise PermissionDenied
    return create(Sector(name=name), by=by, at=at)


@transaction.atomic
def change_sector(sector: Sector, values: Values, *, by: User, at: datetime.datetime, version: int | None) -> Sector:
    """Its name and the entry sizes of 三个一批. Raises ValidationError when the name is taken, Conflict, PermissionDenied."""
    if not may_register_projects(by):
        raise PermissionDenied
    return change(sector, values, by=by, at=at, version=version)


# ---- what the actions above ask -------------------------------------------------------------------------------


def _search_keys(name: str) -> dict[str, str]:
    key = name_key(name)[:200]
    if name and not key:
        raise ValidationError({"name": "项目名称里没有文字或数字，请重新填写。"})
    return {"name_key": key, "pinyin": pinyin_initials(name)}


def _refuse_same_name(name: str, project: Project | None) -> None:
    twins = Project.objects.filter(name_key=name_key(name)[:200])
    if project is not None:
        twins = twins.exclude(pk=project.pk)
    twin = twins.first()
    if name and twin:
        where = "（已归档）" if twin.archived_at else ""
        raise ValidationError(
            {
                "is_different": f"已有同名项目“{twin.name}”{where}。若确为另一个项目，请勾选“确为不同项目”后再保存；"
                "否则请去修改已有的项目。"
            }
        )


def _refuse_what_needs_a_request(current: Project, values: Values) -> None:
    state = values.get("state", current.state)
    if state not in free_states(current.state):
        raise ValidationError(
            {
                "state": f"“{ProjectState(state).label}”不能直接填写：请在项目页“变更”里提申请；录错的用“更正状态与日期”。"
            }
        )
    for name in DATED_FIELDS[1:]:
        if name in values and values[name] != (old := getattr(current, name)) and (old or not name.startswith("plan")):
            raise ValidationError({name: "这个日期不能直接改：请在项目页“变更”里提申请；录错的用“更正状态与日期”。"})


def _refuse_used_code(code: str, own_pk: int | None) -> None:
    other = ProjectCode.objects.filter(code=code).exclude(pk=own_pk or 0).select_related("project").first()
    if other:
        raise ValidationError({"code": f"项目代码“{code}”已登记在“{other.project}”名下，一个代码只能属于一个项目。"})


def _holder_values(holder: Holder) -> tuple[tuple[int | str, str], dict[str, Any]]:
    """What tells a holder from another, and the fields of the row that names it."""
    if isinstance(holder, Contact):
        return (holder.name, holder.phone), {"contact": holder.name, "phone": holder.phone}
    field = {Leader: "leader", Unit: "unit", WorkingGroup: "group"}[type(holder)]
    return (holder.pk, ""), {field: holder}


def _holder_key(row: Responsibility) -> tuple[int | str, str]:
    return row.leader_id or row.unit_id or row.group_id or row.contact, row.phone


def _places(wanted: Iterable[tuple[int | str, str]], now: Mapping[tuple[int | str, str], int]) -> dict[Any, int]:
    """{holder: position} in the order wanted; who stands right keeps the position of `now`."""
    places: dict[Any, int] = {}
    last = 0
    for key in wanted:
        last = places[key] = now[key] if now.get(key, 0) > last else last + 1
    return places


def _hanging(project: Project) -> list[str]:
    """What hangs on the project, in words: records that deleting would take along or that forbid it."""
    names = []
    for relation in project._meta.related_objects:
        related: Any = relation.related_model
        if related._default_manager.filter(**{relation.field.name: project}).exists():
            names.append(str(related._meta.verbose_name))
    return list(dict.fromkeys(names))
