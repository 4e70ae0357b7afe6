"""A list or a project as it was known at the end of a day: today's records, and history read backwards to that day.

Constant in queries. What the day's plan was comes from the plans' approved steps (registry.plans), everything else from the
history of each record.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.utils import timezone

from leaders.accounts.models import User
from leaders.audit.models import HistoryEntry
from leaders.audit.rules import (
    Event,
    Happened,
    Values,
    known_values,
    replay_back,
    told_by_record,
    tracked_fields,
    typed_value,
)
from projects.dashboards.asof.rules import (
    Answering,
    answering,
    dated,
    day_of,
    done_until,
    id_of,
    in_force,
    wan_of,
    words,
)
from projects.imports.queries import Written, written_by
from projects.milestones.models import Milestone
from projects.periods.queries import figures_month
from projects.progress.models import Correction, MonthReport, StatisticsEntry
from projects.progress.queries import YearMoney
from projects.progress.rules import CorrectionState, schedule_fraction
from projects.rankings.queries import light_thresholds
from projects.registry.access import may_see_projects
from projects.registry.models import Membership, Project, ProjectList, Responsibility, YearPlan
from projects.registry.plans.queries import NO_TARGET, YearTarget, targets
from projects.registry.rules import ProjectState, ResponsibilityRole, YearLabel
from projects.status.queries import ProjectLights, light_changes, with_changes
from projects.status.rules import (
    LightChange,
    LightThresholds,
    entry_light,
    milestone_light,
    progress_light,
    start_light,
)
from yichuan_tracker.months import last_day

Key = tuple[str, int]
KINDS: tuple[type[models.Model], ...] = (
    Project,
    Membership,
    YearPlan,
    Responsibility,
    MonthReport,
    StatisticsEntry,
    Milestone,
)
_BY_NAME = {str(model._meta.model_name): model for model in KINDS}


@dataclass(frozen=True)
class Known:
    """Records as known at a moment: {(kind, id): values by field}. `unproven` counts those of which history does not tell when
    they were made, which are taken to have been there always, and those of which too little is left to show them."""

    records: Mapping[Key, Values]
    unproven: int
    history_from: datetime.datetime | None

    def of(self, kind: type[models.Model]) -> dict[int, Values]:
        name = kind._meta.model_name
        return {pk: values for (one, pk), values in self.records.items() if one == name}


def end_of(day: datetime.date) -> datetime.datetime:
    """The moment when the day is over, in the county's time."""
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min))


def known_at(moment: datetime.datetime, project_ids: Collection[int] | None = None) -> Known:
    """The projects (all of them without ids) and what hangs on them, as known just before `moment`. Twelve queries."""
    # A correction is a record of its own: the report that it corrects never changed.
    later = HistoryEntry.objects.filter(at__gte=moment, subject_type="project").exclude(action="correct")
    if project_ids is not None:
        later = later.filter(subject_id__in=project_ids)
    entries = list(later.order_by("-at", "-pk"))
    now: dict[Key, Values] = {}
    for name, model in _BY_NAME.items():
        for record in _present(model, project_ids):
            now[name, record.pk] = known_values(record)
    events = _events(entries, now)
    records, torn = {}, 0
    for key in now.keys() | events.keys():
        found = replay_back(now.get(key), events.get(key, ()))
        if found is None or (project_ids is not None and _owner(key, found) not in project_ids):
            continue
        if _needed(_BY_NAME[key[0]]) <= found.keys():
            records[key] = found
        else:
            torn += 1
    first = HistoryEntry.objects.order_by("at").values_list("at", flat=True).first()
    return Known(records, len(records.keys() - _made(project_ids)) + torn, first)


@cache
def _needed(model: Any) -> frozenset[str]:
    """The fields without which a record cannot stand."""
    fields = tracked_fields(model())
    return frozenset(one.name for one in fields if not (one.null or one.blank or one.has_default()))


def _owner(key: Key, values: Values) -> int | None:
    return key[1] if key[0] == "project" else id_of(values.get("project"))


def _present(model: Any, project_ids: Collection[int] | None) -> Iterable[Any]:
    related = [one.name for one in model._meta.concrete_fields if isinstance(one, models.ForeignKey)]
    rows = model._default_manager.select_related(*related)
    if project_ids is None:
        return rows
    return rows.filter(**{"pk__in" if model is Project else "project__in": project_ids})


def _events(entries: Iterable[HistoryEntry], now: Mapping[Key, Values]) -> dict[Key, list[Event]]:
    """What each record went through, the latest first. A line of an import tells of several records."""
    entries = list(entries)
    written = written_by({entry.batch_id for entry in entries if entry.batch_id})
    events: dict[Key, list[Event]] = defaultdict(list)
    seen: set[int] = set()
    for entry in entries:
        batch = written.get(entry.batch_id or 0)
        if batch and entry.action == "import" and entry.batch_id not in seen:
            seen.add(entry.batch_id or 0)
            for key, event in _duties_of(batch, now):
                events[key].append(event)
        for key, lines in told_by_record(entry.changes, entry.object_type, entry.object_id).items():
            if key[0] in _BY_NAME and not (batch and key[0] == "responsibility"):
                events[key].append(_event(entry, key, lines, batch))
    return events


