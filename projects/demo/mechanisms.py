"""The county's mechanisms at work in the demo: leaders instruct, meetings decide, guarantees are delivered."""

import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from leaders.accounts.models import User
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.guarantees.actions import add_entry, set_target
from projects.guarantees.banks.actions import add_deal, create_bank_meeting
from projects.guarantees.needs.actions import raise_need
from projects.meetings.actions import (
    add_item,
    create_meeting,
    decide,
    drop_item,
    hold_meeting,
    make_agenda,
    write_minutes,
)
from projects.meetings.minutes.actions import issue_minutes
from projects.meetings.models import Meeting
from projects.problems.actions import answer_problem, close_problem
from projects.problems.instructions.actions import instruct
from projects.problems.models import Problem
from projects.problems.queries import responsible_units
from projects.registry.access import reported_by
from projects.registry.life.actions import correct_project
from projects.registry.lists.actions import create_list, join_list
from projects.registry.models import Project, ProjectList
from projects.registry.plans.actions import add_arrival
from projects.registry.queries import led_by
from projects.registry.rules import ListKind, ProjectState
from projects.requests.actions import Asked, approve, ask
from projects.requests.rules import RequestKind

CHINA = ZoneInfo("Asia/Shanghai")
DAY = datetime.timedelta(days=1)
INSTRUCTIONS = (
    "请牵头单位一周内拿出进场道路方案，送我审阅。",
    "雨季施工安全要压实到人，月底前把排水沟挖通。",
    "专项债资金拨付卡在哪一步，三天内书面说明。",
)

DECISIONS = (
    "与自然资源局会商用地红线，一周内出具意见",
    "施工许可所缺材料逐项列单，容缺先办",
    "与银行对接流动资金贷款，落实首笔到账日期",
)

# (guarantee, name, measure, amount, unit, counted): the county's published targets of 2023 and three that are invented.
TARGETS = (
    ("finance", "银企对接会", "场", 15, "县发展和改革委员会", "bank_meetings"),
    ("finance", "国家发改委审核通过项目", "个", 80, "县发展和改革委员会", "entries"),
    ("land", "盘活闲置低效用地", "亩", 5000, "县自然资源局", "entries"),
    ("environment", "环评提前介入服务项目", "个", 60, "生态环境局伊川分局", "entries"),
    ("energy", "节能审查办结项目", "个", 40, "县发展和改革委员会", "entries"),
    ("permits", "联审联批办结项目", "个", 120, "县行政审批和政务信息管理局", "entries"),
)
NEEDS = (
    ("land", "互通匝道新增用地 12.6 亩，需列入供地计划"),
    ("finance", "流动资金贷款 2000 万元，抵押物已备齐，请协调银行"),
    ("permits", "施工许可容缺办理，质监手续需联审"),
)
BANKS = ("演示银行甲支行", "演示银行乙支行", "演示银行丙支行", "演示银行丁支行")


def moment(month: int, day: int, hour: int = 10) -> datetime.datetime:
    return datetime.datetime(2023, month, day, hour, tzinfo=CHINA)


def use_mechanisms() -> None:
    leaders_instruct()
    meetings_decide()
    guarantees_delivered()
    needs_raised()
    batches_and_whitelist()


def leaders_instruct() -> None:
    """The leader who has an account writes on the own projects; the first instruction is answered by the unit."""
    writer, office = (User.objects.get(username=name) for name in ("lingdao", "zhongdian"))
    leader = Leader.objects.get(users=writer)
    projects = led_by(leader.pk, moment(7, 3).date()).order_by("pk")[: len(INSTRUCTIONS)]
    units = responsible_units([project.pk for project in projects], moment(7, 3).date())
    for number, (project, text) in enumerate(zip(projects, INSTRUCTIONS, strict=False)):
        at = moment(6, 29 + number % 2, 9)
        values = {"text": text, "due_on": at.date() + (5 + 3 * number) * DAY, "unit_id": units.get(project.pk)}
        problem = instruct(project, leader, values, by=writer, at=at)
        if number == 0:
            answer = "方案已与镇里、设计单位会商，今日报送；便道 7 月 8 日前修通。"
            answer_problem(problem, answer=answer, version=None, by=office, at=moment(7, 3, 16))


