import django_filters
from django.db.models import QuerySet

from projects.permits.models import Permit
from projects.permits.queries import FILTER_STATES, in_state
from projects.registry.models import Project
from projects.registry.queries import search_projects

Rows = QuerySet[Permit]


class PermitFilter(django_filters.FilterSet):
    """Of permits annotated with `as_of` (see active_permits)."""

    q = django_filters.CharFilter(label="项目名称、拼音首字母或代码", method="by_text")
    state = django_filters.ChoiceFilter(label="状态", choices=FILTER_STATES, method="by_state")

    class Meta:
        model = Permit
        fields: tuple[str, ...] = ()

    def by_text(self, rows: Rows, _: str, text: str) -> Rows:
        return rows.filter(project__in=search_projects(Project.objects.active(), text).order_by().values("pk"))

    def by_state(self, rows: Rows, _: str, state: str) -> Rows:
        return in_state(rows, state)
