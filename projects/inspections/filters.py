import django_filters
from django.db.models import QuerySet

from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.inspections.models import Inspection
from projects.registry.models import Project
from projects.registry.queries import search_projects

Rows = QuerySet[Inspection]


class InspectionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="项目名称、拼音首字母或现场情况", method="by_text")
    leader = django_filters.ModelChoiceFilter(label="督查领导", queryset=lambda _: Leader.objects.active())
    unit = django_filters.ModelChoiceFilter(label="督查单位", queryset=lambda _: Unit.objects.active())
    group = django_filters.ModelChoiceFilter(label="指挥部（专班）", queryset=lambda _: WorkingGroup.objects.active())
    since = django_filters.DateFilter(label="起", field_name="inspected_on", lookup_expr="gte")
    until = django_filters.DateFilter(label="止", field_name="inspected_on", lookup_expr="lte")

    class Meta:
        model = Inspection
        fields: tuple[str, ...] = ()

    def by_text(self, rows: Rows, _: str, text: str) -> Rows:
        found = search_projects(Project.objects.active(), text)
        return rows.filter(project__in=found.order_by().values("pk")) | rows.filter(situation__icontains=text.strip())
