from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.reminders.rules import Channel, DeliveryState


class Digest(models.Model):
    """每日摘要：the text of a day, as it was when the timer ran."""

    day = models.DateField("日期", unique=True)
    made_at = models.DateTimeField("生成时间")
    text = models.TextField("内容")

    class Meta:
        verbose_name = "每日摘要"
        ordering: ClassVar = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} 摘要"


class Delivery(models.Model):
    """A digest on its way by one channel; without a digest, a trial that somebody asked for.

    It is written before anything is sent: a process that is killed in between leaves 正在发送, which is never sent again.
    """

    digest = models.ForeignKey(
        Digest, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="每日摘要"
    )
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    state = models.CharField("结果", max_length=10, choices=DeliveryState, default=DeliveryState.SENDING)
    attempts = models.PositiveSmallIntegerField("次数", default=1)
    at = models.DateTimeField("时间")
    error = models.CharField("没有送达的原因", max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="谁要求的",
    )

    class Meta:
        verbose_name = "摘要发送"
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["digest", "channel"], condition=Q(digest__isnull=False), name="delivery_once_per_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digest or '试发'} {self.get_channel_display()}"
