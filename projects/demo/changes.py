"""What was asked for and decided in the demo county: dates moved, a standstill, a completion; milestones verified; templates."""

import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from leaders.accounts.models import User
from projects.milestones.access import may_log_milestones
from projects.milestones.actions import create_milestone, record_done, verify_milestones
from projects.milestones.models import Milestone
from projects.milestones.planning.actions import change_template, create_template
from projects.registry.access import reported_by
from projects.registry.models import Project
from projects.registry.rules import ProjectState
from projects.requests.actions import Asked, approve, ask, reject
from projects.requests.rules import ChangedColour, LightPart, ReasonCode, RequestKind
from projects.status.queries import lights_of
from projects.status.rules import Colour

CHINA = ZoneInfo("Asia/Shanghai")
DAY = datetime.timedelta(days=1)
VERIFIED = 60
TEMPLATES = {
    "房建": (("施工许可", 10), ("基础完工", 30), ("主体封顶", 60), ("安装装修", 85), ("联合验收", 100)),
    "线性工程": (("征迁完成", 15), ("路基（沟槽）完工", 45), ("路面（管道）完工", 80), ("交工验收", 100)),
}

# What is planned for, in which month and on which day of 2023.
SUMMER = (
    ("路基土方完成", 7, 10),
    ("桥墩浇筑", 7, 14),
    ("路面基层完成", 7, 20),
    ("涵洞完工", 7, 25),
    ("充电桩基础完成", 7, 28),
    ("地坪硬化完成", 7, 31),
    ("配电室送电", 8, 4),
    ("外墙保温完成", 8, 5),
)
# What 交通局 has to reach: its own reporter sees both sides of the 30 days.
ROADS = (("路面摊铺完成", 8, 4), ("绿化亮化完成", 8, 5), ("交工验收", 8, 12))


def keep_templates() -> None:
    office = User.objects.get(username="zhongdian")
    at = datetime.datetime(2023, 1, 9, 10, tzinfo=CHINA)
    for name, places in TEMPLATES.items():
        steps = [{"name": step, "share_pct": share, "weight": Decimal(1)} for step, share in places]
        template = create_template(name, by=office, at=at)
        change_template(template, name, steps, version=template.version, by=office, at=at)


def plan_summer() -> None:
    """What eight projects, and three more of 交通局, have to reach in July and early August: most are still to come, one was
    reported done and waits to be verified. On 5 July those of 4 August lie inside the 30 days in which only the county leader
    moves a date, those of 5 August just outside: their people are warned."""
    office = User.objects.get(username="zhongdian")
    planned_at = datetime.datetime(2023, 2, 20, 10, tzinfo=CHINA)
    building = Project.objects.filter(state=ProjectState.BUILDING, lists__key="2023-key").order_by("pk")
    made = [
        create_milestone(project, {"name": name, "due_on": datetime.date(2023, month, day)}, by=office, at=planned_at)
        for project, (name, month, day) in zip(building, SUMMER, strict=False)
    ]
    reporter = User.objects.get(username="jiaotong")
    own = reported_by(reporter, planned_at.date()).filter(lists__key="2023-key").order_by("-pk")
    for project, (name, month, day) in zip(own, ROADS, strict=False):
        values = {"name": name, "due_on": datetime.date(2023, month, day), "person": "张工"}
        create_milestone(project, values, by=office, at=planned_at)
    done_at = datetime.datetime(2023, 7, 3, 17, tzinfo=CHINA)
    reached = next(one for one in made if may_log_milestones(reporter, one.project, today=done_at.date()))
    words = "监理已签认，资料齐全"
    record_done(reached, actual_on=done_at.date(), evidence=words, version=reached.version, by=reporter, at=done_at)


