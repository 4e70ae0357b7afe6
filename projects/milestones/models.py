import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from leaders.audit.models import ArchivableQuerySet, Tracked
from projects.registry.models import Project


class Milestone(Tracked):
    """节点 with its three dates side by side: original plan, current forecast, actual."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="milestones", verbose_name="项目")
    name = models.CharField("节点", max_length=200)
    # The plan in force: the original one until a move is approved (see projects.requests).
    due_on = models.DateField("计划完成日", help_text="原定日期，录入后只凭批准的申请调整")
    original_on = models.DateField("原定完成日", null=True, blank=True, editable=False, help_text="调整过的节点才有")
    forecast_on = models.DateField("预计完成日", null=True, blank=True)
    actual_on = models.DateField("实际完成日", null=True, blank=True)
    weight = models.DecimalField("权重", max_digits=6, decimal_places=2, default=1)
    unit = models.ForeignKey("leaders.Unit", on_delete=models.PROTECT, null=True, blank=True, verbose_name="责任单位")
    person = models.CharField("责任人", max_length=40, blank=True)
    evidence = models.CharField("完成情况说明", max_length=500, blank=True)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True, editable=False)

    objects = ArchivableQuerySet["Milestone"].as_manager()

    class Meta:
        verbose_name = "节点"
        ordering: ClassVar = ["due_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["due_on"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="milestone_weight_positive",
                condition=Q(weight__gt=0),
                violation_error_message="节点权重应大于 0。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def history_subject(self) -> models.Model:
        return self.project

    @property
    def first_due_on(self) -> datetime.date:
        """The original plan, whatever was approved later."""
        return self.original_on or self.due_on


class MilestoneParameters(Tracked):
    """The county's numbers about dates, edited by the office: one row, or the defaults while there is none."""

    soon_days = models.PositiveSmallIntegerField("到期前多少天提醒", default=30)
    near_days = models.PositiveSmallIntegerField(
        "到期前多少天内调整日期须上级审批", default=30, help_text="已经逾期的同样须上级审批"
    )
    warn_days = models.PositiveSmallIntegerField("进入上级审批期之前多少天提醒", default=10)
    counts_unverified = models.BooleanField(
        "单位报完成、重点办尚未核实的节点计入考评", default=True, help_text="核实不属实的一律不计"
    )

    class Meta:
        verbose_name = "节点规则"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="milestone_parameters_once", condition=Q(pk=1), violation_error_message="节点规则只有一份。"
            )
        ]

    def __str__(self) -> str:
        return "节点规则"
