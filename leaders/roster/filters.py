import django_filters
from django.db.models import Q, QuerySet

from leaders.roster.models import Leader
from leaders.roster.rules import LeaderLevel

IN_USE = [("active", "在用"), ("archived", "已归档")]


class LeaderFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(method="containing", label="姓名、职务或别名")
    level = django_filters.ChoiceFilter(choices=LeaderLevel, label="层级")
    state = django_filters.ChoiceFilter(choices=IN_USE, method="in_use", label="状态")

    class Meta:
        model = Leader
        fields: tuple[str, ...] = ()

    def containing(self, leaders: "QuerySet[Leader]", _: str, text: str) -> "QuerySet[Leader]":
        found = Leader.objects.filter(
            Q(name__icontains=text) | Q(post__icontains=text) | Q(aliases__name__icontains=text)
        )
        return leaders.filter(pk__in=found.values("pk"))

    def in_use(self, leaders: "QuerySet[Leader]", _: str, state: str) -> "QuerySet[Leader]":
        return leaders.filter(archived_at__isnull=state == "active")
