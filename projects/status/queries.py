import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, DecimalField, FilteredRelation, Q, QuerySet, Value

from projects.milestones.rules import DatedMilestone
from projects.periods.queries import figures_month
from projects.progress.queries import YearMoney, done_until, money_of
from projects.registry.models import Project
from projects.registry.plans.queries import YearTarget, plan_in_force, planned_between
from projects.requests.queries import changed_lights, milestones_in_force, planned_in_force
from projects.requests.rules import ChangedColour, LightPart, RequestKind
from projects.status.rules import (
    DEFAULT_THRESHOLDS,
    Colour,
    Light,
    LightChange,
    LightThresholds,
    entry_light,
    milestone_light,
    progress_light,
    project_light,
    start_light,
)
from yichuan_tracker.months import last_day


@dataclass(frozen=True)
class ProjectLights:
    """The lights of one project: `whole` is the worst of the parts. `money` is what the progress light was judged by,
    `change` what people decided about the whole."""

    progress: Light
    start: Light
    entry: Light
    milestone: Light
    money: YearMoney
    change: LightChange | None = None

    @property
    def parts(self) -> tuple[Light, ...]:
        return (self.progress, self.start, self.entry, self.milestone)

    @property
    def whole(self) -> Light:
        return project_light(self.parts, self.change)


@dataclass(frozen=True)
class LightFacts:
    """What the lights take from the project itself; target and done are those of the year up to `figures_month`."""

    total_wan: Decimal | None
    planned_start_on: datetime.date | None
    actual_start_on: datetime.date | None
    entered_on: datetime.date | None
    target: YearTarget
    done_wan: Decimal | None


def lights_of(
    project_ids: Collection[int] | QuerySet[Any],
    today: datetime.date,
    thresholds: LightThresholds = DEFAULT_THRESHOLDS,
    *,
    month: datetime.date | None = None,
) -> dict[int, ProjectLights]:
    """Every project's lights as of `today`; three queries, whatever the number. Money up to `month`, which is
    `figures_month(today)` and asked for when it is not given."""
    month = month or figures_month(today)
    projects = Project.objects.filter(pk__in=project_ids).annotate(
        plan=FilteredRelation("year_plans", condition=Q(year_plans__year=month.year)),
        done_wan=done_until(month),
        start_due_on=planned_in_force(RequestKind.MOVE_START, today),
        year_plan_wan=plan_in_force(last_day(month)),
        to_month_wan=planned_between(month.replace(month=1), month, on=last_day(month)),
    )
    rows = projects.values_list(
        "pk",
        "total_wan",
        "start_due_on",
        "actual_start_on",
        "statistics_entry__entered_on",
        "year_plan_wan",
        "to_month_wan",
        "done_wan",
    )
    facts = {
        pk: LightFacts(total, planned_on, started_on, entered_on, YearTarget(plan, to_month), done)
        for pk, total, planned_on, started_on, entered_on, plan, to_month, done in rows
    }
    return lights_from(facts, today, month, thresholds)


def lights_from(
    facts: Mapping[int, LightFacts],
    today: datetime.date,
    month: datetime.date,
    thresholds: LightThresholds = DEFAULT_THRESHOLDS,
) -> dict[int, ProjectLights]:
    """The same for who has read the projects already; `month` is `figures_month(today)`. One query."""
    money = {pk: money_of(fact.target, fact.done_wan, month) for pk, fact in facts.items()}
    milestones, changed = _dated_and_changed(facts.keys(), today)
    found = {
        pk: ProjectLights(
            progress_light(money[pk].done_wan, money[pk].plan_wan, money[pk].schedule, thresholds),
            start_light(fact.planned_start_on, fact.actual_start_on, today, thresholds),
            entry_light(fact.total_wan, fact.actual_start_on, fact.entered_on, today, thresholds),
            milestone_light(milestones[pk], today, thresholds),
            money[pk],
        )
        for pk, fact in facts.items()
    }
    return found | {pk: with_changes(found[pk], changes) for pk, changes in changed.items() if pk in found}


def with_changes(lights: ProjectLights, changes: Mapping[str, LightChange]) -> ProjectLights:
    """The lights with what people decided beside each: {LightPart: the 改灯 in force}."""
    return replace(
        lights,
        progress=replace(lights.progress, change=changes.get(LightPart.PROGRESS)),
        start=replace(lights.start, change=changes.get(LightPart.START)),
        entry=replace(lights.entry, change=changes.get(LightPart.ENTRY)),
        milestone=replace(lights.milestone, change=changes.get(LightPart.MILESTONE)),
        change=changes.get(LightPart.PROJECT),
    )


Changes = dict[int, dict[str, LightChange]]
_CHANGE = (
    "proposed_on", "reason", "colour", "evidence", "requester__display_name", "decider__display_name", "decided_at"
)  # fmt: skip


def light_changes(on: datetime.date) -> Changes:
    """{project: {LightPart: the 改灯 in force on the day}}, as decided by its end. One query."""
    return _in_force(changed_lights(on).values_list("project", "light", *_CHANGE), on)


def _in_force(rows: Iterable[tuple[Any, ...]], on: datetime.date) -> Changes:
    """Of each light the last that was decided, unless its day has passed or it ended the one before."""
    last = {(pk, part): told for pk, part, *told in sorted(rows, key=lambda row: row[-1])}
    found: Changes = defaultdict(dict)
    for (pk, part), (until_on, reason, colour, evidence, asker, decider, _) in last.items():
        if colour != ChangedColour.RESTORED and until_on >= on:
            found[pk][part] = LightChange(Colour(colour), reason, evidence, until_on, asker, decider)
    return found


def _dated_and_changed(ids: Collection[int], today: datetime.date) -> tuple[dict[int, list[DatedMilestone]], Changes]:
    """The projects' milestones that the light judges, and all changed lights. One query for both: every list asks."""
    # What was settled in an earlier year is that year's; what is still owed from it is this year's.
    of_the_year = Q(in_force_on__year=today.year) | Q(counted_on__isnull=True) | Q(counted_on__year__gte=today.year)
    no_text = Value("", CharField())
    dated = (
        milestones_in_force(today)
        .filter(of_the_year, project__in=ids, in_force_on__lte=today)
        .order_by()
        .annotate(part=no_text, to=no_text, proof=no_text, asker=no_text, by=no_text, at=Value(None, DateTimeField()))
        .values_list(
            "project", "part", "counted_on", "weight", "in_force_on", "name", "to", "proof", "asker", "by", "at"
        )
    )
    changed = (
        changed_lights(today)
        .order_by()
        .annotate(done_on=Value(None, DateField()), worth=Value(None, DecimalField()))
        .values_list("project", "light", "done_on", "worth", *_CHANGE)
    )
    milestones: dict[int, list[DatedMilestone]] = defaultdict(list)
    changes = []
    for pk, part, done_on, weight, *told in dated.union(changed, all=True):
        if part:
            changes.append((pk, part, *told))
        else:
            milestones[pk].append(DatedMilestone(told[0], done_on, weight, told[1]))
    return milestones, _in_force(changes, today)
