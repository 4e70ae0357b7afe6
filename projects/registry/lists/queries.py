import datetime
from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q, QuerySet

from projects.registry.models import Membership, ProjectList
from projects.registry.queries import NO_TOTALS, Totals, totals_by_list


@dataclass(frozen=True)
class ListLine:
    project_list: ProjectList
    totals: Totals


def list_lines(today: datetime.date, *, archived: bool = False) -> list[ListLine]:
    """Every list in use (or archived) with its members' totals, the newest year first. Four queries."""
    lists = list(ProjectList.objects.filter(archived_at__isnull=not archived).order_by("-year", "kind", "pk"))
    totals = totals_by_list(lists, today)
    return [ListLine(row, totals.get(row.pk, NO_TOTALS)) for row in lists]


def all_members(project_list: ProjectList) -> QuerySet[Membership]:
    """Every membership of the list, also of those that have left (调出) or were archived, in the list's order, with
    `plan_wan` and `plan_label` of the list's year."""
    rows = project_list.memberships.select_related("project__sector", "project__township")
    in_year = FilteredRelation("project__year_plans", condition=Q(project__year_plans__year=project_list.year))
    return rows.annotate(plan=in_year, plan_wan=F("plan__plan_wan"), plan_label=F("plan__label")).order_by(
        "position", "pk"
    )
