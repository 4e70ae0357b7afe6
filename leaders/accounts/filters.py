import django_filters
from django.db.models import Q, QuerySet

from leaders.accounts.models import User
from leaders.roles import Role

STATES = [("active", "启用"), ("inactive", "已停用")]


class AccountFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(method="containing", label="用户名、姓名或单位")
    role = django_filters.ChoiceFilter(choices=Role, method="holding", label="角色")
    state = django_filters.ChoiceFilter(choices=STATES, method="in_state", label="状态")

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def containing(self, accounts: "QuerySet[User]", _: str, text: str) -> "QuerySet[User]":
        return accounts.filter(
            Q(username__icontains=text)
            | Q(display_name__icontains=text)
            | Q(unit__name__icontains=text)
            | Q(unit__short_name__icontains=text)
        )

    def holding(self, accounts: "QuerySet[User]", _: str, role: str) -> "QuerySet[User]":
        return accounts.filter(grants__role=role)

    def in_state(self, accounts: "QuerySet[User]", _: str, state: str) -> "QuerySet[User]":
        return accounts.filter(is_active=state == "active")
