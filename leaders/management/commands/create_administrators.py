from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from leaders.accounts.actions import create_account, reset_password, set_roles
from leaders.accounts.models import User, canonical_username
from leaders.roles import SEPARATED_ROLES, Role
from yichuan_tracker import clock


class Command(BaseCommand):
    help = (
        "建立三员账号：系统管理员、安全管理员、审计管理员各一个（三员分立，须由三个人保管）。"
        "初始密码随机生成，只在屏幕上显示这一次，首次登录必须改密码。安装后没有任何默认账号，第一次使用前运行本命令。"
        "已有在用管理员的一员不再建。某一员忘记密码时：create_administrators --reset 用户名。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for role in sorted(SEPARATED_ROLES):
            parser.add_argument(
                f"--{role.value.replace('_', '-')}",
                metavar="用户名",
                default=role.value.replace("_", ""),
                help=f"{role.label}的用户名（默认 %(default)s）",
            )
        parser.add_argument("--reset", metavar="用户名", help="只为这位管理员重置密码，不建账号")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reset"]:
            self._reset(canonical_username(options["reset"]))
            return
        with transaction.atomic():
            lines = [self._create(role, options[role.value]) for role in Role if role in SEPARATED_ROLES]
        self.stdout.write("\n".join(lines))
        self.stdout.write("密码只显示这一次，请分别交给三位管理员本人；首次登录须改密码。")

    def _create(self, role: Role, username: str) -> str:
        if User.objects.filter(grants__role=role, is_active=True).exists():
            return f"{role.label}：已有账号，未另建"
        if User.objects.filter(username=canonical_username(username)).exists():
            option = f"--{role.value.replace('_', '-')}"
            raise CommandError(f"用户名 {username} 已被占用，没有建立任何账号。请用 {option} 指定另一个用户名。")
        account = User(username=username, display_name=role.label)
        password = create_account(account, by=None, at=clock.now())
        set_roles(account, [role], by=None, at=clock.now(), version=None)
        return f"{role.label}：用户名 {account.username}　密码 {password}"

    def _reset(self, username: str) -> None:
        account = User.objects.filter(username=username, grants__role__in=SEPARATED_ROLES).first()
        if account is None:
            raise CommandError(f"没有用户名为 {username} 的管理员。其他账号由系统管理员在“账号”页面重置密码。")
        password = reset_password(account, by=None, at=clock.now())
        self.stdout.write(f"{account}：用户名 {username}　新密码 {password}（只显示这一次，登录后须改密码）")
