import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yichuan_tracker.backup.archive import Refused
from yichuan_tracker.backup.steps import keep_newest, make_backup


class Command(BaseCommand):
    help = "把数据库和上传的文件备份成一个 .tar.gz（附每个文件的校验值、每张表的行数）。服务不用停。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "target", nargs="?", type=Path, help="文件夹（按时间取名）或文件名；默认是 DATA_DIR 下的 backups"
        )
        parser.add_argument("--keep", type=int, help="文件夹里只留最新的几份")

    def handle(self, *args: Any, **options: Any) -> None:
        target, keep = options["target"], options["keep"]
        if keep is not None and keep < 1:
            raise CommandError("--keep 至少是 1。")
        if target is None:
            target = settings.DATA_DIR / "backups"
            target.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            made = make_backup(target, at=timezone.localtime())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        path = Path(made["path"])
        rows, files = sum(made["rows"].values()), len(made["files"]) - 1
        self.stdout.write(
            f"{path}：{len(made['rows'])} 张表 {rows} 行，{files} 个文件，{path.stat().st_size / 1e6:.1f} MB。"
        )
        for old in keep_newest(path.parent, keep) if keep else []:
            self.stdout.write(f"删去较早的 {old.name}。")
