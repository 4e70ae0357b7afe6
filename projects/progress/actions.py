import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from leaders.accounts.models import User
from leaders.audit.actions import Origin, change, changes_of, create, delete, history_entry, record_many
from leaders.audit.rules import Conflict
from projects.periods.queries import period_for
from projects.progress.access import (
    may_file_report,
    may_keep_statistics,
    may_review_reports,
    may_withdraw_report,
)
from projects.progress.models import MonthReport, StatisticsEntry
from projects.progress.queries import report_decision, report_warnings
from projects.progress.rules import (
    EDITABLE_STATES,
    ReportState,
    is_explained,
    missing_in,
)
from projects.registry.models import Project
from yichuan_tracker.money import format_wan
from yichuan_tracker.months import month_label, span_label

TYPED = ("planned_wan", "done_wan", "progress", "issues", "note")


# ---- the unit ---------------------------------------------------------------------------------------------------


@transaction.atomic
def save_report_draft(
    project: Project,
    month: datetime.date,
    values: Mapping[str, Any],
    *,
    by: User,
    at: datetime.datetime,
    version: int | None = None,
    batch_id: int | None = None,
    origin: Origin | None = None,
) -> MonthReport:
    """Keep what was typed (`planned_wan`, `done_wan`, `progress`, `issues`, `note`) without sending it. A month of a combined
    period (1–2月) is kept in the one report of the period.

    `version` is that of the report the person saw; None when there was none. `batch_id` and `origin` lead back to the cells of a
    workbook. Raises PermissionDenied if `by` does not report for the project; ValidationError when the month is not open,
    stands in a report of several months, or was sent already; Conflict when somebody else wrote meanwhile.
    """
    today = timezone.localdate(at)
    if not may_file_report(by, project, today=today):
        raise PermissionDenied
    period, decision = period_for(month), report_decision(project, month, today)
    if not decision or period is None:
        raise ValidationError(f"{decision.reason}{decision.who_can_open}。")
    month = period.month
    # One writer at a time for a project, so that two first saves meet here and not at the unique constraint.
    Project.objects.select_for_update().get(pk=project.pk)
    typed = {name: values[name] for name in TYPED if name in values}
    report = MonthReport.objects.filter(project=project, month=month).first()
    if report is None:
        _refuse_overlap(project, period.covers_from, month)
        fresh = MonthReport(project=project, month=month, covers_from=period.covers_from, **typed)
        return create(fresh, by=by, at=at, batch_id=batch_id, origin=origin)
    if report.version != version:
        raise Conflict(report, typed)
    if report.state not in EDITABLE_STATES:
        raise ValidationError(
            f"{month_label(month)}月报已是“{report.get_state_display()}”，不能再改。"
            "未审核的可先撤回；已审核的数字不覆盖，请与重点办联系。"
        )
    return change(report, typed, by=by, at=at, version=version, batch_id=batch_id, origin=origin)


@transaction.atomic
def submit_report(
    project: Project,
    month: datetime.date,
    values: Mapping[str, Any],
    *,
    by: User,
    at: datetime.datetime,
    version: int | None = None,
    batch_id: int | None = None,
    origin: Origin | None = None,
) -> MonthReport:
    """Save what was typed and send it to the project office.

    Raises as `save_report_draft`, and ValidationError when a figure or the progress is missing, or when something
    looks odd (see `check_report`) and `note` gives no reason.
    """
    report = save_report_draft(project, month, values, by=by, at=at, version=version, batch_id=batch_id, origin=origin)
    refusals = missing_in(report.done_wan, report.progress)
    warnings = report_warnings(report)
    if warnings and not is_explained(report.note):
        refusals["note"] = [f"{warning.message}" for warning in warnings]
    if refusals:
        raise ValidationError(refusals)
    stamps = {"state": ReportState.SUBMITTED, "submitted_at": at, "submitter": by, "return_reason": ""}
    if report.first_submitted_at is None:
        stamps["first_submitted_at"] = at
    return change(report, stamps, by=by, at=at, version=report.version, action="submit", batch_id=batch_id)


