from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked
from leaders.organisations.models import Unit
from projects.periods.rules import CLOSING_DAY, DUE_DAY, IDLE_WORDS, PROBLEM_WORKDAYS, ExceptionState, Opening
from yichuan_tracker.months import span_label

_DAY = [MinValueValidator(1), MaxValueValidator(31)]


class FilingRule(Tracked):
    """填报规则 of a year: from it the year's periods get their dates, reports the limits they are checked against, and
    problems the deadline that is proposed for them."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    opening_day = models.PositiveSmallIntegerField("开放日", default=1, validators=_DAY)
    due_day = models.PositiveSmallIntegerField("报送截止日", default=DUE_DAY, validators=_DAY)
    closing_day = models.PositiveSmallIntegerField("关账日（次月）", default=CLOSING_DAY, validators=_DAY)
    combines_first_months = models.BooleanField("1—2月合并报送", default=False)
    jump_pct = models.PositiveSmallIntegerField("当月投资突增限值（占年度计划 %）", default=30)
    idle_words = models.CharField("形象进度里算没有进展的话", max_length=200, default=IDLE_WORDS)
    problem_workdays = models.PositiveSmallIntegerField(
        "问题办理时限（工作日）",
        default=PROBLEM_WORKDAYS,
        validators=[MinValueValidator(1), MaxValueValidator(250)],
    )

    class Meta:
        verbose_name = "填报规则"
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="filing_rule_opens_before_due",
                condition=Q(opening_day__lte=F("due_day")),
                violation_error_message="开放日应不晚于报送截止日，请核对。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}年填报规则"


class Period(Tracked):
    """A month of reporting, or 1–2月 as one: `covers_from` to `month`, both first days. Filed from `opens_on` until `due_on`,
    late until the end of `closing_on`, closed by itself afterwards."""

    month = models.DateField("月份", unique=True)
    covers_from = models.DateField("起始月份", editable=False)
    opens_on = models.DateField("开放日")
    due_on = models.DateField("报送截止日")
    closing_on = models.DateField("关账日")

    class Meta:
        verbose_name = "报送期"
        ordering: ClassVar = ["-month"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="period_months_are_first_days",
                condition=Q(month__day=1) & Q(covers_from__day=1) & Q(covers_from__lte=F("month")),
                violation_error_message="月份应为当月第一天，起始月份不得晚于月份。",
            ),
            models.CheckConstraint(
                name="period_dates_in_order",
                condition=Q(covers_from__lte=F("opens_on"))
                & Q(opens_on__lte=F("due_on"))
                & Q(due_on__lte=F("closing_on")),
                violation_error_message="开放日应在月初之后、报送截止日应在开放日之后、关账日之前，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return span_label(self.covers_from, self.month)


class FilingException(Tracked):
    """临时开放: a closed period stays open for one unit (all its projects) or one project until the end of `expires_on`. Asked
    for by one person, granted by another; it closes itself, and can be revoked before."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="exceptions", verbose_name="报送期")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位"
    )
    project = models.ForeignKey(
        "projects.Project", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name="项目"
    )
    reason = models.CharField("理由", max_length=300)
    expires_on = models.DateField("开放至")
    state = models.CharField(
        "状态", max_length=20, choices=ExceptionState, default=ExceptionState.ASKED, editable=False
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
        verbose_name = "临时开放"
        ordering: ClassVar = ["-requested_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="exception_is_for_somebody",
                condition=Q(unit__isnull=False) | Q(project__isnull=False),
                violation_error_message="请选择责任单位或项目。",
            ),
            models.CheckConstraint(
                name="exception_is_decided_by_another",
                condition=~Q(state__in=[ExceptionState.GRANTED, ExceptionState.REFUSED])
                | (Q(approver__isnull=False) & ~Q(approver=F("requester"))),
                violation_error_message="申请人不能批准自己的申请，请由另一位负责人批准。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}临时开放（{self.project or self.unit}）"

    @property
    def opening(self) -> Opening:
        """What the rule asks of a granted exception."""
        return Opening(self.expires_on, self.reason, str(self.approver))


class Holiday(models.Model):
    """A day that is not what its weekday says: a holiday, or a Saturday worked (调休). Edited by the project office."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班", default=False)
    name = models.CharField("名称", max_length=40)

    class Meta:
        verbose_name = "节假日与调休"
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
