from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from projects.requests.models import ChangeRequest
from yichuan_tracker.web.columns import DayColumn, MomentColumn


class RequestTable(tables.Table):
    """Of all_requests()."""

    lead_column = "subject"
    subject = tables.Column("申请", empty_values=(), orderable=False, linkify=("request-detail", [tables.A("pk")]))
    project = tables.Column("项目", accessor="project__name", linkify=("project-detail", [tables.A("project_id")]))
    change = tables.Column("变更", empty_values=(), orderable=False)
    reason_code = tables.Column("原因")
    reason = tables.Column("情况说明", visible=False)
    evidence = tables.Column("依据", visible=False)
    requester = tables.Column("申请人", accessor="requester__display_name", order_by="requester")
    requested_at = MomentColumn(verbose_name="申请时间")
    verdict = tables.Column("结果")
    decider = tables.Column("审批人", accessor="decider__display_name", order_by="decider")
    decided_at = MomentColumn(verbose_name="审批时间", visible=False)
    note = tables.Column("审批意见", visible=False)
    before_on = DayColumn(verbose_name="原日期", visible=False)
    proposed_on = DayColumn(verbose_name="申请日期", visible=False)

    class Meta:
        model = ChangeRequest
        fields: tuple[str, ...] = ()

    def render_subject(self, record: Any) -> str:
        return str(record)

    value_subject = render_subject

    def render_change(self, record: Any) -> str:
        return str(record.change_words)

    value_change = render_change

    def render_verdict(self, record: Any) -> SafeString:
        chief = "，须上级审批" if record.needs_chief and record.decider_id is None else ""
        words = f"{record.get_verdict_display()}{chief}"
        return format_html('<span class="tag tag-{}">{}</span>', record.tone, words)

    def value_verdict(self, record: Any) -> str:
        return str(record.get_verdict_display())
