import django_filters
from django.db.models import QuerySet

from projects.registry.models import Project
from projects.registry.queries import search_projects
from projects.requests.models import ChangeRequest
from projects.requests.rules import ReasonCode, RequestKind, Verdict


class RequestFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="项目名称、拼音首字母", method="by_text")
    kind = django_filters.ChoiceFilter(label="事项", choices=RequestKind.choices)
    reason_code = django_filters.ChoiceFilter(label="原因", choices=ReasonCode.choices)
    verdict = django_filters.ChoiceFilter(label="结果", choices=Verdict.choices)

    class Meta:
        model = ChangeRequest
        fields: tuple[str, ...] = ()

    def by_text(self, rows: QuerySet[ChangeRequest], _: str, text: str) -> QuerySet[ChangeRequest]:
        return rows.filter(project__in=search_projects(Project.objects.all(), text).values("pk"))
