from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from projects.problems.models import Problem
from projects.problems.queries import deadline_words, tone_of
from yichuan_tracker.web.columns import DayColumn, MomentColumn


class ProblemTable(tables.Table):
    """Of problems annotated with `as_of` (see active_problems)."""

    lead_column = "text"
    text = tables.Column(
        verbose_name="存在问题", linkify=("problem-detail", [tables.A("pk")]), attrs={"td": {"class": "long"}}
    )
    project = tables.Column(
        verbose_name="项目", accessor="project__name", linkify=("project-detail", [tables.A("project_id")])
    )
    unit = tables.Column(verbose_name="牵头单位", accessor="unit__name", default="项目责任单位")
    category = tables.Column(verbose_name="类别")
    source = tables.Column(verbose_name="来源")
    raised_on = DayColumn(verbose_name="反映日期")
    due_on = DayColumn(verbose_name="办理时限")
    state = tables.Column(verbose_name="状态")
    answer = tables.Column(verbose_name="办理情况", visible=False)
    answered_at = MomentColumn(verbose_name="反馈时间", visible=False)
    closed_on = DayColumn(verbose_name="销号日期", visible=False)

    class Meta:
        model = Problem
        fields: tuple[str, ...] = ()
        empty_text = "问题来自现场督查、例会、批示和项目页的“交办问题”，也可以“粘贴群消息”或“导入台账”。"

    def render_text(self, value: str) -> str:
        return value if len(value) <= 60 else f"{value[:60]}…"

    def value_text(self, value: str) -> str:
        return value

    def render_state(self, record: Any) -> SafeString:
        return format_html(
            '<span class="tag tag-{}">{}</span>', tone_of(record, record.as_of), self.value_state(record)
        )

    def value_state(self, record: Any) -> str:
        words = deadline_words(record, record.as_of)
        return f"{record.get_state_display()}（{words}）" if words else record.get_state_display()
