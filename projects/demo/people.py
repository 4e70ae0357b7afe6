"""The demo county's accounts: one per role, three for the office (one publishes, the head or the deputy releases and approves). Invented people."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from leaders.accounts.actions import create_account, set_roles
from leaders.accounts.models import User
from leaders.organisations.models import Unit
from leaders.roles import Role
from leaders.roster.models import Leader


@dataclass(frozen=True)
class DemoAccount:
    username: str
    display_name: str
    role: Role
    unit: str = ""
    also: tuple[Role, ...] = ()


ACCOUNTS = (
    DemoAccount("zhongdian", "赵重点", Role.OFFICE, "县重点项目建设办公室"),
    DemoAccount("qianfa", "周签发", Role.OFFICE, "县重点项目建设办公室", (Role.OFFICE_HEAD,)),
    DemoAccount("fuzhi", "郑副职", Role.OFFICE, "县重点项目建设办公室", (Role.OFFICE_HEAD,)),
    DemoAccount("zhuguan", "董主管", Role.CHIEF),
    DemoAccount("jiaotong", "李交通", Role.REPORTER, "县交通运输局"),
    DemoAccount("shuili", "王水利", Role.REPORTER, "县水利局"),
    DemoAccount("lingdao", "分包领导", Role.LEADER),
    DemoAccount("ducha", "孙督查", Role.INSPECTOR, "县督查局"),
    DemoAccount("shenpi", "冯审批", Role.APPROVER, "县自然资源局"),
    DemoAccount("yuedu", "何阅读", Role.VIEWER),
    DemoAccount("xitong", "林系统", Role.SYSTEM_ADMIN),
    DemoAccount("anquan", "马安全", Role.SECURITY_ADMIN),
    DemoAccount("shenji", "顾审计", Role.AUDIT_ADMIN),
)


@dataclass(frozen=True)
class Credentials:
    role: str
    display_name: str
    username: str
    password: str


def create_accounts(accounts: Iterable[DemoAccount], *, at: datetime.datetime) -> list[Credentials]:
    """The accounts with random passwords, which are kept nowhere else."""
    return [_create(account, at) for account in accounts]


def _create(account: DemoAccount, at: datetime.datetime) -> Credentials:
    user = User(username=account.username, display_name=account.display_name)
    if account.unit:
        user.unit = Unit.objects.get(name=account.unit)
    if account.role == Role.LEADER:
        user.leader = Leader.objects.order_by("pk")[0]
        user.display_name = user.leader.name
    password = create_account(user, by=None, at=at)
    set_roles(user, [account.role, *account.also], by=None, at=at, version=None)
    # Whoever tries the demo need not invent a password first.
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    roles = "、".join(role.label for role in (account.role, *account.also))
    return Credentials(roles, user.display_name, account.username, password)
