"""A tiny site on real tables, on which the tests of yichuan_tracker.web stand."""

import django_filters
import django_tables2 as tables
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from leaders.audit.actions import change
from leaders.models import Unit
from leaders.organisations.rules import UnitKind
from projects.models import Project, Sector
from tests.world import AT
from yichuan_tracker.money import format_wan
from yichuan_tracker.web.columns import DayColumn, WanColumn
from yichuan_tracker.web.forms import VersionField, attempt, field_for
from yichuan_tracker.web.listing import listing_page
from yichuan_tracker.web.navigation import MAIN, MORE


class ProjectTable(tables.Table):
    name = tables.Column(linkify=("project", [tables.A("pk")]), order_by="pinyin")
    sector = tables.Column(verbose_name="产业领域", accessor="sector__name")
    state = tables.Column()
    total_wan = WanColumn()
    planned_start_on = DayColumn()
    township = tables.Column(accessor="township__name", verbose_name="乡镇", visible=False)
    remark = tables.Column()
    size = tables.Column(verbose_name="规模", empty_values=(), orderable=False)

    class Meta:
        order_by = ("-total_wan",)

    def render_size(self, record):
        return "大" if record.total_wan and record.total_wan >= 60000 else "小"


class ProjectFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="项目名称")
    state = django_filters.ChoiceFilter(
        field_name="state", choices=Project._meta.get_field("state").choices, label="状态"
    )
    sector = django_filters.ModelChoiceFilter(queryset=Sector.objects.all(), label="产业领域")
    since = django_filters.DateFilter(field_name="planned_start_on", lookup_expr="gte", label="计划开工不早于")
    year = django_filters.NumberFilter(field_name="planned_start_on__year", label="年份")


def totals(rows):
    return [("总投资（万元）", format_wan(rows.aggregate(total=Sum("total_wan"))["total"]))]


def project_list(request):
    return listing_page(
        request,
        key="tests",
        table_class=ProjectTable,
        filterset_class=ProjectFilter,
        queryset=Project.objects.select_related("sector", "township"),
        template="tests/project_list.html",
        context={"bulk_actions": [("bulk", "指定分包领导")]},
        totals=totals,
        export_name="项目",
    )


class UnitForm(forms.ModelForm):
    version = VersionField()

    class Meta:
        model = Unit
        fields = ("name", "short_name", "kind", "valid_from", "valid_to")
        formfield_callback = field_for


def unit_edit(request, pk):
    unit = Unit.objects.get(pk=pk)
    form = UnitForm(request.POST or None, instance=unit, initial={"version": unit.version})
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in UnitForm.Meta.fields}
        if attempt(form, change, unit, values, by=request.user, at=AT, version=form.cleaned_data["version"]):
            return redirect("unit", pk)
    return render(request, "tests/unit_edit.html", {"form": form, "kinds": UnitKind})


def missing(request):
    raise Http404("这份月报已被撤回。")


def refused(request):
    raise PermissionDenied("本月已关账，请联系重点办。")


def broken(request):
    raise RuntimeError("wrong")


def plain(request, pk=0):
    return HttpResponse("ok")


NAVIGATION = [path(f"{item.url_name}/", plain, name=item.url_name) for item in (*MAIN, *MORE)]
urlpatterns = [
    path("", plain, name="home"),
    path("projects/", project_list, name="project-list"),
    path("projects/bulk/", plain, name="bulk"),
    path("projects/<int:pk>/", plain, name="project"),
    path("units/<int:pk>/", unit_edit, name="unit"),
    path("choices/", plain, name="listing-choices"),
    path("sign-in/", plain, name="sign-in"),
    path("sign-out/", plain, name="sign-out"),
    path("password/", plain, name="password-change"),
    path("missing/", missing),
    path("refused/", refused),
    path("broken/", broken),
]

urlpatterns += [line for line in NAVIGATION if line.name not in ("home", "project-list")]

handler400 = "yichuan_tracker.web.errors.bad_request"
handler403 = "yichuan_tracker.web.errors.permission_denied"
handler404 = "yichuan_tracker.web.errors.not_found"
handler500 = "yichuan_tracker.web.errors.server_error"
