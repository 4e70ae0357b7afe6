"""Records as they were known at a moment: today's, and history read backwards to that moment. Constant in queries."""

import datetime
from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.utils import timezone

from leaders.audit.models import HistoryEntry
from leaders.audit.rules import (
    Event,
    Happened,
    Values,
    known_values,
    replay_back,
    told_by_record,
    tracked_fields,
)
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.dashboards.asof.rules import id_of
from projects.imports.queries import Written, written_by
from projects.inspections.models import Inspection
from projects.milestones.models import Milestone, MilestoneParameters
from projects.permits.models import Permit, PermitType
from projects.problems.models import Problem
from projects.progress.models import MonthReport, StatisticsEntry
from projects.registry.models import FundingSource, Membership, Project, Responsibility, YearPlan
from projects.registry.plans.models import FundingArrival

Key = tuple[str, int]
Names = Mapping[Key, str]
KINDS: tuple[type[models.Model], ...] = (
    Project,
    Membership,
    YearPlan,
    Responsibility,
    MonthReport,
    StatisticsEntry,
    Milestone,
    Permit,
    Problem,
    Inspection,
    FundingSource,
    FundingArrival,
)
# Where a record says of which project it is; the project itself does not.
_PROJECT_OF: Mapping[type[models.Model], str] = {Project: "pk", FundingArrival: "source__project"}
# What a batch keeps by number only and a page calls by name.
_NAMED: tuple[type[models.Model], ...] = (Leader, Unit, WorkingGroup, PermitType)
_BY_NAME = {str(model._meta.model_name): model for model in KINDS}


@dataclass(frozen=True)
class Known:
    """Records as known at a moment: {(kind, id): values by field}; `present` are there now, `before_start` the kinds of
    permit that the county's rule gives a day, `counts_unverified` whether what nobody has verified counts as done.
    `unproven` counts those of which history does not tell when they were made, which are taken to have been there always,
    and those of which too little is left to show them. `history_from` is the moment of the first line of history, None where
    nothing was changed since."""

    records: Mapping[Key, Values]
    present: Set[Key]
    before_start: Set[int]
    counts_unverified: bool
    unproven: int
    history_from: datetime.datetime | None

    def of(self, kind: type[models.Model]) -> dict[int, Values]:
        name = kind._meta.model_name
        return {pk: values for (one, pk), values in self.records.items() if one == name}


NOTHING_KNOWN = Known({}, frozenset(), frozenset(), True, 0, None)


def end_of(day: datetime.date) -> datetime.datetime:
    """The moment when the day is over, in the county's time."""
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min))


def known_at(moment: datetime.datetime, project_ids: Collection[int] | None = None) -> Known:
    """The projects (all of them without ids) and what hangs on them, as known just before `moment`. Sixteen queries."""
    # A correction is a record of its own: the report that it corrects never changed.
    later = HistoryEntry.objects.filter(at__gte=moment, subject_type="project").exclude(action="correct")
    if project_ids is not None:
        later = later.filter(subject_id__in=project_ids)
    first_at = HistoryEntry.objects.order_by("at").values("at")[:1]
    entries = list(later.order_by("-at", "-pk").annotate(first_at=models.Subquery(first_at)))
    now: dict[Key, Values] = {}
    for name, model in _BY_NAME.items():
        for record in _present(model, project_ids):
            now[name, record.pk] = known_values(record)
    made, batch_ids = _told_of_making(project_ids)
    written = written_by(batch_ids | {entry.batch_id for entry in entries if entry.batch_id})
    made = made.union(*(batch.created for batch in written.values()))
    names, flagged = _names_and_flags(written.values())
    events = _events(entries, now, written, names)
    records, torn = {}, 0
    for key in now.keys() | events.keys():
        found = replay_back(now.get(key), events.get(key, ()))
        if found is None or _is_of_another(found, project_ids):
            continue
        if _needed(_BY_NAME[key[0]]) <= found.keys():
            records[key] = found
        else:
            torn += 1
    history_from = entries[0].first_at if entries else None
    before_start = {pk for (kind, pk), is_set in flagged.items() if kind == "permittype" and is_set}
    is_strict = any(kind == "milestoneparameters" and not is_set for (kind, _), is_set in flagged.items())
    return Known(records, now.keys(), before_start, not is_strict, len(records.keys() - made) + torn, history_from)


@cache
def _needed(model: Any) -> frozenset[str]:
    """The fields without which a record cannot stand."""
    fields = tracked_fields(model())
    return frozenset(one.name for one in fields if not (one.null or one.blank or one.has_default()))


def _is_of_another(values: Values, project_ids: Collection[int] | None) -> bool:
    """A batch tells of the duties of all of its projects."""
    return project_ids is not None and "project" in values and id_of(values["project"]) not in project_ids


def _present(model: Any, project_ids: Collection[int] | None) -> Iterable[Any]:
    related = [one.name for one in model._meta.concrete_fields if isinstance(one, models.ForeignKey)]
    rows = model._default_manager.select_related(*related)
    if project_ids is None:
        return rows
    return rows.filter(**{f"{_PROJECT_OF.get(model, 'project')}__in": project_ids})


def _events(
    entries: Iterable[HistoryEntry], now: dict[Key, Values], written: Mapping[int, Written], names: Names
) -> dict[Key, list[Event]]:
    """What each record went through, the latest first. A line of an import tells of several records."""
    events: dict[Key, list[Event]] = defaultdict(list)
    there = ChainMap[Key, Any](now, events)  # now, or at some later time
    seen: set[tuple[int, str]] = set()
    for entry in entries:
        batch = written.get(entry.batch_id or 0)
        if batch and (entry.batch_id or 0, entry.action) not in seen:
            seen.add((entry.batch_id or 0, entry.action))
            for key, event in _DUTIES.get(entry.action, _no_duties)(batch, there, names):
                events[key].append(event)
        for key, lines in told_by_record(entry.changes, entry.object_type, entry.object_id).items():
            if key[0] in _BY_NAME and not (batch and key[0] == "responsibility"):
                events[key].append(_event(entry, key, lines, batch, names))
    return events


