"""The members of a list with everything that a layout shows. The number of queries does not depend on their number."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from leaders.groups.queries import known_groups
from leaders.organisations.models import Township, Unit
from leaders.organisations.queries import known_units
from leaders.roster.queries import known_leaders
from projects.milestones.models import Milestone
from projects.permits.board.queries import unlisted_with_permits
from projects.progress.corrections.queries import presently
from projects.progress.models import MonthReport, StatisticsEntry
from projects.progress.rules import FILED_STATES
from projects.registry.models import Membership, Project, ProjectCode, ProjectList, Responsibility, Sector, YearPlan
from projects.registry.queries import members_of
from projects.registry.rules import Contact, ListKind, ResponsibilityRole, YearLabel, day_in_year

ROLES = ResponsibilityRole


@dataclass
class Entry:
    """One member of the list, with the names of those who answer for it."""

    member: Membership
    project: Project
    plan: YearPlan | None = None
    code: str = ""
    leaders: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    supporting: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    milestones: list[tuple[datetime.date, str]] = field(default_factory=list)
    report: MonthReport | None = None
    year_done_wan: Decimal | None = None
    is_entered: bool = False
    # Which of leaders, units, supporting and groups hold a name that does not lead back to the same record.
    unclear: set[str] = field(default_factory=set)

    def is_clear(self, names: str) -> bool:
        """Whether the importer finds the same records by these names."""
        return names not in self.unclear

    @property
    def sector(self) -> str:
        return self.project.sector.name if self.project.sector else ""

    @property
    def township(self) -> str:
        return self.project.township.name if self.project.township else ""

    @property
    def label(self) -> str:
        return YearLabel(self.plan.label).label if self.plan and self.plan.label else ""


@dataclass(frozen=True)
class Listing:
    """What goes into a workbook: the list, its members in its order, and the words to choose from."""

    project_list: ProjectList
    entries: list[Entry]
    townships: list[str]

    @property
    def year(self) -> int:
        return self.project_list.year

    @property
    def has_terms(self) -> bool:
        """Whether its members stand in it for a term, which then has a column."""
        return self.project_list.kind == ListKind.WHITELIST


def listing_of(project_list: ProjectList, today: datetime.date, *, month: datetime.date | None = None) -> Listing:
    """Those who are in the list on `today`; with the reports up to `month`, when one is given. 14 to 16 queries."""
    members = members_of(project_list.pk).filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today))
    rows = members.select_related("project__sector", "project__township").order_by("position", "pk")
    entries = {row.project_id: Entry(row, row.project) for row in rows}
    year = project_list.year
    inside = {"project__in": members.values("project")}
    for plan in YearPlan.objects.filter(year=year, **inside):
        entries[plan.project_id].plan = plan
    for code in ProjectCode.objects.filter(**inside).order_by("-pk"):
        entries[code.project_id].code = code.code
    _add_duties(entries, Responsibility.objects.filter(**inside).in_force(day_in_year(year, today)))
    nodes = Milestone.objects.active().filter(due_on__year=year, **inside).order_by("due_on", "pk")
    for pk, due_on, name in nodes.values_list("project_id", "due_on", "name"):
        entries[pk].milestones.append((due_on, name))
    for pk in StatisticsEntry.objects.filter(**inside).values_list("project_id", flat=True):
        entries[pk].is_entered = True
    if month is not None:
        _add_month(entries, MonthReport.objects.filter(**inside), month)
    return Listing(project_list, list(entries.values()), list(Township.objects.values_list("name", flat=True)))


def unlisted_listing(today: datetime.date) -> Listing:
    """Those projects by name, as if they were a list of this year. Five queries."""
    projects = list(unlisted_with_permits().order_by("pinyin", "pk"))
    nowhere = ProjectList(name="未列入清单的项目", year=today.year)
    rows = (Membership(project=project, serial=str(number)) for number, project in enumerate(projects, start=1))
    entries = {row.project.pk: Entry(row, row.project) for row in rows}
    _add_duties(entries, Responsibility.objects.filter(project__in=projects).in_force(today))
    return Listing(nowhere, list(entries.values()), [])


def choices() -> dict[str, list[str]]:
    """Words that the template offers for sectors and units. Two queries."""
    return {
        "sector": list(Sector.objects.values_list("name", flat=True)),
        "unit": list(Unit.objects.active().values_list("name", flat=True)),
    }


def _add_duties(entries: Mapping[int, Entry], duties: QuerySet[Responsibility]) -> None:
    """Three queries for each kind of name at most: who is found by a name again is asked of the same index as in reading."""
    known: dict[str, Mapping[str, Any]] = {"leader": known_leaders(), "unit": known_units(), "group": known_groups()}
    lists = {
        ROLES.LEADER: "leaders",
        ROLES.LEAD_UNIT: "units",
        ROLES.SUPPORTING_UNIT: "supporting",
        ROLES.GROUP: "groups",
    }
    for duty in duties.select_related("leader", "unit", "group").order_by("position", "pk"):
        entry = entries[duty.project_id]
        if duty.role == ROLES.CONTACT:
            entry.contacts.append(Contact(duty.contact, duty.phone))
            continue
        kind = "leader" if duty.leader_id else "unit" if duty.unit_id else "group"
        holder = getattr(duty, kind)
        names = lists[ROLES(duty.role)]
        getattr(entry, names).append(holder.name)
        if known[kind].get(holder.name) != holder:
            entry.unclear.add(names)


def _add_month(entries: Mapping[int, Entry], reports: QuerySet[MonthReport], month: datetime.date) -> None:
    """The month's own report, and the year's sum up to it; neither from a report that nobody has sent yet."""
    filed = reports.filter(month__gte=month.replace(month=1), month__lte=month, state__in=FILED_STATES)
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for report in presently(filed):
        sums[report.project_id] += report.done_wan or Decimal(0)
        if report.month == month == report.covers_from:
            entries[report.project_id].report = report
    for pk, entry in entries.items():
        if entry.report is not None and entry.report.done_wan is not None:
            entry.year_done_wan = sums[pk]
