import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from leaders.accounts.models import User
from leaders.audit.models import ArchivableQuerySet, Tracked
from leaders.roles import SEPARATED_ROLES
from projects.registry.rules import (
    FundingKind,
    ListKind,
    Nature,
    ProjectState,
    ResponsibilityRole,
    YearLabel,
)


def wan_field(label: str, **options: object) -> "models.DecimalField[Any, Any]":
    """An amount in 万元, two places."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, db_comment="万元", **options)  # type: ignore[arg-type]


class Sector(Tracked):
    """产业领域（项目类型）. Rows, because each year's list sets them anew."""

    name = models.CharField("产业领域", max_length=40, unique=True)
    # What 三个一批 asks of a project of this sector; a smaller one is pointed at, never refused.
    entry_wan = wan_field("三个一批入库规模", null=True, blank=True)
    invited_entry_wan = wan_field("其中招商项目", null=True, blank=True)

    class Meta:
        verbose_name = "产业领域"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


def sees_projects(user: User) -> bool:
    """Whoever has a role that is not one of the three administrators' (三员分立)."""
    return bool(user.roles - SEPARATED_ROLES)


class ProjectQuerySet(ArchivableQuerySet["Project"]):
    def visible_to(self, user: User) -> Self:
        return self if sees_projects(user) else self.none()


