import django_filters
from django.db.models import QuerySet

from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.problems.models import Problem
from projects.problems.queries import LIST_STATES, in_state, of_unit
from projects.problems.rules import ProblemCategory, ProblemSource
from projects.registry.models import Project
from projects.registry.queries import search_projects

Rows = QuerySet[Problem]


class ProblemFilter(django_filters.FilterSet):
    """Of problems annotated with `as_of` (see active_problems)."""

    q = django_filters.CharFilter(label="项目名称、拼音首字母或问题内容", method="by_text")
    state = django_filters.ChoiceFilter(label="状态", choices=LIST_STATES, method="by_state")
    unit = django_filters.ModelChoiceFilter(
        label="牵头单位", queryset=lambda _: Unit.objects.active(), method="by_unit"
    )
    category = django_filters.ChoiceFilter(label="类别", choices=ProblemCategory.choices)
    leader = django_filters.ModelChoiceFilter(label="批示领导", queryset=lambda _: Leader.objects.active())
    since = django_filters.DateFilter(label="反映日期起", field_name="raised_on", lookup_expr="gte")
    until = django_filters.DateFilter(label="止", field_name="raised_on", lookup_expr="lte")
    source = django_filters.ChoiceFilter(label="来源", choices=ProblemSource.choices)

    class Meta:
        model = Problem
        fields: tuple[str, ...] = ()

    def by_text(self, rows: Rows, _: str, text: str) -> Rows:
        found = search_projects(Project.objects.active(), text)
        return rows.filter(project__in=found.order_by().values("pk")) | rows.filter(text__icontains=text.strip())

    def by_unit(self, rows: Rows, _: str, unit: Unit) -> Rows:
        return of_unit(rows, unit)

    def by_state(self, rows: Rows, _: str, state: str) -> Rows:
        return in_state(rows, state)
