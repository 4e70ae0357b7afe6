import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from leaders.audit.models import Tracked
from projects.inspections.rules import CheckResult, RecheckResult, on_site_words, recheck_words
from projects.problems.models import Problem
from projects.registry.models import Project, Sector


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

    tracked_too = frozenset({"archived_at"})

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
    # As a ledger has it; without one it is told by the state of the problem.
    recheck = models.TextField("复查情况", blank=True)

    class Meta:
        verbose_name = "发现问题"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def history_subject(self) -> models.Model:
        return self.inspection.project


class Checklist(Tracked):
    """督查清单：what to look at on site in projects of one kind; the one without a kind goes for all."""

    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="项目类型"
    )

    class Meta:
        verbose_name = "督查清单"
        ordering: ClassVar = [F("sector").asc(nulls_first=True)]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Coalesce(F("sector"), Value(0)),
                name="checklist_once_per_kind",
                violation_error_message="这类项目已有督查清单，请刷新后在原清单上改。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sector or '所有项目'}督查清单"


class ChecklistItem(models.Model):
    """One point. Its words never change: what was answered stays an answer to what was asked."""

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="items", verbose_name="督查清单")
    text = models.CharField("要看的", max_length=120)
    position = models.PositiveSmallIntegerField("顺序", default=0)
    archived_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = "清单要点"
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checklist", "text"], name="checklist_item_once"),
        ]

    def __str__(self) -> str:
        return self.text


class CheckAnswer(models.Model):
    """What a visit saw at a point of the checklist; told in the history of the visit."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="checks", verbose_name="督查记录")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+", verbose_name="要看的")
    result = models.CharField("结果", max_length=10, choices=CheckResult)

    class Meta:
        verbose_name = "清单结果"
        ordering: ClassVar = ["item__checklist", "item__position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inspection", "item"], name="check_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item}：{self.get_result_display()}"


class Recheck(models.Model):
    """复查：a later visit looks again at what an earlier one found; told in the history of the later visit."""

    inspection = models.ForeignKey(
        Inspection, on_delete=models.CASCADE, related_name="rechecks", verbose_name="复查的督查"
    )
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="rechecks", verbose_name="发现问题")
    result = models.CharField("复查结果", max_length=10, choices=RecheckResult)
    note = models.CharField("复查情况", max_length=200, blank=True)

    class Meta:
        verbose_name = "复查"
        ordering: ClassVar = ["inspection__inspected_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inspection", "finding"], name="recheck_once_per_visit"),
        ]

    def __str__(self) -> str:
        return recheck_words(self.result, self.note)


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
