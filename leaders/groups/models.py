from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from leaders.audit.models import ArchivableQuerySet, Tracked
from leaders.groups.rules import GroupKind


class WorkingGroup(Tracked):
    """指挥部、专班. Their number and names change (四部四专班, 四部五专班), so they are rows."""

    name = models.CharField(
        "名称",
        max_length=60,
        unique=True,
        error_messages={"unique": "已有同名的指挥部（专班），可能已归档；请查找后恢复，或改名。"},
    )
    kind = models.CharField("类别", max_length=20, choices=GroupKind, default=GroupKind.COMMAND)
    lead_unit = models.ForeignKey(
        "leaders.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="led_groups",
        verbose_name="牵头单位",
    )
    leader = models.ForeignKey(
        "leaders.Leader",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="led_groups",
        verbose_name="牵头领导",
    )
    valid_from = models.DateField("成立日期", null=True, blank=True)
    valid_to = models.DateField("撤销日期", null=True, blank=True)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True, editable=False)

    objects = ArchivableQuerySet["WorkingGroup"].as_manager()

    class Meta:
        verbose_name = "指挥部（专班）"
        ordering: ClassVar = ["kind", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="group_valid_dates",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                violation_error_message="撤销日期早于成立日期，请核对两个日期。",
            )
        ]

    def __str__(self) -> str:
        return self.name
