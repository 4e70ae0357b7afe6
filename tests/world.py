"""The people and projects that tests speak of. Invented; users sign in by `client.force_login`.

李 reports for 县交通运输局 (the road), 王 for 县水利局 (the dam, and must not touch the road), 赵 and 周 are the project office,
周 is its head, 董 the county leader in charge,
孙 is the inspection bureau, 钱 leads the road, 冯 grants permits for 县自然资源局, 何 only reads, 林 马 顾 are the three administrators.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from leaders.models import Leader, RoleGrant, Township, Unit, User, WorkingGroup
from leaders.roles import Role
from projects.models import Membership, Period, Project, ProjectList, Responsibility, Sector, YearPlan
from projects.registry.rules import ListKind, ProjectState, ResponsibilityRole, YearLabel

TODAY = datetime.date(2023, 7, 5)
AT = datetime.datetime(2023, 7, 5, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
YEAR_START = datetime.date(2023, 1, 1)


@dataclass
class World:
    traffic: Unit
    water: Unit
    land: Unit
    bureau: Unit
    office_unit: Unit
    town: Township
    group: WorkingGroup
    leader_qian: Leader
    leader_wu: Leader
    li: User
    wang: User
    zhao: User
    zhou: User
    sun: User
    qian: User
    feng: User
    he: User
    dong: User
    lin: User
    ma: User
    gu: User
    sector: Sector
    key_list: ProjectList
    road: Project
    dam: Project

    @property
    def people(self) -> dict[str, User]:
        names = ["li", "wang", "zhao", "zhou", "sun", "qian", "feng", "he", "dong", "lin", "ma", "gu"]
        return {name: getattr(self, name) for name in names}


def make_user(username: str, name: str, *roles: Role, **where) -> User:
    user = User(username=username, display_name=name, must_change_password=False, **where)
    user.set_unusable_password()
    user.save()
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
    return user


def make_project(
    name: str, *, key_list: ProjectList, unit: Unit, leader: Leader, position: int = 1, **values
) -> Project:
    """A project under construction in `key_list`, plan of the year 12000 万元 of 60000, 续建 since March 2022."""
    plan = values.pop("plan_wan", Decimal("12000.00"))
    group = values.pop("group", None)
    defaults = {
        "name_key": name,
        "pinyin": "",
        "state": ProjectState.BUILDING,
        "total_wan": Decimal("60000.00"),
        "planned_start_on": datetime.date(2022, 3, 31),
        "planned_end_on": datetime.date(2024, 12, 31),
        "actual_start_on": datetime.date(2022, 3, 31),
    }
    project = Project.objects.create(name=name, **(defaults | values))
    Membership.objects.create(
        project_list=key_list, project=project, serial=str(position), position=position, joined_on=YEAR_START
    )
    YearPlan.objects.create(project=project, year=2023, label=YearLabel.CONTINUED, plan_wan=plan)
    Responsibility.objects.create(project=project, role=ResponsibilityRole.LEADER, leader=leader, starts_on=YEAR_START)
    Responsibility.objects.create(project=project, role=ResponsibilityRole.LEAD_UNIT, unit=unit, starts_on=YEAR_START)
    if group:
        Responsibility.objects.create(project=project, role=ResponsibilityRole.GROUP, group=group, starts_on=YEAR_START)
    return project


def make_world() -> World:
    traffic = Unit.objects.create(name="县交通运输局", short_name="县交通局")
    water = Unit.objects.create(name="县水利局")
    land = Unit.objects.create(name="县自然资源局")
    bureau = Unit.objects.create(name="县督查局", kind="bureau")
    office_unit = Unit.objects.create(name="县重点项目建设办公室", short_name="县重点办")
    town_unit = Unit.objects.create(name="吕店镇人民政府", kind="township")
    town = Township.objects.create(name="吕店镇", unit=town_unit)
    leader_qian = Leader.objects.create(name="钱一平", post="副县长")
    leader_wu = Leader.objects.create(name="吴二安", post="县委常委")
    group = WorkingGroup.objects.create(name="交通专班", kind="task_force", lead_unit=traffic, leader=leader_qian)
    sector = Sector.objects.create(name="交通")
    key_list = ProjectList.objects.create(
        key="2023-key", name="伊川县2023年重点项目清单", year=2023, kind=ListKind.COUNTY_KEY
    )
    Period.objects.create(
        month=datetime.date(2023, 6, 1),
        covers_from=datetime.date(2023, 6, 1),
        opens_on=datetime.date(2023, 6, 1),
        due_on=datetime.date(2023, 6, 25),
        closing_on=datetime.date(2023, 7, 3),
    )
    Period.objects.create(
        month=datetime.date(2023, 7, 1),
        covers_from=datetime.date(2023, 7, 1),
        opens_on=datetime.date(2023, 7, 1),
        due_on=datetime.date(2023, 7, 25),
        closing_on=datetime.date(2023, 8, 3),
    )
    road = make_project(
        "吕店镇县道改建工程",
        key_list=key_list,
        unit=traffic,
        leader=leader_qian,
        position=1,
        sector=sector,
        township=town,
        group=group,
        pinyin="ldzxdgjgc",
    )
    dam = make_project(
        "鸣皋镇城乡供水一体化建设项目", key_list=key_list, unit=water, leader=leader_wu, position=2, pinyin="mgzcxgs"
    )
    return World(
        traffic=traffic,
        water=water,
        land=land,
        bureau=bureau,
        office_unit=office_unit,
        town=town,
        group=group,
        leader_qian=leader_qian,
        leader_wu=leader_wu,
        li=make_user("li", "李", Role.REPORTER, unit=traffic),
        wang=make_user("wang", "王", Role.REPORTER, unit=water),
        zhao=make_user("zhao", "赵", Role.OFFICE, unit=office_unit),
        zhou=make_user("zhou", "周", Role.OFFICE, Role.OFFICE_HEAD, unit=office_unit),
        sun=make_user("sun", "孙", Role.INSPECTOR, unit=bureau),
        qian=make_user("qian", "钱", Role.LEADER, leader=leader_qian),
        feng=make_user("feng", "冯", Role.APPROVER, unit=land),
        he=make_user("he", "何", Role.VIEWER),
        dong=make_user("dong", "董", Role.CHIEF),
        lin=make_user("lin", "林", Role.SYSTEM_ADMIN),
        ma=make_user("ma", "马", Role.SECURITY_ADMIN),
        gu=make_user("gu", "顾", Role.AUDIT_ADMIN),
        sector=sector,
        key_list=key_list,
        road=road,
        dam=dam,
    )
