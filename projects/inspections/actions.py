import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create, record
from leaders.audit.rules import text_line
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.inspections.access import (
    may_archive_inspection,
    may_edit_inspection,
    may_log_inspections,
    may_name_leader,
)
from projects.inspections.models import (
    CheckAnswer,
    ChecklistItem,
    Finding,
    Inspection,
    InspectionPhoto,
    Recheck,
)
from projects.inspections.pictures.intake import CleanPhoto
from projects.inspections.rules import refuse_date, refuse_recheck
from projects.problems.actions import create_problem
from projects.problems.models import Problem
from projects.problems.rules import ProblemSource
from projects.registry.models import Project

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Assignment:
    """转为问题并交办: to whom, and by when."""

    unit: Unit | None
    due_on: datetime.date | None
    category: str = ""


@dataclass(frozen=True)
class NewFinding:
    text: str
    assignment: Assignment | None = None


@dataclass(frozen=True)
class Rechecked:
    """复查 of a finding of an earlier visit; an empty `result` is none."""

    result: str
    note: str = ""


Checks = Mapping[int, str]
Rechecks = Mapping[int, Rechecked]


@transaction.atomic
def log_inspection(
    project: Project,
    values: Values,
    *,
    findings: Sequence[NewFinding] = (),
    checks: Checks = MappingProxyType({}),
    rechecks: Rechecks = MappingProxyType({}),
    photos: Sequence[CleanPhoto] = (),
    client_key: uuid.UUID | None = None,
    by: User,
    at: datetime.datetime,
) -> Inspection:
    """Record a visit (`inspected_on`, `situation`, `people`, and `leader`, `unit` or `group`); findings with an
    assignment become problems of the ledger in the same breath. `checks` are {point of the checklist: result}, `rechecks`
    {finding of an earlier visit: what has become of it}.

    The same `client_key` again (a form sent twice) gives the visit that stands already. Raises PermissionDenied (also
    for a leader's account that writes another leader's visit), ValidationError.
    """
    if not may_log_inspections(by):
        raise PermissionDenied
    client_key = client_key or uuid.uuid4()
    # Two sendings of one form wait for each other here.
    Project.objects.select_for_update().get(pk=project.pk)
    known = Inspection.objects.filter(client_key=client_key).first()
    if known is not None:
        return _same_again(known, values, findings, by)
    if project.archived_at is not None:
        raise ValidationError({"project": "这个项目已归档，不能再记督查；请先由重点办恢复项目。"})
    _check(values["inspected_on"], values.get("leader"), by, at.date())
    inspection = create(Inspection(project=project, client_key=client_key, author=by, **values), by=by, at=at)
    for finding in findings:
        _add_finding(inspection, finding, by=by, at=at)
    if lines := _look_again(inspection, checks, rechecks, by=by, at=at):
        record("change", inspection, by=by, at=at, changes=lines)
    _keep_photos(inspection, photos, by=by, at=at)
    return inspection


@transaction.atomic
def change_inspection(
    inspection: Inspection,
    values: Values,
    *,
    findings: Sequence[NewFinding] = (),
    checks: Checks = MappingProxyType({}),
    rechecks: Rechecks = MappingProxyType({}),
    photos: Sequence[CleanPhoto] = (),
    version: int | None,
    by: User,
    at: datetime.datetime,
) -> Inspection:
    """Mend a visit; `findings` and `photos` are added to those there are, `checks` and `rechecks` replace what was
    answered to the same. Raises PermissionDenied, ValidationError, Conflict."""
    if not may_edit_inspection(by, inspection):
        raise PermissionDenied
    dated = {name: getattr(inspection, name) for name in ("inspected_on", "leader")} | dict(values)
    _check(dated["inspected_on"], dated["leader"], by, at.date())
    current = Inspection.objects.select_for_update().get(pk=inspection.pk)
    current.inspected_on = values.get("inspected_on", current.inspected_on)
    lines = _look_again(current, checks, rechecks, by=by, at=at)
    changed = change(inspection, values, by=by, at=at, version=version, also=lines)
    for finding in findings:
        _add_finding(changed, finding, by=by, at=at)
    _keep_photos(changed, photos, by=by, at=at)
    return changed


@transaction.atomic
def add_photos(inspection: Inspection, photos: Sequence[CleanPhoto], *, by: User, at: datetime.datetime) -> Inspection:
    """Photos that follow a visit. Nothing is overwritten, so no version is asked for, and the same photo again is the one
    that stands. Raises PermissionDenied."""
    if not may_edit_inspection(by, inspection):
        raise PermissionDenied
    current = Inspection.objects.select_for_update().get(pk=inspection.pk)
    _keep_photos(current, photos, by=by, at=at)
    return current


@transaction.atomic
def assign_finding(
    finding: Finding, assignment: Assignment, *, version: int | None, by: User, at: datetime.datetime
) -> Problem:
    """Make a finding that was only noted a problem of the ledger. Raises PermissionDenied, ValidationError when it is
    one already, Conflict."""
    if not may_edit_inspection(by, finding.inspection):
        raise PermissionDenied
    if finding.problem_id is not None:
        raise ValidationError("这条已经转为问题交办过了。")
    problem = _assign(finding.inspection, finding.text, assignment, by=by, at=at)
    change(finding, {"problem": problem}, by=by, at=at, version=version)
    return problem


@transaction.atomic
def archive_inspection(
    inspection: Inspection, *, reason: str, version: int | None, by: User, at: datetime.datetime
) -> Inspection:
    """Out of the lists and the week's count (a visit entered by mistake); problems that came of it stay."""
    if not may_archive_inspection(by, inspection):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "归档后不再计入本周督查，请写明理由。"})
    return change(
        inspection, {"archived_at": at}, by=by, at=at, version=version, reason=reason.strip(), action="archive"
    )


