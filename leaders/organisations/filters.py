import django_filters
from django.db.models import Q, QuerySet

from leaders.organisations.models import Township, Unit
from leaders.organisations.rules import UnitKind

IN_USE = [("active", "在用"), ("archived", "已归档")]


class UnitFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(method="containing", label="名称、简称或别名")
    kind = django_filters.ChoiceFilter(choices=UnitKind, label="类别")
    state = django_filters.ChoiceFilter(choices=IN_USE, method="in_use", label="状态")

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()

    def containing(self, units: "QuerySet[Unit]", _: str, text: str) -> "QuerySet[Unit]":
        found = Unit.objects.filter(
            Q(name__icontains=text) | Q(short_name__icontains=text) | Q(aliases__name__icontains=text)
        )
        return units.filter(pk__in=found.values("pk"))

    def in_use(self, units: "QuerySet[Unit]", _: str, state: str) -> "QuerySet[Unit]":
        return units.filter(archived_at__isnull=state == "active")


class TownshipFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="名称")

    class Meta:
        model = Township
        fields: tuple[str, ...] = ()
