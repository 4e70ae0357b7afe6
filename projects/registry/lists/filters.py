import django_filters
from django.db.models import QuerySet

from projects.registry.models import Membership, Project
from projects.registry.queries import search_projects
from projects.registry.rules import YearLabel


class MemberFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称、代码、拼音首字母", method="search", max_length=100)
    label = django_filters.ChoiceFilter(label="年度类别", field_name="plan__label", choices=YearLabel.choices)
    left = django_filters.ChoiceFilter(
        label="在册情况", method="of_standing", choices=[("no", "在册"), ("yes", "已调出")]
    )

    def search(self, rows: QuerySet[Membership], _: str, text: str) -> QuerySet[Membership]:
        return rows.filter(project__in=search_projects(Project.objects.all(), text).values("pk"))

    def of_standing(self, rows: QuerySet[Membership], _: str, value: str) -> QuerySet[Membership]:
        return rows.filter(left_on__isnull=value == "no")
