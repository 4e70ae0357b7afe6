import django_tables2 as tables

from leaders.organisations.models import Township, Unit
from yichuan_tracker.web.columns import DayColumn


class UnitTable(tables.Table):
    name = tables.Column(verbose_name="单位名称", linkify=("unit-detail", {"pk": tables.A("pk")}))
    short_name = tables.Column(verbose_name="简称")
    kind = tables.Column(verbose_name="类别")
    aliases = tables.Column(verbose_name="别名", orderable=False, empty_values=())
    valid_from = DayColumn(verbose_name="启用日期", visible=False)
    valid_to = DayColumn(verbose_name="停用日期", visible=False)
    state = tables.Column(verbose_name="状态", empty_values=(), order_by="archived_at")

    class Meta:
        model = Unit
        fields = ("name", "short_name", "kind", "aliases", "valid_from", "valid_to", "state")
        order_by = ("kind", "name")

    def render_aliases(self, record: Unit) -> str:
        return "、".join(alias.name for alias in record.aliases.all()) or "—"

    def render_state(self, record: Unit) -> str:
        return "已归档" if record.archived_at else "在用"


class TownshipTable(tables.Table):
    name = tables.Column(verbose_name="乡镇（街道）")
    unit = tables.Column(verbose_name="政府（办事处）", linkify=("unit-detail", {"pk": tables.A("unit_id")}))

    lead_column = "name"

    class Meta:
        model = Township
        fields = ("name", "unit")
        order_by = ("name",)


class EditableTownshipTable(TownshipTable):
    """For the project office: a township has no page of its own, its name leads to the form."""

    name = tables.Column(verbose_name="乡镇（街道）", linkify=("township-edit", {"pk": tables.A("pk")}))

    class Meta(TownshipTable.Meta):
        pass
