from typing import ClassVar

from django.db import models
from django.db.models import Q

from projects.papers.rules import FileForm


class IssuedFile(models.Model):
    """A file of a bulletin, a letter or a meeting's minutes as it was issued: kept in the database, in the transaction that issued it, and never
    changed."""

    bulletin = models.ForeignKey(
        "projects.Bulletin",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="files",
        verbose_name="通报",
    )
    letter = models.ForeignKey(
        "projects.Letter", on_delete=models.PROTECT, null=True, blank=True, related_name="files", verbose_name="催办函"
    )
    minutes = models.ForeignKey(
        "projects.Minutes",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="files",
        verbose_name="会议纪要",
    )
    form = models.CharField("文件", max_length=10, choices=FileForm)
    content = models.BinaryField("内容")
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("文件校验值", max_length=64)

    class Meta:
        verbose_name = "印发的文件"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bulletin", "form"], name="issued_file_once"),
            models.UniqueConstraint(fields=["letter", "form"], name="issued_file_of_letter_once"),
            models.UniqueConstraint(fields=["minutes", "form"], name="issued_file_of_minutes_once"),
            models.CheckConstraint(
                name="issued_file_of_one_paper",
                condition=Q(bulletin__isnull=False, letter__isnull=True, minutes__isnull=True)
                | Q(bulletin__isnull=True, letter__isnull=False, minutes__isnull=True)
                | Q(bulletin__isnull=True, letter__isnull=True, minutes__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin or self.letter or self.minutes} {self.get_form_display()}"
