from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from leaders.audit.models import Tracked
from projects.milestones.models import Milestone
from projects.problems.models import Problem
from projects.registry.models import Membership, Project
from projects.requests.rules import (
    EVIDENCE_HINTS,
    EXPLAINED,
    MOVES,
    PROBLEM_KINDS,
    VERDICT_TONES,
    ChangedColour,
    LightPart,
    ReasonCode,
    RequestKind,
    Verdict,
)


class ChangeRequest(Tracked):
    """变更申请: one date that moves or one state that changes, asked for by one person and decided by another.

    `proposed_on` is the date asked for: the new planned date of a move, the day on which the state changed otherwise.
    `before_on` is the planned date that a move would replace; with the approved ones they are the versions of the plan.
    The date of a changed light (改灯) is its last day; an approved one is the change itself, nothing else is written.
    """

    kind = models.CharField("申请事项", max_length=20, choices=RequestKind)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="requests", verbose_name="项目")
    milestone = models.ForeignKey(
        Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="requests", verbose_name="节点"
    )
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="requests", verbose_name="清单项目"
    )
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, null=True, blank=True, related_name="requests", verbose_name="问题"
    )
    # To whom a problem is handed over.
    unit = models.ForeignKey(
        "leaders.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="应办单位"
    )
    light = models.CharField("哪个灯", max_length=20, choices=LightPart, blank=True)
    colour = models.CharField("改成", max_length=20, choices=ChangedColour, blank=True)
    before_on = models.DateField("原日期", null=True, blank=True)
    proposed_on = models.DateField("申请日期")
    resume_on = models.DateField("计划复工", null=True, blank=True)
    reason_code = models.CharField("原因", max_length=20, choices=ReasonCode, blank=True)
    reason = models.CharField("情况说明", max_length=500, blank=True)
    evidence = models.CharField("依据", max_length=500, blank=True)
    # Served by request-file only, as attachment; the folder lies outside of what the web server shows.
    file = models.FileField("附件", upload_to="requests/%Y/%m", blank=True, editable=False)
    file_name = models.CharField("附件名称", max_length=200, blank=True)
    needs_chief = models.BooleanField("临期，须上级审批", default=False)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name="申请人"
    )
    requested_at = models.DateTimeField("申请时间", editable=False)
    verdict = models.CharField("审批结果", max_length=20, choices=Verdict, default=Verdict.PENDING)
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="审批人",
    )  # fmt: skip
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    note = models.CharField("审批意见", max_length=500, blank=True)

    class Meta:
        verbose_name = "变更申请"
        ordering: ClassVar = ["-requested_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["verdict", "requested_at"], name="request_waiting"),
            models.Index(fields=["project", "kind", "decided_at"], name="request_versions"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="request_decided_by_another",
                condition=Q(decider__isnull=True) | ~Q(decider=F("requester")),
                violation_error_message="申请人不能审批自己的申请，请由其他审批人处理。",
            ),
            models.CheckConstraint(
                name="request_decided_with_name_and_time",
                condition=Q(verdict=Verdict.PENDING, decider__isnull=True, decided_at__isnull=True)
                | Q(verdict=Verdict.WITHDRAWN, decider__isnull=True, decided_at__isnull=False)
                | Q(verdict__in=[Verdict.APPROVED, Verdict.REJECTED], decider__isnull=False, decided_at__isnull=False),
                violation_error_message="审批结果须有审批人和审批时间。",
            ),
            models.CheckConstraint(
                name="request_names_what_it_changes",
                condition=Q(kind=RequestKind.MOVE_MILESTONE, milestone__isnull=False, membership__isnull=True)
                | Q(kind=RequestKind.LEAVE, milestone__isnull=True, membership__isnull=False)
                | (
                    ~Q(kind__in=[RequestKind.MOVE_MILESTONE, RequestKind.LEAVE])
                    & Q(milestone__isnull=True, membership__isnull=True)
                ),
                violation_error_message="申请须写明是哪个节点或哪份清单。",
            ),
            models.CheckConstraint(
                name="request_names_its_problem",
                condition=Q(kind__in=sorted(PROBLEM_KINDS), problem__isnull=False)
                | (~Q(kind__in=sorted(PROBLEM_KINDS)) & Q(problem__isnull=True)),
                violation_error_message="申请须写明是哪个问题。",
            ),
            models.CheckConstraint(
                name="request_hand_over_names_the_unit",
                condition=(Q(kind=RequestKind.HAND_OVER_PROBLEM, unit__isnull=False) & ~Q(reason=""))
                | (~Q(kind=RequestKind.HAND_OVER_PROBLEM) & Q(unit__isnull=True)),
                violation_error_message="转办须写明应由哪个单位办理和理由。",
            ),
            models.CheckConstraint(
                name="request_names_its_light",
                condition=(Q(kind=RequestKind.CHANGE_LIGHT) & ~Q(light="") & ~Q(colour="") & ~Q(reason=""))
                | (~Q(kind=RequestKind.CHANGE_LIGHT) & Q(light="", colour="")),
                violation_error_message="改灯须写明哪个灯、改成什么和理由。",
            ),
            models.CheckConstraint(
                name="request_move_keeps_the_old_date",
                condition=Q(kind__in=sorted(MOVES), before_on__isnull=False) & ~Q(before_on=F("proposed_on"))
                | (~Q(kind__in=sorted(MOVES)) & Q(before_on__isnull=True)),
                violation_error_message="新日期与原日期相同，不用申请。",
            ),
            models.CheckConstraint(
                name="request_stop_plans_its_end",
                condition=Q(kind=RequestKind.STOP, resume_on__isnull=False, resume_on__gt=F("proposed_on"))
                | (~Q(kind=RequestKind.STOP) & Q(resume_on__isnull=True)),
                violation_error_message="停工须写明计划复工日期，且晚于停工日期。",
            ),
            models.CheckConstraint(
                name="request_explained",
                condition=~Q(kind__in=sorted(EXPLAINED)) | (~Q(reason_code="") & ~Q(reason="")),
                violation_error_message="请选择原因并写明情况。",
            ),
            models.CheckConstraint(
                name="request_evidenced",
                condition=~Q(kind__in=sorted(EVIDENCE_HINTS)) | ~Q(evidence="") | ~Q(file=""),
                violation_error_message="请写明依据（如文号、会议或现场情况），或者上传附件。",
            ),
            *(
                models.UniqueConstraint(
                    fields=fields,
                    condition=Q(verdict=Verdict.PENDING, **only),
                    name=f"request_waits_once_{name}",
                    violation_error_message="同一事项已有一份申请在等待审批。",
                )
                for name, fields, only in (
                    ("milestone", ["milestone"], {"milestone__isnull": False}),
                    ("membership", ["membership"], {"membership__isnull": False}),
                    ("problem", ["problem"], {"problem__isnull": False}),
                    (
                        "project",
                        ["project", "kind", "light"],
                        {"milestone__isnull": True, "membership__isnull": True, "problem__isnull": True},
                    ),
                )
            ),
        ]

    def __str__(self) -> str:
        project_list = self.membership.project_list if self.membership else None
        what = self.milestone or project_list or self.problem or self.project
        return f"{self.get_kind_display()}：{what}"[:200]

    def history_subject(self) -> models.Model:
        return self.project

    @property
    def change_words(self) -> str:
        """2023-07-31 → 2023-08-31; the unit that should do it; the light; or the day on which the state changed."""
        if self.light:
            until = "" if self.colour == ChangedColour.RESTORED else f"，有效期至 {self.proposed_on}"
            return f"{self.get_light_display()}{self.get_colour_display()}{until}"
        if self.unit:
            return f"改由{self.unit}办理"
        if self.before_on:
            return f"{self.before_on} → {self.proposed_on}"
        return f"{self.proposed_on}，计划 {self.resume_on} 复工" if self.resume_on else str(self.proposed_on)

    @property
    def is_pending(self) -> bool:
        return self.verdict == Verdict.PENDING

    @property
    def tone(self) -> str:
        return VERDICT_TONES.get(Verdict(self.verdict), "plain")
