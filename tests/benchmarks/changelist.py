"""Django's admin with the same columns and filters. Only its permissions are short-circuited: our accounts have none."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet

from projects.models import Project, ProjectList
from tests.benchmarks.listed import KEY_LIST, lead_units, listed_projects


class OpenSite(admin.AdminSite):
    def has_permission(self, request: Any) -> bool:
        return bool(request.user.is_authenticated)


class ProjectAdmin(admin.ModelAdmin):
    list_display = (
        "serial", "name", "state", "label", "lead_unit", "total_wan", "plan_wan", "sector", "township", "nature",
        "planned_start_on", "planned_end_on",
    )  # fmt: skip
    list_display_links = ("name",)
    list_filter = (
        "lists", "year_plans__label", "sector", "state", "responsibilities__unit", "responsibilities__leader",
        "responsibilities__group", "township",
    )  # fmt: skip
    search_fields = ("name", "pinyin", "codes__code")
    list_per_page = 50
    actions: ClassVar = []

    def get_queryset(self, request: Any) -> QuerySet[Project]:
        return listed_projects(ProjectList.objects.get(key=KEY_LIST).pk)

    def has_module_permission(self, request: Any) -> bool:
        return True

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    @admin.display(description="序号", ordering="position")
    def serial(self, project: Any) -> str:
        return str(project.serial)

    @admin.display(description="年度类别", ordering="label")
    def label(self, project: Any) -> str:
        return str(project.label)

    @admin.display(description="责任单位")
    def lead_unit(self, project: Any) -> str:
        return lead_units(project)

    @admin.display(description="年度计划", ordering="plan_wan")
    def plan_wan(self, project: Any) -> Any:
        return project.plan_wan


site = OpenSite(name="admin")
site.register(Project, ProjectAdmin)
