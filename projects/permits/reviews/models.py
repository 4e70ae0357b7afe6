from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from leaders.audit.models import Tracked
from leaders.organisations.models import Unit
from projects.permits.reviews.rules import Verdict
from projects.registry.models import Project


class Review(Tracked):
    """联审会: projects put before departments, whose opinions are collected up to and with `due_on`."""

    title = models.CharField("名称", max_length=100)
    held_on = models.DateField("会议日期")
    due_on = models.DateField("意见截止日")
    note = models.CharField("审什么", max_length=500, blank=True, help_text="材料在哪里、请各部门重点看什么")
    result = models.CharField("联审结论", max_length=1000, blank=True)
    closer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name="办结人",
    )  # fmt: skip
    closed_at = models.DateTimeField("办结时间", null=True, blank=True, editable=False)

    tracked_too = frozenset({"closer", "closed_at"})

    class Meta:
        verbose_name = "联审会"
        ordering: ClassVar = ["-held_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="review_is_closed_with_a_result",
                condition=Q(closed_at__isnull=True, closer__isnull=True)
                | (Q(closed_at__isnull=False, closer__isnull=False) & ~Q(result="")),
                violation_error_message="办结联审请写明结论。",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Opinion(Tracked):
    """What one department says of one project; without a verdict while it has not answered."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="opinions", verbose_name="联审会")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="opinions", verbose_name="项目")
    department = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="opinions", verbose_name="审批部门")
    verdict = models.CharField("意见", max_length=20, choices=Verdict, blank=True)
    text = models.CharField("具体意见", max_length=1000, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name="答复人",
    )  # fmt: skip
    answered_at = models.DateTimeField("答复时间", null=True, blank=True, editable=False)

    tracked_too = frozenset({"author", "answered_at"})

    class Meta:
        verbose_name = "联审意见"
        ordering: ClassVar = ["project", "department", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "project", "department"], name="opinion_once"),
            models.CheckConstraint(
                name="opinion_is_somebodys",
                condition=Q(verdict="", author__isnull=True, answered_at__isnull=True)
                | (~Q(verdict="") & Q(author__isnull=False, answered_at__isnull=False)),
                violation_error_message="意见须有答复人和时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}对{self.project}的意见"

    def history_subject(self) -> models.Model:
        return self.review
