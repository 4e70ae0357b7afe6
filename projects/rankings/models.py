import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked
from projects.registry.models import Project
from projects.registry.rules import ListKind


class Scheme(Tracked):
    """考评办法：one version of the scoring scheme, in force from a month on. Everything in it is data.

    A draft counts for nothing until another account than its drafter's has put it in force.
    """

    # Their changes are told number by number (projects.rankings.schemes.rules).
    untracked_fields: ClassVar = frozenset({"parameters"})

    name = models.CharField("名称", max_length=80)
    edition = models.PositiveIntegerField("版本", unique=True)
    first_month = models.DateField(
        "起用月份",
        unique=True,
        error_messages={"unique": "已有一版考评办法从这个月起用，请换一个起用月份，或修改那一版。"},
    )
    is_draft = models.BooleanField("草稿", default=False, editable=False)
    drafter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name="起草人",
    )  # fmt: skip
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name="批准人",
    )  # fmt: skip
    approved_at = models.DateTimeField("批准时间", null=True, blank=True, editable=False)
    # Caps, shares, weights by size, light thresholds; the reading side is projects.rankings.rules.
    parameters = models.JSONField("参数", default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "考评办法"
        ordering: ClassVar = ["-first_month"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="scheme_approved_by_another",
                condition=Q(approver__isnull=True) | ~Q(approver=F("drafter")),
                violation_error_message="起草人不能自己批准，须由重点办另一个账号批准。",
            ),
            models.CheckConstraint(
                name="scheme_draft_is_not_approved",
                condition=Q(is_draft=False) | Q(approver__isnull=True, approved_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（第{self.edition}版）"


class SchemeItem(models.Model):
    """考评项 of a scheme: A1, A2, B …, with its weight and the parameters of its formula."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="items", verbose_name="考评办法")
    code = models.CharField("编号", max_length=10)
    name = models.CharField("名称", max_length=40)
    weight = models.DecimalField("分值", max_digits=6, decimal_places=2)
    parameters = models.JSONField("参数", default=dict, encoder=DjangoJSONEncoder, blank=True)
    position = models.PositiveSmallIntegerField("顺序")

    class Meta:
        verbose_name = "考评项"
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "code"], name="scheme_item_once"),
            models.CheckConstraint(name="scheme_weight_positive", condition=Q(weight__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class BoardKind(models.TextChoices):
    PROJECTS = "projects", "项目"
    LEAD_UNITS = "lead_units", "牵头单位"
    TOWNSHIPS = "townships", "乡镇"
    GROUPS = "groups", "指挥部（专班）"
    LEADERS = "leaders", "分包领导（只列事实，不打分）"


class BoardQuerySet(models.QuerySet["Board"]):
    def in_force(self, first: datetime.date, last: datetime.date) -> Self:
        """Those used on any day from `first` to `last`, in their order."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=last)
        return self.filter(begun, Q(valid_to__isnull=True) | Q(valid_to__gte=first)).order_by("position", "pk")


class Board(Tracked):
    """榜：who is compared with whom. Boards are never mixed: a unit stands on one board of townships at a time.

    Its `members` say which units; on a board of lead units that names none every lead unit is compared.
    """

    key = models.SlugField("代号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60, unique=True)
    kind = models.CharField("比什么", max_length=20, choices=BoardKind)
    # Which projects count: those of one kind of list (empty: of all lists of the year).
    list_kind = models.CharField("清单种类", max_length=20, choices=ListKind, blank=True)
    position = models.PositiveSmallIntegerField("顺序", default=100)
    is_public = models.BooleanField("人人可看", default=True, help_text="不勾选时只有重点办和本人可看")
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)

    objects = BoardQuerySet.as_manager()

    class Meta:
        verbose_name = "榜"
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="board_valid_dates",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                violation_error_message="停用日期早于启用日期，请核对两个日期。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class BoardMember(Tracked):
    """A unit that is compared on a board from a day on, to a day or still."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="members", verbose_name="榜")
    unit = models.ForeignKey("leaders.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = "榜的成员"
        ordering: ClassVar = ["board", "starts_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="board_member_dates",
                condition=Q(ends_on__isnull=True) | Q(starts_on__lte=F("ends_on")),
                violation_error_message="止日早于起日，请核对两个日期。",
            ),
            models.UniqueConstraint(
                fields=["board", "unit", "starts_on"],
                name="board_member_begins_once",
                violation_error_message="这个单位从这一天起已在这个榜上。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit)

    def history_subject(self) -> models.Model:
        return self.board


class RunState(models.TextChoices):
    TRIAL = "trial", "试算"
    PUBLISHED = "published", "待签发"
    RELEASED = "released", "已发布"


class RankingRun(Tracked):
    """考评 of a month. Once published its rows and inputs never change; a correction is a further edition."""

    month = models.DateField("月份")
    edition = models.PositiveSmallIntegerField("期次", default=1)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, verbose_name="考评办法")
    state = models.CharField("状态", max_length=20, choices=RunState, default=RunState.TRIAL)
    computed_at = models.DateTimeField("计算时间")
    entered_until = models.DateTimeField("取数截止")
    # The published month that its rows' places are compared with, in the edition of then.
    before = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name="比较的上月考评",
    )  # fmt: skip
    # The scheme as it was and the completeness check; facts and scores stand in FrozenScore.
    frozen = models.JSONField("冻结数据", default=dict, encoder=DjangoJSONEncoder)
    sha256 = models.CharField("校验值", max_length=64)
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="发布人",
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    # Units may comment on their rows of the trial up to this day; None: not asked (yet).
    objections_until = models.DateField("征求意见截止", null=True, blank=True)
    releaser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="签发人",
    )
    released_at = models.DateTimeField("签发时间", null=True, blank=True)

    class Meta:
        verbose_name = "月考评"
        ordering: ClassVar = ["-month", "-edition"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "edition"], name="run_edition_once"),
            models.CheckConstraint(
                name="run_released_by_another",
                condition=Q(releaser__isnull=True) | ~Q(releaser=F("publisher")),
                violation_error_message="发布人不能自己签发，须由重点办另一个账号签发。",
            ),
            models.CheckConstraint(
                name="run_state_is_stamped",
                condition=Q(state=RunState.TRIAL, published_at__isnull=True, released_at__isnull=True)
                | Q(state=RunState.PUBLISHED, published_at__isnull=False, released_at__isnull=True)
                | Q(state=RunState.RELEASED, published_at__isnull=False, released_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month.year}年{self.month.month}月考评"


class FrozenScore(models.Model):
    """A project's score of a run with the facts it was made of: what a board, a unit and a leader open down to."""

    run = models.ForeignKey(RankingRun, on_delete=models.CASCADE, related_name="scores", verbose_name="月考评")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", verbose_name="项目")
    facts = models.JSONField("考评事实", encoder=DjangoJSONEncoder)
    detail = models.JSONField("得分明细", encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "项目得分"
        ordering: ClassVar = ["project"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "project"], name="frozen_score_once")]

    def __str__(self) -> str:
        return f"{self.run} {self.project}"


class RankingRow(models.Model):
    """One line of a board, with everything needed to open its score again (see projects.rankings.rules)."""

    run = models.ForeignKey(RankingRun, on_delete=models.CASCADE, related_name="rows", verbose_name="月考评")
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="rows", verbose_name="榜")
    position = models.PositiveIntegerField("顺序")
    rank = models.PositiveIntegerField("名次", null=True, blank=True)
    last_rank = models.PositiveIntegerField("上月名次", null=True, blank=True)
    is_tied = models.BooleanField("并列", default=False)
    subject_type = models.CharField("对象类别", max_length=20)
    subject_id = models.BigIntegerField("对象编号")
    subject_name = models.CharField("对象", max_length=200)
    score = models.DecimalField("得分", max_digits=7, decimal_places=2, null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    detail = models.JSONField("明细", default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "排名"
        ordering: ClassVar = ["board__position", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "board", "subject_type", "subject_id"], name="ranking_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.board} {self.subject_name}"

    @property
    def moved(self) -> int | None:
        """Places won (+) or lost (−) since the month before."""
        return None if self.last_rank is None or self.rank is None else self.last_rank - self.rank


class Verdict(models.TextChoices):
    PENDING = "pending", "待答复"
    ACCEPTED = "accepted", "采纳"
    REFUSED = "refused", "未采纳"
    WITHDRAWN = "withdrawn", "已撤回"


class Objection(Tracked):
    """异议: what a unit says about its own row of a trial or about one of its projects', and the office's answer."""

    run = models.ForeignKey(RankingRun, on_delete=models.PROTECT, related_name="objections", verbose_name="月考评")
    unit = models.ForeignKey("leaders.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    # None: the unit's own row.
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="项目"
    )
    text = models.TextField("意见", max_length=1000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name="提出人"
    )
    raised_at = models.DateTimeField("提出时间", editable=False)
    verdict = models.CharField("结果", max_length=20, choices=Verdict, default=Verdict.PENDING)
    answer = models.TextField("答复", max_length=1000, blank=True)
    answerer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name="答复人",
    )  # fmt: skip
    answered_at = models.DateTimeField("答复时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "异议"
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["verdict"], name="objection_waiting")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="objection_answered_with_words",
                condition=Q(verdict__in=[Verdict.PENDING, Verdict.WITHDRAWN], answerer__isnull=True)
                | (Q(verdict__in=[Verdict.ACCEPTED, Verdict.REFUSED], answerer__isnull=False) & ~Q(answer="")),
                violation_error_message="请写明答复，提出的单位看得到。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}对{self.subject}的意见"

    @property
    def subject(self) -> str:
        """What it is about, as boards name it."""
        return self.project.name if self.project else f"{self.unit}的名次和得分"


class Adjustment(Tracked):
    """加减分 of a month, for a project or a unit, each with its reason, evidence and approver."""

    month = models.DateField("月份")
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="adjustments", verbose_name="项目"
    )
    unit = models.ForeignKey(
        "leaders.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="adjustments", verbose_name="单位"
    )
    points = models.DecimalField("加减分", max_digits=5, decimal_places=2)
    is_veto = models.BooleanField("一票否决", default=False)
    reason = models.CharField("事由", max_length=200)
    evidence = models.CharField("依据", max_length=200, blank=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name="审批人"
    )

    class Meta:
        verbose_name = "加减分"
        ordering: ClassVar = ["-month", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="adjustment_names_one",
                condition=Q(project__isnull=False, unit__isnull=True) | Q(project__isnull=True, unit__isnull=False),
                violation_error_message="加减分对应一个项目或一个单位，二者选一。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project or self.unit} {self.points:+}"
