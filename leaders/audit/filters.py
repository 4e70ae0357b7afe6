import datetime

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from leaders.audit.models import HistoryEntry
from leaders.audit.queries import type_labels
from leaders.audit.rules import ACTION_WORDS


class HistoryFilter(django_filters.FilterSet):
    person = django_filters.CharFilter(field_name="actor_name", lookup_expr="icontains", label="操作人")
    action = django_filters.ChoiceFilter(choices=lambda: list(ACTION_WORDS.items()), label="动作")
    kind = django_filters.ChoiceFilter(
        field_name="object_type", choices=lambda: sorted(type_labels().items()), label="对象类别"
    )
    since = django_filters.DateFilter(method="from_day", label="从")
    until = django_filters.DateFilter(method="to_day", label="到")
    text = django_filters.CharFilter(method="containing", label="对象或理由含")

    class Meta:
        model = HistoryEntry
        fields: tuple[str, ...] = ()

    def from_day(self, entries: "QuerySet[HistoryEntry]", _: str, day: datetime.date) -> "QuerySet[HistoryEntry]":
        return entries.filter(at__gte=_midnight(day))

    def to_day(self, entries: "QuerySet[HistoryEntry]", _: str, day: datetime.date) -> "QuerySet[HistoryEntry]":
        return entries.filter(at__lt=_midnight(day + datetime.timedelta(days=1)))

    def containing(self, entries: "QuerySet[HistoryEntry]", _: str, text: str) -> "QuerySet[HistoryEntry]":
        return entries.filter(Q(object_name__icontains=text) | Q(reason__icontains=text))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
