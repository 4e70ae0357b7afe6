from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked
from projects.permits.models import Permit


class Pause(Tracked):
    """补正 of one procedure: from the day on which the applicant was told, to the day on which the papers were in."""

    permit = models.ForeignKey(Permit, on_delete=models.CASCADE, related_name="pauses", verbose_name="手续")
    from_on = models.DateField("告知补正日期")
    to_on = models.DateField("材料收齐日期", null=True, blank=True)
    reason = models.CharField("补正什么", max_length=200)

    class Meta:
        verbose_name = "补正"
        ordering: ClassVar = ["from_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="pause_ends_after_its_begin",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                violation_error_message="材料收齐日期应不早于告知补正日期，请核对。",
            ),
            models.UniqueConstraint(
                name="pause_open_once",
                fields=["permit"],
                condition=Q(to_on__isnull=True),
                violation_error_message="这项手续已经在补正，请先登记材料收齐日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.permit}补正"

    def history_subject(self) -> models.Model:
        return self.permit.project
