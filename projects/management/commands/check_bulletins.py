import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from projects.bulletins.models import Bulletin
from projects.bulletins.queries import compare_files
from projects.bulletins.rules import BulletinState
from projects.papers.models import IssuedFile
from projects.papers.queries import is_intact


class Command(BaseCommand):
    help = "已印发的文件逐份核对：通报用冻结数据重新生成，与留存的逐字节比较；催办函、会议纪要核对校验值。有不同的退出码为 1。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--year", type=int, help="只核对这一年印发的")

    def handle(self, *args: Any, **options: Any) -> None:
        issued = Bulletin.objects.filter(state=BulletinState.ISSUED).order_by("pk")
        others = IssuedFile.objects.filter(bulletin__isnull=True).select_related("letter", "minutes").order_by("pk")
        if options["year"]:
            issued = issued.filter(dated_on__year=options["year"])
            year = options["year"]
            others = others.filter(Q(letter__dated_on__year=year) | Q(minutes__dated_on__year=year))
        unlike = 0
        for bulletin in issued.iterator():
            for one in compare_files(bulletin):
                unlike += bool(one.difference)
                told = one.difference or "与发出时逐字节相同"
                self.stdout.write(f"{bulletin.number_text} {bulletin} {one.file.get_form_display()}：{told}")
        for kept in others.iterator():
            is_unlike = not is_intact(kept)
            unlike += is_unlike
            told = "与登记的校验值不一致，有人在系统之外改动过" if is_unlike else "与印发时的校验值一致"
            self.stdout.write(f"{kept}：{told}")
        if unlike:
            raise CommandError(f"{unlike} 个文件与印发时不同。")