class Project(Tracked):
    """One project, whatever number of lists and years it stands in. Counted once in any county total."""

    name = models.CharField("项目名称", max_length=200)
    name_key = models.CharField("名称（比对用）", max_length=200, editable=False, db_index=True)
    pinyin = models.CharField("拼音首字母", max_length=200, blank=True, editable=False, db_index=True)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, blank=True, verbose_name="产业领域")
    nature = models.CharField("建设性质", max_length=20, choices=Nature, blank=True)
    state = models.CharField("状态", max_length=20, choices=ProjectState, default=ProjectState.PREPARING)
    owner = models.CharField("建设单位（业主）", max_length=120, blank=True)
    township = models.ForeignKey(
        "leaders.Township", on_delete=models.PROTECT, null=True, blank=True, verbose_name="建设地点（乡镇）"
    )
    location = models.CharField("详细地点", max_length=200, blank=True)
    content = models.TextField("建设规模及主要建设内容", blank=True)
    total_wan = wan_field("总投资", null=True, blank=True)
    government_wan = wan_field("其中：政府投资", null=True, blank=True)
    private_wan = wan_field("其中：企业投资", null=True, blank=True)
    # Known to the month only, as lists give them: stored as the month's last day, on which it falls due.
    planned_start_on = models.DateField("计划开工", null=True, blank=True)
    planned_end_on = models.DateField("计划竣工", null=True, blank=True)
    planned_text = models.CharField("起止年限（原文）", max_length=80, blank=True)
    is_invited = models.BooleanField("招商项目", default=False)
    signed_on = models.DateField("签约日期", null=True, blank=True)
    actual_start_on = models.DateField("实际开工", null=True, blank=True)
    actual_end_on = models.DateField("实际竣工", null=True, blank=True)
    production_on = models.DateField("投产日期", null=True, blank=True)
    is_provincial_key = models.BooleanField("省重点", default=False)
    is_city_key = models.BooleanField("市重点", default=False)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="打包项目"
    )
    remark = models.CharField("备注", max_length=500, blank=True)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True, editable=False)

    tracked_too = frozenset({"archived_at"})
    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="project_amounts_not_negative",
                condition=(Q(total_wan__isnull=True) | Q(total_wan__gte=0))
                & (Q(government_wan__isnull=True) | Q(government_wan__gte=0))
                & (Q(private_wan__isnull=True) | Q(private_wan__gte=0)),
                violation_error_message="投资额不能为负数，请核对。",
            ),
            models.CheckConstraint(
                name="project_planned_dates",
                condition=Q(planned_start_on__isnull=True)
                | Q(planned_end_on__isnull=True)
                | Q(planned_start_on__lte=F("planned_end_on")),
                violation_error_message="计划竣工早于计划开工，请核对两个日期。",
            ),
            models.CheckConstraint(
                name="project_actual_dates",
                condition=Q(actual_start_on__isnull=True)
                | Q(actual_end_on__isnull=True)
                | Q(actual_start_on__lte=F("actual_end_on")),
                violation_error_message="实际竣工早于实际开工，请核对两个日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProjectCode(Tracked):
    """项目代码. A project can have several (phases, filed again)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="codes", verbose_name="项目")
    code = models.CharField("项目代码", max_length=30, unique=True)
    note = models.CharField("说明", max_length=60, blank=True)

    class Meta:
        verbose_name = "项目代码"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.code

    def history_subject(self) -> models.Model:
        return self.project


class ProjectList(Tracked):
    """重点项目清单 of a year: 县重点项目, 四部四专班, 三个一批 …, possibly in batches."""

    key = models.SlugField("代号", max_length=40, unique=True, help_text="英文代号，导入命令用，如 2023-key")
    name = models.CharField("清单名称", max_length=80, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("种类", max_length=20, choices=ListKind)
    batch = models.CharField("批次（期数）", max_length=20, blank=True)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True, editable=False)
    projects = models.ManyToManyField(Project, through="Membership", related_name="lists")

    objects = ArchivableQuerySet["ProjectList"].as_manager()

    class Meta:
        verbose_name = "清单"
        ordering: ClassVar = ["-year", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year", "kind", "batch"],
                name="list_year_kind_batch",
                violation_error_message="这一年已有同种类、同批次的清单。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(Tracked):
    """A project stands in a list, under a serial number and a section, from a day to a day."""

    project_list = models.ForeignKey(
        ProjectList, on_delete=models.PROTECT, related_name="memberships", verbose_name="清单"
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="memberships", verbose_name="项目")
    serial = models.CharField("序号", max_length=20, blank=True)
    position = models.PositiveIntegerField("清单内顺序", default=0)
    section = models.CharField("所在章节", max_length=80, blank=True)
    stage = models.CharField("三个一批类别", max_length=20, blank=True)
    batch = models.CharField("期数", max_length=20, blank=True)
    joined_on = models.DateField("列入日期")
    # A whitelist protects up to and with this day; renewed, it moves.
    valid_until = models.DateField("有效期至", null=True, blank=True)
    left_on = models.DateField("调出日期", null=True, blank=True)
    left_reason = models.CharField("调出原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "清单项目"
        ordering: ClassVar = ["project_list", "position"]
        indexes: ClassVar = [models.Index(fields=["project_list", "left_on", "project"])]
        constraints: ClassVar = [
            # A project that left may come back: another stretch, so that earlier months keep the list as it was.
            models.UniqueConstraint(
                fields=["project_list", "project"],
                condition=Q(left_on__isnull=True),
                name="membership_once_at_a_time",
                violation_error_message="该项目已在这份清单中。",
            ),
            models.CheckConstraint(
                name="membership_left_with_reason",
                condition=Q(left_on__isnull=True) | (Q(left_on__gte=F("joined_on")) & ~Q(left_reason="")),
                violation_error_message="调出清单须写明原因，日期不得早于列入日期。",
            ),
            models.CheckConstraint(
                name="membership_ends_after_its_begin",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("joined_on")),
                violation_error_message="有效期至应不早于列入日期，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_list}：{self.project}"

    def history_subject(self) -> models.Model:
        return self.project


class YearPlan(Tracked):
    """What a year asks of a project: its label and plan. The label belongs to the year, not to the project's state."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="year_plans", verbose_name="项目")
    year = models.PositiveSmallIntegerField("年度")
    label = models.CharField("年度类别", max_length=20, choices=YearLabel, blank=True)
    plan_wan = wan_field("年度计划投资", null=True, blank=True)
    done_before_wan = wan_field("截至上年底累计完成投资", null=True, blank=True)
    goal = models.TextField("年度目标", blank=True)
    goal_first_half = models.TextField("上半年目标", blank=True)
    goal_second_half = models.TextField("下半年目标", blank=True)

    class Meta:
        verbose_name = "年度计划"
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "year"], name="year_plan_once"),
            models.CheckConstraint(
                name="year_plan_not_negative",
                condition=(Q(plan_wan__isnull=True) | Q(plan_wan__gte=0))
                & (Q(done_before_wan__isnull=True) | Q(done_before_wan__gte=0)),
                violation_error_message="计划投资不能为负数，请核对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.year}年计划"

    def history_subject(self) -> models.Model:
        return self.project


class ResponsibilityQuerySet(models.QuerySet["Responsibility"]):
    def in_force(self, on: datetime.date) -> Self:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class Responsibility(Tracked):
    """Who answers for a project, from a day to a day: a score of June uses June's leader.

    Exactly one of leader, unit, group and contact is named, as `role` asks. `ends_on` is the last day in force.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="responsibilities", verbose_name="项目")
    role = models.CharField("责任", max_length=20, choices=ResponsibilityRole)
    leader = models.ForeignKey(
        "leaders.Leader", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="分包领导"
    )
    unit = models.ForeignKey(
        "leaders.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    group = models.ForeignKey(
        "leaders.WorkingGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="指挥部（专班）",
    )
    contact = models.CharField("责任人", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    position = models.PositiveSmallIntegerField("顺序", default=1)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name = "责任分工"
        ordering: ClassVar = ["project", "role", "position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="responsibility_names_one",
                condition=(
                    Q(
                        role=ResponsibilityRole.LEADER,
                        leader__isnull=False,
                        unit__isnull=True,
                        group__isnull=True,
                        contact="",
                    )
                    | Q(
                        role__in=[ResponsibilityRole.LEAD_UNIT, ResponsibilityRole.SUPPORTING_UNIT],
                        leader__isnull=True,
                        unit__isnull=False,
                        group__isnull=True,
                        contact="",
                    )
                    | Q(
                        role=ResponsibilityRole.GROUP,
                        leader__isnull=True,
                        unit__isnull=True,
                        group__isnull=False,
                        contact="",
                    )
                    | (
                        Q(role=ResponsibilityRole.CONTACT, leader__isnull=True, unit__isnull=True, group__isnull=True)
                        & ~Q(contact="")
                    )
                ),
                violation_error_message="一条责任分工只写一个责任人或单位，并与责任种类一致。",
            ),
            models.CheckConstraint(
                name="responsibility_dates",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="止日早于起日，请核对。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["role", "unit"]),
            models.Index(fields=["role", "leader"]),
            # With the days: the totals of a list count its leaders from the index alone.
            models.Index(fields=["role", "project", "leader", "starts_on", "ends_on"], name="responsibility_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}：{self.leader or self.unit or self.group or self.contact}"

    def history_subject(self) -> models.Model:
        return self.project


class FundingSource(Tracked):
    """资金来源 of a project; what has arrived stands in entries of its own (registry.plans)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="funding", verbose_name="项目")
    kind = models.CharField("资金来源", max_length=30, choices=FundingKind)
    planned_wan = wan_field("计划金额", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "资金来源"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="funding_not_negative",
                condition=Q(planned_wan__isnull=True) | Q(planned_wan__gte=0),
                violation_error_message="资金数额不能为负数，请核对。",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def history_subject(self) -> models.Model:
        return self.project
