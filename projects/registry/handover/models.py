from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked
from projects.registry.models import Project


class Handover(Tracked):
    """分包交接: from a day on, projects of one leader are another's; months before stay with the one who led them."""

    giver = models.ForeignKey(
        "leaders.Leader", on_delete=models.PROTECT, related_name="handovers_given", verbose_name="原分包领导"
    )
    receiver = models.ForeignKey(
        "leaders.Leader", on_delete=models.PROTECT, related_name="handovers_received", verbose_name="接手领导"
    )
    starts_on = models.DateField("自何日起")
    reason = models.CharField("理由", max_length=500)
    projects = models.ManyToManyField(Project, related_name="+", verbose_name="项目")
    # {project: its leaders before, in order}: what taking it back brings about again.
    before = models.JSONField("交接前", default=dict, encoder=DjangoJSONEncoder, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name="办理人"
    )
    made_at = models.DateTimeField("办理时间", editable=False)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "分包交接"
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="handover_to_another",
                condition=~Q(giver=F("receiver")),
                violation_error_message="接手领导就是原分包领导，请另选一位。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver}交接给{self.receiver}"
