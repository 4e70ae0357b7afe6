import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When

from leaders.accounts.models import User
from leaders.audit.models import HistoryEntry
from leaders.audit.queries import imported_lines, newest_first
from leaders.organisations.models import Unit
from projects.milestones.models import Milestone, MilestoneParameters
from projects.milestones.rules import MilestoneState, days_late, milestone_state, told_from
from projects.registry.access import is_office, reported_by
from projects.registry.models import Project, Responsibility
from projects.registry.queries import led_by
from projects.registry.rules import ResponsibilityRole

RED_DAYS = 30


def parameters() -> MilestoneParameters:
    """The county's numbers about dates; the usual ones while nobody set any."""
    return MilestoneParameters.objects.first() or MilestoneParameters()


def active_milestones(today: datetime.date) -> QuerySet[Milestone]:
    """Those in use, of projects in use, annotated with `as_of`, the day on which they are looked at; not done first."""
    return _looked_at(today).filter(archived_at__isnull=True)


def listed_milestones(today: datetime.date, days: MilestoneParameters) -> QuerySet[Milestone]:
    """The same with the archived ones, and with the days at which `in_state` draws its lines."""
    near_on = days_on(today, days.near_days)
    return _looked_at(today).annotate(
        soon_on=Value(days_on(today, days.soon_days), DateField()),
        near_on=Value(near_on, DateField()),
        warn_on=Value(days_on(near_on, days.warn_days), DateField()),
    )


def seen_by(user: User, milestones: QuerySet[Milestone]) -> QuerySet[Milestone]:
    """Annotated with `waits_for_another`: the person reported it done, so that somebody else verifies it."""
    own = Q(reporter=user, actual_on__isnull=False, verifier__isnull=True)
    return milestones.annotate(waits_for_another=Case(When(own, then=Value(True)), default=Value(False)))


def _looked_at(today: datetime.date) -> QuerySet[Milestone]:
    milestones = Milestone.objects.filter(project__archived_at__isnull=True).select_related(
        "project", "unit", "verifier"
    )
    is_done = Case(When(actual_on__lte=today, then=Value(1)), default=Value(0))
    return milestones.annotate(as_of=Value(today, DateField()), is_done=is_done).order_by("is_done", "due_on")


def days_on(day: datetime.date, days: int) -> datetime.date:
    return day + datetime.timedelta(days=days)


def chief_from(milestone: Milestone, today: datetime.date, days: MilestoneParameters) -> datetime.date | None:
    """As `told_from`; None when the milestone is done."""
    return None if milestone.actual_on else told_from(milestone.due_on, today, days.near_days, days.warn_days)


LIST_STATES = (
    ("open", "未完成"),
    ("overdue", "逾期未完成"),
    ("soon", "近期到期"),
    ("closing", "即将进入上级审批期"),
    ("later", "以后到期"),
    ("on_time", "按期完成"),
    ("late_done", "逾期完成"),
    ("unverified", "已报完成待核实"),
)
_IN_STATE = {
    "overdue": Q(due_on__lt=F("as_of")),
    "soon": Q(due_on__gte=F("as_of"), due_on__lte=F("soon_on")),
    # The last days on which the office's own approver may still move it.
    "closing": Q(due_on__gt=F("near_on"), due_on__lte=F("warn_on")),
    "later": Q(due_on__gt=F("soon_on")),
    "on_time": Q(actual_on__lte=F("due_on")),
    "late_done": Q(actual_on__gt=F("due_on")),
    "unverified": Q(verifier__isnull=True),
}


def in_state(milestones: QuerySet[Milestone], state: str) -> QuerySet[Milestone]:
    """Of `listed_milestones`, those in one of LIST_STATES; the database's side of `milestone_state`."""
    done = Q(actual_on__isnull=False, actual_on__lte=F("as_of"))
    milestones = milestones.filter(done if state in {"on_time", "late_done", "unverified"} else ~done)
    return milestones.filter(_IN_STATE[state]) if state in _IN_STATE else milestones


def of_unit(milestones: QuerySet[Milestone], unit: Unit) -> QuerySet[Milestone]:
    """Of `active_milestones`, those of projects for which the unit answers on the day looked at."""
    in_force = Responsibility.objects.in_force(OuterRef("as_of"))  # type: ignore[arg-type]  # the day of each row
    return milestones.filter(
        project__in=in_force.filter(role=ResponsibilityRole.LEAD_UNIT, unit=unit).values("project")
    )


def counted_on() -> Case:
    """The completion of a Milestone as lights and scores take it, for annotate(): one that nobody verified counts as the
    county's parameters say."""
    strict = MilestoneParameters.objects.filter(counts_unverified=False)
    return Case(When(Q(verifier__isnull=False) | ~Exists(strict), then=F("actual_on")), output_field=DateField())


