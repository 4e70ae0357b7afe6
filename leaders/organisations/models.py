from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from leaders.audit.models import ArchivableQuerySet, Tracked
from leaders.organisations.rules import UnitKind


class Unit(Tracked):
    """责任单位、牵头单位、审批部门：a body that answers for projects."""

    name = models.CharField(
        "单位名称",
        max_length=100,
        unique=True,
        error_messages={"unique": "已有同名单位，可能已归档；请查找后恢复，或改名。"},
    )
    short_name = models.CharField("简称", max_length=40, blank=True)
    kind = models.CharField("类别", max_length=20, choices=UnitKind, default=UnitKind.DEPARTMENT)
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True, editable=False)

    objects = ArchivableQuerySet["Unit"].as_manager()

    class Meta:
        verbose_name = "单位"
        ordering: ClassVar = ["kind", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="unit_valid_dates",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                violation_error_message="停用日期早于启用日期，请核对两个日期。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class UnitAlias(models.Model):
    """Another name under which the unit stands in workbooks (县发改委 = 县发展和改革委员会)."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="aliases", verbose_name="单位")
    name = models.CharField("别名", max_length=100, unique=True)

    class Meta:
        verbose_name = "单位别名"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Township(Tracked):
    """乡镇、街道 as a place; its government is a unit."""

    name = models.CharField("乡镇（街道）", max_length=40, unique=True)
    unit = models.OneToOneField(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="township", verbose_name="政府（办事处）"
    )

    class Meta:
        verbose_name = "乡镇（街道）"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
