import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from leaders.accounts.models import User
from leaders.audit.actions import archive, change, create, delete, restore
from leaders.organisations.models import Unit
from projects.meetings.access import may_call_meetings, may_cancel_meeting, may_chair, may_keep_meeting
from projects.meetings.models import AgendaItem, Decision, Meeting
from projects.meetings.queries import agenda_found
from projects.meetings.rules import AgendaKind, Found, Standing, agenda_changes, refuse_holding
from projects.problems.actions import create_problem
from projects.problems.models import Problem
from projects.problems.rules import ProblemSource
from projects.registry.models import Project

Values = Mapping[str, Any]


@transaction.atomic
def create_meeting(values: Values, *, by: User, at: datetime.datetime) -> Meeting:
    """Call a meeting. Raises PermissionDenied (also for a leader's account that names another chair),
    ValidationError."""
    meeting = Meeting(**values)
    if not may_call_meetings(by) or not may_chair(by, meeting.leader_id):
        raise PermissionDenied
    return create(meeting, by=by, at=at)


@transaction.atomic
def change_meeting(
    meeting: Meeting, values: Values, *, version: int | None, by: User, at: datetime.datetime
) -> Meeting:
    """Raises PermissionDenied, ValidationError (another scope or day after it was held), Conflict."""
    _guard(meeting, by)
    if meeting.held_at is not None:
        moved = [name for name in ("held_on", "group", "project_list") if name in values]
        if any(values[name] != getattr(meeting, name) for name in moved):
            raise ValidationError("会议已经召开，日期和范围不再改动；记录可以继续补写。")
    return change(meeting, values, by=by, at=at, version=version)


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, reason: str, version: int | None, by: User, at: datetime.datetime) -> Meeting:
    """Out of the list; what it decided stays in the ledger. Raises PermissionDenied, ValidationError (also once its minutes
    were issued), Conflict."""
    # Held while it is looked for minutes: issuing them holds the meeting too.
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not may_cancel_meeting(by, meeting):
        raise PermissionDenied
    if issued := meeting.minutes.first():
        raise ValidationError(f"{issued}已经印发，会议不能取消；记录有误的，改好后另印一份更正。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明取消的理由；会后随时可以恢复。"})
    return archive(meeting, by=by, at=at, version=version, reason=reason.strip())


@transaction.atomic
def restore_meeting(meeting: Meeting, *, version: int | None, by: User, at: datetime.datetime) -> Meeting:
    if not may_cancel_meeting(by, meeting):
        raise PermissionDenied
    return restore(meeting, by=by, at=at, version=version)


@transaction.atomic
def hold_meeting(meeting: Meeting, *, version: int | None, by: User, at: datetime.datetime) -> Meeting:
    """召开: from now on the agenda and its day stay; minutes and decisions follow. Raises PermissionDenied,
    ValidationError (before its day, twice), Conflict."""
    _guard(meeting, by)
    _refuse_held(meeting, "已经召开过了。")
    refusal = refuse_holding(meeting.held_on, at.date())
    if refusal:
        raise ValidationError(refusal)
    return change(meeting, {"held_at": at}, by=by, at=at, version=version, action="hold")


# ---- agenda -------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_agenda(meeting: Meeting, *, version: int | None, by: User, at: datetime.datetime) -> Meeting:
    """The agenda of today's facts, again and again until the meeting is held: what people typed, left out or wrote
    minutes about stays. Raises PermissionDenied, ValidationError (it was held), Conflict."""
    _guard(meeting, by)
    _refuse_held(meeting, "会议已经召开，议程不再重新生成；新的议题可以另加。")
    changed = change(meeting, {"as_of": at.date()}, by=by, at=at, version=version, action="agenda")
    items = {item.pk: item for item in meeting.items.all()}
    changes = agenda_changes(map(_standing, items.values()), agenda_found(changed, at.date()))
    for pk in changes.gone:
        delete(items[pk], by=by, at=at, reason="重新生成议程：情况已经变化")
    for pk, text in changes.reworded.items():
        change(items[pk], {"text": text}, by=by, at=at, version=None)
    place = _last_place(changed)
    for number, found in enumerate(changes.added, start=1):
        item = AgendaItem(
            meeting=changed,
            kind=found.kind,
            project_id=found.project_id,
            problem_id=found.problem_id,
            text=found.text,
            position=place + number,
        )
        create(item, by=by, at=at)
    return changed


