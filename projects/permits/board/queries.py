"""The board projects × procedures, and what each department has to do and how much of it was in time."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from leaders.organisations.models import Unit
from projects.permits.models import Permit, PermitType
from projects.permits.queries import IN_STATE, PermitCounts, active_permits, permit_clock, permit_state
from projects.permits.rules import PermitState
from projects.registry.models import Membership, Project
from yichuan_tracker.workdays import Holidays

# One character says the state, and colour repeats it; the legend above the board says it in full.
SIGNS = {
    PermitState.NOT_STARTED: "○",
    PermitState.PREPARING: "备",
    PermitState.ACCEPTED: "理",
    PermitState.TOLERATED: "容",
    PermitState.GRANTED: "√",
    PermitState.NOT_NEEDED: "/",
    PermitState.RETURNED: "退",
    PermitState.OVERDUE: "超",
    PermitState.EXPIRED: "失",
}


def projects_with_permits(projects: QuerySet[Project]) -> "QuerySet[Any]":
    return projects.filter(Exists(Permit.objects.filter(project=OuterRef("pk"))))


def unlisted_with_permits() -> QuerySet[Project]:
    """Of projects in use those that have procedures and stand in no list in use: no list's workbook tells of these."""
    listed = Membership.objects.filter(left_on__isnull=True, project_list__archived_at__isnull=True)
    projects = Project.objects.active().filter(Exists(Permit.objects.filter(project=OuterRef("pk"))))
    return projects.exclude(pk__in=listed.values("project"))


def kinds_in_use(department: int | None = None) -> list[PermitType]:
    """The columns: kinds that some project has, of one department or of all. One query."""
    kinds = PermitType.objects.filter(Exists(Permit.objects.filter(permit_type=OuterRef("pk"))))
    return list(kinds.filter(department=department) if department else kinds)


def board_cells(projects: Collection[Project], permits: QuerySet[Any]) -> dict[int, dict[int, Any]]:
    """{project: {kind: permit}} of `active_permits`. One query."""
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    for permit in permits.filter(project__in=[project.pk for project in projects]):
        found[permit.project_id][permit.permit_type_id] = permit
    return found


def board_totals(projects: QuerySet[Project], permits: QuerySet[Any], department: int | None) -> list[tuple[str, int]]:
    """(words, how many of `active_permits`) over the filtered projects. One query."""
    permits = permits.filter(project__in=projects.order_by().values("pk"))
    if department:
        permits = permits.filter(permit_type__department=department)
    shown = {"obtained": "已办结", "tolerated": "容缺期内", "overdue": "超期", "not_yet": "未办未超期"}
    counts = permits.order_by().aggregate(**{key: Count("pk", filter=IN_STATE[key]) for key in shown})
    return [(label, counts[key]) for key, label in shown.items()]


@dataclass
class Pace:
    """限时办结 of this year: granted within the promised working days, granted later, and open ones beyond them already."""

    on_time: int = 0
    late: int = 0
    open_over: int = 0
    open_within: int = 0

    @property
    def open_all(self) -> int:
        return self.open_over + self.open_within

    @property
    def decided(self) -> int:
        """What is judged: an open one that is over already counts as late."""
        return self.on_time + self.late + self.open_over

    @property
    def rate(self) -> Fraction | None:
        """按时办结率; None while nothing is judged."""
        return Fraction(self.on_time, self.decided) if self.decided else None


@dataclass
class DepartmentLine:
    department: Unit | None
    counts: PermitCounts = field(default_factory=PermitCounts)
    pace: Pace = field(default_factory=Pace)
    kinds: dict[PermitType, PermitCounts] = field(default_factory=dict)


def department_lines(today: datetime.date, holidays: Holidays) -> list[DepartmentLine]:
    """Each department with its kinds, in the catalogue's order; those without a department last. Four queries."""
    lines: dict[int | None, DepartmentLine] = {}
    for kind in PermitType.objects.select_related("department"):
        line = lines.setdefault(kind.department_id, DepartmentLine(kind.department))
        line.kinds[kind] = PermitCounts()
    for permit in active_permits(today).prefetch_related("pauses"):
        line = lines[permit.permit_type.department_id]
        line.counts.add(permit, today)
        line.kinds[permit.permit_type].add(permit, today)
        add_to_pace(line.pace, permit, today, holidays)
    return sorted(lines.values(), key=lambda line: line.department is None)


def pace_of(permits: Iterable[Any], today: datetime.date, holidays: Holidays) -> Pace:
    pace = Pace()
    for permit in permits:
        add_to_pace(pace, permit, today, holidays)
    return pace


def add_to_pace(pace: Pace, permit: Any, today: datetime.date, holidays: Holidays) -> None:
    clock = permit_clock(permit, today, holidays)
    if clock is None:
        return
    if permit.state != PermitState.GRANTED:
        pace.open_over += clock.is_over
        pace.open_within += not clock.is_over
    elif permit.obtained_on.year == today.year:
        pace.on_time += not clock.is_over
        pace.late += clock.is_over


def queue_of(department: Unit, today: datetime.date) -> "QuerySet[Any]":
    return active_permits(today).filter(permit_type__department=department).prefetch_related("pauses")


def sign_of(permit: Any, today: datetime.date) -> tuple[str, str, PermitState]:
    """(sign, what the tooltip says, state)."""
    state = permit_state(permit, today)
    day = {
        PermitState.GRANTED: permit.obtained_on,
        PermitState.TOLERATED: permit.owed_until,
        PermitState.EXPIRED: permit.valid_until,
    }.get(state, permit.deadline_on)
    words = {PermitState.GRANTED: "", PermitState.TOLERATED: "补齐期限 ", PermitState.EXPIRED: "有效期至 "}
    said = f" {words.get(state, '应办时限 ')}{day}" if day else ""
    return SIGNS[state], f"{permit.permit_type}：{state.label}{said}", state
