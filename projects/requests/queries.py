"""Requests as lists show them, and the plan in force on a day: the last version approved by then."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from leaders.accounts.models import User
from leaders.audit.models import HistoryEntry
from projects.milestones.models import Milestone
from projects.milestones.queries import counted_on, parameters
from projects.registry.access import is_office, reported_by, visible_projects
from projects.registry.models import Membership, Project
from projects.registry.rules import ProjectState
from projects.requests.models import ChangeRequest
from projects.requests.rules import (
    PLANNED_FIELDS,
    TARGET_STATES,
    RequestKind,
    Verdict,
    is_approved_stop,
    is_near_deadline,
    is_possible,
)

# ---- the plan in force ------------------------------------------------------------------------------------------


def due_in_force(on: datetime.date) -> Coalesce:
    """The due date of a Milestone by the last version approved by the end of `on`, for annotate()."""
    return Coalesce(_before(RequestKind.MOVE_MILESTONE, "milestone", on), F("due_on"))


def problem_due_in_force(on: datetime.date) -> Coalesce:
    """The deadline of a Problem, likewise."""
    return Coalesce(_before(RequestKind.DELAY_PROBLEM, "problem", on), F("due_on"))


def planned_in_force(kind: str, on: datetime.date) -> Coalesce:
    """The planned start (MOVE_START) or end (MOVE_END) of a Project, likewise."""
    return Coalesce(_before(kind, "project", on), F(PLANNED_FIELDS[kind]))


def _before(kind: str, field: str, on: datetime.date) -> Subquery:
    """What the first move approved after `on` replaced; NULL when none was."""
    after = datetime.datetime.combine(on + datetime.timedelta(days=1), datetime.time.min)
    moves = ChangeRequest.objects.filter(
        kind=kind,
        verdict=Verdict.APPROVED,
        decided_at__gte=timezone.make_aware(after),
        **{field: OuterRef("pk")},
    )
    return Subquery(moves.order_by("decided_at", "pk").values("before_on")[:1])


def milestones_in_force(on: datetime.date) -> "QuerySet[Any]":
    """Milestones in use with `in_force_on` and `counted_on`: the two days by which lights and scores judge them."""
    return Milestone.objects.active().annotate(in_force_on=due_in_force(on), counted_on=counted_on())


def stops_in_force(states: Mapping[int, str], on: datetime.date, decided_until: datetime.datetime) -> dict[int, bool]:
    """{project that stood still on the day: whether that was approved by `decided_until`}, of {project: its state now}. At
    most three queries.

    A project stands still while its state says so, whatever was approved once: the state of now, or the one that the
    first approval after the day replaced. A standstill that only a list or a correction states has no approval; taking
    it back by a correction says that it never was (decision 0011). One that was approved was, until the day on which a
    correction ended it.
    """
    last: dict[int, tuple[str, datetime.date | None]] = {}
    since: dict[int, datetime.datetime] = {}
    later: dict[int, datetime.datetime] = {}
    rows = ChangeRequest.objects.filter(kind__in=list(TARGET_STATES), verdict=Verdict.APPROVED)
    rows = rows.order_by("decided_at", "pk")
    for pk, kind, day, resume_on, decided_at in rows.values_list(
        "project", "kind", "proposed_on", "resume_on", "decided_at"
    ):
        if pk not in states or decided_at is None:
            continue
        if day <= on and decided_at <= decided_until:
            last[pk], since[pk] = (kind, resume_on), decided_at
        else:
            later.setdefault(pk, decided_at)
    then = {**states, **_states_before(later)}
    moved = {pk: at for pk, at in since.items() if last[pk][0] == RequestKind.STOP and then[pk] != ProjectState.STOPPED}
    still = {pk for pk, state in then.items() if state == ProjectState.STOPPED} | _ended_later(moved, on)
    return {pk: is_approved_stop(last.get(pk), on) for pk in states if pk in still}


def _ended_later(since: Mapping[int, datetime.datetime], on: datetime.date) -> set[int]:
    """Of projects that stand still no more, approved `since` then, those whose standstill something ended after the day."""
    if not since:
        return set()
    end = timezone.make_aware(datetime.datetime.combine(on, datetime.time.max))
    entries = HistoryEntry.objects.filter(object_type="project", object_id__in=since, at__gt=end).order_by("at", "pk")
    first: dict[int, str] = {}
    for pk, at, changes in entries.values_list("object_id", "at", "changes"):
        for line in changes:
            if pk is not None and at > since[pk] and line["field"] == "state":
                first.setdefault(pk, (line["old"] or {}).get("id", ""))
    return {pk for pk, state in first.items() if state == ProjectState.STOPPED}


def _states_before(decided: Mapping[int, datetime.datetime]) -> dict[int, str]:
    """{project: the state that the approval of that moment replaced}. One that replaced none was a 停工 of what stood
    still already."""
    states: dict[int, str] = dict.fromkeys(decided, ProjectState.STOPPED)
    entries = HistoryEntry.objects.filter(object_type="project", object_id__in=decided, at__in=decided.values())
    for pk, at, changes in entries.order_by("-pk").values_list("object_id", "at", "changes"):
        for line in changes:
            if pk is not None and at == decided[pk] and line["field"] == "state":
                states[pk] = line["old"]["id"]
    return states


def stopped_on(project: Project) -> datetime.date | None:
    """The day of the last approved 停工."""
    stops = ChangeRequest.objects.filter(project=project, kind=RequestKind.STOP, verdict=Verdict.APPROVED)
    return stops.order_by("-decided_at", "-pk").values_list("proposed_on", flat=True).first()


# ---- changed lights ---------------------------------------------------------------------------------------------


def changed_lights(on: datetime.date) -> QuerySet[ChangeRequest]:
    """The approved 改灯 of all projects, decided by the end of the day. Of a light the last one decided counts,
    until its day has passed."""
    end = timezone.make_aware(datetime.datetime.combine(on, datetime.time.max))
    approved = ChangeRequest.objects.filter(kind=RequestKind.CHANGE_LIGHT, verdict=Verdict.APPROVED)
    return approved.filter(decided_at__lte=end)


# ---- lists ------------------------------------------------------------------------------------------------------


def all_requests() -> QuerySet[ChangeRequest]:
    """The newest first, with everything that a line says."""
    return ChangeRequest.objects.select_related(
        "project", "milestone", "membership__project_list", "problem", "unit", "requester", "decider"
    )


def requests_of_project(project: Project) -> list[ChangeRequest]:
    return list(all_requests().filter(project=project))


def versions_of(request: ChangeRequest) -> list[ChangeRequest]:
    """All that was ever asked about the same date or state, rejected ones too, the oldest first."""
    same = Q(
        kind=request.kind,
        milestone=request.milestone_id,
        membership=request.membership_id,
        problem=request.problem_id,
        light=request.light,
    )
    return list(all_requests().filter(same, project=request.project_id).order_by("requested_at", "pk"))


def request_history(request: ChangeRequest) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(object_type="changerequest", object_id=request.pk)[:50])


def members_to_leave(ids: Collection[int], user: User, today: datetime.date) -> list[tuple[Membership, str]]:
    """These places in lists, with the reason why `user` may not ask to end one (empty: may). Three queries."""
    places = Membership.objects.filter(pk__in=ids, project__in=visible_projects(user))
    members = list(places.select_related("project", "project_list").order_by("project_list", "position", "pk"))
    waiting = ChangeRequest.objects.filter(membership__in=members, verdict=Verdict.PENDING)
    asked = set(waiting.values_list("membership", flat=True))
    own = set(reported_by(user, today).values_list("pk", flat=True))

    def why_not(member: Membership) -> str:
        if member.left_on is not None:
            return f"{member.left_on} 已调出"
        if member.project.archived_at is not None:
            return "项目已归档"
        if not is_office(user) and member.project_id not in own:
            return "由项目的责任单位申请"
        return "已有一份申请在等待审批" if member.pk in asked else ""

    return [(member, why_not(member)) for member in members]


@dataclass(frozen=True)
class Option:
    """Something that may be asked for now."""

    kind: RequestKind
    needs_chief: bool = False

    @property
    def is_light(self) -> bool:
        return self.kind == RequestKind.CHANGE_LIGHT


def options_for(project: Project, today: datetime.date) -> list[Option]:
    """What may be asked for the project itself: what its state allows, and moves of the dates that it has."""
    kinds = [kind for kind in RequestKind if kind not in {RequestKind.MOVE_MILESTONE, RequestKind.LEAVE}]
    near_days = parameters().near_days
    options = []
    for kind in kinds:
        planned = planned_date(kind, project)
        if kind in PLANNED_FIELDS and (planned is None or is_reached(kind, project)):
            continue
        if is_possible(kind, project.state):
            options.append(Option(kind, planned is not None and is_near_deadline(planned, today, near_days)))
    return options


def planned_date(kind: str, project: Project, milestone: Milestone | None = None) -> datetime.date | None:
    """The planned date that a move of this kind would replace."""
    if kind == RequestKind.MOVE_MILESTONE:
        return milestone.due_on if milestone else None
    return {RequestKind.MOVE_START: project.planned_start_on, RequestKind.MOVE_END: project.planned_end_on}.get(
        RequestKind(kind)
    )


def is_reached(kind: str, project: Project, milestone: Milestone | None = None) -> bool:
    """A date that was kept or missed already is history and moves no more."""
    if kind == RequestKind.MOVE_MILESTONE:
        return milestone is not None and milestone.actual_on is not None
    reached = project.actual_start_on if kind == RequestKind.MOVE_START else project.actual_end_on
    return kind in PLANNED_FIELDS and reached is not None
