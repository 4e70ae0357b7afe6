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
    return make_users((username, name, roles, where))[username]


def make_users(*given: tuple[str, str, tuple[Role, ...], dict]) -> dict[str, User]:
    """{username: user} of (username, name, roles, unit or leader): two queries, for this county is made a thousand times."""
    users = [
        User(username=key, display_name=name, must_change_password=False, **where) for key, name, _, where in given
    ]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users)
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=role) for user, (_, _, roles, _) in zip(users, given, strict=True) for role in roles
    )
    return {user.username: user for user in users}


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
    answering = {ResponsibilityRole.LEADER: {"leader": leader}, ResponsibilityRole.LEAD_UNIT: {"unit": unit}}
    if group:
        answering[ResponsibilityRole.GROUP] = {"group": group}
    Responsibility.objects.bulk_create(
        Responsibility(project=project, role=role, starts_on=YEAR_START, **holder) for role, holder in answering.items()
    )
    return project


def make_world() -> World:
    traffic, water, land, bureau, office_unit, town_unit = Unit.objects.bulk_create(
        [
            Unit(name="县交通运输局", short_name="县交通局"),
            Unit(name="县水利局"),
            Unit(name="县自然资源局"),
            Unit(name="县督查局", kind="bureau"),
            Unit(name="县重点项目建设办公室", short_name="县重点办"),
            Unit(name="吕店镇人民政府", kind="township"),
        ]
    )
    town = Township.objects.create(name="吕店镇", unit=town_unit)
    leader_qian, leader_wu = Leader.objects.bulk_create(
        [
            Leader(name="钱一平", post="副县长"),
            Leader(name="吴二安", post="县委常委"),
        ]
    )
    group = WorkingGroup.objects.create(name="交通专班", kind="task_force", lead_unit=traffic, leader=leader_qian)
    sector = Sector.objects.create(name="交通")
    key_list = ProjectList.objects.create(
        key="2023-key", name="伊川县2023年重点项目清单", year=2023, kind=ListKind.COUNTY_KEY
    )
    Period.objects.bulk_create(
        Period(
            month=datetime.date(2023, month, 1),
            covers_from=datetime.date(2023, month, 1),
            opens_on=datetime.date(2023, month, 1),
            due_on=datetime.date(2023, month, 25),
            closing_on=datetime.date(2023, month + 1, 3),
        )
        for month in (6, 7)
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
    users = make_users(
        ("li", "李", (Role.REPORTER,), {"unit": traffic}),
        ("wang", "王", (Role.REPORTER,), {"unit": water}),
        ("zhao", "赵", (Role.OFFICE,), {"unit": office_unit}),
        ("zhou", "周", (Role.OFFICE, Role.OFFICE_HEAD), {"unit": office_unit}),
        ("sun", "孙", (Role.INSPECTOR,), {"unit": bureau}),
        ("qian", "钱", (Role.LEADER,), {"leader": leader_qian}),
        ("feng", "冯", (Role.APPROVER,), {"unit": land}),
        ("he", "何", (Role.VIEWER,), {}),
        ("dong", "董", (Role.CHIEF,), {}),
        ("lin", "林", (Role.SYSTEM_ADMIN,), {}),
        ("ma", "马", (Role.SECURITY_ADMIN,), {}),
        ("gu", "顾", (Role.AUDIT_ADMIN,), {}),
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
        **users,
        sector=sector,
        key_list=key_list,
        road=road,
        dam=dam,
    )
