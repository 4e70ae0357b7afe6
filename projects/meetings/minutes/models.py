from typing import ClassVar

from django.conf import settings
from django.db import models

from projects.meetings.models import Meeting
from projects.papers.rules import document_number


class Minutes(models.Model):
    """会议纪要 as it was issued: numbered within the year of its body, kept with its file (`files`), and never changed. One that was
    wrong is corrected by another, which names it and says why."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes", verbose_name="例会")
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name="更正的纪要"
    )
    reason = models.CharField("更正的原因", max_length=200, blank=True)
    body = models.CharField("版头", max_length=80)
    year = models.PositiveSmallIntegerField("年份")
    number = models.PositiveIntegerField("发文序号")
    dated_on = models.DateField("成文日期")
    title = models.CharField("标题", max_length=100)
    sender = models.CharField("落款", max_length=100)
    # The paragraphs as they were printed, one a line.
    text = models.TextField("正文")
    issuer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="印发人"
    )
    issued_at = models.DateTimeField("印发时间")

    class Meta:
        verbose_name = "会议纪要"
        ordering: ClassVar = ["-issued_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "year", "number"],
                name="minutes_number_once",
                violation_error_message="这个编号已经用过，请刷新后重新印发。",
            ),
            models.CheckConstraint(
                name="minutes_correction_has_reason",
                condition=models.Q(corrects__isnull=True, reason="")
                | (models.Q(corrects__isnull=False) & ~models.Q(reason="")),
                violation_error_message="更正纪要请写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}{self.number_text}"

    @property
    def number_text(self) -> str:
        """〔2023〕3号: the body stands above it."""
        return document_number("", self.year, self.number)

    def history_subject(self) -> models.Model:
        return self.meeting
