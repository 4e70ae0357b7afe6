from typing import Any

from django.core.management.base import BaseCommand

from projects.problems.escalation.actions import escalate
from yichuan_tracker import clock


class Command(BaseCommand):
    help = "按催办阶梯给超期未反馈的问题记提醒、提醒函、督办函、报领导；停机期间该记的补记，不重复。由定时器每天运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        run = escalate(at=clock.now())
        self.stdout.write(f"{run.judged_on}：新记 {run.found} 条。")
