from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from projects.milestones.models import Milestone
from projects.milestones.queries import state_words, tone_of, verification_words
from projects.registry.queries import NOBODY, InForce, current_responsibilities
from projects.registry.rules import ResponsibilityRole
from yichuan_tracker.web.columns import DayColumn, MomentColumn, NumberColumn


class MilestoneTable(tables.Table):
    """Of listed_milestones."""

    lead_column = "name"
    name = tables.Column(verbose_name="节点", linkify=("milestone-detail", [tables.A("pk")]))
    project = tables.Column(
        verbose_name="项目", accessor="project__name", linkify=("project-detail", [tables.A("project_id")])
    )
    unit = tables.Column(verbose_name="责任单位", empty_values=(), orderable=False)
    person = tables.Column(verbose_name="责任人")
    original_on = DayColumn(verbose_name="原定完成日", empty_values=())
    due_on = DayColumn(verbose_name="计划完成日")
    forecast_on = DayColumn(verbose_name="预计完成日")
    actual_on = DayColumn(verbose_name="实际完成日")
    state = tables.Column(verbose_name="状态", empty_values=(), orderable=False)
    verification = tables.Column(verbose_name="核实", empty_values=(), orderable=False)
    verifier = tables.Column(verbose_name="核实人", accessor="verifier__display_name", visible=False)
    verified_at = MomentColumn(verbose_name="核实时间", visible=False)
    weight = NumberColumn(verbose_name="权重", visible=False)
    evidence = tables.Column(verbose_name="完成情况说明", visible=False)

    class Meta:
        model = Milestone
        fields: tuple[str, ...] = ()
        empty_text = (
            "节点在各项目的“节点”页添加，或随清单的“节点目标”一列导入，也可以“按模板倒排”；到期前提醒，逾期亮灯。"
        )

    def prepare(self, records: list[Any]) -> None:
        """The responsible units of the projects on this page, in one query."""
        self.in_force: dict[int, InForce] = {}
        if records:
            ids = {record.project_id for record in records}
            roles = [ResponsibilityRole.LEAD_UNIT]
            self.in_force = current_responsibilities(ids, records[0].as_of, roles)

    def may_pick(self, record: Any) -> bool:
        """What the person reported done is for another of the office to verify."""
        return not record.waits_for_another

    def render_unit(self, record: Any) -> str | None:
        return self.value_unit(record)

    def value_unit(self, record: Any) -> str | None:
        if record.unit is not None:
            return str(record.unit)
        units = self.in_force.get(record.project_id, NOBODY).lead_units
        return units[0].short_name or units[0].name if units else None

    def render_verification(self, record: Any) -> SafeString | str:
        words = verification_words(record)
        if not words:
            return "—"
        tones = {"已核实": "success", "待核实": "info", "核实不实": "danger"}
        note = mark_safe('<br><span class="muted">您报的，由另一人核实</span>') if record.waits_for_another else ""
        return format_html('<span class="tag tag-{}">{}</span>{}', tones[words], words, note)

    def value_verification(self, record: Any) -> str:
        return verification_words(record)

    def render_original_on(self, record: Any) -> str:
        return str(record.first_due_on)

    def value_original_on(self, record: Any) -> Any:
        return record.first_due_on

    def render_state(self, record: Any) -> SafeString:
        return format_html(
            '<span class="tag tag-{}">{}</span>',
            tone_of(record, record.as_of, (record.soon_on - record.as_of).days),
            self.value_state(record),
        )

    def value_state(self, record: Any) -> str:
        return state_words(record, record.as_of)