def _event(entry: HistoryEntry, key: Key, lines: list[Values], written: Written | None, names: Names) -> Event:
    is_own = key == (entry.object_type, entry.object_id)
    # Who joins a list anew is told without lines; who comes back, with what changed.
    if is_own and (entry.action == "create" or (entry.action == "join" and not lines)):
        return Event(Happened.MADE)
    if is_own and entry.action == "delete":
        return Event(Happened.REMOVED, lines)
    if written is not None and key in written.created:
        # Made by the import; taken away again when the import was undone: the batch keeps what it was, history the names.
        owner = {"field": "project", "old": {"id": entry.subject_id, "name": entry.object_name}}
        kept = _lines_of(_BY_NAME[key[0]], written.unmade.get(key, {}), names)
        told = [*kept, *lines] if is_own else [*kept, *lines, owner]
        return Event(Happened.REMOVED, told) if entry.action == "undo" else Event(Happened.MADE)
    return Event(Happened.CHANGED, lines)


Told = Iterator[tuple[Key, Event]]


def _duties_of(written: Written, there: Container[Key], names: Names) -> Told:
    """Who answers for projects: history tells of a hand-over by import in words, the batch itself keeps the days.

    Of a batch that was undone before its undoing kept what it put back only what stayed counts: in between, the duties read as
    if it had never been."""
    is_forgotten = written.is_undone and written.put_back is None
    for key in _duties(written.created):
        if key in there or not is_forgotten:
            yield key, Event(Happened.MADE)
    if is_forgotten:
        return
    for key in _duties(written.changed):
        if key in there:
            yield key, Event(Happened.CHANGED, _lines_of(Responsibility, _side(written.changed[key], 0), names))
    for key in _duties(written.removed):
        yield key, Event(Happened.REMOVED, _lines_of(Responsibility, written.removed[key], names))


def _duties_undone(written: Written, there: Container[Key], names: Names) -> Told:
    """What undoing the batch did to them, the other way round."""
    if written.put_back is None:
        return
    for key in _duties(written.unmade):
        yield key, Event(Happened.REMOVED, _lines_of(Responsibility, written.unmade[key], names))
    for key in _duties(written.put_back):
        if key in written.removed:
            yield key, Event(Happened.MADE)
        elif key in there:
            yield key, Event(Happened.CHANGED, _lines_of(Responsibility, _side(written.changed[key], 1), names))


def _no_duties(*_: Any) -> Told:
    return iter(())


_DUTIES: Mapping[str, Callable[[Written, Container[Key], Names], Told]] = {
    "import": _duties_of,
    "undo": _duties_undone,
}


def _duties(keys: Iterable[Key]) -> Iterator[Key]:
    return (key for key in keys if key[0] == "responsibility")


def _side(columns: Mapping[str, Sequence[Any]], side: int) -> dict[str, Any]:
    return {column: pair[side] for column, pair in columns.items()}


def _lines_of(model: Any, columns: Mapping[str, Any], names: Names) -> list[Values]:
    """Columns as a batch keeps them, as lines of history."""
    lines: list[Values] = []
    for one in tracked_fields(model()):
        if one.attname not in columns:
            continue
        value = columns[one.attname]
        if value and isinstance(one, models.ForeignKey):
            value = {"id": value, "name": names.get((str(one.related_model._meta.model_name), value), "")}
        elif value and one.choices:
            value = {"id": value, "name": ""}
        lines.append({"field": one.name, "old": value})
    return lines


_FLAGS: Mapping[type[models.Model], str] = {PermitType: "is_before_start", MilestoneParameters: "counts_unverified"}


def _names_and_flags(written: Iterable[Written]) -> tuple[Names, dict[Key, bool]]:
    """What a batch keeps by number only, as it is called now, or was when its undoing took it away; and the county's
    settings by which what is known is judged. One query."""
    first, *others = (
        model._default_manager.order_by()
        .annotate(
            of=models.Value(str(model._meta.model_name), models.CharField()),
            called=models.F("name") if model in _NAMED else models.Value("", models.CharField()),
            is_set=models.F(_FLAGS[model]) if model in _FLAGS else models.Value(False),
        )
        .values_list("of", "pk", "called", "is_set")
        for model in dict.fromkeys((*_NAMED, *_FLAGS))
    )
    rows = list(first.union(*others, all=True))
    gone = {key: old["name"] for batch in written for key, old in batch.unmade.items() if "name" in old}
    names = gone | {(kind, pk): name for kind, pk, name, _ in rows}
    return names, {(kind, pk): is_set for kind, pk, _, is_set in rows}


def _told_of_making(project_ids: Collection[int] | None) -> tuple[set[Key], set[int]]:
    """Every record of which a line of its own tells when it was made, and the batches that made others. One query."""
    told = HistoryEntry.objects.filter(subject_type="project").order_by()
    if project_ids is not None:
        told = told.filter(subject_id__in=project_ids)
    created = told.filter(action__in=["create", "join"], object_type__in=_BY_NAME)
    batches = told.filter(action="import", batch_id__isnull=False).annotate(kind=models.Value("", models.CharField()))
    rows = created.values_list("object_type", "object_id").union(batches.values_list("kind", "batch_id"))
    told_of: set[Key] = {(kind, pk or 0) for kind, pk in rows}
    return {key for key in told_of if key[0]}, {pk for kind, pk in told_of if not kind}
