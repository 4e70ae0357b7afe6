from typing import Any

import django_filters
from django.db.models import QuerySet

from leaders.organisations.models import Unit
from projects.milestones.models import Milestone
from projects.milestones.queries import LIST_STATES, in_state, of_unit
from projects.registry.models import Project
from projects.registry.queries import search_projects
from yichuan_tracker.months import last_day
from yichuan_tracker.web.forms import MonthField

Rows = QuerySet[Milestone]


class MonthFilter(django_filters.Filter):
    field_class = MonthField


class MilestoneFilter(django_filters.FilterSet):
    """Of milestones annotated with `as_of` (see listed_milestones)."""

    q = django_filters.CharFilter(label="项目名称、拼音首字母或节点", method="by_text")
    state = django_filters.ChoiceFilter(label="状态", choices=LIST_STATES, method="by_state")
    unit = django_filters.ModelChoiceFilter(
        label="责任单位", queryset=lambda _: Unit.objects.active(), method="by_unit"
    )
    month = MonthFilter(label="计划月份", method="by_month")

    class Meta:
        model = Milestone
        fields: tuple[str, ...] = ()

    def by_text(self, rows: Rows, _: str, text: str) -> Rows:
        found = search_projects(Project.objects.active(), text)
        return rows.filter(project__in=found.order_by().values("pk")) | rows.filter(name__icontains=text.strip())

    def by_state(self, rows: Rows, _: str, state: str) -> Rows:
        return in_state(rows, state)

    def by_unit(self, rows: Rows, _: str, unit: Unit) -> Rows:
        return of_unit(rows, unit)

    def by_month(self, rows: Rows, _: str, month: Any) -> Rows:
        return rows.filter(due_on__gte=month, due_on__lte=last_day(month))
