"""The county's mechanisms at work in the demo: leaders instruct, meetings decide, guarantees are delivered."""

import datetime
from zoneinfo import ZoneInfo

from leaders.accounts.models import User
from leaders.roster.models import Leader
from projects.problems.actions import answer_problem
from projects.problems.instructions.actions import instruct
from projects.problems.queries import responsible_units
from projects.registry.queries import led_by

CHINA = ZoneInfo("Asia/Shanghai")
DAY = datetime.timedelta(days=1)
INSTRUCTIONS = (
    "请牵头单位一周内拿出进场道路方案，送我审阅。",
    "雨季施工安全要压实到人，月底前把排水沟挖通。",
    "专项债资金拨付卡在哪一步，三天内书面说明。",
)


def moment(month: int, day: int, hour: int = 10) -> datetime.datetime:
    return datetime.datetime(2023, month, day, hour, tzinfo=CHINA)


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
