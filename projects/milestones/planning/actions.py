"""Templates of milestones, and milestones planned back from a project's planned start and end."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete
from leaders.audit.rules import text_line
from projects.milestones.access import may_log_milestones, may_steer_milestones
from projects.milestones.models import Milestone, MilestoneTemplate, TemplateStep
from projects.registry.models import Project

Values = Mapping[str, Any]


@transaction.atomic
def create_template(name: str, *, by: User, at: datetime.datetime) -> MilestoneTemplate:
    """Raises PermissionDenied unless `by` is of the office, ValidationError when the name is taken."""
    _allow(by)
    return create(MilestoneTemplate(name=name), by=by, at=at)


@transaction.atomic
def change_template(
    template: MilestoneTemplate,
    name: str,
    steps: Sequence[Values],
    *,
    version: int | None,
    by: User,
    at: datetime.datetime,
) -> MilestoneTemplate:
    """Its name, and its steps in their order (field name → value, `id` of one that it had); milestones made from it before
    stay as they are.

    Raises PermissionDenied, ValidationError that names the step, Conflict.
    """
    _allow(by)
    fresh = [
        TemplateStep(template=template, position=place, **{name: step[name] for name in step if name != "id"})
        for place, step in enumerate(steps, start=1)
    ]
    for step in fresh:
        try:
            step.full_clean()
        except ValidationError as error:
            raise ValidationError(f"第 {step.position} 个节点“{step}”：{'；'.join(error.messages)}") from error
    old, new = _told(list(template.steps.all())), _told(fresh)
    also = [text_line("steps", "节点", old, new)] if old != new else []
    changed = change(template, {"name": name}, by=by, at=at, version=version, also=also)
    # A step keeps its number under any name: a page on which days are being typed still knows it.
    known = {step.pk for step in template.steps.all()}
    for step, given in zip(fresh, steps, strict=True):
        step.pk = given["id"] if given.get("id") in known else None
        known.discard(step.pk)
    template.steps.all().delete()
    TemplateStep.objects.bulk_create(fresh)
    return changed


@transaction.atomic
def delete_template(template: MilestoneTemplate, *, version: int | None, by: User, at: datetime.datetime) -> None:
    """Milestones made from it stay. Raises PermissionDenied, Conflict."""
    _allow(by)
    delete(template, by=by, at=at, version=version)


@transaction.atomic
def plan_milestones(
    project: Project, rows: Sequence[tuple[TemplateStep, datetime.date]], *, by: User, at: datetime.datetime
) -> list[Milestone]:
    """Milestones by a template, each with the day that was settled on; weights are the template's.

    Raises PermissionDenied, ValidationError when nothing was chosen.
    """
    if not may_log_milestones(by, project, today=at.date()):
        raise PermissionDenied
    if not rows:
        raise ValidationError("请至少勾选一个节点。")
    return [
        create(
            Milestone(project=project, name=step.name, due_on=day, weight=step.weight, person=step.person),
            by=by,
            at=at,
            reason=f"按“{step.template}”模板倒排",
        )
        for step, day in rows
    ]


def _told(steps: Sequence[TemplateStep]) -> str:
    return "；".join(f"{step.name} {step.place_words} 权重 {step.weight:.2f} {step.person}".strip() for step in steps)


def _allow(by: User) -> None:
    if not may_steer_milestones(by):
        raise PermissionDenied
