from typing import ClassVar

from django.db import models
from django.db.models import Q

from leaders.audit.models import ArchivableQuerySet, Tracked
from projects.meetings.rules import AgendaKind
from projects.problems.models import Problem
from projects.registry.models import Project, ProjectList


class Meeting(Tracked):
    """例会 of a working group or about a list. `as_of` is the day whose facts made the agenda; once it is held, they stay."""

    name = models.CharField("会议名称", max_length=80)
    held_on = models.DateField("会议日期")
    leader = models.ForeignKey(
        "leaders.Leader", on_delete=models.PROTECT, related_name="chaired", verbose_name="主持领导"
    )
    group = models.ForeignKey(
        "leaders.WorkingGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name="指挥部（专班）",
    )
    project_list = models.ForeignKey(
        ProjectList, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name="清单"
    )
    place = models.CharField("地点", max_length=100, blank=True)
    people = models.CharField("参会人员", max_length=500, blank=True)
    summary = models.TextField("会议概况", blank=True)
    as_of = models.DateField("议程数据截至", null=True, blank=True, editable=False)
    held_at = models.DateTimeField("召开时间", null=True, blank=True, editable=False)
    archived_at = models.DateTimeField("取消时间", null=True, blank=True, editable=False)

    tracked_too = frozenset({"as_of", "held_at"})
    objects = ArchivableQuerySet["Meeting"].as_manager()

    class Meta:
        verbose_name = "例会"
        ordering: ClassVar = ["-held_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="meeting_has_one_scope",
                condition=Q(group__isnull=False, project_list__isnull=True)
                | Q(group__isnull=True, project_list__isnull=False),
                violation_error_message="请选一个指挥部（专班），或者选一份清单：议程从它的项目里生成。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.name}"

    @property
    def scope(self) -> str:
        return str(self.group or self.project_list)


class AgendaItem(Tracked):
    """议题. The words are those of the day on which the agenda was made. One that is left out (`dropped_reason`) stays,
    with the reason."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items", verbose_name="例会")
    kind = models.CharField("来由", max_length=20, choices=AgendaKind, default=AgendaKind.TYPED, editable=False)
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name="项目"
    )
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items", verbose_name="问题"
    )
    text = models.TextField("议题")
    position = models.PositiveSmallIntegerField("顺序", default=0)
    dropped_reason = models.CharField("不列入的理由", max_length=200, blank=True)
    minutes = models.TextField("会议记录", blank=True)

    class Meta:
        verbose_name = "议题"
        ordering: ClassVar = ["meeting", "position", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def history_subject(self) -> models.Model:
        return self.meeting


class Decision(Tracked):
    """议定事项: what was decided about an item is an entry of the problem ledger, and nowhere else."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="decisions", verbose_name="议题")
    problem = models.OneToOneField(Problem, on_delete=models.PROTECT, related_name="decision", verbose_name="议定事项")

    class Meta:
        verbose_name = "议定事项"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.problem)

    def history_subject(self) -> models.Model:
        return self.item.meeting