def verification_words(milestone: Milestone) -> str:
    """已核实, 待核实 of what was reported done; 核实不实 of what was sent back; nothing otherwise."""
    if milestone.actual_on is not None:
        return "已核实" if milestone.verifier_id is not None else "待核实"
    return "核实不实" if milestone.verifier_id is not None else ""


def state_words(milestone: Milestone, today: datetime.date) -> str:
    """逾期 5 天未完成, 按期完成, 还有 12 天 …"""
    state = milestone_state(milestone.due_on, milestone.actual_on, today)
    late = days_late(milestone.due_on, milestone.actual_on, today)
    left = (milestone.due_on - today).days
    return {
        MilestoneState.OVERDUE: f"逾期 {late} 天未完成",
        MilestoneState.LATE_DONE: f"逾期 {late} 天完成",
        MilestoneState.ON_TIME: "按期完成",
        MilestoneState.NOT_DUE: f"还有 {left} 天" if left else "今天到期",
    }[state]


def tone_of(milestone: Milestone, today: datetime.date, soon_days: int) -> str:
    """How its state is marked beside the words: by the lights' rule, red beyond 30 days late and not done."""
    state = milestone_state(milestone.due_on, milestone.actual_on, today)
    if state == MilestoneState.OVERDUE:
        return "danger" if days_late(milestone.due_on, None, today) > RED_DAYS else "warning"
    if state == MilestoneState.NOT_DUE:
        return "info" if milestone.due_on <= days_on(today, soon_days) else "plain"
    return {MilestoneState.LATE_DONE: "warning", MilestoneState.ON_TIME: "success"}[state]


def milestones_of_project(project: Project) -> QuerySet[Milestone]:
    return project.milestones.filter(archived_at__isnull=True).select_related("unit").order_by("due_on", "pk")


def next_milestones(project_ids: Collection[int], today: datetime.date) -> dict[int, Milestone]:
    """{project: its earliest milestone that is not done}; one that is overdue comes before those to come. One
    query."""
    found: dict[int, Milestone] = {}
    for milestone in open_milestones(today).filter(project__in=project_ids).order_by("due_on", "pk"):
        found.setdefault(milestone.project_id, milestone)
    return found


def open_milestones(today: datetime.date) -> QuerySet[Milestone]:
    """Not done as known on `today`."""
    return active_milestones(today).exclude(actual_on__lte=today)


def due_soon(user: User, today: datetime.date) -> QuerySet[Milestone]:
    """The person's milestones that fall due within the days of notice, today among them, and are not done."""
    end = days_on(today, parameters().soon_days)
    return own_milestones(user, today).filter(due_on__gte=today, due_on__lte=end).order_by("due_on", "pk")


def closing_windows(user: User, today: datetime.date) -> QuerySet[Milestone]:
    """The person's milestones whose date only the higher approver may move in a few days."""
    days = parameters()
    near_on = days_on(today, days.near_days)
    own = own_milestones(user, today).filter(due_on__gt=near_on, due_on__lte=days_on(near_on, days.warn_days))
    return own.order_by("due_on", "pk")


def to_verify_count(today: datetime.date) -> int:
    """How many milestones the units say are done and the office has not verified; the list's filter “待核实”. One query."""
    return in_state(active_milestones(today), "unverified").count()


def overdue(user: User, today: datetime.date) -> QuerySet[Milestone]:
    """The person's milestones whose day has passed and that are not done, the oldest first."""
    return own_milestones(user, today).filter(due_on__lt=today).order_by("due_on", "pk")


def own_milestones(user: User, today: datetime.date) -> QuerySet[Milestone]:
    """Open milestones the person has to do with: the office's are all, a reporter's those of the unit's projects, a
    leader's those of the projects led; nobody else has any."""
    milestones = open_milestones(today)
    if is_office(user):
        return milestones
    return milestones.filter(project__in=own_projects(user, today).values("pk"))


def own_projects(user: User, today: datetime.date) -> QuerySet[Project]:
    """Those the person answers for today: as reporter of the responsible unit, or as the leader in charge."""
    own = Project.objects.filter(pk__in=reported_by(user, today).values("pk"))
    if user.leader_id is not None:
        own |= Project.objects.filter(pk__in=led_by(user.leader_id, today).values("pk"))
    return own


def moves_of(milestone: Milestone) -> "QuerySet[Any]":
    """Every request to move its date, granted or not, the oldest first (ChangeRequests, which stand above)."""
    moves = milestone.requests.select_related("milestone", "requester", "decider")
    return moves.order_by("requested_at", "pk")


def milestone_history(milestone: Milestone) -> list[HistoryEntry]:
    own = HistoryEntry.objects.filter(object_type="milestone", object_id=milestone.pk)[:50]
    return newest_first([*own, *imported_lines(milestone)])
