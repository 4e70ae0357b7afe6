from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked
from projects.progress.rules import ReportState
from projects.registry.models import Project, wan_field


class MonthReport(Tracked):
    """月报 of a project: what the unit reports (调度投资). One report may stand for several months (1–2月, or the months
    before the system began, taken from a cumulative figure): it then covers `covers_from` to `month`."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reports", verbose_name="项目")
    month = models.DateField("月份")
    covers_from = models.DateField("起始月份", editable=False)
    planned_wan = wan_field("当月计划投资", null=True, blank=True)
    done_wan = wan_field("当月完成投资", null=True, blank=True)
    progress = models.TextField("形象进度", blank=True)
    issues = models.TextField("存在问题", blank=True)
    state = models.CharField("状态", max_length=20, choices=ReportState, default=ReportState.DRAFT, editable=False)
    note = models.CharField("异常说明", max_length=500, blank=True, help_text="系统提示数据异常时，写明原因")
    first_submitted_at = models.DateTimeField("首次上报时间", null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField("上报时间", null=True, blank=True, editable=False)
    submitter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    times_returned = models.PositiveSmallIntegerField("退回次数", default=0, editable=False)
    return_reason = models.CharField("退回原因", max_length=300, blank=True, editable=False)
    accepted_at = models.DateTimeField("审核时间", null=True, blank=True, editable=False)
    accepter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = "月报"
        ordering: ClassVar = ["-month", "project"]
        indexes: ClassVar = [models.Index(fields=["month", "state"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "month"], name="report_once", violation_error_message="该项目本月已有月报。"
            ),
            models.CheckConstraint(
                name="report_months_are_first_days",
                condition=Q(month__day=1) & Q(covers_from__day=1) & Q(covers_from__lte=F("month")),
                violation_error_message="月份应为当月第一天，起始月份不得晚于月份。",
            ),
            models.CheckConstraint(
                name="report_accepted_is_stamped",
                condition=~Q(state=ReportState.ACCEPTED) | Q(accepted_at__isnull=False),
                violation_error_message="审核通过的月报须有审核时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.month.year}年{self.month.month}月月报"

    def history_subject(self) -> models.Model:
        return self.project


class StatisticsEntry(Tracked):
    """入库：the project stands in the statistics bureau's list since this day. Its money is a figure of its own
    (入库统计投资), never to be mixed with what units report."""

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, related_name="statistics_entry", verbose_name="项目"
    )
    entered_on = models.DateField("入库日期")
    # A list that says only √ tells the month at the latest, not the day.
    is_day_known = models.BooleanField("日期确切", default=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "入库记录"

    def __str__(self) -> str:
        return f"{self.project} 入库"

    def history_subject(self) -> models.Model:
        return self.project
