import datetime
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from projects.imports.reading.limits import Limits
from projects.registry.models import Project, ProjectList

# A reading that has not come back after its longest time and this was lost with its process.
GRACE_SECONDS = 30


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", "已上传"
    READING = "reading", "读取中"
    REVIEW = "review", "待确认"
    REFUSED = "refused", "读不了"
    APPLIED = "applied", "已导入"
    UNCHANGED = "unchanged", "没有变化"
    DISCARDED = "discarded", "已放弃"
    UNDONE = "undone", "已撤销"


CLOSED_STATES = (BatchState.APPLIED, BatchState.DISCARDED, BatchState.UNDONE)


class RowAction(models.TextChoices):
    CREATE = "create", "新增"
    UPDATE = "update", "有变化"
    SAME = "same", "没有变化"
    PARK = "park", "暂不导入"
    ASK = "ask", "待回答"


class ImportBatch(models.Model):
    """One workbook that somebody gave us: kept as it came, with what was read from it and what was decided."""

    file = models.FileField("原文件", upload_to="imports/%Y/%m")
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("校验值", max_length=64, db_index=True)
    project_list = models.ForeignKey(
        ProjectList, on_delete=models.PROTECT, null=True, blank=True, related_name="batches", verbose_name="导入到清单"
    )
    # A list that is not there yet, as it will be created on confirm: {key, name, year, kind, batch}.
    proposed_list = models.JSONField("新清单", default=dict, blank=True, encoder=DjangoJSONEncoder)
    year = models.PositiveSmallIntegerField("年度")
    # What the file holds: a key of kinds.KINDS.
    kind = models.CharField("内容", max_length=20, default="projects")
    sheet = models.CharField("只读工作表", max_length=200, blank=True)
    state = models.CharField("状态", max_length=20, choices=BatchState, default=BatchState.UPLOADED)
    # The real moment of the last step: a reader that has died is known by its age.
    state_at = models.DateTimeField("状态时间")
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间")
    # What the reader returned without the rows (they stand in ImportRow), with `proposals` and `missing` of the matching.
    reading = models.JSONField("读取结果", default=dict, encoder=DjangoJSONEncoder)
    # What the reviewer saw: a digest of every row's changes and of the versions of the records concerned.
    review_digest = models.CharField("核对标记", max_length=64, blank=True)
    # The plan as it was looked at, besides what stands with the rows (see staged.py).
    plan = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    answers = models.JSONField("回答", default=dict, encoder=DjangoJSONEncoder)
    counts = models.JSONField("行数", default=dict, encoder=DjangoJSONEncoder)
    applier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    # What the batch wrote (see journal.py), and after it was undone what was kept and why: {counts, kept, reason}.
    written = models.JSONField("写入记录", default=dict, blank=True, encoder=DjangoJSONEncoder)
    undoing = models.JSONField("撤销结果", default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "导入批次"
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def list_name(self) -> str:
        """The list that the rows go to, whether it is there already or not."""
        return self.project_list.name if self.project_list else str(self.proposed_list.get("name", ""))

    def is_lost(self, now: datetime.datetime) -> bool:
        """Whether the process that was reading must have died: it may not take that long. `now` is real time."""
        age = (now - self.state_at).total_seconds()
        return self.state == BatchState.READING and age > Limits().child_wall_seconds + GRACE_SECONDS

    @property
    def standing(self) -> str:
        """The state in words, also of a reader that does not come back."""
        return "读取中断，请重新读取" if self.is_lost(timezone.now()) else self.get_state_display()


class ImportRow(models.Model):
    """A row of the workbook as it was understood, and what will happen (or has happened) with it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows", verbose_name="批次")
    sheet = models.CharField("工作表", max_length=200)
    row = models.PositiveIntegerField("行")
    action = models.CharField("处理", max_length=20, choices=RowAction)
    project = models.ForeignKey(
        Project, on_delete=models.SET_NULL, null=True, blank=True, related_name="import_rows", verbose_name="项目"
    )
    # The versions of the records that the reviewer saw: {"project": 3, "year_plan": 1, …}.
    versions = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    values = models.JSONField("读到的值", default=dict, encoder=DjangoJSONEncoder)
    cells = models.JSONField("单元格", default=dict, encoder=DjangoJSONEncoder)
    changes = models.JSONField("改动", default=list, encoder=DjangoJSONEncoder)
    problems = models.JSONField("问题", default=list, encoder=DjangoJSONEncoder)
    # What a person typed in place of cells (see correcting.py); carried over when the file is read again.
    corrections = models.JSONField("更正", default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "导入行"
        ordering: ClassVar = ["batch", "pk"]
        # No uniqueness of (sheet, row): two tables may stand side by side.
        indexes: ClassVar = [models.Index(fields=["batch", "action"])]

    def __str__(self) -> str:
        return f"{self.sheet} 第{self.row}行"


class PlannedWrites(models.Model):
    """What confirming will write of some hundred rows of a batch, in their order; gone once it is written. Apart from the rows, so
    that these need not be written again to be rid of it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="planned_writes", verbose_name="批次")
    # JSON that only staged.py reads: as text, since PostgreSQL would take it apart and sort its keys.
    rows = models.TextField()

    class Meta:
        verbose_name = "待写入内容"
        ordering: ClassVar = ["batch", "pk"]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.pk}"


class HeadingMemory(models.Model):
    """What a person decided a column to be, remembered for the next file with the same heading."""

    shape = models.CharField("表头特征", max_length=64, unique=True)
    columns = models.JSONField("列的含义", default=dict, encoder=DjangoJSONEncoder)
    decider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "表头记忆"

    def __str__(self) -> str:
        return self.shape