def _event(entry: HistoryEntry, key: Key, lines: list[Values], written: Written | None) -> Event:
    is_own = key == (entry.object_type, entry.object_id)
    # Who joins a list anew is told without lines; who comes back, with what changed.
    if is_own and (entry.action == "create" or (entry.action == "join" and not lines)):
        return Event(Happened.MADE)
    if is_own and entry.action == "delete":
        return Event(Happened.REMOVED, lines)
    if written is not None and key in written.created:
        # Made by the import; taken away again when the import was undone: the batch keeps what it was, history the names.
        owner = {"field": "project", "old": {"id": entry.subject_id, "name": entry.object_name}}
        kept = _lines_of(_BY_NAME[key[0]], written.unmade.get(key, {}))
        told = [*kept, *lines] if is_own else [*kept, *lines, owner]
        return Event(Happened.REMOVED, told) if entry.action == "undo" else Event(Happened.MADE)
    return Event(Happened.CHANGED, lines)


def _duties_of(written: Written, now: Mapping[Key, Values]) -> Iterator[tuple[Key, Event]]:
    """Who answers for projects: history tells of a hand-over by import in words, the batch itself keeps the days.

    Of a batch that was undone only what stayed counts: in between, the duties read as if it had never been."""
    for key in written.created:
        if key[0] == "responsibility" and (key in now or not written.is_undone):
            yield key, Event(Happened.MADE)
    if written.is_undone:
        return
    for key, columns in written.changed.items():
        if key[0] == "responsibility" and key in now:
            old = {column: pair[0] for column, pair in columns.items()}
            yield key, Event(Happened.CHANGED, _lines_of(Responsibility, old))
    for key, columns in written.removed.items():
        if key[0] == "responsibility":
            yield key, Event(Happened.REMOVED, _lines_of(Responsibility, columns))


def _lines_of(model: Any, columns: Mapping[str, Any]) -> list[Values]:
    """Columns as a batch keeps them, as lines of history; a related record without its name."""
    lines: list[Values] = []
    for one in tracked_fields(model()):
        if one.attname in columns:
            value = columns[one.attname]
            named = isinstance(one, models.ForeignKey) or one.choices
            lines.append({"field": one.name, "old": {"id": value, "name": ""} if named and value else value})
    return lines


def _made(project_ids: Collection[int] | None) -> set[Key]:
    """Every record of which history tells when it was made."""
    created = HistoryEntry.objects.filter(
        action__in=["create", "join"], subject_type="project", object_type__in=_BY_NAME
    )
    batches = HistoryEntry.objects.filter(action="import", subject_type="project", batch_id__isnull=False)
    if project_ids is not None:
        created, batches = (rows.filter(subject_id__in=project_ids) for rows in (created, batches))
    found = {(kind, pk or 0) for kind, pk in created.values_list("object_type", "object_id")}
    for one in written_by(
        [pk for pk in batches.order_by().values_list("batch_id", flat=True).distinct() if pk]
    ).values():
        found |= one.created
    return found


# ---- projects as they were ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProjectThen:
    """One project as known on the day; `values` are its own fields as history tells them."""

    pk: int
    values: Values
    label: str
    money: YearMoney
    lights: ProjectLights
    answering: list[Answering]
    serial: str = ""
    position: int = 0
    reports: list[Values] = field(default_factory=list)
    milestones: list[Values] = field(default_factory=list)
    exists_now: bool = True

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    @property
    def state(self) -> str:
        return words(self.values.get("state"), ProjectState)

    @property
    def total_wan(self) -> Decimal | None:
        return wan_of(self.values.get("total_wan"))

    @property
    def leaders(self) -> str:
        return self._named(ResponsibilityRole.LEADER)

    @property
    def lead_units(self) -> str:
        return self._named(ResponsibilityRole.LEAD_UNIT)

    def _named(self, role: str) -> str:
        rows = sorted((one for one in self.answering if one.role == role), key=lambda one: one.position)
        return "、".join(one.name for one in rows)


@dataclass(frozen=True)
class Then:
    """What a page as of a day shows. `month` is the one whose figures were due by then."""

    day: datetime.date
    month: datetime.date
    projects: list[ProjectThen]
    unproven: int
    history_from: datetime.datetime | None