def meetings_decide() -> None:
    """The county met about its key list last week and this week; the next meeting is prepared. What was decided first is answered, and partly
    closed."""
    office, bureau = (User.objects.get(username=name) for name in ("zhongdian", "ducha"))
    key_list = ProjectList.objects.get(key="2023-key")
    leader = Leader.objects.filter(users__username="lingdao").get()
    first = _meet(key_list, leader, moment(6, 27, 9), office)
    decided = _decide_all(first, office, moment(6, 27, 11))
    issue_minutes(first, by=office, at=moment(6, 28, 10))
    for number, problem in enumerate(decided):
        if number < 2:
            answer = "已按会议要求办理，交通、自然资源两家会签完毕。"
            problem = answer_problem(problem, answer=answer, version=None, by=office, at=moment(6, 30, 15))
        if number == 0:
            close_problem(problem, version=None, by=bureau, at=moment(7, 3, 10))
    second = _meet(key_list, leader, moment(7, 4, 9), office)
    _decide_all(second, office, moment(7, 4, 11))
    coming = _call(key_list, leader, moment(7, 5, 8), office, moment(7, 7).date())
    coming = make_agenda(coming, version=None, by=office, at=moment(7, 5, 8))
    add_item(coming, "通报防汛值班安排", by=office, at=moment(7, 5, 8))
    dropped = coming.items.filter(kind="overdue").last()
    if dropped is not None:
        drop_item(dropped, reason="督查局已约谈，本次不再议", version=None, by=office, at=moment(7, 5, 9))


def _call(
    key_list: ProjectList, leader: Leader, at: datetime.datetime, office: User, held_on: datetime.date
) -> Meeting:
    values = {
        "name": f"县重点项目{held_on.month}月{held_on.day}日调度例会",
        "held_on": held_on,
        "leader": leader,
        "project_list": key_list,
        "place": "县政府三楼会议室",
        "people": "有关责任单位、镇（街道）主要负责人",
    }
    return create_meeting(values, by=office, at=at)


def _meet(key_list: ProjectList, leader: Leader, at: datetime.datetime, office: User) -> Meeting:
    meeting = make_agenda(_call(key_list, leader, at, office, at.date()), version=None, by=office, at=at)
    return hold_meeting(meeting, version=None, by=office, at=at)


def _decide_all(meeting: Meeting, office: User, at: datetime.datetime) -> list[Problem]:
    """The first three items about a project are talked over and decided."""
    land = Unit.objects.get(name="县自然资源局")
    made = []
    for number, item in enumerate(meeting.items.filter(project__isnull=False)[:3]):
        write_minutes(item, "牵头单位说明了卡点，会议要求倒排工期、逐日报进度。", version=None, by=office, at=at)
        project = Project.objects.get(agenda_items=item)
        units = responsible_units([project.pk], at.date())
        values = {
            "text": f"{DECISIONS[number]}（{meeting.held_on.month}月{meeting.held_on.day}日例会议定）",
            "unit": Unit.objects.filter(pk__in=units.values()).first(),
            "due_on": at.date() + (8 + 3 * number) * DAY,
            "category": ("land", "permits", "finance")[number],
        }
        made.append(decide(item, project, values, supporting=[land] if number == 1 else [], by=office, at=at))
    return made


def guarantees_delivered() -> None:
    """Targets of the year with entries month by month, and seven 银企对接会 with their deals and what arrived."""
    office = User.objects.get(username="zhongdian")
    projects = list(Project.objects.active().filter(lists__key="2023-key").order_by("pk"))
    for number, (guarantee, name, measure, amount, unit, counting) in enumerate(TARGETS):
        values = {"year": 2023, "guarantee": guarantee, "name": name, "measure": measure, "amount": amount}
        values |= {"unit": Unit.objects.get(name=unit), "counting": counting}
        target = set_target(values, by=office, at=moment(1, 12))
        if counting != "entries":
            continue
        for month in range(1, 7):
            done = Decimal(amount * (4 + (number * month + number * 3) % 7)) / 100
            entry = {
                "done_on": moment(month, 26).date(),
                "amount": done.quantize(Decimal(1)),
                "evidence": f"{unit}2023年{month}月台账（演示）",
                "project": projects[(number * 6 + month) * 3 % len(projects)] if measure == "亩" else None,
            }
            add_entry(target, entry, by=office, at=moment(month, 27))
    for number in range(7):
        _meet_banks(number, projects[number * 5 : number * 5 + 4], office)


