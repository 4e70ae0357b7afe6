from typing import ClassVar

from django.db import models


class FlatProject(models.Model):
    """One sheet, one table: what somebody would build who takes django-import-export and nothing else. No history."""

    number = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=200)
    nature = models.CharField(max_length=20, blank=True)
    content = models.TextField(blank=True)
    total_wan = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    plan_wan = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    planned_start_on = models.DateField(null=True)
    planned_end_on = models.DateField(null=True)
    leader = models.ForeignKey("leaders.Leader", on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey("leaders.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    serving_unit = models.ForeignKey("leaders.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    sector = models.ForeignKey("projects.Sector", on_delete=models.PROTECT, null=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name