def list_as_of(user: User, project_list: ProjectList | None, day: datetime.date) -> Then:
    """The members of the list (or all projects) on the day, archived ones left out."""
    known = known_at(end_of(day)) if may_see_projects(user) else Known({}, 0, None)
    places: dict[int, Values] = {}
    if project_list is not None:
        for values in known.of(Membership).values():
            if id_of(values.get("project_list")) == project_list.pk and _stands(values, day):
                places[id_of(values["project"])] = values
    projects = known.of(Project)
    ids = places.keys() if project_list is not None else projects.keys()
    shown = [pk for pk in ids if "archived_at" not in projects.get(pk, {"archived_at": ""})]
    return _then(known, shown, day, places)


def project_as_of(project: Project, day: datetime.date) -> Then:
    """One project; `projects` is empty when nobody knew it yet."""
    known = known_at(end_of(day), [project.pk])
    return _then(known, list(known.of(Project)), day, {})


def _stands(place: Values, day: datetime.date) -> bool:
    left = day_of(place.get("left_on"))
    return (day_of(place.get("joined_on")) or day) <= day and (left is None or left > day)


@dataclass(frozen=True)
class _Day:
    """What every project is judged by: the day, the month whose figures were due, what the year asks, and the limits."""

    day: datetime.date
    month: datetime.date
    targets: Mapping[int, YearTarget]
    thresholds: LightThresholds
    changed: Mapping[int, Mapping[str, LightChange]]


def _then(known: Known, ids: Collection[int], day: datetime.date, places: Mapping[int, Values]) -> Then:
    month = figures_month(day)
    asked = targets(ids, month, last_day(month), known_until=end_of(day))
    when = _Day(day, month, asked, light_thresholds(month), light_changes(day))
    held = {kind: _by_project(known.of(kind)) for kind in KINDS[2:]}
    held[MonthReport] = _by_project(_corrected(known.of(MonthReport), ids, end_of(day)))
    present = set(Project.objects.filter(pk__in=ids).values_list("pk", flat=True))
    projects = known.of(Project)
    rows = []
    for pk in ids:
        row = _project(pk, projects[pk], {kind: found.get(pk, []) for kind, found in held.items()}, when)
        rows.append(_placed(row, places.get(pk, {}), exists_now=pk in present))
    rows.sort(key=lambda row: (row.position, -row.pk))
    return Then(day, month, rows, known.unproven, known.history_from)


def _corrected(reports: dict[int, Values], ids: Collection[int], until: datetime.datetime) -> dict[int, Values]:
    """The reports with the corrections that were approved by then. One query."""
    made = Correction.objects.filter(report__project__in=ids, state=CorrectionState.APPROVED, decided_at__lt=until)
    for one in made.order_by("decided_at", "pk"):
        field: Any = MonthReport._meta.get_field(one.field)
        new = typed_value(field, one.new)
        reports[one.report_id] = {**reports.get(one.report_id, {}), one.field: new}
    return reports


def _placed(row: ProjectThen, place: Values, *, exists_now: bool) -> ProjectThen:
    serial, position = str(place.get("serial", "")), int(place.get("position", 0))
    return replace(row, serial=serial, position=position, exists_now=exists_now)


def _project(pk: int, values: Values, held: Mapping[Any, list[Values]], when: _Day) -> ProjectThen:
    day, month, thresholds = when.day, when.month, when.thresholds
    plan = next((one for one in held[YearPlan] if int(one.get("year", 0)) == month.year), {})
    target = when.targets.get(pk, NO_TARGET) if "plan_wan" in plan else NO_TARGET
    reports = sorted(held[MonthReport], key=lambda one: str(one["month"]))
    money = YearMoney(
        target.plan_wan,
        done_until(reports, month),
        schedule_fraction(month.month, target.plan_wan, target.to_month_wan),
    )
    entry = next(iter(held[StatisticsEntry]), {})
    milestones = [one for one in held[Milestone] if "archived_at" not in one]
    total, started_on = wan_of(values.get("total_wan")), day_of(values.get("actual_start_on"))
    lights = ProjectLights(
        progress_light(money.done_wan, money.plan_wan, money.schedule, thresholds),
        start_light(day_of(values.get("planned_start_on")), started_on, day, thresholds),
        entry_light(total, started_on, day_of(entry.get("entered_on")), day, thresholds),
        milestone_light(dated(milestones, day), day, thresholds),
        money,
    )
    lights = with_changes(lights, when.changed.get(pk, {}))
    return ProjectThen(
        pk,
        values,
        words(plan.get("label"), YearLabel),
        money,
        lights,
        [answering(one) for one in held[Responsibility] if in_force(one, day)],
        reports=reports,
        milestones=milestones,
    )


def _by_project(records: Mapping[int, Values]) -> dict[int, list[Values]]:
    found: dict[int, list[Values]] = defaultdict(list)
    for _, values in sorted(records.items()):
        if "project" in values:
            found[id_of(values["project"])].append(values)
    return found
