import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.periods.queries import holidays
from projects.reminders.models import Delivery
from projects.reminders.queries import channels_on
from projects.reminders.rules import DeliveryState
from projects.reminders.sending.actions import deliver, make_digest, send_trial
from yichuan_tracker import clock
from yichuan_tracker.workdays import is_workday


class Command(BaseCommand):
    help = "生成当天的每日摘要，发到启用的渠道；同一天同一渠道只发一次，没发成的再运行时补发。由定时器每个工作日运行。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--trial", type=int, help="只发这一次试发（由页面启动，不必手工运行）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["trial"]:
            send_trial(Delivery.objects.get(pk=options["trial"], state=DeliveryState.SENDING))
            return
        now = clock.now()
        if not is_workday(now.date(), holidays()):
            self.stdout.write(f"{now.date()} 不是工作日，不生成。")
            return
        digest = make_digest(at=now)
        tried = [deliver(digest, channel, at=now) for channel in channels_on()]
        done = [one for one in tried if one is not None]
        self.stdout.write(
            f"{digest}。" + "；".join(f"{one.get_channel_display()}{one.get_state_display()}" for one in done)
        )
        if failed := [one for one in done if one.state == DeliveryState.FAILED]:
            raise CommandError("；".join(f"{one.get_channel_display()}：{one.error}" for one in failed))
