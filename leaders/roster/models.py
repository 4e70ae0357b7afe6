from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from leaders.audit.models import ArchivableQuerySet, Tracked
from leaders.roster.rules import LeaderLevel


class Leader(Tracked):
    """分包领导（包联领导）：a county leader, or the head of a responsible unit."""

    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=100, blank=True)
    level = models.CharField("层级", max_length=20, choices=LeaderLevel, default=LeaderLevel.COUNTY)
    unit = models.ForeignKey(
        "leaders.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="leaders", verbose_name="所在单位"
    )
    phone = models.CharField("联系电话", max_length=40, blank=True)
    position = models.PositiveIntegerField("排序", default=100)
    valid_from = models.DateField("任职起", null=True, blank=True)
    valid_to = models.DateField("任职止", null=True, blank=True)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True, editable=False)

    objects = ArchivableQuerySet["Leader"].as_manager()

    class Meta:
        verbose_name = "领导"
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            # Two people may share a name; their posts tell them apart.
            models.UniqueConstraint(
                fields=["name", "post"],
                name="leader_name_post",
                violation_error_message="已有同名同职务的领导；确为另一人时，请在职务中加以区别。",
            ),
            models.CheckConstraint(
                name="leader_valid_dates",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                violation_error_message="任职止早于任职起，请核对两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LeaderAlias(models.Model):
    """Another way the name is written in workbooks."""

    leader = models.ForeignKey(Leader, on_delete=models.CASCADE, related_name="aliases", verbose_name="领导")
    name = models.CharField("别名", max_length=60, unique=True)

    class Meta:
        verbose_name = "领导别名"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
