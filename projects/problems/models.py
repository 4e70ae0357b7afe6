from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked
from projects.papers.rules import document_number
from projects.problems.rules import EscalationStep, ProblemCategory, ProblemSource, ProblemState, problem_label
from projects.registry.models import Project


class Problem(Tracked):
    """问题台账 entry: raised, assigned with a deadline, answered by the unit, closed (销号) by someone else."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="problems", verbose_name="项目")
    source = models.CharField("来源", max_length=20, choices=ProblemSource)
    raised_on = models.DateField("反映日期")
    raised_by = models.CharField("反映人", max_length=80, blank=True)
    text = models.TextField("存在问题")
    original = models.TextField("原话", blank=True, editable=False)
    # Who instructed (批示); of no other source.
    leader = models.ForeignKey(
        "leaders.Leader",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="instructions",
        verbose_name="批示领导",
    )
    category = models.CharField("问题类别", max_length=20, choices=ProblemCategory, blank=True)
    unit = models.ForeignKey(
        "leaders.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="problems",
        verbose_name="牵头单位",
    )
    assigner = models.ForeignKey(
        "leaders.Leader", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="交办领导"
    )
    # Further ones, as the ledger names them.
    other_assigners = models.CharField("其他交办领导", max_length=120, blank=True)
    due_on = models.DateField("办理时限", null=True, blank=True)
    # Set by the first approved 延期 and never again.
    original_due_on = models.DateField("原定时限", null=True, blank=True, editable=False)
    state = models.CharField("状态", max_length=20, choices=ProblemState, default=ProblemState.ASSIGNED, editable=False)
    answer = models.TextField("办理情况", blank=True, editable=False)
    answered_at = models.DateTimeField("反馈时间", null=True, blank=True, editable=False)
    answerer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    parked_on = models.DateField("挂账日期", null=True, blank=True, editable=False)
    parked_until = models.DateField("挂账至", null=True, blank=True, editable=False)
    closed_on = models.DateField("销号日期", null=True, blank=True, editable=False)
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    # The ledger that was kept before says that it was done with; nobody here verified it.
    is_closed_by_ledger = models.BooleanField("台账记载已销号", default=False, editable=False)

    tracked_too = frozenset(
        {"state", "answer", "closed_on", "is_closed_by_ledger", "parked_on", "parked_until", "original_due_on"}
    )

    class Meta:
        verbose_name = "问题"
        ordering: ClassVar = ["-raised_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="problem_closed_is_verified",
                condition=(
                    Q(state=ProblemState.CLOSED, closed_on__isnull=False)
                    & (Q(verifier__isnull=False) | Q(is_closed_by_ledger=True))
                )
                | (~Q(state=ProblemState.CLOSED) & Q(closed_on__isnull=True, is_closed_by_ledger=False)),
                violation_error_message="销号须有核查人和销号日期。",
            ),
            models.CheckConstraint(
                name="problem_parked_has_its_days",
                condition=Q(state=ProblemState.PARKED, parked_on__isnull=False, parked_until__isnull=False)
                | (~Q(state=ProblemState.PARKED) & Q(parked_on__isnull=True, parked_until__isnull=True)),
                violation_error_message="挂账须有批准日期和复查日期。",
            ),
            models.CheckConstraint(
                name="problem_verified_by_another",
                condition=Q(verifier__isnull=True) | Q(answerer__isnull=True) | ~Q(verifier=F("answerer")),
                violation_error_message="反馈人不能自己销号，须由他人核查。",
            ),
            models.CheckConstraint(
                name="problem_leader_instructs",
                condition=Q(leader__isnull=True) | Q(source=ProblemSource.INSTRUCTION),
                violation_error_message="写明了批示领导的，来源应为领导批示。",
            ),
            models.CheckConstraint(
                name="problem_due_after_raised",
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("raised_on")),
                violation_error_message="办理时限早于反映日期，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return problem_label(self.text)

    def history_subject(self) -> models.Model:
        return self.project


class ProblemPart(Tracked):
    """配合单位: what a supporting unit has to do for a problem, and its own answer."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="parts", verbose_name="问题")
    unit = models.ForeignKey("leaders.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="配合单位")
    task = models.CharField("配合事项", max_length=300, blank=True)
    answer = models.TextField("办理情况", blank=True, editable=False)
    answered_at = models.DateTimeField("反馈时间", null=True, blank=True, editable=False)
    answerer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = "配合事项"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["problem", "unit"],
                name="problem_part_once_per_unit",
                violation_error_message="这个单位已经是配合单位。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}配合：{self.task}" if self.task else f"{self.unit}配合"

    def history_subject(self) -> models.Model:
        return self.problem.project


class EscalationRung(Tracked):
    """催办阶梯: after how many working days overdue a step is taken."""

    step = models.CharField("催办方式", max_length=20, choices=EscalationStep, unique=True, editable=False)
    workdays = models.PositiveSmallIntegerField(
        "超期工作日", validators=[MinValueValidator(1), MaxValueValidator(250)], help_text="超过办理时限多少个工作日"
    )
    # Of the steps that go out as a letter; a letter cannot be issued without.
    code = models.CharField("发文代字", max_length=20, blank=True)

    class Meta:
        verbose_name = "催办阶梯"
        ordering: ClassVar = ["workdays", "pk"]

    def __str__(self) -> str:
        return f"超期 {self.workdays} 个工作日：{self.get_step_display()}"


class EscalationRun(models.Model):
    """One run of the ladder, whether or not it found anything."""

    at = models.DateTimeField("运行时间")
    judged_on = models.DateField("判断日期")
    found = models.PositiveIntegerField("新记条数", default=0)

    class Meta:
        verbose_name = "催办运行"
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.judged_on} 催办 {self.found} 条"


