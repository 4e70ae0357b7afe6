from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from projects.imports.actions import fail_reading, read_batch
from projects.imports.models import ImportBatch
from yichuan_tracker import clock


class Command(BaseCommand):
    help = "读取一份已上传的工作簿（由导入页面启动，不必手工运行）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        batch = ImportBatch.objects.select_related("uploader", "project_list").get(pk=options["batch"])
        try:
            read_batch(batch, by=batch.uploader, at=clock.now(), now=timezone.now())
        except Exception:
            # Whatever it was, whoever waits for the page must not wait in vain; the cause goes on to the log.
            fail_reading(batch, by=batch.uploader, at=clock.now(), now=timezone.now())
            raise