@transaction.atomic
def restore_inspection(inspection: Inspection, *, version: int | None, by: User, at: datetime.datetime) -> Inspection:
    if not may_archive_inspection(by, inspection):
        raise PermissionDenied
    return change(inspection, {"archived_at": None}, by=by, at=at, version=version, action="restore")


def _same_again(known: Inspection, values: Values, findings: Sequence[NewFinding], by: User) -> Inspection:
    """`known`, unless another visit was written on a form that the browser's "back" brought again: nothing typed is dropped."""
    if known.author_id != by.pk:
        raise ValidationError("这份表单已由他人提交，请重新打开页面填写。")
    # Words alone: how a browser sends the ends of lines is no difference.
    stand = [known.situation.split(), *(text.split() for text in known.findings.values_list("text", flat=True))]
    if any(text.split() not in stand for text in (values["situation"], *(one.text for one in findings))):
        raise ValidationError(
            f"这份表单已记过一次（{known.inspected_on}），内容与这次写的不同。要补充，请到那条记录里修改；"
            "要另记一次，请先复制写好的文字，再重新打开“记督查”填写。"
        )
    return known


def _check(inspected_on: datetime.date, leader: Leader | None, by: User, today: datetime.date) -> None:
    if refusal := refuse_date(inspected_on, today):
        raise ValidationError({"inspected_on": refusal})
    if not may_name_leader(by, leader):
        raise PermissionDenied


def _add_finding(inspection: Inspection, finding: NewFinding, *, by: User, at: datetime.datetime) -> Finding:
    problem = None
    if finding.assignment is not None:
        problem = _assign(inspection, finding.text, finding.assignment, by=by, at=at)
    return create(Finding(inspection=inspection, text=finding.text, problem=problem), by=by, at=at)


def _assign(inspection: Inspection, text: str, assignment: Assignment, *, by: User, at: datetime.datetime) -> Problem:
    return create_problem(
        inspection.project,
        {
            "source": ProblemSource.INSPECTION,
            "raised_on": inspection.inspected_on,
            "text": text,
            "unit": assignment.unit,
            "due_on": assignment.due_on,
            "category": assignment.category,
        },
        by=by,
        at=at,
    )


def _look_again(
    inspection: Inspection, checks: Checks, rechecks: Rechecks, *, by: User, at: datetime.datetime
) -> list[dict[str, Any]]:
    """Keep what was seen at the points of the checklist and at earlier findings; the history lines that tell of it."""
    return [*_answer(inspection, checks), *_recheck(inspection, rechecks, by=by, at=at)]


def _answer(inspection: Inspection, checks: Checks) -> list[dict[str, Any]]:
    held = {one.item_id: one for one in inspection.checks.select_related("item")}
    items = ChecklistItem.objects.in_bulk([pk for pk in checks if pk not in held])
    lines = []
    for pk, result in checks.items():
        one = held.get(pk) or CheckAnswer(inspection=inspection, item=items[pk])
        old = one.get_result_display() if one.pk else None
        if result == one.result:
            continue
        one.result = result
        _save_or_drop(one)
        lines.append(text_line(f"check-{pk}", f"清单“{one.item}”", old, one.get_result_display() if result else None))
    return lines


def _recheck(inspection: Inspection, rechecks: Rechecks, *, by: User, at: datetime.datetime) -> list[dict[str, Any]]:
    held = {one.finding_id: one for one in inspection.rechecks.all()}
    findings = Finding.objects.select_related("inspection", "problem").in_bulk(list(rechecks))
    lines = []
    for pk, seen in rechecks.items():
        finding, one = findings[pk], held.get(pk)
        if (seen.result, seen.note) == ((one.result, one.note) if one else ("", seen.note)):
            continue
        refusal = refuse_recheck(
            same_project=finding.inspection.project_id == inspection.project_id,
            found_on=finding.inspection.inspected_on,
            seen_on=inspection.inspected_on,
        )
        if refusal:
            raise ValidationError({f"recheck-{pk}": refusal})
        old = str(one) if one else None
        one = one or Recheck(inspection=inspection, finding=finding)
        one.result, one.note = seen.result, seen.note
        _save_or_drop(one)
        lines.append(text_line(f"recheck-{pk}", f"复查“{finding}”", old, str(one) if seen.result else None))
        if finding.problem is not None and seen.result:
            record("recheck", finding.problem, by=by, at=at, reason=str(one))
    return lines


def _save_or_drop(answer: CheckAnswer | Recheck) -> None:
    if answer.result:
        answer.full_clean()
        answer.save()
    elif answer.pk:
        answer.delete()


def _keep_photos(inspection: Inspection, photos: Sequence[CleanPhoto], *, by: User, at: datetime.datetime) -> None:
    """Files lie under the hash of their content: the same photo twice is one file, and one left over by a transaction
    that failed is found again by the next try."""
    held = set(inspection.photos.values_list("sha256", flat=True))
    fresh = [photo for photo in photos if photo.sha256 not in held]
    for photo in fresh:
        name = f"inspections/{photo.sha256[:2]}/{photo.sha256}.jpg"
        if default_storage.exists(name) and default_storage.size(name) != len(photo.data):
            default_storage.delete(name)  # The server stopped while it was written.
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(photo.data))
        InspectionPhoto.objects.create(inspection=inspection, image=name, sha256=photo.sha256)
    if fresh:
        lines = [{"field": "photos", "label": "照片", "type": "text", "old": None, "new": f"{len(fresh)} 张"}]
        record("change", inspection, by=by, at=at, changes=lines)
