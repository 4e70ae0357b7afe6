import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from projects.permits.models import Permit, PermitDeadlines, PermitTemplate, PermitType
from projects.permits.queries import deadline_rules
from projects.permits.rules import USUAL_DEADLINES, is_active, permit_deadline
from projects.registry.models import Project


def catalogue() -> QuerySet[PermitType]:
    """All kinds in their order, with how many projects have each; two queries."""
    kinds = PermitType.objects.select_related("department").prefetch_related("prerequisites")
    return kinds.annotate(projects=Count("permits", filter=Q(permits__project__archived_at__isnull=True)))


def templates() -> QuerySet[PermitTemplate]:
    return PermitTemplate.objects.prefetch_related("permit_types")


def deadlines_of(year: int) -> PermitDeadlines:
    """The year's two days; what the year has not got itself is that of the last year before it, unsaved and without
    version."""
    rule = PermitDeadlines.objects.filter(year__lte=year).order_by("-year").first()
    if rule is not None and rule.year == year:
        return rule
    days = rule.as_rule() if rule is not None else USUAL_DEADLINES
    fresh = PermitDeadlines(
        year=year,
        first_half_on=datetime.date(year, *days.first_half),
        second_half_on=datetime.date(year, *days.second_half),
        remind_days=(rule or PermitDeadlines()).remind_days,
    )
    fresh.version = None  # type: ignore[assignment] # what nobody has saved yet has none
    return fresh


@dataclass(frozen=True)
class ApplyLine:
    """A kind of the template beside the project: there already, or to be added, due on `deadline_on` by the rule."""

    permit_type: PermitType
    is_there: bool
    is_active: bool
    deadline_on: datetime.date | None

    @property
    def is_new(self) -> bool:
        return self.is_active and not self.is_there


def missing_kinds(
    projects: Collection[Project], template: PermitTemplate, today: datetime.date
) -> dict[Project, list[PermitType]]:
    """{project: active kinds of the template that it has not}; two queries."""
    pairs = Permit.objects.filter(project__in=projects).values_list("project", "permit_type")
    there = set(pairs.order_by())
    kinds = [kind for kind in template.permit_types.all() if is_active(kind.active_from, kind.active_to, today)]
    return {project: [kind for kind in kinds if (project.pk, kind.pk) not in there] for project in projects}


def apply_lines(project: Project, template: PermitTemplate, today: datetime.date) -> list[ApplyLine]:
    """What applying the template would do; three queries."""
    there = set(Permit.objects.filter(project=project).values_list("permit_type", flat=True))
    by_rule = permit_deadline(project.planned_start_on, deadline_rules())
    return [
        ApplyLine(
            kind,
            kind.pk in there,
            is_active(kind.active_from, kind.active_to, today),
            by_rule if kind.is_before_start else None,
        )
        for kind in template.permit_types.select_related("department")
    ]
