import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from leaders.audit.models import Tracked
from projects.inspections.rules import on_site_words
from projects.problems.models import Problem
from projects.registry.models import Project


class Inspection(Tracked):
    """现场督查：one visit to one project by a leader, a working group or the inspection bureau."""

    # Made on the phone when the page opens: sending the same form twice gives one record.
    client_key = models.UUIDField("提交标识", unique=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="inspections", verbose_name="项目")
    inspected_on = models.DateField("督查日期")
    leader = models.ForeignKey(
        "leaders.Leader", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="督查领导"
    )
    unit = models.ForeignKey(
        "leaders.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="督查单位"
    )
    group = models.ForeignKey(
        "leaders.WorkingGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="指挥部（专班）",
    )
    people = models.CharField("同行人员", max_length=200, blank=True)
    situation = models.TextField("现场情况")
    workers = models.PositiveIntegerField("现场人数", null=True, blank=True, db_comment="人")
    machines = models.PositiveIntegerField("现场机械", null=True, blank=True, db_comment="台")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name="记录人"
    )
    archived_at = models.DateTimeField("归档时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "督查记录"
        ordering: ClassVar = ["-inspected_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["inspected_on"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="inspection_has_inspector",
                condition=Q(leader__isnull=False) | Q(unit__isnull=False) | Q(group__isnull=False),
                violation_error_message="请写明由谁督查：领导、单位或指挥部（专班）至少一项。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.inspected_on} {self.project}"

    @property
    def on_site(self) -> str:
        return on_site_words(self.workers, self.machines)

    def history_subject(self) -> models.Model:
        return self.project


class Finding(Tracked):
    """发现的问题 of a visit; can become an entry of the problem ledger at once."""

    inspection = models.ForeignKey(
        Inspection, on_delete=models.CASCADE, related_name="findings", verbose_name="督查记录"
    )
    text = models.TextField("发现问题")
    problem = models.OneToOneField(
        Problem, on_delete=models.PROTECT, null=True, blank=True, related_name="finding", verbose_name="转成的问题"
    )

    class Meta:
        verbose_name = "发现问题"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def history_subject(self) -> models.Model:
        return self.inspection.project


class InspectionPhoto(models.Model):
    """A photo, decoded and encoded anew (no position, upright). Optional: never asked for."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="photos", verbose_name="督查记录")
    image = models.FileField("照片", upload_to="inspections/%Y/%m")
    sha256 = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "督查照片"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.image.name or ""


class InspectionParameters(Tracked):
    """The county's numbers about visits, edited by the office: one row, or the usual ones while there is none."""

    days_per_week = models.PositiveSmallIntegerField(
        "每周到现场不少于几天", default=2, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    unseen_days = models.PositiveSmallIntegerField(
        "多少天没有人去算久未督查", default=30, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )

    class Meta:
        verbose_name = "督查规则"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="inspection_parameters_once", condition=Q(pk=1), violation_error_message="督查规则只有一份。"
            )
        ]

    def __str__(self) -> str:
        return "督查规则"
