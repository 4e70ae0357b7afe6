import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import models, transaction

from leaders.audit.actions import history_entry, record_many
from leaders.audit.models import HistoryEntry, Tracked
from yichuan_tracker import clock


class Command(BaseCommand):
    help = "载入单位、乡镇、指挥部、手续目录、节假日、考评办法等基础数据；已有的记录不改动，可重复执行。"

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        created = 0
        history: list[HistoryEntry] = []
        for path in sorted((Path(settings.BASE_DIR) / "fixtures" / "reference").glob("*.json")):
            for row in json.loads(path.read_text(encoding="utf-8")):
                model = apps.get_model(row["model"])
                values = {name: _resolved(model, name, value) for name, value in row["values"].items()}
                key = {name: values[name] for name in row["key"]}
                if model._default_manager.filter(**key).exists():
                    continue
                record = model(**values)
                record.full_clean()
                record.save(force_insert=True)
                created += 1
                if isinstance(record, Tracked):
                    history.append(history_entry("create", record, by=None, at=clock.now(), reason="基础数据"))
        record_many(history)
        self.stdout.write(f"基础数据：新增 {created} 条。")


def _resolved(model: type[models.Model], name: str, value: Any) -> Any:
    """A related record is written as {field: value} that finds it."""
    field = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey) and isinstance(value, dict):
        related: Any = field.related_model
        return related._default_manager.get(**value)
    return value
