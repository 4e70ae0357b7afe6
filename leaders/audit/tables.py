from typing import Any

import django_tables2 as tables

from leaders.audit.models import HistoryEntry
from leaders.audit.queries import type_labels
from leaders.audit.rules import ACTION_WORDS, shown_line


class HistoryTable(tables.Table):
    at = tables.DateTimeColumn(verbose_name="时间", format="Y-m-d H:i:s")
    actor_name = tables.Column(verbose_name="操作人")
    action = tables.Column(verbose_name="动作")
    object_type = tables.Column(verbose_name="对象类别")
    object_name = tables.Column(verbose_name="对象")
    changes = tables.Column(verbose_name="改动（旧 → 新）", orderable=False, empty_values=())
    reason = tables.Column(verbose_name="理由")
    batch_id = tables.Column(verbose_name="导入批次", visible=False)

    lead_column = "at"

    class Meta:
        model = HistoryEntry
        fields = ("at", "actor_name", "action", "object_type", "object_name", "changes", "reason", "batch_id")
        order_by = ("-at",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type_labels = type_labels()

    def render_action(self, value: str) -> str:
        return ACTION_WORDS.get(value, value)

    def render_object_type(self, value: str) -> str:
        return self.type_labels.get(value, value)

    def render_changes(self, record: HistoryEntry) -> str:
        return "；".join(map(shown_line, record.changes)) or "—"
