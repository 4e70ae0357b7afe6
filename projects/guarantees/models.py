from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from leaders.audit.models import ArchivableQuerySet, Tracked
from projects.guarantees.rules import Counting
from projects.problems.rules import ProblemCategory
from projects.registry.models import FundingSource, Project, wan_field


class GuaranteeTarget(Tracked):
    """What one of the guarantees (融资、用地 …) is to bring in a year: 15 场, 80 个, 5000 亩."""

    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2199)])
    guarantee = models.CharField("保障", max_length=20, choices=ProblemCategory)
    name = models.CharField("指标", max_length=80)
    measure = models.CharField("计量单位", max_length=10)
    amount = models.DecimalField("年度目标", max_digits=14, decimal_places=2)
    unit = models.ForeignKey(
        "leaders.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="牵头单位"
    )
    counting = models.CharField("怎样计数", max_length=20, choices=Counting, default=Counting.ENTRIES)
    archived_at = models.DateTimeField("撤销时间", null=True, blank=True, editable=False)

    objects = ArchivableQuerySet["GuaranteeTarget"].as_manager()

    class Meta:
        verbose_name = "保障目标"
        ordering: ClassVar = ["-year", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year", "name"],
                condition=Q(archived_at__isnull=True),
                name="guarantee_target_once",
                violation_error_message="这一年已有同名的指标。",
            ),
            models.CheckConstraint(
                name="guarantee_target_positive",
                condition=Q(amount__gt=0),
                violation_error_message="年度目标应大于 0；不再要求的请撤销这项指标。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年{self.name}"


class GuaranteeEntry(Tracked):
    """One thing done towards a target, with what shows it: words or a file."""

    target = models.ForeignKey(
        GuaranteeTarget, on_delete=models.PROTECT, related_name="entries", verbose_name="保障目标"
    )
    done_on = models.DateField("完成日期")
    amount = models.DecimalField("数量", max_digits=14, decimal_places=2)
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="guarantee_entries", verbose_name="项目"
    )
    evidence = models.CharField("依据", max_length=500, blank=True)
    # Served by guarantee-entry-file only, as attachment; the folder lies outside of what the web server shows.
    file = models.FileField("附件", upload_to="guarantees/%Y/%m", blank=True, editable=False)
    file_name = models.CharField("附件名称", max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name="登记人"
    )
    archived_at = models.DateTimeField("撤销时间", null=True, blank=True, editable=False)

    tracked_too = frozenset({"file"})
    objects = ArchivableQuerySet["GuaranteeEntry"].as_manager()

    class Meta:
        verbose_name = "保障登记"
        ordering: ClassVar = ["-done_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="guarantee_entry_positive",
                condition=Q(amount__gt=0),
                violation_error_message="数量应大于 0；登记错的请撤销那一条。",
            ),
            models.CheckConstraint(
                name="guarantee_entry_shown",
                condition=~Q(evidence="") | ~Q(file=""),
                violation_error_message="请写明依据（文号、合同、批复等），或上传附件。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done_on} {self.target.name}"

    def history_subject(self) -> models.Model:
        return self.target


class BankMeeting(Tracked):
    """银企对接会: banks and projects at one table. Each held one counts towards the year's target by itself."""

    held_on = models.DateField("日期")
    name = models.CharField("名称", max_length=80)
    place = models.CharField("地点", max_length=100, blank=True)
    banks = models.CharField("参会银行", max_length=500, blank=True)
    note = models.TextField("说明", blank=True)
    archived_at = models.DateTimeField("撤销时间", null=True, blank=True, editable=False)

    objects = ArchivableQuerySet["BankMeeting"].as_manager()

    class Meta:
        verbose_name = "银企对接会"
        ordering: ClassVar = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.held_on} {self.name}"


class Deal(Tracked):
    """A project presented at a 银企对接会, with what a bank agreed to. What has arrived are the payments of the funding
    source that the agreement became."""

    meeting = models.ForeignKey(BankMeeting, on_delete=models.PROTECT, related_name="deals", verbose_name="银企对接会")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="deals", verbose_name="项目")
    bank = models.CharField("银行", max_length=60, blank=True)
    agreed_wan = wan_field("达成金额", null=True, blank=True)
    source = models.OneToOneField(
        FundingSource, on_delete=models.PROTECT, null=True, blank=True, related_name="deal", verbose_name="资金来源"
    )
    # Whether the agreement brought the source: its amount then follows what was agreed, and it goes with the deal.
    made_source = models.BooleanField("资金来源由本次达成形成", default=False, editable=False)
    note = models.CharField("说明", max_length=200, blank=True)
    archived_at = models.DateTimeField("撤销时间", null=True, blank=True, editable=False)

    tracked_too = frozenset({"made_source"})
    objects = ArchivableQuerySet["Deal"].as_manager()

    class Meta:
        verbose_name = "对接项目"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "project", "bank"],
                condition=Q(archived_at__isnull=True),
                name="deal_once",
                violation_error_message="这个项目与这家银行的对接已经登记。",
            ),
            models.CheckConstraint(
                name="deal_agreed_with_a_bank",
                condition=Q(agreed_wan__isnull=True, source__isnull=True) | (Q(agreed_wan__gt=0) & ~Q(bank="")),
                violation_error_message="达成金额应大于 0，并写明是哪家银行；只推介、没有达成的两项都留空。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}（{self.bank or '推介'}）"

    def history_subject(self) -> models.Model:
        return self.meeting
