from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked
from projects.registry.models import FundingSource, YearPlan, wan_field
from projects.registry.plans.rules import MONTH_FIELDS, STATE_TONES, RevisionState

_SUM: Any = reduce(add, (F(name) for name in MONTH_FIELDS))
_NO_SPLIT = Q(**{f"{name}__isnull": True for name in MONTH_FIELDS})
# Half a 分 of play: SQLite adds amounts as binary numbers.
_WHOLE_SPLIT = (
    # Said apart: a check that compares with nothing lets the row pass.
    Q(**{f"{name}__isnull": False for name in MONTH_FIELDS})
    & Q(**{f"{name}__gte": 0 for name in MONTH_FIELDS})
    & Q(planned_wan__gt=_SUM - Decimal("0.005"))
    & Q(planned_wan__lt=_SUM + Decimal("0.005"))
)


class PlanRevision(Tracked):
    """A step of a year's plan: asked for, approved, in force from a day on. The plan itself stands in YearPlan; what it
    was before is `before_wan` of the first step that came later.

    The twelve months are all given or all empty. A plan brought by an import has neither requester nor approver but
    the batch."""

    year_plan = models.ForeignKey(YearPlan, on_delete=models.CASCADE, related_name="revisions", verbose_name="年度计划")
    state = models.CharField("状态", max_length=20, choices=RevisionState, default=RevisionState.REQUESTED)
    from_on = models.DateField("自何日起执行")
    before_wan = wan_field("原计划")
    planned_wan = wan_field("年度计划投资")
    m1_wan = wan_field("1月", null=True, blank=True)
    m2_wan = wan_field("2月", null=True, blank=True)
    m3_wan = wan_field("3月", null=True, blank=True)
    m4_wan = wan_field("4月", null=True, blank=True)
    m5_wan = wan_field("5月", null=True, blank=True)
    m6_wan = wan_field("6月", null=True, blank=True)
    m7_wan = wan_field("7月", null=True, blank=True)
    m8_wan = wan_field("8月", null=True, blank=True)
    m9_wan = wan_field("9月", null=True, blank=True)
    m10_wan = wan_field("10月", null=True, blank=True)
    m11_wan = wan_field("11月", null=True, blank=True)
    m12_wan = wan_field("12月", null=True, blank=True)
    reason = models.CharField("理由", max_length=500)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="申请人",
    )
    requested_at = models.DateTimeField("申请时间", editable=False)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审批人",
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True, editable=False)
    answer = models.CharField("审批意见", max_length=500, blank=True)
    batch_id = models.BigIntegerField("导入批次", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "年度计划调整"
        ordering: ClassVar = ["year_plan", "from_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["year_plan", "state", "from_on"], name="revision_in_force")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="revision_split_is_whole",
                condition=_NO_SPLIT | _WHOLE_SPLIT,
                violation_error_message="按月分解要么 12 个月都填且合计等于年度计划，要么全部留空。",
            ),
            models.CheckConstraint(
                name="revision_not_negative",
                condition=Q(before_wan__gte=0) & Q(planned_wan__gte=0),
                violation_error_message="计划投资不能为负数，请核对。",
            ),
            models.UniqueConstraint(
                fields=["year_plan"],
                condition=Q(state=RevisionState.REQUESTED),
                name="revision_one_request",
                violation_error_message="这份年度计划已有一份等待审批的调整。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year_plan}调整"

    def history_subject(self) -> models.Model:
        return self.year_plan.project

    @property
    def tone(self) -> str:
        return STATE_TONES.get(RevisionState(self.state), "plain")

    @property
    def months_wan(self) -> list[Decimal | None]:
        """January to December; all None without a split."""
        return [getattr(self, name) for name in MONTH_FIELDS]

    @property
    def has_split(self) -> bool:
        return self.m1_wan is not None


class FundingArrival(Tracked):
    """到位 of a funding source: one entry for each payment, by the day on which it reached the account."""

    source = models.ForeignKey(
        FundingSource, on_delete=models.PROTECT, related_name="arrivals", verbose_name="资金来源"
    )
    arrived_on = models.DateField("到位日期")
    amount_wan = wan_field("到位金额")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "资金到位"
        ordering: ClassVar = ["arrived_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="arrival_positive",
                condition=Q(amount_wan__gt=0),
                violation_error_message="到位金额应大于 0；记错的请修改或删除那一笔。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source}到位 {self.arrived_on}"

    def history_subject(self) -> models.Model:
        return self.source.project
