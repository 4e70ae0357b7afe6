from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked
from projects.rankings.annual.rules import MarkKind
from projects.rankings.models import Board, RunState


class AnnualRun(Tracked):
    """年底总账 of a year, made of released months alone. Frozen as a month is; a correction is a further edition."""

    year = models.PositiveSmallIntegerField("年度")
    edition = models.PositiveSmallIntegerField("期次", default=1)
    state = models.CharField("状态", max_length=20, choices=RunState, default=RunState.TRIAL)
    computed_at = models.DateTimeField("计算时间")
    # The scheme as it was, the months with their checksums, the marks by number.
    frozen = models.JSONField("冻结数据", default=dict, encoder=DjangoJSONEncoder)
    sha256 = models.CharField("校验值", max_length=64)
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="发布人",
    )  # fmt: skip
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    releaser = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="签发人",
    )  # fmt: skip
    released_at = models.DateTimeField("签发时间", null=True, blank=True)

    class Meta:
        verbose_name = "年底总账"
        ordering: ClassVar = ["-year", "-edition"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "edition"], name="annual_edition_once"),
            models.CheckConstraint(
                name="annual_released_by_another",
                condition=Q(releaser__isnull=True) | ~Q(releaser=F("publisher")),
                violation_error_message="发布人不能自己签发，须由重点办另一个账号签发。",
            ),
            models.CheckConstraint(
                name="annual_state_is_stamped",
                condition=Q(state=RunState.TRIAL, published_at__isnull=True, released_at__isnull=True)
                | Q(state=RunState.PUBLISHED, published_at__isnull=False, released_at__isnull=True)
                | Q(state=RunState.RELEASED, published_at__isnull=False, released_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年底总账"


class AnnualRow(models.Model):
    """One line of a board of the year, with everything needed to open it down to its months."""

    run = models.ForeignKey(AnnualRun, on_delete=models.CASCADE, related_name="rows", verbose_name="年底总账")
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", verbose_name="榜")
    position = models.PositiveIntegerField("顺序")
    rank = models.PositiveIntegerField("名次", null=True, blank=True)
    is_tied = models.BooleanField("并列", default=False)
    subject_type = models.CharField("对象类别", max_length=20)
    subject_id = models.BigIntegerField("对象编号")
    subject_name = models.CharField("对象", max_length=200)
    score = models.DecimalField("得分", max_digits=7, decimal_places=2, null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    detail = models.JSONField("明细", default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "年度排名"
        ordering: ClassVar = ["board__position", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "board", "subject_type", "subject_id"], name="annual_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.board} {self.subject_name}"


class AnnualMark(Tracked):
    """半年观摩、年终核查的打分, and plus and minus points of the year, for a unit or a group."""

    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("哪一项", max_length=20, choices=MarkKind)
    unit = models.ForeignKey(
        "leaders.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    group = models.ForeignKey(
        "leaders.WorkingGroup", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="指挥部（专班）",
    )  # fmt: skip
    value = models.DecimalField("分数", max_digits=5, decimal_places=2)
    reason = models.CharField("事由", max_length=200)
    evidence = models.CharField("依据", max_length=200, blank=True)
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name="登记人"
    )

    class Meta:
        verbose_name = "年度打分"
        ordering: ClassVar = ["-year", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="annual_mark_names_one",
                condition=Q(unit__isnull=False, group__isnull=True) | Q(unit__isnull=True, group__isnull=False),
                violation_error_message="打分对应一个单位或一个指挥部（专班），二者选一。",
            ),
            models.CheckConstraint(
                name="annual_mark_out_of_100",
                condition=Q(kind=MarkKind.POINTS) | Q(value__gte=0, value__lte=100),
                violation_error_message="按百分制打分，应在 0 到 100 之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.get_kind_display()} {self.value}"

    @property
    def subject(self) -> str:
        return str(self.unit or self.group)

    @property
    def subject_key(self) -> tuple[str, int]:
        """As boards name their subjects: ("unit", 7)."""
        return ("unit", self.unit_id) if self.unit_id else ("group", self.group_id or 0)
