"""Everything that is written about a project itself; lists and responsibilities have files of their own beside this one."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete
from projects.registry.access import may_archive_project, may_edit_project, may_register_projects
from projects.registry.models import FundingSource, Project, ProjectCode, Sector, YearPlan
from projects.registry.rules import ProjectState, may_move, name_key, normalise_code, pinyin_initials

Values = Mapping[str, Any]


@transaction.atomic
def create_project(
    values: Values, *, by: User, at: datetime.datetime, is_different: bool = False, reason: str = ""
) -> Project:
    """A new project from field name → value.

    Raises ValidationError when another project has the same name and nobody said that it `is_different`, PermissionDenied
    for anyone but the office.
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

    A step between states that NEXT_STATES does not know is a correction and asks for a reason. Raises ValidationError, Conflict,
    PermissionDenied.
    """
    if not may_edit_project(by, project):
        raise PermissionDenied
    current = Project.objects.get(pk=project.pk)
    _check_state(current, values, reason)
    if "name" in values and name_key(values["name"]) != name_key(current.name) and not is_different:
        _refuse_same_name(values["name"], current)
    keys = _search_keys(values["name"]) if "name" in values else {}
    return change(project, {**values, **keys}, by=by, at=at, version=version, reason=reason)


@transaction.atomic
def archive_project(project: Project, *, by: User, at: datetime.datetime, version: int | None, reason: str) -> Project:
    """Out of every list page and total, still readable. Raises ValidationError without a reason, Conflict, PermissionDenied."""
    if not may_archive_project(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "请写明归档理由，它会留在历史里。"})
    return change(project, {"archived_at": at}, by=by, at=at, version=version, reason=reason, action="archive")


@transaction.atomic
def restore_project(project: Project, *, by: User, at: datetime.datetime, version: int | None, reason: str = "") -> Project:
    """Raises Conflict, PermissionDenied."""
    if not may_archive_project(by):
        raise PermissionDenied
    return change(project, {"archived_at": None}, by=by, at=at, version=version, reason=reason, action="restore")


@transaction.atomic
def delete_project(project: Project, *, by: User, at: datetime.datetime, reason: str = "") -> None:
    """Only a project on which nothing hangs, such as one created by mistake. Raises ValidationError, PermissionDenied."""
    if not may_archive_project(by):
        raise PermissionDenied
    hanging = _hanging(project)
    if hanging:
        raise ValidationError(
            f"“{project}”名下还有{'、'.join(hanging)}，不能删除；请改为归档，归档后不再出现在列表和合计中。"
        )
    delete(project, by=by, at=at, reason=reason)


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
    plan: YearPlan, values: Values, *, by: User, at: datetime.datetime, version: int | None, reason: str = ""
) -> YearPlan:
    """Raises ValidationError when an amount changes without a reason, Conflict, PermissionDenied."""
    if not may_edit_project(by, plan.project):
        raise PermissionDenied
    current = YearPlan.objects.get(pk=plan.pk)
    if current.plan_wan is not None and values.get("plan_wan", current.plan_wan) != current.plan_wan and not reason.strip():
        raise ValidationError({"reason": "调整年度计划投资须写明理由（如调整文件的文号）：考评以它为准。"})
    return change(plan, values, by=by, at=at, version=version, reason=reason)


@transaction.atomic
def add_funding(project: Project, values: Values, *, by: User, at: datetime.datetime) -> FundingSource:
    """Raises ValidationError, PermissionDenied."""
    if not may_edit_project(by, project):
        raise PermissionDenied
    return create(FundingSource(project=project, **values), by=by, at=at)


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
    record: ProjectCode | FundingSource | YearPlan, *, by: User, at: datetime.datetime, reason: str = ""
) -> None:
    """A code, funding source or year plan entered by mistake; the history keeps it. Raises PermissionDenied."""
    if not may_edit_project(by, record.project):
        raise PermissionDenied
    delete(record, by=by, at=at, reason=reason)


# ---- sectors --------------------------------------------------------------------------------------------------


@transaction.atomic
def create_sector(name: str, *, by: User, at: datetime.datetime) -> Sector:
    """Raises ValidationError when the name is taken, PermissionDenied."""
    if not may_register_projects(by):
        raise PermissionDenied
    return create(Sector(name=name), by=by, at=at)


@transaction.atomic
def rename_sector(sector: Sector, name: str, *, by: User, at: datetime.datetime, version: int | None) -> Sector:
    """Raises ValidationError when the name is taken, Conflict, PermissionDenied."""
    if not may_register_projects(by):
        raise PermissionDenied
    return change(sector, {"name": name}, by=by, at=at, version=version)


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
            {"is_different": f"已有同名项目“{twin.name}”{where}。若确为另一个项目，请勾选“确为不同项目”后再保存；否则请去修改已有的项目。"}
        )


def _check_state(current: Project, values: Values, reason: str) -> None:
    state = values.get("state", current.state)
    if state != current.state and not may_move(current.state, state) and not reason.strip():
        raise ValidationError(
            {
                "state": f"“{current.get_state_display()}”的项目一般不能直接变为“{ProjectState(state).label}”。"
                "如果是更正录错的状态，请在“修改理由”中写明。"
            }
        )


def _refuse_used_code(code: str, own_pk: int | None) -> None:
    other = ProjectCode.objects.filter(code=code).exclude(pk=own_pk).select_related("project").first()
    if other:
        raise ValidationError({"code": f"项目代码“{code}”已登记在“{other.project}”名下，一个代码只能属于一个项目。"})


def _hanging(project: Project) -> list[str]:
    """What hangs on the project, in words: records that deleting would take along or that forbid it."""
    names = []
    for relation in project._meta.related_objects:
        related: Any = relation.related_model
        if related._default_manager.filter(**{relation.field.name: project}).exists():
            names.append(str(related._meta.verbose_name))
    return list(dict.fromkeys(names))
