from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked
from projects.progress.rules import CORRECTED_AMOUNTS, CORRECTION_TONES, CorrectedField, CorrectionState, ReportState
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

    tracked_too = frozenset({"state", "covers_from"})

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


class Correction(Tracked):
    """更正 of one value of an accepted report, which itself is never overwritten: present value = accepted value + what was
    approved. Asked for by one person, approved by another; it counts from `decided_at`."""

    report = models.ForeignKey(
        MonthReport, on_delete=models.PROTECT, related_name="corrections", editable=False, verbose_name="月报"
    )
    field = models.CharField("更正项", max_length=20, choices=CorrectedField, editable=False)
    old_wan = wan_field("原值", null=True, blank=True, editable=False)
    new_wan = wan_field("更正为", null=True, blank=True)
    old_text = models.TextField("原文", blank=True, editable=False)
    new_text = models.TextField("更正后的文字", blank=True)
    reason = models.CharField("理由", max_length=300)
    state = models.CharField(
        "状态", max_length=20, choices=CorrectionState, default=CorrectionState.ASKED, editable=False
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name="申请人"
    )
    requested_at = models.DateTimeField("申请时间", editable=False)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name="审批人",
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True, editable=False)
    decision_note = models.CharField("审批意见", max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = "更正"
        ordering: ClassVar = ["-requested_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "field"],
                condition=Q(state=CorrectionState.ASKED),
                name="correction_waits_once",
                violation_error_message="这一项已有一份待审批的更正。",
            ),
            models.CheckConstraint(
                name="correction_is_decided_by_another",
                condition=~Q(state__in=[CorrectionState.APPROVED, CorrectionState.REFUSED])
                | (Q(approver__isnull=False) & Q(decided_at__isnull=False) & ~Q(approver=F("requester"))),
                violation_error_message="申请人不能批准自己的更正，请由另一位负责人批准。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}更正（{self.get_field_display()}）"

    def history_subject(self) -> models.Model:
        return self.report.project

    @property
    def tone(self) -> str:
        return CORRECTION_TONES.get(CorrectionState(self.state), "plain")

    @property
    def is_amount(self) -> bool:
        return self.field in CORRECTED_AMOUNTS

    @property
    def old(self) -> Decimal | str | None:
        return self.old_wan if self.is_amount else self.old_text

    @property
    def new(self) -> Decimal | str | None:
        return self.new_wan if self.is_amount else self.new_text


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


class StatisticsFigure(Tracked):
    """入库统计投资 of a month, as the statistics bureau accepted it: a figure of its own beside what the unit reports (调度投资),
    never added to it and never called by its name."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="statistics_figures", editable=False, verbose_name="项目"
    )
    month = models.DateField("月份", editable=False)
    accepted_wan = wan_field("入库统计投资")

    class Meta:
        verbose_name = "入库统计投资"
        ordering: ClassVar = ["-month", "project"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "month"],
                name="statistics_figure_once",
                violation_error_message="该项目本月已有入库统计投资。",
            ),
            models.CheckConstraint(
                name="statistics_figure_month_is_first_day",
                condition=Q(month__day=1),
                violation_error_message="月份应为当月第一天。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.month.year}年{self.month.month}月入库统计投资"

    def history_subject(self) -> models.Model:
        return self.project
