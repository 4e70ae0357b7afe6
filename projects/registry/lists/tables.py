from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from projects.registry.models import Membership
from projects.registry.rules import YearLabel
from yichuan_tracker.web.columns import ChoiceColumn, DayColumn, WanColumn


class MemberTable(tables.Table):
    """The projects of one list, those that have left it too."""

    lead_column = "name"

    serial = tables.Column("序号", order_by="position")
    name = tables.Column(
        "项目名称",
        accessor="project__name",
        linkify=("project-detail", [tables.A("project_id")]),
        order_by="project__pinyin",
    )
    section = tables.Column("章节")
    stage = tables.Column("三个一批类别", visible=False)
    batch = tables.Column("期数", visible=False)
    label = ChoiceColumn(YearLabel, "年度类别", accessor="plan_label")
    sector = tables.Column("产业领域", accessor="project__sector__name", order_by="project__sector")
    total_wan = WanColumn(verbose_name="总投资（万元）", accessor="project__total_wan", initial_sort_descending=True)
    plan_wan = WanColumn(verbose_name="年度计划（万元）", initial_sort_descending=True)
    joined_on = DayColumn(verbose_name="列入日期")
    valid_until = DayColumn(verbose_name="有效期至", visible=False)
    left_on = tables.Column("调出")
    edit = tables.Column("操作", empty_values=(), orderable=False)

    class Meta:
        empty_text = "从“导入”把清单上传到这里，或在项目列表勾选项目“列入清单”。"

    def render_left_on(self, value: Any, record: Membership) -> str:
        return f"{value.isoformat()} {record.left_reason}"

    def render_edit(self, record: Membership) -> SafeString:
        return format_html('<a href="{}">修改</a>', reverse("membership-edit", args=[record.pk]))

    def value_edit(self) -> str:
        return ""


class ReadOnlyMemberTable(MemberTable):
    """For those who do not keep lists."""

    edit = None