def _meet_banks(number: int, projects: list[Project], office: User) -> None:
    """Three of four projects come to an agreement; the first payments of two have arrived."""
    held = moment(1 + number, 4, 15)
    values = {
        "held_on": held.date(),
        "name": f"2023年第{number + 1}次政银企对接会",
        "place": "县政务服务中心",
        "banks": "、".join(BANKS),
    }
    meeting = create_bank_meeting(values, by=office, at=held)
    for turn, project in enumerate(projects):
        agreed = Decimal(800 + 350 * ((number + turn) % 5)) if turn < 3 else None
        bank = BANKS[(number + turn) % len(BANKS)] if agreed else ""
        deal = add_deal(meeting, project, {"bank": bank, "agreed_wan": agreed}, by=office, at=held)
        if agreed and turn < 2 and number < 6 and deal.source:
            paid = {"arrived_on": held.date() + 24 * DAY, "amount_wan": agreed / 2, "note": "首笔放款"}
            add_arrival(deal.source, paid, by=office, at=held + 25 * DAY)


def needs_raised() -> None:
    """What the reporter's own projects need; the department of land has answered the first."""
    reporter, land = (User.objects.get(username=name) for name in ("jiaotong", "shenpi"))
    projects = reported_by(reporter, moment(7, 3).date()).order_by("pk")[:3]
    for number, (project, (category, text)) in enumerate(zip(projects, NEEDS, strict=False)):
        at = moment(6, 20 + number, 9)
        values = {"text": text, "category": category, "due_on": at.date() + (9 + 4 * number) * DAY}
        need = raise_need(project, values, by=reporter, at=at)
        if category == "land":
            answer = "已列入 7 月供地计划，勘测定界图已受理。"
            answer_problem(need, answer=answer, version=None, by=land, at=moment(6, 28, 16))


def batches_and_whitelist() -> None:
    """Two in three projects of the reserve signed, some started; twelve projects stand on the whitelist, one has left it."""
    office, head = (User.objects.get(username=name) for name in ("zhongdian", "qianfa"))
    reserve = Project.objects.filter(memberships__project_list__key="2023-reserve")
    for number, project in enumerate(reserve.order_by("pk")):
        if number % 3 == 2:
            continue
        at = moment(2, 20 + number % 6)
        values: dict[str, object] = {"signed_on": at.date(), "is_invited": number % 4 != 3}
        if number % 6 == 0:
            values |= {"state": ProjectState.BUILDING, "actual_start_on": moment(4, 10 + number % 12).date()}
        correct_project(project, values, by=office, at=moment(5, 8), version=None, reason="“三个一批”登记")
    white = {"key": "2023-whitelist", "name": "2023年四保白名单", "year": 2023, "kind": ListKind.WHITELIST}
    whitelist = create_list(white, by=office, at=moment(3, 1))
    projects = list(Project.objects.active().filter(lists__key="2023-key").order_by("pk")[:96:8])
    first, last = datetime.date(2023, 7, 31), datetime.date(2023, 12, 31)
    for until, some in ((first, projects[:3]), (last, projects[3:])):
        join_list(whitelist, some, joined_on=moment(3, 1).date(), valid_until=until, by=office, at=moment(3, 1))
    member = whitelist.memberships.get(project=projects[-1])
    leave = Asked(
        RequestKind.LEAVE,
        member,
        moment(5, 31).date(),
        reason_code="policy",
        reason="环保整改未到位，移出白名单",
        evidence="5 月 29 日“四保”联席会议",
    )
    approve(ask(leave, by=office, at=moment(5, 31)), note="同意", version=1, by=head, at=moment(5, 31, 16))
