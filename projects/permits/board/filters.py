from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from leaders.organisations.models import Unit
from projects.permits.models import Permit, PermitType
from projects.permits.queries import FILTER_STATES, active_permits, in_state
from projects.registry.models import Project, ProjectList
from projects.registry.queries import answered_by, members_of, search_projects
from projects.registry.rules import ResponsibilityRole
from yichuan_tracker import clock

Rows = QuerySet[Any]
# In place of a state: projects for which nobody has said yet what they need.
NONE_LISTED = "none"


def departments(_: Any = None) -> QuerySet[Unit]:
    return Unit.objects.filter(Exists(PermitType.objects.filter(department=OuterRef("pk"))))


class BoardFilter(django_filters.FilterSet):
    """Of projects. The state is that of any procedure, or of one of the chosen department's."""

    q = django_filters.CharFilter(label="项目名称、拼音首字母或代码", method="by_text")
    list = django_filters.ModelChoiceFilter(
        label="清单", queryset=lambda _: ProjectList.objects.active(), method="by_list"
    )
    unit = django_filters.ModelChoiceFilter(
        label="责任单位", queryset=lambda _: Unit.objects.active(), method="by_unit"
    )
    department = django_filters.ModelChoiceFilter(label="审批部门", queryset=departments, method="by_department")
    state = django_filters.ChoiceFilter(
        label="有手续处于", choices=((NONE_LISTED, "还没有列手续"), *FILTER_STATES), method="by_state"
    )

    class Meta:
        model = Project
        fields: tuple[str, ...] = ()

    def by_text(self, rows: Rows, _: str, text: str) -> Rows:
        return rows.filter(pk__in=search_projects(Project.objects.active(), text).order_by().values("pk"))

    def by_list(self, rows: Rows, _: str, project_list: ProjectList) -> Rows:
        return rows.filter(pk__in=members_of(project_list.pk).values("project"))

    def by_unit(self, rows: Rows, _: str, unit: Unit) -> Rows:
        return rows.filter(pk__in=answered_by(ResponsibilityRole.LEAD_UNIT, "unit", unit.pk, clock.today()))

    def by_department(self, rows: Rows, _: str, department: Unit) -> Rows:
        return rows.filter(Exists(Permit.objects.filter(project=OuterRef("pk"), permit_type__department=department)))

    def by_state(self, rows: Rows, _: str, state: str) -> Rows:
        if state == NONE_LISTED:
            return rows.exclude(Exists(Permit.objects.filter(project=OuterRef("pk"))))
        permits = in_state(active_permits(clock.today()), state).filter(project=OuterRef("pk"))
        department = self.form.cleaned_data.get("department")
        return rows.filter(Exists(permits.filter(permit_type__department=department) if department else permits))
