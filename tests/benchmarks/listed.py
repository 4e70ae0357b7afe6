"""What every page of the comparison lists: the same twelve columns of the same projects, three of them foreign keys."""

from typing import Any

from django.db.models import F, FilteredRelation, Prefetch, Q, QuerySet

from projects.models import Project, Responsibility
from projects.registry.rules import ResponsibilityRole
from yichuan_tracker import clock

YEAR = 2023
KEY_LIST = "2023-key"
# As the product's own table calls them.
COLUMNS = (
    "serial", "name", "state", "label", "lead_units", "total_wan", "plan", "sector", "township", "nature",
    "planned_start_on", "planned_end_on",
)  # fmt: skip


def listed_projects(list_id: int) -> QuerySet[Project]:
    """Instances with their place in the list and the year's plan beside them; sector and township joined, the lead unit
    fetched once for the page."""
    units = Responsibility.objects.in_force(clock.today()).filter(role=ResponsibilityRole.LEAD_UNIT)
    rows: QuerySet[Any] = Project.objects.active().annotate(
        plan=FilteredRelation("year_plans", condition=Q(year_plans__year=YEAR)),
        place=FilteredRelation(
            "memberships", condition=Q(memberships__project_list=list_id, memberships__left_on__isnull=True)
        ),
        label=F("plan__label"),
        plan_wan=F("plan__plan_wan"),
        serial=F("place__serial"),
        position=F("place__position"),
    )
    in_force = Prefetch("responsibilities", units.select_related("unit").order_by("position"), to_attr="leading")
    return rows.select_related("sector", "township").prefetch_related(in_force)


def lead_units(project: Any) -> str:
    return "、".join(row.unit.short_name or row.unit.name for row in project.leading)
