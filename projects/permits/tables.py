from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from projects.permits.models import Permit
from projects.permits.queries import dated, tone_of
from projects.permits.rules import shown_state
from yichuan_tracker.web.columns import DayColumn


class PermitTable(tables.Table):
    """One kind of permit over all projects; of permits annotated with `as_of` (see active_permits)."""

    lead_column = "project"
    project = tables.Column(
        verbose_name="项目", accessor="project__name", linkify=("project-permits", [tables.A("project_id")])
    )
    state = tables.Column(verbose_name="状态")
    deadline_on = DayColumn(verbose_name="应办时限")
    obtained_on = DayColumn(verbose_name="办结日期")
    document_number = tables.Column(verbose_name="文号")
    owed_until = DayColumn(verbose_name="容缺补齐期限")
    valid_until = DayColumn(verbose_name="有效期至", visible=False)
    reason = tables.Column(verbose_name="说明", visible=False)

    class Meta:
        model = Permit
        fields: tuple[str, ...] = ()
        order_by = ("deadline_on",)

    def render_state(self, record: Any) -> SafeString:
        state = shown_state(dated(record), record.as_of)
        return format_html('<span class="tag tag-{}">{}</span>', tone_of(state), state.label)

    def value_state(self, record: Any) -> str:
        return str(shown_state(dated(record), record.as_of).label)
