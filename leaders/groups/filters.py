import django_filters
from django.db.models import QuerySet

from leaders.groups.models import WorkingGroup
from leaders.groups.rules import GroupKind

IN_USE = [("active", "在用"), ("archived", "已归档")]


class GroupFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="名称")
    kind = django_filters.ChoiceFilter(choices=GroupKind, label="类别")
    state = django_filters.ChoiceFilter(choices=IN_USE, method="in_use", label="状态")

    class Meta:
        model = WorkingGroup
        fields: tuple[str, ...] = ()

    def in_use(self, groups: "QuerySet[WorkingGroup]", _: str, state: str) -> "QuerySet[WorkingGroup]":
        return groups.filter(archived_at__isnull=state == "active")