@transaction.atomic
def withdraw_report(report: MonthReport, *, version: int | None, by: User, at: datetime.datetime) -> MonthReport:
    """Take a sent report back to change it, before the office has looked.

    Raises PermissionDenied, ValidationError when the month is closed (it could not be sent again), Conflict.
    """
    if not may_withdraw_report(by, report, today=timezone.localdate(at)):
        raise PermissionDenied
    if report.state != ReportState.SUBMITTED:
        raise ValidationError(f"这份月报现在是“{report.get_state_display()}”，只有已报、未审的月报可以撤回。")
    decision = report_decision(report.project, report.month, timezone.localdate(at))
    if not decision:
        raise ValidationError(f"{decision.reason}撤回后将无法再报，所以不能撤回。{decision.who_can_open}。")
    return change(report, {"state": ReportState.DRAFT}, by=by, at=at, version=version, action="withdraw")


# ---- the project office -----------------------------------------------------------------------------------------


@transaction.atomic
def accept_reports(seen: Mapping[int, int | None], *, by: User, at: datetime.datetime) -> list[MonthReport]:
    """Accept reports: {report id: version that the reviewer saw (None where nobody looked)}. All or none.

    Raises PermissionDenied, and ValidationError naming the reports that were changed or are no longer waiting.
    """
    if not may_review_reports(by):
        raise PermissionDenied
    reports = list(
        MonthReport.objects.select_for_update(of=("self",)).filter(pk__in=seen).select_related("project").order_by("pk")
    )
    if not reports:
        raise ValidationError("还没有选择月报，请先勾选要审核通过的月报。")
    stale = [
        report.project.name
        for report in reports
        if report.state != ReportState.SUBMITTED or seen[report.pk] not in (None, report.version)
    ]
    if stale:
        raise ValidationError(
            f"下列月报在您打开页面后有变动（撤回、重报或已审），本次一份也没有审核，请核对后重新勾选：{'、'.join(stale)}。"
        )
    for report in reports:
        report.state = ReportState.ACCEPTED
        report.accepted_at, report.accepter = at, by
        report.version += 1
    MonthReport.objects.bulk_update(reports, ["state", "accepted_at", "accepter", "version"], batch_size=200)
    record_many(
        history_entry("accept", report, by=by, at=at, changes=changes_of(report, {"state": ReportState.SUBMITTED}))
        for report in reports
    )
    return reports


@transaction.atomic
def return_report(
    report: MonthReport, *, reason: str, version: int | None, by: User, at: datetime.datetime
) -> MonthReport:
    """Send a report back to its unit with a reason.

    Raises PermissionDenied; ValidationError without a reason, when it is not waiting, or when the month is closed so
    that the unit could not answer; Conflict.
    """
    if not may_review_reports(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "请写明退回原因，单位才知道改什么。"})
    if report.state != ReportState.SUBMITTED:
        raise ValidationError(f"这份月报现在是“{report.get_state_display()}”，只有已报、未审的月报可以退回。")
    decision = report_decision(report.project, report.month, timezone.localdate(at))
    if not decision:
        raise ValidationError(f"{decision.reason}退回后单位将无法重报。{decision.who_can_open}，再退回。")
    values = {
        "state": ReportState.RETURNED,
        "times_returned": report.times_returned + 1,
        "return_reason": reason.strip(),
    }
    return change(report, values, by=by, at=at, version=version, action="return", reason=reason.strip())


# ---- taken over from workbooks ----------------------------------------------------------------------------------


