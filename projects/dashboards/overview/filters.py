from typing import Any

import django_filters
from django.db.models import QuerySet

from projects.dashboards.overview.choices import ALL_PROJECTS, ARCHIVED, Choices
from projects.dashboards.overview.queries import Overview, in_scope, standing_in_list
from projects.registry.queries import answered_by, search_projects
from projects.registry.rules import ProjectState, ResponsibilityRole, YearLabel
from projects.status.rules import Colour
from yichuan_tracker.web.filtering import Offered, copied_lightly

_LIGHTS = [(Colour.RED.value, "红灯"), (Colour.YELLOW.value, "黄灯"), (Colour.GREEN.value, "绿灯"), ("none", "不亮灯")]


@copied_lightly
class ProjectFilter(django_filters.FilterSet):
    """The scope says which list is looked at when the address names none."""

    q = django_filters.CharFilter(label="名称、代码、拼音首字母", method="search", max_length=100)
    list = django_filters.ChoiceFilter(label="清单", method="of_list", empty_label=None)
    label = django_filters.ChoiceFilter(label="年度类别", method="of_label", choices=YearLabel.choices)
    sector = django_filters.ChoiceFilter(label="产业领域", field_name="sector")
    state = django_filters.ChoiceFilter(label="状态", field_name="state", choices=ProjectState.choices)
    unit = django_filters.ChoiceFilter(label="责任单位", method="of_unit")
    leader = django_filters.ChoiceFilter(label="分包领导", method="of_leader")
    group = django_filters.ChoiceFilter(label="指挥部（专班）", method="of_group")
    township = django_filters.ChoiceFilter(label="乡镇（街道）", field_name="township")
    light = django_filters.ChoiceFilter(label="亮灯", method="of_light", choices=_LIGHTS)

    def __init__(self, data: Any, *, overview: Overview, choices: Choices, **kwargs: Any) -> None:
        data, scope = data.copy(), overview.scope
        lists = [*choices.lists, (ALL_PROJECTS, "全部项目"), (ARCHIVED, "已归档的项目")]
        if data.get("list") not in {str(key) for key, _ in lists}:
            # The heading says which list is shown; without any, archived projects would slip in.
            data["list"] = str(scope.list_id or ALL_PROJECTS)
        super().__init__(data, **kwargs)
        self.scope, self.overview = scope, overview
        offered: dict[str, list[tuple[Any, str]]] = {
            "list": lists,
            "sector": choices.sectors,
            "unit": choices.units,
            "leader": choices.leaders,
            "group": choices.groups,
            "township": choices.townships,
        }
        for name, texts in offered.items():
            self.filters[name].extra["choices"] = Offered(texts)

    def filter_queryset(self, queryset: Any) -> QuerySet[Any]:
        self.overview.filtered = super().filter_queryset(in_scope(queryset, self.scope))
        return self.overview.filtered

    def search(self, rows: Any, _: str, text: str) -> QuerySet[Any]:
        return search_projects(rows, text)

    def of_list(self, rows: QuerySet[Any], _: str, value: str) -> QuerySet[Any]:
        rows = rows.filter(archived_at__isnull=value != ARCHIVED)
        return standing_in_list(rows) if value.isdigit() else rows

    def of_label(self, rows: QuerySet[Any], _: str, value: str) -> QuerySet[Any]:
        return rows.filter(plan__label=value)

    def of_unit(self, rows: QuerySet[Any], _: str, value: str) -> QuerySet[Any]:
        return rows.filter(pk__in=answered_by(ResponsibilityRole.LEAD_UNIT, "unit", int(value), self.scope.day))

    def of_leader(self, rows: QuerySet[Any], _: str, value: str) -> QuerySet[Any]:
        return rows.filter(pk__in=answered_by(ResponsibilityRole.LEADER, "leader", int(value), self.scope.day))

    def of_group(self, rows: QuerySet[Any], _: str, value: str) -> QuerySet[Any]:
        return rows.filter(pk__in=answered_by(ResponsibilityRole.GROUP, "group", int(value), self.scope.day))

    def of_light(self, rows: QuerySet[Any], _: str, value: str) -> QuerySet[Any]:
        return rows.filter(pk__in=self.overview.ids_with(rows, value))
