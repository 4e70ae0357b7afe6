import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import models, transaction

from leaders.audit.actions import history_entry, record_many
from leaders.audit.models import Tracked
from yichuan_tracker import clock

# {(related model, the fields by which a row finds it): {their values: record}}, each read at once
Found = dict[tuple[Any, ...], dict[tuple[Any, ...], models.Model]]


class Command(BaseCommand):
    help = "载入单位、乡镇、指挥部、手续目录、节假日、考评办法等基础数据；已有的记录不改动，可重复执行。"

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        created: list[models.Model] = []
        for path in sorted((Path(settings.BASE_DIR) / "fixtures" / "reference").glob("*.json")):
            rows = json.loads(path.read_text(encoding="utf-8"))
            for name in dict.fromkeys(row["model"] for row in rows):
                created += _load(apps.get_model(name), [row for row in rows if row["model"] == name], created)
        self.stdout.write(f"基础数据：新增 {len(created)} 条。")


def _load(model: type[models.Model], rows: list[dict[str, Any]], created: list[models.Model]) -> list[models.Model]:
    """Create the rows whose key is not there yet. A related record is written as {field: value} that finds it. A row `of` a
    field is part of that record (a template's lines) and comes only with it: what the county took out stays out."""
    key = rows[0]["key"]
    known = set(model._default_manager.values_list(*key))
    found: Found = {}
    fresh = []
    for row in rows:
        values = {name: _resolved(model, name, value, found) for name, value in row["values"].items()}
        record = model(**values)
        record.clean_fields(exclude={name for name, value in values.items() if isinstance(value, models.Model)})
        if "of" in row and values[row["of"]] not in created:
            continue
        if tuple(record.serializable_value(name) for name in key) not in known:
            fresh.append(record)
    model._default_manager.bulk_create(fresh)
    at = clock.now()
    record_many(
        history_entry("create", record, by=None, at=at, reason="基础数据")
        for record in fresh
        if isinstance(record, Tracked)
    )
    return fresh


def _resolved(model: type[models.Model], name: str, value: Any, found: Found) -> Any:
    field = model._meta.get_field(name)
    if not (isinstance(field, models.ForeignKey) and isinstance(value, dict)):
        return value
    related: Any = field.related_model
    known_by = (related, *value)
    if known_by not in found:
        records = related.objects.in_bulk()
        found[known_by] = {tuple(parts): records[pk] for pk, *parts in related.objects.values_list("pk", *value)}
    return found[known_by][tuple(value.values())]
