"""What a visit is asked: points of the checklist, and findings of earlier visits that wait to be looked at again."""

import datetime
from collections.abc import Iterable

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When

from projects.inspections.models import ChecklistItem, Finding, Inspection, Recheck
from projects.inspections.rules import RecheckResult
from projects.problems.models import Problem
from projects.problems.queries import VERIFIABLE_STATES
from projects.problems.rules import OPEN_STATES, ProblemState
from projects.registry.models import Project

EARLIER_SHOWN = 20


def asked_of(
    project: Project, names: Iterable[str], visit: Inspection | None = None
) -> tuple[list[ChecklistItem], list[Finding]]:
    """What the form of a visit asks. `names` are fields that have to be there whatever has changed since the page was
    opened (check-17, recheck-3), `visit` the one that is edited. Two queries."""
    names = list(names)
    of_kind = Q(checklist__sector__isnull=True) | Q(checklist__sector=project.sector_id)
    points = Q(archived_at__isnull=True) & of_kind | Q(pk__in=_numbers(names, "check"))
    wanted = Q(pk__in=_numbers(names, "recheck"), inspection__project=project)
    if visit is not None:
        points |= Q(pk__in=visit.checks.values("item"))
        wanted |= Q(pk__in=visit.rechecks.values("finding"))
    items = ChecklistItem.objects.filter(points)
    unsettled = Q(pk__in=unsettled_findings().filter(inspection__project=project).values("pk"))
    findings = told_findings().filter(wanted | unsettled).exclude(inspection=visit)
    findings = findings.annotate(turn=Case(When(wanted, then=Value(0)), default=Value(1)))
    return (
        list(items.order_by(F("checklist__sector").asc(nulls_first=True), "position", "pk")),
        list(findings.order_by("turn", "-inspection__inspected_on", "-pk")[:EARLIER_SHOWN]),
    )


def _numbers(names: Iterable[str], kind: str) -> list[int]:
    parts = (name.split("-") for name in names)
    return [int(part[1]) for part in parts if part[0] == kind and len(part) > 1 and part[1].isdecimal()]


def told_findings() -> QuerySet[Finding]:
    """Findings with their visit, their problem and what visits in use found when they looked again."""
    seen = Recheck.objects.filter(inspection__archived_at__isnull=True).select_related("inspection")
    findings = Finding.objects.select_related("inspection__project", "problem__unit")
    return findings.prefetch_related(Prefetch("rechecks", seen))


def told_rechecks(finding: Finding) -> str:
    """What is known of a finding of `told_findings` beside its own 复查情况: what later visits saw, where the problem stands."""
    problem = finding.problem
    told = [f"{seen.inspection.inspected_on} 复查{seen}" for seen in finding.rechecks.all()]
    if problem is not None:
        told.append(f"{problem.closed_on} 核查销号" if problem.closed_on else problem.get_state_display())
    return "；".join(told)


def unsettled_findings() -> QuerySet[Finding]:
    """Of visits in use: neither closed as a problem nor seen mended by a later visit."""
    mended = Recheck.objects.filter(
        finding=OuterRef("pk"), result=RecheckResult.DONE, inspection__archived_at__isnull=True
    )
    findings = Finding.objects.filter(Q(problem__isnull=True) | ~Q(problem__state=ProblemState.CLOSED))
    return findings.filter(~Exists(mended), inspection__archived_at__isnull=True)


def findings_to_recheck(projects: QuerySet[Project], today: datetime.date) -> QuerySet[Finding]:
    """Those that somebody should look at again: the unit says done, or the deadline has come."""
    waiting = Q(state__in=VERIFIABLE_STATES) | Q(state__in=OPEN_STATES, due_on__lte=today)
    found = unsettled_findings().filter(
        problem__in=Problem.objects.filter(waiting).values("pk"), inspection__project__in=projects.values("pk")
    )
    return told_findings().filter(pk__in=found.values("pk")).order_by(F("problem__due_on").asc(nulls_last=True), "pk")
