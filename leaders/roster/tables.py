import django_tables2 as tables

from leaders.roster.models import Leader
from yichuan_tracker.web.columns import DayColumn


class LeaderTable(tables.Table):
    position = tables.Column(verbose_name="排序")
    name = tables.Column(verbose_name="姓名", linkify=("leader-detail", {"pk": tables.A("pk")}))
    post = tables.Column(verbose_name="职务")
    level = tables.Column(verbose_name="层级")
    unit = tables.Column(verbose_name="所在单位")
    aliases = tables.Column(verbose_name="别名", orderable=False, empty_values=())
    valid_from = DayColumn(verbose_name="任职起", visible=False)
    valid_to = DayColumn(verbose_name="任职止", visible=False)
    state = tables.Column(verbose_name="状态", empty_values=(), order_by="archived_at")

    class Meta:
        model = Leader
        fields = ("position", "name", "post", "level", "unit", "aliases", "valid_from", "valid_to", "state")
        empty_text = "导入重点项目清单时，清单上的分包领导一并建好；也可以先导入“领导与单位名单”，或由重点办逐个添加。"
        order_by = ("position", "name")

    def render_aliases(self, record: Leader) -> str:
        return "、".join(alias.name for alias in record.aliases.all()) or "—"

    def render_state(self, record: Leader) -> str:
        return "已归档" if record.archived_at else "在用"