class Letter(models.Model):
    """提醒函 or 督办函 as it was issued to a unit: numbered within the year by kind, kept, and never changed."""

    step = models.CharField("种类", max_length=20, choices=EscalationStep)
    unit = models.ForeignKey("leaders.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="发往单位")
    sender = models.CharField("发文单位", max_length=100)
    code = models.CharField("发文代字", max_length=20)
    year = models.PositiveSmallIntegerField("年份")
    number = models.PositiveIntegerField("发文序号")
    dated_on = models.DateField("成文日期")
    title = models.CharField("标题", max_length=100)
    # The paragraphs as they were printed, one a line; the first names the unit.
    text = models.TextField("正文")
    issuer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="印发人"
    )
    issued_at = models.DateTimeField("印发时间")

    class Meta:
        verbose_name = "催办函"
        ordering: ClassVar = ["-issued_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "year", "number"],
                name="letter_number_once",
                violation_error_message="这个发文字号已经用过，请刷新后重新印发。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.number_text}"

    @property
    def number_text(self) -> str:
        return document_number(self.code, self.year, self.number)


class Escalation(models.Model):
    """One step taken for one problem. A new deadline (延期, reopened) begins the ladder anew."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="escalations", verbose_name="问题")
    step = models.CharField("催办方式", max_length=20, choices=EscalationStep)
    due_on = models.DateField("办理时限")
    reached_on = models.DateField("到达日期")
    unit = models.ForeignKey(
        "leaders.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="牵头单位"
    )
    run = models.ForeignKey(
        EscalationRun, on_delete=models.PROTECT, related_name="escalations", verbose_name="催办运行"
    )
    letter = models.ForeignKey(
        Letter, on_delete=models.PROTECT, null=True, blank=True, related_name="escalations", verbose_name="催办函"
    )

    class Meta:
        verbose_name = "催办"
        ordering: ClassVar = ["reached_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["problem", "due_on", "step"], name="escalation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}：{self.problem}"


class CategoryWords(Tracked):
    """Words by which a pasted chat text is taken to be about a category; a guess that people correct."""

    category = models.CharField("问题类别", max_length=20, choices=ProblemCategory, unique=True, editable=False)
    words = models.TextField("关键词", help_text="用顿号分开，如：贷款、融资、资金")

    class Meta:
        verbose_name = "类别关键词"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_category_display()}：{self.words}"
