from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from leaders.accounts.models import User
from projects.demo.county import build_county
from projects.demo.people import Credentials


class Command(BaseCommand):
    help = "载入演示县（虚构）：五份清单、账号、半年的月报、节点、督查和一期考评。只在 TRACKER_DEMO=1 时可用。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TRACKER_DEMO:
            raise CommandError("只有演示环境（TRACKER_DEMO=1）可以载入演示数据，正式库不受影响。")
        if User.objects.exists():
            self.stdout.write("已有账号，演示数据不再载入。")
            return
        call_command("load_reference", stdout=self.stdout)
        self._show(build_county())

    def _show(self, credentials: list[Credentials]) -> None:
        lines = [f"{one.role}\t{one.display_name}\t{one.username}\t{one.password}" for one in credentials]
        text = "演示账号（角色、姓名、用户名、密码）：\n" + "\n".join(lines) + "\n"
        path = settings.DATA_DIR / "demo_accounts.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        self.stdout.write(text)
        self.stdout.write(f"账号密码另存在 {path}，只有本机用户可读。")
