"""What happens after a month is closed: figures corrected, one unit let in late, one request still waiting."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from zoneinfo import ZoneInfo

from leaders.accounts.models import User
from projects.periods.actions import ask_exception, grant_exception
from projects.periods.models import Period
from projects.progress.corrections.actions import approve_correction, ask_corrections
from projects.progress.models import MonthReport
from projects.progress.rules import ReportState
from projects.progress.statistics.actions import TypedFigure, set_statistics_figures
from projects.registry.access import reported_by

JUNE = datetime.date(2023, 6, 1)
AT = datetime.datetime(2023, 7, 4, 17, tzinfo=ZoneInfo("Asia/Shanghai"))


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
    expires_on = datetime.date(2023, 7, 7)
    reasons = {traffic: "机房检修，截止日当天未能上报", water: "填报员住院，由他人补报"}
    for number, (user, reason) in enumerate(reasons.items()):
        exception = ask_exception(
            june, unit=user.unit, project_id=None, reason=reason, expires_on=expires_on, by=user, at=AT
        )
        if number == 0:
            grant_exception(exception, version=exception.version, by=by, at=AT)


def _enter_accepted(reports: Iterable[MonthReport], by: User) -> None:
    """The statistics bureau accepts somewhat less than what units report, and later."""
    typed = [
        TypedFigure(report.project, ((report.done_wan or Decimal(0)) * Decimal("0.9")).quantize(Decimal("0.01")), None)
        for report in reports
        if hasattr(report.project, "statistics_entry")
    ]
    set_statistics_figures(JUNE, typed, by=by, at=AT)
