import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from leaders.accounts.models import User
from leaders.audit.actions import change, create
from leaders.audit.rules import Conflict, field_type, typed_value
from projects.periods.access import why_not_decide
from projects.progress.access import may_decide_correction, may_file_report, may_withdraw_correction
from projects.progress.corrections.queries import as_corrected, corrections_of, value_of
from projects.progress.models import Correction, MonthReport
from projects.progress.rules import CORRECTED_AMOUNTS, CORRECTION_STEPS, CorrectedField, CorrectionState, ReportState


@transaction.atomic
def ask_corrections(
    report: MonthReport,
    values: Mapping[str, Any],
    *,
    reason: str,
    version: int | None,
    by: User,
    at: datetime.datetime,
) -> list[Correction]:
    """Ask that `values` (of CorrectedField) take the place of an accepted report's present ones: one correction for each that
    differs. The report itself stays as it was accepted.

    Raises PermissionDenied unless `by` reports for the project; ValidationError when the report was not accepted, without
    a reason, when nothing differs, or when a correction of the same value is waiting; Conflict when the report was
    corrected since the person saw it.
    """
    if not may_file_report(by, report.project, today=timezone.localdate(at)):
        raise PermissionDenied
    report = _locked(report.pk)
    if report.state != ReportState.ACCEPTED:
        raise ValidationError(
            f"{report}现在是“{report.get_state_display()}”，还没有审核通过，直接修改后上报即可，不用更正。"
        )
    present = _present(report)
    if version is not None and version != report.version:
        raise Conflict(present, dict(values))
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么更正，批准人要看，历史里也会留下。"})
    differing = [field for field in CorrectedField if field in values and values[field] != value_of(present, field)]
    if not differing:
        raise ValidationError("没有改动任何一项：请把要更正的改成正确的再提出。")
    if CorrectedField.DONE in differing and values[CorrectedField.DONE] is None:
        raise ValidationError({"done_wan": "当月完成投资不能更正为空；没有完成投资的填 0。"})
    made = []
    for field in differing:
        kind = "wan" if field in CORRECTED_AMOUNTS else "text"
        both = {f"old_{kind}": value_of(present, field), f"new_{kind}": values[field]}
        fresh = Correction(report=report, field=field, reason=reason.strip(), requester=by, requested_at=at, **both)
        made.append(create(fresh, by=by, at=at))
    return made


@transaction.atomic
def approve_correction(
    correction: Correction, *, version: int | None, by: User, at: datetime.datetime, note: str = ""
) -> Correction:
    """From now on the new value is the present one; the report's own history says so too.

    Raises PermissionDenied for who asked for it and for who may not approve; ValidationError when it was decided already
    or its old value is no longer the present one; Conflict.
    """
    _guard(correction, by)
    # One writer at a time for a report, so that two corrections never both start from the same value.
    report = _locked(correction.report_id)
    if value_of(_present(report), correction.field) != correction.old:
        raise ValidationError("提出之后这一项的现值又变了，原值对不上。请不予批准，由申请人按现值重新提出。")
    decided = _decide(correction, CorrectionState.APPROVED, "approve", note=note, version=version, by=by, at=at)
    field: Any = MonthReport._meta.get_field(correction.field)
    line = {"field": correction.field, "label": str(field.verbose_name), "type": field_type(field)}
    line |= {"old": typed_value(field, correction.old), "new": typed_value(field, correction.new)}
    change(report, {}, by=by, at=at, version=None, action="correct", reason=correction.reason, also=[line])
    return decided


@transaction.atomic
def refuse_correction(
    correction: Correction, *, note: str, version: int | None, by: User, at: datetime.datetime
) -> Correction:
    """Raises as `approve_correction`, and ValidationError without a note that says why."""
    _guard(correction, by)
    if not note.strip():
        raise ValidationError({"note": "请写明不批准的原因，申请人才知道怎么办。"})
    return _decide(correction, CorrectionState.REFUSED, "refuse", note=note, version=version, by=by, at=at)


@transaction.atomic
def withdraw_correction(correction: Correction, *, version: int | None, by: User, at: datetime.datetime) -> Correction:
    """Who asked takes it back before it is decided. Raises PermissionDenied, ValidationError, Conflict."""
    if not may_withdraw_correction(by, correction):
        raise PermissionDenied
    _may_step(correction, CorrectionState.WITHDRAWN)
    values = {"state": CorrectionState.WITHDRAWN}
    return change(correction, values, by=by, at=at, version=version, action="withdraw")


def _locked(pk: int) -> MonthReport:
    return MonthReport.objects.select_for_update(of=("self",)).select_related("project").get(pk=pk)


def _present(report: MonthReport) -> MonthReport:
    return as_corrected(report, corrections_of([report.pk]).get(report.pk, ()))


def _guard(correction: Correction, by: User) -> None:
    if not may_decide_correction(by, correction):
        raise PermissionDenied(why_not_decide(by, correction.requester_id))


def _decide(
    correction: Correction,
    state: CorrectionState,
    action: str,
    *,
    note: str,
    version: int | None,
    by: User,
    at: datetime.datetime,
) -> Correction:
    _may_step(correction, state)
    values = {"state": state, "approver": by, "decided_at": at, "decision_note": note.strip()}
    return change(correction, values, by=by, at=at, version=version, action=action, reason=note.strip())


def _may_step(correction: Correction, state: CorrectionState) -> None:
    if state not in CORRECTION_STEPS[correction.state]:
        raise ValidationError(f"这份更正已是“{correction.get_state_display()}”，不能再改为“{state.label}”。")
