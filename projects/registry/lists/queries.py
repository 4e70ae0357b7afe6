import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FilteredRelation, Max, OuterRef, Q, QuerySet, Subquery, TextChoices

from projects.periods.queries import figures_month
from projects.registry.models import Membership, Project, ProjectList
from projects.registry.plans.queries import plan_in_force
from projects.registry.queries import NO_TOTALS, Totals, totals_by_list
from projects.registry.rules import WORKED_LISTS
from yichuan_tracker.months import last_day


@dataclass(frozen=True)
class ListLine:
    project_list: ProjectList
    totals: Totals


def list_lines(today: datetime.date, *, archived: bool = False) -> list[ListLine]:
    """Every list in use (or archived) with its members' totals, the newest year first. Four queries."""
    lists = list(ProjectList.objects.filter(archived_at__isnull=not archived).order_by("-year", "kind", "pk"))
    totals = totals_by_list(lists, today)
    return [ListLine(row, totals.get(row.pk, NO_TOTALS)) for row in lists]


class ListChange(TextChoices):
    JOINED = "joined", "新增"
    ALSO = "also", "又列入"
    BACK = "back", "重新列入"
    LEFT = "left", "调出"
    COMPLETED = "completed", "竣工"


@dataclass(frozen=True)
class ChangeLine:
    """One change of one list, on its day."""

    kind: ListChange
    project: Project
    project_list: ProjectList
    on: datetime.date
    reason: str = ""


def changes_of_lists(
    first: datetime.date, last: datetime.date, project_list: ProjectList | None = None
) -> list[ChangeLine]:
    """What joined, came back, left (with its reason) or was completed between the two days, in every list or in one; by
    list, kind and day. What a list was founded with is no change of it; what stood in another list of the year's work before
    is not 新增 once more. One query; the page and the bulletin ask here.
    """
    lists = ProjectList.objects.active().filter(**({"pk": project_list.pk} if project_list else {}))
    founded = Membership.objects.filter(project_list=OuterRef("project_list")).order_by("joined_on")
    before = Membership.objects.filter(
        project_list=OuterRef("project_list"), project=OuterRef("project"), joined_on__lt=OuterRef("joined_on")
    )
    elsewhere = Membership.objects.filter(
        Q(joined_on__lt=OuterRef("joined_on")) | Q(joined_on=OuterRef("joined_on"), pk__lt=OuterRef("pk")),
        project=OuterRef("project"),
        project_list__in=ProjectList.objects.active().filter(kind__in=sorted(WORKED_LISTS)),
        project_list__year=OuterRef("project_list__year"),
    ).exclude(project_list=OuterRef("project_list"))
    rows = (
        Membership.objects.filter(project_list__in=lists, project__archived_at__isnull=True)
        .filter(
            Q(joined_on__range=(first, last))
            | Q(left_on__range=(first, last))
            | Q(project__actual_end_on__range=(first, last))
        )
        .annotate(
            founded_on=Subquery(founded.values("joined_on")[:1]), is_back=Exists(before), is_elsewhere=Exists(elsewhere)
        )
        .select_related("project", "project_list")
    )
    lines = []
    for row in rows:
        done = row.project.actual_end_on
        if first <= row.joined_on <= last and row.joined_on != row.founded_on:
            lines.append(ChangeLine(_kind_of_entry(row), row.project, row.project_list, row.joined_on))
        if row.left_on and first <= row.left_on <= last:
            lines.append(ChangeLine(ListChange.LEFT, row.project, row.project_list, row.left_on, row.left_reason))
        if done and first <= done <= last and row.joined_on <= done and (row.left_on is None or row.left_on > done):
            lines.append(ChangeLine(ListChange.COMPLETED, row.project, row.project_list, done))
    kinds = list(ListChange)
    return sorted(lines, key=lambda line: (line.project_list.pk, kinds.index(line.kind), line.on, line.project.pk))


def _kind_of_entry(row: Any) -> ListChange:
    if row.is_back:
        return ListChange.BACK
    is_known = row.is_elsewhere and row.project_list.kind in WORKED_LISTS
    return ListChange.ALSO if is_known else ListChange.JOINED


def last_change_on(until: datetime.date, project_list: ProjectList | None = None) -> datetime.date | None:
    """The day of the last change up to `until`, as `changes_of_lists` tells them. One query."""
    lists = ProjectList.objects.active().filter(**({"pk": project_list.pk} if project_list else {}))
    founded = Membership.objects.filter(project_list=OuterRef("project_list")).order_by("joined_on")
    done = F("project__actual_end_on")
    in_list = Q(joined_on__lte=done) & (Q(left_on__isnull=True) | Q(left_on__gt=done))
    rows = Membership.objects.filter(project_list__in=lists, project__archived_at__isnull=True).order_by()
    found = rows.annotate(founded_on=Subquery(founded.values("joined_on")[:1])).aggregate(
        joined=Max("joined_on", filter=Q(joined_on__lte=until) & ~Q(joined_on=F("founded_on"))),
        left=Max("left_on", filter=Q(left_on__lte=until)),
        done=Max("project__actual_end_on", filter=Q(project__actual_end_on__lte=until) & in_list),
    )
    return max(filter(None, found.values()), default=None)


def all_members(project_list: ProjectList, today: datetime.date) -> QuerySet[Membership]:
    """Every membership of the list, also of those that have left (调出) or were archived, in the list's order, with
    `plan_wan` (in force as in `totals_by_list`) and `plan_label` of the list's year."""
    rows = project_list.memberships.select_related("project__sector", "project__township")
    in_year = FilteredRelation("project__year_plans", condition=Q(project__year_plans__year=project_list.year))
    in_force = plan_in_force(last_day(figures_month(today)))
    return rows.annotate(plan=in_year, plan_wan=in_force, plan_label=F("plan__label")).order_by("position", "pk")
