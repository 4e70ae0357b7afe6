import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from projects.permits.models import Permit, PermitType
from projects.permits.rules import DatedPermit, PermitState, is_due, is_obtained, is_tolerated, shown_state
from projects.registry.models import Project


def dated(permit: Permit) -> DatedPermit:
    """The permit as the rules take it."""
    return DatedPermit(permit.due_on, permit.obtained_on, permit.valid_until, permit.owed_until, permit.state)


@dataclass
class PermitCounts:
    """手续 of a project: needed in all, obtained, accepted with papers owing (容缺), due by today, and overdue."""

    needed: int = 0
    obtained: int = 0
    tolerated: int = 0
    due: int = 0
    overdue: int = 0

    def add(self, permit: Permit, today: datetime.date) -> None:
        facts = dated(permit)
        if permit.state == PermitState.NOT_NEEDED:
            return
        self.needed += 1
        self.obtained += is_obtained(facts, today)
        self.tolerated += is_tolerated(facts, today)
        self.due += is_due(facts, today)
        self.overdue += shown_state(facts, today) == PermitState.OVERDUE


def permit_counts(project_ids: Collection[int], today: datetime.date) -> dict[int, PermitCounts]:
    """{project: counts}; projects without any permit are missing. One query."""
    counts: dict[int, PermitCounts] = defaultdict(PermitCounts)
    for permit in Permit.objects.filter(project__in=project_ids).order_by():
        counts[permit.project_id].add(permit, today)
    return dict(counts)


@dataclass(frozen=True)
class PermitLine:
    permit: Permit
    state: PermitState

    @property
    def is_overdue(self) -> bool:
        return self.state == PermitState.OVERDUE


def permit_lines(project: Project, today: datetime.date) -> list[PermitLine]:
    """The project's permits in the catalogue's order, each with the state as it is today."""
    permits = project.permits.select_related("permit_type__department", "project").order_by(
        "permit_type__position", "pk"
    )
    return [PermitLine(permit, shown_state(dated(permit), today)) for permit in permits]


def missing_types(project: Project) -> QuerySet[PermitType]:
    """Kinds of the catalogue that the project has not."""
    return PermitType.objects.exclude(permits__project=project).select_related("department")


@dataclass(frozen=True)
class TypeLine:
    permit_type: PermitType
    counts: PermitCounts


def permit_board(today: datetime.date) -> list[TypeLine]:
    """Per kind of permit: how many projects need it, have it, have it with papers owing, are overdue. Two queries."""
    counts: dict[int, PermitCounts] = defaultdict(PermitCounts)
    for permit in Permit.objects.filter(project__archived_at__isnull=True).order_by():
        counts[permit.permit_type_id].add(permit, today)
    return [
        TypeLine(permit_type, counts[permit_type.pk]) for permit_type in PermitType.objects.select_related("department")
    ]


def active_permits() -> QuerySet[Permit]:
    """Permits of projects in use."""
    return Permit.objects.filter(project__archived_at__isnull=True).select_related("project", "permit_type__department")
