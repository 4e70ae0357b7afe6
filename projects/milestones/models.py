import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

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
    # The unit says done, the office verifies: with `actual_on` the verifier found it true, without it untrue.
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="报完成的人",
    )  # fmt: skip
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="核实人",
    )  # fmt: skip
    verified_at = models.DateTimeField("核实时间", null=True, blank=True)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True, editable=False)

    tracked_too = frozenset({"archived_at"})
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
            ),
            models.CheckConstraint(
                name="milestone_verified_by_another",
                condition=Q(verifier__isnull=True, verified_at__isnull=True)
                | (Q(verified_at__isnull=False) & (Q(reporter__isnull=True) | ~Q(verifier=F("reporter")))),
                violation_error_message="报完成的人不能自己核实，请由另一人核实。",
            ),
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


class MilestoneTemplate(Tracked):
    """节点模板: the steps that projects of one kind usually take."""

    name = models.CharField("项目类型", max_length=40, unique=True)

    class Meta:
        verbose_name = "节点模板"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class TemplateStep(models.Model):
    """One step: so far on the way from planned start to planned end, or so many months before the end."""

    template = models.ForeignKey(
        MilestoneTemplate, on_delete=models.CASCADE, related_name="steps", verbose_name="节点模板"
    )
    position = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("节点", max_length=200)
    share_pct = models.PositiveSmallIntegerField("全程的百分之几", null=True, blank=True)
    months_before = models.PositiveSmallIntegerField("竣工前几个月", null=True, blank=True)
    weight = models.DecimalField("权重", max_digits=6, decimal_places=2, default=1)
    person = models.CharField("责任人", max_length=40, blank=True)

    class Meta:
        verbose_name = "模板节点"
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="template_step_has_its_place",
                condition=Q(share_pct__isnull=False, share_pct__lte=100, months_before__isnull=True)
                | Q(share_pct__isnull=True, months_before__isnull=False, months_before__lte=120),
                violation_error_message="每个节点填“全程的百分之几”（0 到 100）或“竣工前几个月”，只填一项。",
            ),
            models.CheckConstraint(
                name="template_step_weight_positive",
                condition=Q(weight__gt=0),
                violation_error_message="节点权重应大于 0。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place_words(self) -> str:
        """全程 50%, 竣工前 3 个月."""
        return f"全程 {self.share_pct}%" if self.share_pct is not None else f"竣工前 {self.months_before} 个月"
