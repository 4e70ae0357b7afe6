import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from leaders.accounts.models import User
from leaders.audit.models import HistoryEntry
from leaders.audit.queries import imported_lines, newest_first
from projects.permits.models import Permit, PermitDeadlines, PermitType
from projects.permits.pauses.models import Pause
from projects.permits.rules import (
    WITH_DEPARTMENT,
    Clock,
    DatedPermit,
    Deadlines,
    PermitState,
    clock_of,
    is_obtained,
    is_tolerated,
    shown_state,
)
from projects.registry.access import reported_by
from projects.registry.models import Project
from yichuan_tracker.workdays import Holidays


def dated(permit: Any) -> DatedPermit:
    """The permit (with its deadline) as the rules take it."""
    return DatedPermit(permit.deadline_on, permit.obtained_on, permit.valid_until, permit.owed_until, permit.state)


def refuse_moved(permits: Iterable[Permit]) -> None:
    """Hold the permits until the transaction ends; raises ValidationError that names all that were changed since the person
    saw them (`version`)."""
    seen = {permit.pk: permit for permit in permits}
    held = Permit.objects.select_for_update().filter(pk__in=seen).order_by("pk")
    versions = dict(held.values_list("pk", "version"))
    moved = [permit for pk, permit in seen.items() if versions.get(pk) != permit.version]
    if moved:
        names = "、".join(f"“{permit.project}”的“{permit}”" for permit in moved)
        raise ValidationError(f"{names}在您打开页面后有变动，本次一项也没有改动。下面已是现在的状态，请核对后再办。")


def deadline_rules() -> list[Deadlines]:
    """The years' own rules for `permit_deadline`; one query."""
    return [rule.as_rule() for rule in PermitDeadlines.objects.all()]


def permit_state(permit: Any, today: datetime.date) -> PermitState:
    """The state of a permit with its deadline, as a page shows it."""
    return shown_state(dated(permit), today)


@dataclass
class PermitCounts:
    """手续 of a department or of one kind: needed in all, obtained, accepted with papers owing (容缺), and overdue."""

    needed: int = 0
    obtained: int = 0
    tolerated: int = 0
    overdue: int = 0

    def add(self, permit: Permit, today: datetime.date) -> None:
        facts = dated(permit)
        if permit.state == PermitState.NOT_NEEDED:
            return
        self.needed += 1
        self.obtained += is_obtained(facts, today)
        self.tolerated += is_tolerated(facts, today)
        self.overdue += shown_state(facts, today) == PermitState.OVERDUE


@dataclass(frozen=True)
class PermitLine:
    permit: Permit
    state: PermitState

    @property
    def tone(self) -> str:
        return tone_of(self.state)


def permit_lines(project: Project, today: datetime.date) -> list[PermitLine]:
    """The project's permits in the catalogue's order, each with the state as it is today."""
    permits = (
        project.permits.with_deadline()
        .select_related("permit_type__department", "project")
        .order_by("permit_type__position", "pk")
    )
    return [PermitLine(permit, shown_state(dated(permit), today)) for permit in permits]


def active_types(today: datetime.date) -> QuerySet[PermitType]:
    """Kinds that may be given to projects today; the database's side of `is_active`."""
    begun = Q(active_from__isnull=True) | Q(active_from__lte=today)
    return PermitType.objects.filter(begun, Q(active_to__isnull=True) | Q(active_to__gte=today))


def missing_types(project: Project, today: datetime.date) -> QuerySet[PermitType]:
    """Kinds of the catalogue that the project has not."""
    return active_types(today).exclude(permits__project=project).select_related("department")


def active_permits(today: datetime.date) -> "QuerySet[Any]":
    """Permits of projects in use, annotated with `as_of`, the day on which they are looked at, and `soon_on`, up to which
    people are reminded. Asks for the rules at once: one query more."""
    deadlines = list(PermitDeadlines.objects.all())
    in_force = next((rule for rule in deadlines if rule.year <= today.year), PermitDeadlines())
    soon_on = today + datetime.timedelta(days=in_force.remind_days)
    permits = Permit.objects.with_deadline(deadlines).filter(project__archived_at__isnull=True)
    looked_at = permits.annotate(as_of=Value(today, DateField()), soon_on=Value(soon_on, DateField()))
    return looked_at.select_related("project", "permit_type__department")


