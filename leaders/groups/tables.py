import django_tables2 as tables

from leaders.groups.models import WorkingGroup
from yichuan_tracker.web.columns import DayColumn


class GroupTable(tables.Table):
    name = tables.Column(verbose_name="名称", linkify=("group-detail", {"pk": tables.A("pk")}))
    kind = tables.Column(verbose_name="类别")
    lead_unit = tables.Column(verbose_name="牵头单位")
    leader = tables.Column(verbose_name="牵头领导")
    valid_from = DayColumn(verbose_name="成立日期", visible=False)
    valid_to = DayColumn(verbose_name="撤销日期", visible=False)
    state = tables.Column(verbose_name="状态", empty_values=(), order_by="archived_at")

    class Meta:
        model = WorkingGroup
        fields = ("name", "kind", "lead_unit", "leader", "valid_from", "valid_to", "state")
        empty_text = "指挥部和专班由重点办添加，或随清单导入。"
        order_by = ("kind", "name")

    def render_state(self, record: WorkingGroup) -> str:
        return "已归档" if record.archived_at else "在用"
