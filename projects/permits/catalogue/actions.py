import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete
from leaders.audit.rules import Conflict, text_line
from projects.permits.access import may_keep_permits
from projects.permits.actions import add_permits
from projects.permits.catalogue.queries import missing_kinds
from projects.permits.models import PermitDeadlines, PermitTemplate, PermitType
from projects.registry.models import Project

Values = Mapping[str, Any]


@transaction.atomic
def create_permit_type(
    values: Values, prerequisites: Collection[PermitType] = (), *, by: User, at: datetime.datetime
) -> PermitType:
    """A new kind of procedure. Raises PermissionDenied unless `by` is of the office, ValidationError."""
    _allow(by)
    told = _names(prerequisites)
    also = [text_line("prerequisites", "前置手续", None, told)] if told else []
    kind = create(PermitType(**values), by=by, at=at, also=also)
    kind.prerequisites.set(prerequisites)
    return kind


@transaction.atomic
def change_permit_type(
    kind: PermitType,
    values: Values,
    prerequisites: Collection[PermitType],
    *,
    version: int | None,
    by: User,
    at: datetime.datetime,
) -> PermitType:
    """Its values and all its prerequisites; projects that have it keep it. Raises PermissionDenied, ValidationError
    (its own prerequisite), Conflict."""
    _allow(by)
    if kind in prerequisites:
        raise ValidationError({"prerequisites": "手续不能以自己为前置，请去掉勾选。"})
    also = _difference("prerequisites", "前置手续", kind.prerequisites.all(), prerequisites)
    changed = change(kind, values, by=by, at=at, version=version, also=also)
    changed.prerequisites.set(prerequisites)
    return changed


@transaction.atomic
def create_template(name: str, *, by: User, at: datetime.datetime) -> PermitTemplate:
    """Raises PermissionDenied unless `by` is of the office, ValidationError when the name is taken."""
    _allow(by)
    return create(PermitTemplate(name=name), by=by, at=at)


@transaction.atomic
def change_template(
    template: PermitTemplate,
    name: str,
    kinds: Collection[PermitType],
    *,
    version: int | None,
    by: User,
    at: datetime.datetime,
) -> PermitTemplate:
    """Its name and what projects of this kind need; projects that took it over before stay as they are.

    Raises PermissionDenied, ValidationError, Conflict."""
    _allow(by)
    also = _difference("permit_types", "需要办理的手续", template.permit_types.all(), kinds)
    changed = change(template, {"name": name}, by=by, at=at, version=version, also=also)
    changed.permit_types.set(kinds)
    return changed


@transaction.atomic
def delete_template(template: PermitTemplate, *, version: int | None, by: User, at: datetime.datetime) -> None:
    """Procedures of projects that came from it stay. Raises PermissionDenied, Conflict."""
    _allow(by)
    delete(template, by=by, at=at, version=version)


@transaction.atomic
def apply_template(projects: Collection[Project], template: PermitTemplate, *, by: User, at: datetime.datetime) -> int:
    """Add to each project what the template has and it has not; returns how many procedures were added. All or none.

    Raises PermissionDenied, ValidationError when there is nothing to add.
    """
    _allow(by)
    missing = {project: kinds for project, kinds in missing_kinds(projects, template, at.date()).items() if kinds}
    if not missing:
        raise ValidationError("勾选的项目已经有这个模板的全部手续，没有要添加的。")
    added = [add_permits(project, kinds, template=template, by=by, at=at) for project, kinds in missing.items()]
    return sum(map(len, added))


@transaction.atomic
def set_deadlines(
    year: int, values: Values, *, version: int | None, by: User, at: datetime.datetime
) -> PermitDeadlines:
    """The year's two days. Every procedure without a day of its own moves with them.

    `version` None: the person saw no rule of this year. Raises PermissionDenied, ValidationError, Conflict.
    """
    _allow(by)
    there = PermitDeadlines.objects.filter(year=year).first()
    if there is None:
        return create(PermitDeadlines(year=year, **values), by=by, at=at)
    if version is None:
        raise Conflict(there, dict(values))
    return change(there, values, by=by, at=at, version=version)


def _difference(field: str, label: str, old: Collection[Any], new: Collection[Any]) -> list[dict[str, Any]]:
    before, after = _names(old), _names(new)
    return [text_line(field, label, before or None, after or None)] if before != after else []


def _names(kinds: Collection[PermitType]) -> str:
    return "、".join(kind.name for kind in sorted(kinds, key=lambda kind: (kind.position, kind.pk)))


def _allow(by: User) -> None:
    if not may_keep_permits(by):
        raise PermissionDenied
