import django_tables2 as tables

from leaders.accounts.models import User
from leaders.accounts.queries import role_labels


class AccountTable(tables.Table):
    username = tables.Column(verbose_name="用户名", linkify=("user-detail", {"pk": tables.A("pk")}))
    display_name = tables.Column(verbose_name="姓名")
    unit = tables.Column(verbose_name="单位")
    leader = tables.Column(verbose_name="对应领导")
    grants = tables.Column(verbose_name="角色", orderable=False, empty_values=())
    is_active = tables.Column(verbose_name="状态")
    must_change_password = tables.Column(verbose_name="密码")

    class Meta:
        model = User
        fields = ("username", "display_name", "unit", "leader", "grants", "is_active", "must_change_password")
        order_by = ("username",)

    def render_grants(self, record: User) -> str:
        return "、".join(role_labels(record)) or "（无角色）"

    def render_is_active(self, value: bool) -> str:
        return "启用" if value else "已停用"

    def render_must_change_password(self, value: bool) -> str:
        return "初始密码，待本人修改" if value else "本人已改"
