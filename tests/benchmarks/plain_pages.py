"""django-tables2 and django-filter as they come, and what no page made per request can be faster than."""

from html import escape
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django_tables2 import RequestConfig

from leaders.models import Leader, Township, Unit, WorkingGroup
from projects.models import Project, ProjectList, Sector
from projects.registry.rules import ProjectState, YearLabel
from tests.benchmarks.listed import KEY_LIST, lead_units, listed_projects

PAGE = 50


class PlainTable(tables.Table):
    serial = tables.Column(order_by="position")
    name = tables.Column(linkify=("project-detail", [tables.A("pk")]))
    label = tables.Column()
    lead_unit = tables.Column(empty_values=(), orderable=False)
    plan_wan = tables.Column()

    class Meta:
        model = Project
        template_name = "django_tables2/table.html"
        fields = (
            "serial", "name", "state", "label", "lead_unit", "total_wan", "plan_wan", "sector", "township", "nature",
            "planned_start_on", "planned_end_on",
        )  # fmt: skip

    def render_lead_unit(self, record: Any) -> str:
        return lead_units(record)


class PlainFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search")
    lists = django_filters.ModelChoiceFilter(queryset=ProjectList.objects.all())
    label = django_filters.ChoiceFilter(choices=YearLabel.choices)
    sector = django_filters.ModelChoiceFilter(queryset=Sector.objects.all())
    state = django_filters.ChoiceFilter(choices=ProjectState.choices)
    unit = django_filters.ModelChoiceFilter(field_name="responsibilities__unit", queryset=Unit.objects.all())
    leader = django_filters.ModelChoiceFilter(field_name="responsibilities__leader", queryset=Leader.objects.all())
    group = django_filters.ModelChoiceFilter(field_name="responsibilities__group", queryset=WorkingGroup.objects.all())
    township = django_filters.ModelChoiceFilter(queryset=Township.objects.all())

    class Meta:
        model = Project
        fields: ClassVar = []

    def search(self, rows: QuerySet[Project], _: str, text: str) -> QuerySet[Project]:
        return rows.filter(Q(name__icontains=text) | Q(pinyin__contains=text) | Q(codes__code__contains=text))


def plain_table(request: HttpRequest) -> HttpResponse:
    found = PlainFilter(request.GET, queryset=listed_projects(ProjectList.objects.get(key=KEY_LIST).pk))
    table = PlainTable(found.qs)
    RequestConfig(request, paginate={"per_page": PAGE}).configure(table)
    return render(request, "benchmarks/plain_table.html", {"table": table, "filter": found})


def joined_rows(request: HttpRequest) -> HttpResponse:
    """The product's frame around one select whose rows are joined: nothing to filter, sort or choose."""
    rows = listed_projects(ProjectList.objects.get(key=KEY_LIST).pk).prefetch_related(None).order_by("-total_wan")
    names = ("serial", "name", "state", "label", "total_wan", "plan_wan", "sector__name", "township__name", "nature")
    cells = rows.filter(place__isnull=False).values_list(*names, "planned_start_on", "planned_end_on", "owner")[:PAGE]
    text = "".join(f"<tr>{''.join(f'<td>{escape(str(value))}</td>' for value in row)}</tr>" for row in cells)
    return render(request, "benchmarks/joined_rows.html", {"rows": mark_safe(text)})  # noqa: S308 (escaped above)


def fixed_bytes(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"x" * 20_000)
