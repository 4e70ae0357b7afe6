import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yichuan_tracker.backup.archive import Refused
from yichuan_tracker.backup.steps import restore_backup


class Command(BaseCommand):
    help = "从 backup 做的备份恢复数据库和上传的文件；先逐个核对校验值，有不符的什么也不动。请先停止服务。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("source", type=Path, help="备份文件")
        parser.add_argument("--replace", action="store_true", help="这里已有数据也恢复：现有的先自动备份，再被替换")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = restore_backup(options["source"], replace=options["replace"], at=timezone.localtime())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        rows, files = sum(done["rows"].values()), len(done["files"]) - 1
        if "kept" in done:
            self.stdout.write(f"恢复之前的数据备份在 {done['kept']}。")
        self.stdout.write(
            f"已恢复到 {done['made_at'][:16].replace('T', ' ')}：{rows} 行，{files} 个文件，与备份的清单一致。"
        )
        if done["is_older"]:
            self.stdout.write("备份比程序旧，请接着执行 manage.py migrate 和 manage.py load_reference，再启动服务。")
