from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, CharField, DateField, F, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, ExtractYear

from leaders.audit.models import Tracked
from projects.permits.rules import (
    COMPUTED_STATES,
    FIRST_HALF_ENDS,
    STORED_STATES,
    USUAL_DEADLINES,
    Deadlines,
    PermitState,
)
from projects.registry.models import Project


class PermitType(Tracked):
    """A kind of procedure (手续) and the department that grants it."""

    name = models.CharField("手续名称", max_length=40, unique=True)
    also_called = models.CharField("别称", max_length=200, blank=True, help_text="用顿号分开，导入时据此识别列名")
    department = models.ForeignKey(
        "leaders.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="permit_types",
        verbose_name="审批部门",
    )
    allowed_days = models.PositiveSmallIntegerField(
        "承诺时限（工作日）", null=True, blank=True, help_text="自受理次日起算，不填的不计限时办结"
    )
    is_before_start = models.BooleanField(
        "开工前办结", default=True, help_text="勾选的，应办时限随计划开工推算；联合验收等开工以后的不勾"
    )
    position = models.PositiveSmallIntegerField("顺序", default=100)
    active_from = models.DateField("启用日期", null=True, blank=True)
    active_to = models.DateField("停用日期", null=True, blank=True, help_text="之后不再新列入项目，已列入的照常办理")
    prerequisites = models.ManyToManyField(
        "self",
        through="Prerequisite",
        through_fields=("permit_type", "needed"),
        symmetrical=False,
        related_name="unlocks",
        verbose_name="前置手续",
    )

    class Meta:
        verbose_name = "手续种类"
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="permit_type_ends_after_its_begin",
                condition=Q(active_from__isnull=True) | Q(active_to__isnull=True) | Q(active_to__gte=F("active_from")),
                violation_error_message="停用日期应不早于启用日期，请核对。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Prerequisite(models.Model):
    """前置手续: usually obtained before. It only warns, since 容缺 breaks the order on purpose."""

    permit_type = models.ForeignKey(PermitType, on_delete=models.CASCADE, related_name="+", verbose_name="手续")
    needed = models.ForeignKey(PermitType, on_delete=models.CASCADE, related_name="+", verbose_name="前置手续")

    class Meta:
        verbose_name = "前置手续"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["permit_type", "needed"], name="prerequisite_once"),
            models.CheckConstraint(
                name="prerequisite_of_another",
                condition=~Q(permit_type=F("needed")),
                violation_error_message="手续不能以自己为前置。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.permit_type}须先办{self.needed}"


class PermitTemplate(Tracked):
    """手续模板: what projects of one kind (政府投资, 房建 …) usually need."""

    name = models.CharField("项目类型", max_length=40, unique=True)
    permit_types = models.ManyToManyField(
        PermitType, through="TemplatePermit", related_name="+", verbose_name="需要办理的手续"
    )

    class Meta:
        verbose_name = "手续模板"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class TemplatePermit(models.Model):
    template = models.ForeignKey(PermitTemplate, on_delete=models.CASCADE, related_name="+", verbose_name="手续模板")
    permit_type = models.ForeignKey(PermitType, on_delete=models.CASCADE, related_name="+", verbose_name="手续")

    class Meta:
        verbose_name = "模板手续"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "permit_type"], name="template_permit_once")
        ]

    def __str__(self) -> str:
        return str(self.permit_type)


class PermitDeadlines(Tracked):
    """手续办结期限 of a year, by the half-year in which a project is to start; later years follow it until one has its own."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    first_half_on = models.DateField("上半年开工的，办结期限")
    second_half_on = models.DateField("下半年开工的，办结期限")
    remind_days = models.PositiveSmallIntegerField("到期前多少天提醒", default=30)

    class Meta:
        verbose_name = "手续办结期限"
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="permit_deadlines_of_their_year",
                condition=Q(first_half_on__year=F("year")) & Q(second_half_on__year=F("year")),
                violation_error_message="两个期限都应在本年度之内。",
            ),
            # The rule holds for later years, too, which may have no such day.
            models.CheckConstraint(
                name="permit_deadlines_exist_every_year",
                condition=~Q(first_half_on__month=2, first_half_on__day=29)
                & ~Q(second_half_on__month=2, second_half_on__day=29),
                violation_error_message="以后各年也按这个日期，请不要用 2 月 29 日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年手续办结期限"

    def as_rule(self) -> Deadlines:
        first, second = self.first_half_on, self.second_half_on
        return Deadlines(self.year, (first.month, first.day), (second.month, second.day))


class PermitQuerySet(models.QuerySet["Permit"]):
    def with_deadline(self, deadlines: "Sequence[PermitDeadlines] | None" = None) -> "models.QuerySet[Any]":
        """Each with `deadline_on`: the day that somebody set, else the county's rule from the planned start as it is now
        (the database's side of `permit_deadline`). Asks for the rules, newest first, at once unless they are handed in."""
        found = PermitDeadlines.objects.all() if deadlines is None else deadlines
        rules = [rule.as_rule() for rule in found]
        year = Cast(ExtractYear("project__planned_start_on"), CharField())
        halves = [
            When(
                Q(project__planned_start_on__year__gte=rule.year or 1)
                & (Q(project__planned_start_on__month__lte=FIRST_HALF_ENDS) if is_first else Q()),
                then=Cast(Concat(year, Value("-{:02}-{:02}".format(*day))), DateField()),
            )
            for rule in (*rules, USUAL_DEADLINES)
            for is_first, day in ((True, rule.first_half), (False, rule.second_half))
        ]
        after_start = When(permit_type__is_before_start=False, then=None)
        return self.annotate(deadline_on=Coalesce("due_on", Case(after_start, *halves, output_field=DateField())))


class Permit(Tracked):
    """手续 of a project: when it is due, how far it is, and until when it is accepted with papers owing (容缺)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="permits", verbose_name="项目")
    permit_type = models.ForeignKey(PermitType, on_delete=models.PROTECT, related_name="permits", verbose_name="手续")
    state = models.CharField("办理状态", max_length=20, choices=STORED_STATES, default=PermitState.NOT_STARTED)
    # Empty: by the county's rule, and moved with the planned start.
    due_on = models.DateField("应办时限", null=True, blank=True)
    obtained_on = models.DateField("办结日期", null=True, blank=True)
    document_number = models.CharField("文号", max_length=80, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    owed_papers = models.CharField("所欠材料", max_length=300, blank=True)
    owed_until = models.DateField("容缺补齐期限", null=True, blank=True)
    reason = models.CharField("说明", max_length=200, blank=True)

    objects = PermitQuerySet.as_manager()

    class Meta:
        verbose_name = "手续"
        ordering: ClassVar = ["permit_type__position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "permit_type"], name="permit_once"),
            models.CheckConstraint(
                name="permit_owed_has_deadline",
                condition=~Q(state=PermitState.TOLERATED) | Q(owed_until__isnull=False),
                violation_error_message="容缺办理须写明补齐期限。",
            ),
            models.CheckConstraint(
                name="permit_state_is_no_judgement",
                condition=~Q(state__in=[state.value for state in sorted(COMPUTED_STATES)]),
                violation_error_message="“超期”“失效”由日期推算，不另填写。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.permit_type)

    def history_subject(self) -> models.Model:
        return self.project
