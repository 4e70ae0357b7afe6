"""The month under way, and what happens after one is closed: figures corrected, a unit let in late, a request that waits."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from zoneinfo import ZoneInfo

from leaders.accounts.models import User
from projects.periods.actions import ask_exception, grant_exception
from projects.periods.models import Period
from projects.progress.actions import return_report, save_report_draft, submit_report
from projects.progress.corrections.actions import approve_correction, ask_corrections
from projects.progress.models import MonthReport
from projects.progress.rules import ReportState
from projects.progress.statistics.actions import TypedFigure, set_statistics_figures
from projects.registry.access import reported_by
from projects.registry.models import Project

MAY, JUNE, JULY = (datetime.date(2023, month, 1) for month in (5, 6, 7))
AT = datetime.datetime(2023, 7, 4, 17, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = datetime.timedelta(days=1)


def start_july(office: User) -> None:
    """交通局 has explained why one figure repeats June's and sent it, keeps a draft that still owes such a reason, and got
    one report back; 水利局 has sent two."""
    traffic, water = (User.objects.get(username=name) for name in ("jiaotong", "shuili"))
    explained, copied, vague = _own(traffic)[2:5]  # June of the first two is corrected later on
    done = {
        report.project_id: report for report in MonthReport.objects.filter(month=JUNE, project__in=[explained, copied])
    }
    sent = {"planned_wan": Decimal(300), "done_wan": done[explained.pk].done_wan, "progress": "路基填筑完成 40%"}
    reason = "按合同按月等额计量，监理已签认，两月金额相同"
    submit_report(explained, JULY, {**sent, "note": reason}, version=None, by=traffic, at=AT - DAY / 12)
    june = done[copied.pk]
    again = {"planned_wan": Decimal(300), "done_wan": june.done_wan, "progress": june.progress}
    save_report_draft(copied, JULY, again, version=None, by=traffic, at=AT - DAY / 24)
    thin = {"planned_wan": Decimal(260), "done_wan": Decimal(310), "progress": "正常推进"}
    report = submit_report(vague, JULY, thin, version=None, by=traffic, at=AT - DAY / 12)
    words = "形象进度太笼统，请写明干到哪一步、完成多少公里"
    return_report(report, reason=words, version=report.version, by=office, at=AT)
    for number, project in enumerate(_own(water)[:2]):
        values = {"planned_wan": Decimal(200), "done_wan": Decimal(150 + 35 * number), "progress": "管沟开挖 1.2 公里"}
        submit_report(project, JULY, values, version=None, by=water, at=AT - DAY / 24)


def _own(reporter: User) -> list[Project]:
    """The projects of the key list that the person reports for."""
    return list(reported_by(reporter, AT.date()).filter(lists__key="2023-key").order_by("pk"))


def correct_and_reopen(*, by: User) -> None:
    """`by` is the head of the office, who approves."""
    traffic, water = (User.objects.get(username=name) for name in ("jiaotong", "shuili"))
    june = Period.objects.get(month=JUNE)
    reports = MonthReport.objects.filter(month=JUNE, state=ReportState.ACCEPTED, done_wan__gt=100)
    own = reports.filter(project__in=reported_by(traffic, AT.date())).order_by("project")
    for number, report in enumerate(own[:2]):
        right = {"done_wan": (report.done_wan or Decimal(0)) - 30 - number}
        reason = "监理复核，扣除重复计量的土方" if number == 0 else "设备款发票跨月，核减"
        (asked,) = ask_corrections(report, right, reason=reason, version=None, by=traffic, at=AT)
        if number == 0:
            approve_correction(asked, note="附监理复核单", version=asked.version, by=by, at=AT)
    _enter_accepted(own[:6], by)
    _let_in_once(traffic, by)
    expires_on = datetime.date(2023, 7, 7)
    reasons = {traffic: "机房检修，截止日当天未能上报", water: "填报员住院，由他人补报"}
    for number, (user, reason) in enumerate(reasons.items()):
        exception = ask_exception(
            june, unit=user.unit, project_id=None, reason=reason, expires_on=expires_on, by=user, at=AT
        )
        if number == 0:
            grant_exception(exception, version=exception.version, by=by, at=AT)


def _let_in_once(reporter: User, approver: User) -> None:
    """For May, until 7 June: it has closed by itself since."""
    at, expires_on = datetime.datetime(2023, 6, 5, 9, tzinfo=AT.tzinfo), datetime.date(2023, 6, 7)
    may, reason = Period.objects.get(month=MAY), "计量单 6 月 4 日才由监理签回"
    asked = ask_exception(
        may, unit=reporter.unit, project_id=None, reason=reason, expires_on=expires_on, by=reporter, at=at
    )
    grant_exception(asked, version=asked.version, note="同意，两天内补报", by=approver, at=at + DAY / 8)


def _enter_accepted(reports: Iterable[MonthReport], by: User) -> None:
    """The statistics bureau accepts somewhat less than what units report, and later."""
    typed = [
        TypedFigure(report.project, ((report.done_wan or Decimal(0)) * Decimal("0.9")).quantize(Decimal("0.01")), None)
        for report in reports
        if hasattr(report.project, "statistics_entry")
    ]
    set_statistics_figures(JUNE, typed, by=by, at=AT)
