import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.bulletins.models import Bulletin
from projects.bulletins.queries import compare_files
from projects.bulletins.rules import BulletinState


class Command(BaseCommand):
    help = "已印发的通报逐份核对：用冻结数据重新生成，与留存的文件逐字节比较。有不同的退出码为 1。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--year", type=int, help="只核对这一年印发的")

    def handle(self, *args: Any, **options: Any) -> None:
        issued = Bulletin.objects.filter(state=BulletinState.ISSUED).order_by("pk")
        if options["year"]:
            issued = issued.filter(dated_on__year=options["year"])
        unlike = 0
        for bulletin in issued.iterator():
            for one in compare_files(bulletin):
                unlike += bool(one.difference)
                told = one.difference or "与发出时逐字节相同"
                self.stdout.write(f"{bulletin.number_text} {bulletin} {one.file.get_form_display()}：{told}")
        if unlike:
            raise CommandError(f"{unlike} 个文件与印发时不同。")
