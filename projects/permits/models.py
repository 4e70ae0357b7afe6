from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, CharField, DateField, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, ExtractYear

from leaders.audit.models import Tracked
from projects.permits.rules import START_DEADLINES, PermitState
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
    position = models.PositiveSmallIntegerField("顺序", default=100)

    class Meta:
        verbose_name = "手续种类"
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class PermitQuerySet(models.QuerySet["Permit"]):
    def with_deadline(self) -> "models.QuerySet[Any]":
        """Each with `deadline_on`: the day that somebody set, else the county's rule from the planned start as it is now
        (the database's side of `permit_deadline`)."""
        year = Cast(ExtractYear("project__planned_start_on"), CharField())
        by_rule = Case(
            *(
                When(
                    project__planned_start_on__month__lte=rule.last_start_month,
                    then=Cast(Concat(year, Value(f"-{rule.month:02}-{rule.day:02}")), DateField()),
                )
                for rule in START_DEADLINES
            ),
            output_field=DateField(),
        )
        return self.annotate(deadline_on=Coalesce("due_on", by_rule))


class Permit(Tracked):
    """手续 of a project: when it is due, when obtained, and until when it is accepted with papers owing (容缺)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="permits", verbose_name="项目")
    permit_type = models.ForeignKey(PermitType, on_delete=models.PROTECT, related_name="permits", verbose_name="手续")
    state = models.CharField("办理状态", max_length=20, choices=PermitState, default=PermitState.NOT_STARTED)
    # Empty: by the county's rule, and moved with the planned start.
    due_on = models.DateField("应办时限", null=True, blank=True)
    obtained_on = models.DateField("办结日期", null=True, blank=True)
    document_number = models.CharField("文号", max_length=80, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
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
        ]

    def __str__(self) -> str:
        return str(self.permit_type)

    def history_subject(self) -> models.Model:
        return self.project
