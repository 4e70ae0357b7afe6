import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from leaders.accounts.models import User
from leaders.audit.models import HistoryEntry
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from leaders.organisations.rules import UnitKind
from leaders.roles import Role
from leaders.roster.models import Leader
from projects.inspections.models import Inspection, InspectionParameters
from projects.inspections.rechecks.queries import told_findings
from projects.inspections.rules import (
    InspectionTargets,
    days_missing,
    days_unseen,
    is_unseen,
    onsite_days,
)
from projects.problems.queries import default_due_on, responsible_unit_id
from projects.problems.rules import OPEN_STATES
from projects.registry.access import is_office
from projects.registry.models import Project, Responsibility
from projects.registry.queries import led_by, search_projects
from projects.registry.rules import ProjectState, ResponsibilityRole
from yichuan_tracker.months import week_of

# Where there is something to see on site.
VISITED_STATES = (ProjectState.PREPARING, ProjectState.BUILDING, ProjectState.STOPPED)


def targets() -> InspectionTargets:
    """The county's numbers about visits; the usual ones while nobody set any. One query."""
    row = InspectionParameters.objects.first()
    return InspectionTargets(row.days_per_week, row.unseen_days) if row else InspectionTargets()


def active_inspections() -> QuerySet[Inspection]:
    return Inspection.objects.filter(archived_at__isnull=True).select_related(
        "project", "leader", "unit", "group", "author"
    )


def listed_inspections(*, archived: bool = False) -> QuerySet[Inspection]:
    """For the list page: with `findings_count`, `open_count` (findings whose problem is not closed),
    `photos_count`."""
    visits = Inspection.objects.filter(archived_at__isnull=not archived)
    is_open = Q(findings__problem__state__in=OPEN_STATES)
    return visits.select_related("project", "leader", "unit", "group", "author").annotate(
        findings_count=Count("findings", distinct=True),
        open_count=Count("findings", filter=is_open, distinct=True),
        photos_count=Count("photos", distinct=True),
    )


def inspectors(inspection: Inspection) -> str:
    """Who went, in words: 钱一平、县督查局."""
    return "、".join(str(who) for who in (inspection.leader, inspection.unit, inspection.group) if who is not None)


def inspections_of_project(project: Project) -> QuerySet[Inspection]:
    """The project's visits, the newest first, with findings and photos."""
    visits = active_inspections().filter(project=project)
    return visits.prefetch_related(Prefetch("findings", told_findings().order_by("pk")), "photos").order_by(
        "-inspected_on", "-pk"
    )


def last_visit(today: datetime.date) -> Subquery:
    """The day of the latest visit up to `today` as a column of a query of projects; None for those never visited."""
    visits = Inspection.objects.filter(archived_at__isnull=True, inspected_on__lte=today, project=OuterRef("pk"))
    return Subquery(visits.order_by("-inspected_on").values("inspected_on")[:1])


def last_inspected_on(project_ids: Collection[int], today: datetime.date) -> dict[int, datetime.date]:
    """{project: day of its latest visit up to `today`}; projects never visited are missing. One query."""
    visits = Inspection.objects.filter(archived_at__isnull=True, inspected_on__lte=today, project__in=project_ids)
    return dict(visits.order_by().values_list("project").annotate(day=Max("inspected_on")))


def last_inspections(project_ids: Collection[int], today: datetime.date) -> dict[int, Inspection]:
    """{project: its latest visit up to `today`}; projects never visited are missing. Two queries.

    Only the latest day's visits are read, not a project's whole past.
    """
    days = last_inspected_on(project_ids, today)
    found: dict[int, Inspection] = {}
    newest = active_inspections().filter(project__in=days, inspected_on__in=set(days.values()))
    for visit in newest.order_by("pk"):
        if visit.inspected_on == days[visit.project_id]:
            found[visit.project_id] = visit
    return found


