from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from projects.meetings.models import Meeting
from yichuan_tracker.web.columns import DayColumn, NumberColumn


class MeetingTable(tables.Table):
    """Of `listed_meetings`."""

    lead_column = "name"
    held_on = DayColumn(verbose_name="会议日期")
    name = tables.Column(verbose_name="会议", linkify=("meeting-detail", [tables.A("pk")]))
    leader = tables.Column(verbose_name="主持领导", accessor="leader__name")
    scope = tables.Column(verbose_name="范围", orderable=False)
    place = tables.Column(verbose_name="地点", visible=False)
    items_count = NumberColumn(verbose_name="议题")
    decisions_count = NumberColumn(verbose_name="议定事项")
    open_count = NumberColumn(verbose_name="其中未销号")
    held_at = tables.Column(verbose_name="状态", empty_values=())
    minutes = tables.Column(verbose_name="会议纪要", orderable=False, empty_values=())

    class Meta:
        model = Meeting
        fields: tuple[str, ...] = ()
        empty_text = "点“新建例会”，议程按范围内的红灯项目、超期问题自动生成；议定事项进入问题台账。"
        order_by = ("-held_on",)

    def render_held_at(self, record: Any) -> str:
        return self.value_held_at(record)

    def value_held_at(self, record: Any) -> str:
        return "已召开" if record.held_at else "筹备"

    def render_minutes(self, record: Any) -> str:
        """The one that holds; corrected ones stand on its page."""
        found = next(iter(record.minutes.all()), None)
        link = '<a href="{}">{}</a>'
        return format_html(link, reverse("minutes-detail", args=[found.pk]), found.number_text) if found else "—"

    def value_minutes(self, record: Any) -> str:
        return str(next(iter(record.minutes.all()), ""))