def ask_and_decide() -> None:
    """June: two moves granted (one by the deputy), one refused, one standstill and one completion. July: two moves wait, one for the county
    leader in charge."""
    office, head, deputy = (User.objects.get(username=name) for name in ("zhongdian", "qianfa", "fuzhi"))
    asked_at = datetime.datetime(2023, 6, 12, 9, 30, tzinfo=CHINA)
    decided_at = asked_at + 2 * DAY
    later = Milestone.objects.filter(
        due_on__gte=datetime.date(2023, 9, 1), actual_on=None, project__lists__key="2023-key"
    )
    moves = list(later.select_related("project").order_by("pk")[:4])
    reasons = (
        (ReasonCode.LAND, "征迁剩余 3 户未签协议，作业面不连续。"),
        (ReasonCode.DESIGN, "初步设计批复后方案优化，图纸晚到一个月。"),
        (ReasonCode.WEATHER, "汛期降雨偏多，土方停工 12 天。"),
        (ReasonCode.MONEY, "专项债第二批资金尚未到位。"),
    )
    for number, (milestone, (code, reason)) in enumerate(zip(moves, reasons, strict=False)):
        day = milestone.due_on + (30 + 15 * number) * DAY
        asked = Asked(RequestKind.MOVE_MILESTONE, milestone, day, reason_code=code, reason=reason)
        if number == 3:
            ask(asked, by=office, at=datetime.datetime(2023, 7, 4, 16, tzinfo=CHINA))
            continue
        request = ask(asked, by=office, at=asked_at)
        if number == 2:
            reject(request, note="距到期还有三个月，请调整工序赶上。", version=1, by=head, at=decided_at)
        else:
            approve(request, note="同意，抓紧推进。", version=1, by=deputy if number else head, at=decided_at)
    near = Milestone.objects.filter(
        due_on__lte=datetime.date(2023, 7, 31), actual_on=None, project__lists__key="2023-key"
    )
    for milestone in near.select_related("project").order_by("pk")[:1]:
        asked = Asked(
            RequestKind.MOVE_MILESTONE,
            milestone,
            milestone.due_on + 62 * DAY,
            reason_code=ReasonCode.SUPPLY,
            reason="设备厂家延期交货。",
        )
        ask(asked, by=office, at=datetime.datetime(2023, 7, 4, 17, tzinfo=CHINA))
    building = Project.objects.filter(state=ProjectState.BUILDING, lists__key="2023-key").order_by("-pk")
    stopped, done = building[:2]
    halt = Asked(
        RequestKind.STOP,
        stopped,
        datetime.date(2023, 6, 8),
        resume_on=datetime.date(2023, 8, 15),
        reason_code=ReasonCode.LAND,
        reason="现场发现文物，等待考古勘探。",
        evidence="县文物局 6 月 7 日停工通知",
    )
    finish = Asked(RequestKind.COMPLETE, done, datetime.date(2023, 6, 9), evidence="6 月 9 日通过竣工验收。")
    for asked in (halt, finish):
        approve(ask(asked, by=office, at=asked_at), note="同意。", version=1, by=head, at=decided_at)


def change_a_light() -> None:
    """July: two projects had entered the statistics bureau's list already, which its figures show only later."""
    office, head = (User.objects.get(username=name) for name in ("zhongdian", "qianfa"))
    asked_at = datetime.datetime(2023, 7, 4, 9, tzinfo=CHINA)
    projects = Project.objects.filter(lists__key="2023-key").order_by("pk")
    lights = lights_of(projects.values_list("pk", flat=True), asked_at.date())
    late = [project for project in projects if lights[project.pk].entry.colour == Colour.RED]
    for number, project in enumerate(late[:2]):
        asked = Asked(
            RequestKind.CHANGE_LIGHT,
            project,
            datetime.date(2023, 8, 10),
            light=LightPart.ENTRY,
            colour=ChangedColour.GREEN if number == 0 else ChangedColour.YELLOW,
            reason="统计联网平台已审核通过，名录下月更新。" if number == 0 else "入库资料已齐，统计部门正在审核。",
            evidence="县统计局 7 月 3 日情况说明",
        )
        approve(ask(asked, by=office, at=asked_at), note="同意，到期核实。", version=1, by=head, at=asked_at + DAY / 12)


def verify_reported() -> None:
    """The head of the office has gone through some of what the units reported done."""
    head = User.objects.get(username="qianfa")
    done = Milestone.objects.filter(actual_on__isnull=False).order_by("pk")[:VERIFIED]
    verify_milestones(done, by=head, at=datetime.datetime(2023, 7, 3, 15, tzinfo=CHINA))