@transaction.atomic
def take_over_report(
    project: Project,
    month: datetime.date,
    *,
    covers_from: datetime.date | None = None,
    planned_wan: Decimal | None = None,
    done_wan: Decimal | None = None,
    progress: str = "",
    issues: str = "",
    note: str = "",
    by: User | None,
    at: datetime.datetime,
    batch_id: int | None = None,
    origin: Any = None,
) -> MonthReport:
    """The report of a month (or of `covers_from`–`month` as one) as a workbook of the county states it: accepted at
    once, whatever the period says. The same figures again change nothing.

    What an earlier import brought may be changed by an import until its month closes; from then on, and where it was
    corrected, only a correction changes it. Raises ValidationError when a unit has written the
    month itself with other figures, or when a month would be counted twice; PermissionDenied unless `by` is of the
    office.
    """
    if by is not None and not may_review_reports(by):
        raise PermissionDenied
    covers_from = covers_from or month
    Project.objects.select_for_update().get(pk=project.pk)
    _refuse_overlap(project, covers_from, month)
    typed = {
        "covers_from": covers_from,
        "planned_wan": planned_wan,
        "done_wan": done_wan,
        "progress": progress,
        "issues": issues,
        "note": note,
    }
    stamps = {"state": ReportState.ACCEPTED, "submitted_at": at, "submitter": by, "accepted_at": at, "accepter": by}
    report = MonthReport.objects.filter(project=project, month=month).first()
    if report is None:
        new = MonthReport(project=project, month=month, **typed, **stamps)
        return create(new, by=by, at=at, batch_id=batch_id, origin=origin)
    differing = {name: value for name, value in typed.items() if getattr(report, name) != value}
    if not differing and report.state == ReportState.ACCEPTED:
        return report
    if not _is_taken_over(report):
        raise ValidationError(
            f"{project}{month_label(month)}的月报已由单位填报（{report.get_state_display()}，"
            f"当月完成 {format_wan(report.done_wan)} 万元），表中是 {format_wan(done_wan)} 万元；"
            "导入不覆盖单位填报的数字，请核对后由重点办处理。"
        )
    if why := _settled(report, timezone.localdate(at)):
        raise ValidationError(f"{report}{why}，审核过的数字不由导入改动；确实报错的，请在那份月报上提出更正。")
    return change(
        report, typed | stamps, by=by, at=at, version=report.version, action="import", batch_id=batch_id, origin=origin
    )


def _is_taken_over(report: MonthReport) -> bool:
    """Whether it came from a workbook: accepted without anybody ever having sent it."""
    return report.state == ReportState.ACCEPTED and report.first_submitted_at is None


def _settled(report: MonthReport, today: datetime.date) -> str:
    """Why no workbook may change the report any more; empty while its month is open, and for months from before the system
    knew periods."""
    if report.corrections.exists():
        return "已有更正"
    period = period_for(report.month)
    return f"所在的{period}已关账" if period is not None and period.closing_on < today else ""


def _refuse_overlap(project: Project, first: datetime.date, last: datetime.date) -> None:
    """A month is reported once: no other report may stand for one of these months."""
    others = project.reports.filter(month__gte=first, covers_from__lte=last).exclude(month=last)
    other = others.order_by("month").first()
    if other is not None:
        raise ValidationError(
            f"{project}已有{span_label(other.covers_from, other.month)}的月报，与{span_label(first, last)}重叠，"
            "同一个月的投资会算两次；请先核对那一份。"
        )


# ---- 入库 -------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_statistics_entry(
    project: Project,
    *,
    entered_on: datetime.date,
    is_day_known: bool = True,
    note: str = "",
    by: User | None,
    at: datetime.datetime,
    version: int | None = None,
    batch_id: int | None = None,
    origin: Any = None,
) -> StatisticsEntry:
    """Record (or change) since when the project stands in the statistics bureau's list.

    Raises PermissionDenied unless `by` is of the office, ValidationError for a day to come, Conflict.
    """
    if by is not None and not may_keep_statistics(by):
        raise PermissionDenied
    if entered_on > timezone.localdate(at):
        raise ValidationError({"entered_on": "入库日期不能晚于今天；还没有入库的请不要填。"})
    values = {"entered_on": entered_on, "is_day_known": is_day_known, "note": note}
    entry = StatisticsEntry.objects.filter(project=project).first()
    if entry is None:
        return create(StatisticsEntry(project=project, **values), by=by, at=at, batch_id=batch_id, origin=origin)
    return change(entry, values, by=by, at=at, version=version, batch_id=batch_id, origin=origin)


@transaction.atomic
def clear_statistics_entry(entry: StatisticsEntry, *, reason: str, by: User, at: datetime.datetime) -> None:
    """Take a wrong entry out. Raises PermissionDenied, ValidationError without a reason."""
    if not may_keep_statistics(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么取消入库记录。"})
    delete(entry, by=by, at=at, reason=reason.strip())