@transaction.atomic
def add_item(
    meeting: Meeting, text: str, *, project: Project | None = None, by: User, at: datetime.datetime
) -> AgendaItem:
    """Another item, before the meeting or raised at it. Raises PermissionDenied, ValidationError."""
    _guard(meeting, by)
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    place = _last_place(meeting) + 1
    return create(AgendaItem(meeting=meeting, text=text.strip(), project=project, position=place), by=by, at=at)


@transaction.atomic
def drop_item(item: AgendaItem, *, reason: str, version: int | None, by: User, at: datetime.datetime) -> AgendaItem:
    """Left out, with a reason that stays to be read. Raises PermissionDenied, ValidationError, Conflict."""
    _guard(item.meeting, by)
    _refuse_held(item.meeting, "会议已经召开，议程不再改动。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么这次不列入；会前随时可以再列入。"})
    return change(item, {"dropped_reason": reason.strip()}, by=by, at=at, version=version)


@transaction.atomic
def take_item_back(item: AgendaItem, *, version: int | None, by: User, at: datetime.datetime) -> AgendaItem:
    _guard(item.meeting, by)
    _refuse_held(item.meeting, "会议已经召开，议程不再改动。")
    return change(item, {"dropped_reason": ""}, by=by, at=at, version=version)


@transaction.atomic
def move_item(item: AgendaItem, *, later: bool, version: int | None, by: User, at: datetime.datetime) -> AgendaItem:
    """Changes places with its neighbour; at the end of the agenda nothing happens. Raises PermissionDenied,
    ValidationError, Conflict."""
    _guard(item.meeting, by)
    _refuse_held(item.meeting, "会议已经召开，议程不再改动。")
    Meeting.objects.select_for_update().get(pk=item.meeting_id)
    order = list(item.meeting.items.filter(dropped_reason="").order_by("position", "pk"))
    place = next((number for number, one in enumerate(order) if one.pk == item.pk), None)
    other = None if place is None else place + (1 if later else -1)
    if place is None or other is None or not 0 <= other < len(order):
        return item
    change(order[other], {"position": item.position}, by=by, at=at, version=None)
    return change(item, {"position": order[other].position}, by=by, at=at, version=version)


# ---- what was said and decided ------------------------------------------------------------------------------------


@transaction.atomic
def write_minutes(
    item: AgendaItem, minutes: str, *, version: int | None, by: User, at: datetime.datetime
) -> AgendaItem:
    """Raises PermissionDenied, ValidationError (left out of the agenda), Conflict."""
    _guard(item.meeting, by)
    if item.dropped_reason:
        raise ValidationError("这个议题没有列入议程，请先再列入。")
    return change(item, {"minutes": minutes.strip()}, by=by, at=at, version=version)


@transaction.atomic
def decide(
    item: AgendaItem,
    project: Project,
    values: Values,
    *,
    supporting: Iterable[Unit] = (),
    by: User,
    at: datetime.datetime,
) -> Problem:
    """议定事项: an entry of the ledger (text, unit, due_on, category) raised on the meeting's day, with its supporting
    units. The same words for the same unit again are a form sent twice. Raises PermissionDenied, ValidationError."""
    _guard(item.meeting, by)
    meeting = Meeting.objects.select_for_update().get(pk=item.meeting_id)
    if meeting.held_at is None:
        raise ValidationError("会议还没有召开；开会时先点“召开，固定议程”，再形成议定事项。")
    same = item.decisions.filter(problem__text=values["text"], problem__unit=values.get("unit"))
    if same.filter(problem__project=project).exists():
        raise ValidationError({"text": "这条议定事项已经交办过了。"})
    details = {**values, "source": ProblemSource.MEETING, "raised_on": meeting.held_on}
    problem = create_problem(project, details, supporting=supporting, by=by, at=at)
    create(Decision(item=item, problem=problem), by=by, at=at)
    return problem


def _standing(item: AgendaItem) -> Standing:
    found = Found(AgendaKind(item.kind), item.text, item.project_id, item.problem_id)
    return Standing(item.pk, found, is_touched=bool(item.dropped_reason or item.minutes))


def _last_place(meeting: Meeting) -> int:
    last: int | None = meeting.items.aggregate(last=Max("position"))["last"]
    return last or 0


def _guard(meeting: Meeting, by: User) -> None:
    if not may_keep_meeting(by, meeting):
        raise PermissionDenied


def _refuse_held(meeting: Meeting, why: str) -> None:
    if Meeting.objects.select_for_update().get(pk=meeting.pk).held_at is not None:
        raise ValidationError(why)