@dataclass(frozen=True)
class OnsiteLine:
    """Somebody's week: the different days on site and the visits made."""

    subject: Leader | WorkingGroup | Unit
    days: list[datetime.date]
    visits: int
    missing: int

    @property
    def is_met(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class OnsiteWeek:
    monday: datetime.date
    sunday: datetime.date
    targets: InspectionTargets
    leaders: list[OnsiteLine]
    groups: list[OnsiteLine]
    bureaus: list[OnsiteLine]
    visits: list[Inspection]

    @property
    def days(self) -> list[datetime.date]:
        return [self.monday + datetime.timedelta(days=number) for number in range(7)]

    @property
    def leaders_met(self) -> int:
        return sum(line.is_met for line in self.leaders)


def onsite_week(day: datetime.date) -> OnsiteWeek:
    """The week (Monday to Sunday) of `day`: who was on site on how many different days. In the order of the roster,
    never by number: nobody is ranked. Leaders with a project in charge that week, every group, every bureau, and
    whoever else went.

    Five queries.
    """
    monday, sunday = week_of(day)
    wanted = targets()
    visits = list(
        active_inspections().filter(inspected_on__gte=monday, inspected_on__lte=sunday).order_by("-inspected_on", "-pk")
    )
    in_charge = Responsibility.objects.in_force(sunday).filter(role=ResponsibilityRole.LEADER)
    leaders = Leader.objects.active().filter(pk__in=in_charge.values("leader"))
    groups = WorkingGroup.objects.active()
    bureaus = Unit.objects.active().filter(kind=UnitKind.BUREAU)
    return OnsiteWeek(
        monday,
        sunday,
        wanted,
        _lines(leaders, ((visit.leader, visit.inspected_on) for visit in visits), wanted),
        _lines(groups, ((visit.group, visit.inspected_on) for visit in visits), wanted),
        _lines(bureaus, ((visit.unit, visit.inspected_on) for visit in visits), wanted),
        visits,
    )


def onsite_leaders(weeks: Sequence[tuple[datetime.date, datetime.date]]) -> dict[int, bool]:
    """{leader with a project in charge at the end of the last week: on site on enough days in every one of the weeks}.
    Three queries, however many weeks."""
    first, last = weeks[0][0], weeks[-1][1]
    wanted = targets()
    in_charge = Responsibility.objects.in_force(last).filter(role=ResponsibilityRole.LEADER)
    leaders = Leader.objects.active().filter(pk__in=in_charge.values("leader")).values_list("pk", flat=True)
    visits = active_inspections().filter(inspected_on__range=(first, last), leader__isnull=False)
    days = onsite_days(visits.values_list("leader", "inspected_on"))

    def is_met(leader: int) -> bool:
        return all(
            not days_missing(sum(monday <= day <= sunday for day in days.get(leader, [])), wanted)
            for monday, sunday in weeks
        )

    return {leader: is_met(leader) for leader in leaders}


def _lines(
    expected: Iterable[Leader | WorkingGroup | Unit],
    visits: Iterable[tuple[Leader | WorkingGroup | Unit | None, datetime.date]],
    targets: InspectionTargets,
) -> list[OnsiteLine]:
    made = [(who, day) for who, day in visits if who is not None]
    days = onsite_days((who.pk, day) for who, day in made)
    subjects = {who.pk: who for who in expected}
    subjects |= {who.pk: who for who, _ in made if who.pk not in subjects}
    return [
        OnsiteLine(
            who,
            days.get(pk, []),
            sum(other.pk == pk for other, _ in made),
            days_missing(len(days.get(pk, [])), targets),
        )
        for pk, who in subjects.items()
    ]


@dataclass(frozen=True)
class UnseenProject:
    project: Project
    last_on: datetime.date | None
    days: int | None


def unseen_projects(projects: QuerySet[Project], today: datetime.date) -> list[UnseenProject]:
    """Of `projects`, those under way that nobody visited for longer than the limit; never visited ones first, then the
    longest unseen. Three queries."""
    wanted = targets()
    watched = list(projects.filter(archived_at__isnull=True, state__in=VISITED_STATES).order_by("pk"))
    visits = Inspection.objects.filter(archived_at__isnull=True, inspected_on__lte=today)
    last_days = dict(visits.order_by().values_list("project").annotate(day=Max("inspected_on")))
    unseen = [
        UnseenProject(project, last_days.get(project.pk), days_unseen(last_days.get(project.pk), today))
        for project in watched
        if is_unseen(last_days.get(project.pk), today, wanted)
    ]
    return sorted(unseen, key=lambda entry: (entry.last_on is not None, entry.last_on or today, entry.project.pk))


# ---- the phone page ---------------------------------------------------------------------------------------------

CHOICES_SHOWN = 20


@dataclass(frozen=True)
class ProjectChoice:
    """A project to tap on, and when somebody was last there."""

    project: Project
    last_on: datetime.date | None
    is_own: bool


def project_choices(user: User, text: str, today: datetime.date) -> list[ProjectChoice]:
    """Whom a visit may be to: what was searched for; else a leader's own projects; else those unseen for longest.

    Own projects come first, then by name. At most CHOICES_SHOWN. Four queries.
    """
    projects = Project.objects.active()
    own = set(led_by(user.leader_id, today).values_list("pk", flat=True)) if user.leader_id else set()
    if not text.strip() and not own:
        unseen = unseen_projects(projects, today)[:CHOICES_SHOWN]
        return [ProjectChoice(entry.project, entry.last_on, is_own=False) for entry in unseen]
    found = search_projects(projects, text) if text.strip() else projects.filter(pk__in=own)
    chosen = sorted(found, key=lambda project: (project.pk not in own, project.pinyin, project.pk))[:CHOICES_SHOWN]
    visits = Inspection.objects.filter(archived_at__isnull=True, inspected_on__lte=today, project__in=chosen)
    last_days = dict(visits.order_by().values_list("project").annotate(day=Max("inspected_on")))
    return [ProjectChoice(project, last_days.get(project.pk), project.pk in own) for project in chosen]


def fixed_inspector(user: User) -> dict[str, Any]:
    """What the account itself says about who inspects: a leader's account the leader, a bureau's its unit."""
    if is_office(user):
        return {}
    if user.has_role(Role.INSPECTOR):
        return {"unit": user.unit}
    return {"leader": user.leader, "unit": None}


def new_inspection_defaults(user: User, project: Project, today: datetime.date) -> dict[str, Any]:
    """What the form of a new visit proposes: today, and for a finding the responsible unit and a deadline."""
    return {
        "inspected_on": today,
        "leader": user.leader_id,
        "unit": user.unit_id if user.has_role(Role.INSPECTOR) else None,
    } | finding_defaults(project, today)


def finding_defaults(project: Project, today: datetime.date) -> dict[str, Any]:
    """Two queries."""
    return {"finding_unit": responsible_unit_id(project, today), "finding_due_on": default_due_on(today)}


def inspection_history(inspection: Inspection) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(object_type="inspection", object_id=inspection.pk)[:50])
