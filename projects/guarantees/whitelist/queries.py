"""四保白名单 (慎停工、慎罚款): lists like all others, looked up as they stood on a day."""

import datetime
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from projects.registry.models import Membership, Project, ProjectCode
from projects.registry.queries import search_projects
from projects.registry.rules import ListKind

PAST_SHOWN = 20


@dataclass(frozen=True)
class Whitelist:
    """Who stood on the list on the day; and, where somebody was searched for, stretches that do not cover it."""

    members: list[Membership]
    others: list[Membership]


def whitelist_on(day: datetime.date, text: str = "") -> Whitelist:
    """Everyone, or those whose name, code, initials or owner contain what was typed. At most four queries."""
    rows = _stretches().filter(project__archived_at__isnull=True)
    if text.strip():
        found = search_projects(Project.objects.active(), text).order_by().values("pk")
        rows = rows.filter(Q(project__in=found) | Q(project__owner__icontains=text.strip()))
    stood = Q(joined_on__lte=day) & (Q(left_on__isnull=True) | Q(left_on__gt=day))
    stood &= Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    members = list(rows.filter(stood).order_by("project_list", "position", "pk"))
    others = list(rows.exclude(stood).order_by("-joined_on", "pk")[:PAST_SHOWN]) if text.strip() else []
    return Whitelist(members, others)


def running_out(first: datetime.date, last: datetime.date) -> QuerySet[Membership]:
    """Stretches that nobody ended and whose last day is among these, the earliest first: to be renewed or left to end."""
    rows = _stretches().filter(project__archived_at__isnull=True, left_on__isnull=True)
    rows = rows.filter(valid_until__range=(first, last))
    return rows.order_by("valid_until", "pk")


def _stretches() -> QuerySet[Membership]:
    rows = Membership.objects.filter(project_list__kind=ListKind.WHITELIST, project_list__archived_at__isnull=True)
    codes = Prefetch("project__codes", queryset=ProjectCode.objects.order_by("pk"))
    return rows.select_related("project__township", "project_list").prefetch_related(codes)