LIST_STATES = (
    ("obtained", "已办结"),
    ("tolerated", "容缺期内"),
    ("overdue", "超期未办"),
    ("not_yet", "未办（未超期）"),
    ("not_needed", "不需要"),
)
# What somebody has to see to; these overlap with the above and with each other.
WORK_STATES = (
    ("pressing", "要盯的（超期、临期、容缺待补、有效期满）"),
    ("accepted", "已受理，办理中"),
    ("paused", "补正中，停表"),
    ("returned", "退件"),
    ("due_soon", "即将到应办时限"),
    ("owing_soon", "容缺补齐期限将到"),
    ("expiring", "有效期将满"),
    ("expired", "失效"),
)
FILTER_STATES = (*LIST_STATES, *WORK_STATES)
_OBTAINED = (
    # A list that marks a permit √ gives no date.
    (Q(obtained_on__lte=F("as_of")) | Q(obtained_on__isnull=True, state=PermitState.GRANTED))
    & (Q(valid_until__isnull=True) | Q(valid_until__gte=F("as_of")))
    & ~Q(state=PermitState.NOT_NEEDED)
)
_TOLERATED = (
    Q(owed_until__isnull=False, owed_until__gte=F("as_of"))
    & ~Q(state__in=[PermitState.RETURNED, PermitState.NOT_NEEDED])
    & ~_OBTAINED
)
_PAST_DUE = Q(deadline_on__isnull=False, deadline_on__lt=F("as_of"))
_OPEN_PAUSE = Pause.objects.filter(permit=OuterRef("pk"), to_on__isnull=True)
_OPEN = ~Q(state=PermitState.NOT_NEEDED) & ~_OBTAINED & ~_TOLERATED
IN_STATE = {
    "obtained": _OBTAINED,
    "tolerated": _TOLERATED,
    "overdue": _OPEN & _PAST_DUE,
    "not_yet": _OPEN & ~_PAST_DUE,
    "not_needed": Q(state=PermitState.NOT_NEEDED),
    "open": _OPEN | _TOLERATED,
    "accepted": Q(state=PermitState.ACCEPTED),
    "paused": Q(Exists(_OPEN_PAUSE), state__in=WITH_DEPARTMENT),
    "returned": Q(state=PermitState.RETURNED),
    "due_soon": _OPEN & Q(deadline_on__gte=F("as_of"), deadline_on__lte=F("soon_on")),
    "owing_soon": _TOLERATED & Q(owed_until__lte=F("soon_on")),
    "expiring": _OBTAINED & Q(valid_until__lte=F("soon_on")),
    "expired": Q(state=PermitState.GRANTED, valid_until__lt=F("as_of")),
}
# What presses, the first that fits: (state, the day that matters, what it says after it).
PRESSING = (
    ("expired", "valid_until", "有效期已过"),
    ("expiring", "valid_until", "有效期届满"),
    ("owing_soon", "owed_until", "应补齐容缺材料"),
    ("overdue", "deadline_on", "超期未办"),
    ("due_soon", "deadline_on", "应办结"),
)
IN_STATE["pressing"] = reduce(or_, (IN_STATE[key] for key, _, _ in PRESSING))


def in_state(permits: QuerySet[Permit], state: str) -> QuerySet[Permit]:
    """Of `active_permits`, those in one of FILTER_STATES or "open" (neither granted nor needless); the database's side of the
    rules of a permit's state."""
    return permits.filter(IN_STATE[state]) if state in IN_STATE else permits


def pressing(permits: QuerySet[Permit]) -> "QuerySet[Any]":
    """Of `active_permits`, what somebody has to see to now: each with `pressing_on` and `pressing_why`, the most pressing
    day first."""
    on = Case(*(When(IN_STATE[key], then=F(day)) for key, day, _ in PRESSING), output_field=DateField())
    why = Case(*(When(IN_STATE[key], then=Value(words)) for key, _, words in PRESSING))
    found = in_state(permits, "pressing").annotate(pressing_on=on, pressing_why=why)
    return found.order_by("pressing_on", "pk")


def pressing_for_reporter(user: User, today: datetime.date) -> "QuerySet[Any]":
    """Of the projects for which the person reports."""
    return pressing(active_permits(today).filter(project__in=reported_by(user, today).values("pk")))


def back_with_reporter(user: User, today: datetime.date) -> "QuerySet[Any]":
    """Of the projects for which the person reports: what was returned, and what waits for corrected papers (`told`)."""
    back = active_permits(today).filter(IN_STATE["returned"] | IN_STATE["paused"])
    told = Case(When(IN_STATE["returned"], then=F("reason")), default=Subquery(_OPEN_PAUSE.values("reason")[:1]))
    mine = back.filter(project__in=reported_by(user, today).values("pk"))
    return mine.annotate(told=told).order_by("pk")


def pressing_for_department(unit_id: int | None, today: datetime.date) -> "QuerySet[Any]":
    return pressing(active_permits(today).filter(permit_type__department=unit_id or 0))


def tone_of(state: PermitState) -> str:
    """How the state is marked beside its word."""
    if state in {PermitState.OVERDUE, PermitState.EXPIRED}:
        return "danger"
    if state in {PermitState.TOLERATED, PermitState.RETURNED}:
        return "warning"
    return "success" if state == PermitState.GRANTED else "plain"


def unmet_prerequisites(permit: Permit, today: datetime.date) -> list[PermitLine]:
    """Procedures of the project that usually come before and are neither granted, nor tolerated, nor needless. They only
    warn."""
    before = permit.project.permits.with_deadline().filter(permit_type__unlocks=permit.permit_type)
    lines = [PermitLine(one, shown_state(dated(one), today)) for one in before.select_related("permit_type")]
    settled = {PermitState.GRANTED, PermitState.TOLERATED, PermitState.NOT_NEEDED}
    return [line for line in lines if line.state not in settled]


def permit_clock(permit: Permit, today: datetime.date, holidays: Holidays) -> Clock | None:
    """限时办结 of a permit with its deadline, its kind and (for many) its prefetched `pauses`."""
    pauses = [(pause.from_on, pause.to_on) for pause in permit.pauses.all()]
    return clock_of(dated(permit), permit.accepted_on, permit.permit_type.allowed_days, today, holidays, pauses=pauses)


def permit_history(permit: Permit) -> list[HistoryEntry]:
    own = Q(object_type="permit", object_id=permit.pk)
    pauses = Q(object_type="pause", object_id__in=permit.pauses.values("pk"))
    return newest_first([*HistoryEntry.objects.filter(own | pauses)[:50], *imported_lines(permit)])
