from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Tracked(models.Model):
    """A record that people edit: `version` grows by one with every change (see leaders.audit.actions)."""

    version = models.PositiveIntegerField("版本", default=1, editable=False)

    # Fields that are kept for sorting and searching and say nothing to a reader of the history.
    untracked_fields: ClassVar[frozenset[str]] = frozenset()
    # Fields that no form edits and that say what was known on a day all the same: a report's state, what is archived.
    tracked_too: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def history_subject(self) -> models.Model:
        """The record on whose page this one's history is shown (a milestone's: its project)."""
        return self


_M_co = TypeVar("_M_co", bound=models.Model, covariant=True)


class ArchivableQuerySet(models.QuerySet[_M_co]):
    def active(self) -> Self:
        return self.filter(archived_at__isnull=True)


class HistoryEntry(models.Model):
    """One line of history, written in the same transaction as what it tells."""

    at = models.DateTimeField("时间")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="操作人",
    )
    actor_name = models.CharField("操作人姓名", max_length=80)
    action = models.CharField("动作", max_length=40)
    object_type = models.CharField("对象类别", max_length=40)
    object_id = models.BigIntegerField("对象编号", null=True)
    object_name = models.CharField("对象", max_length=200)
    subject_type = models.CharField("所属类别", max_length=40)
    subject_id = models.BigIntegerField("所属编号", null=True)
    changes = models.JSONField(
        "改动", default=list, encoder=DjangoJSONEncoder, help_text="[{field, label, type, old, new}]"
    )
    reason = models.CharField("理由", max_length=500, blank=True)
    batch_id = models.BigIntegerField("导入批次", null=True, blank=True)
    origin = models.JSONField(
        "来源", null=True, blank=True, help_text="{sheet} of lines that name their cell, or {field: {sheet, cell}}"
    )

    class Meta:
        verbose_name = "历史记录"
        ordering: ClassVar = ["-at", "-pk"]
        # Ascending, though the newest is read first: an index is read from either end, and over a descending one SQLite (3.40, with
        # statistics) answers "of these subjects, after that moment" with older rows as well.
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id", "at"]),
            models.Index(fields=["object_type", "object_id", "at"]),
            models.Index(fields=["batch_id"]),
            models.Index(fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.action} {self.object_name}"
