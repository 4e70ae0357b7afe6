import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import FilteredRelation, Q

from projects.milestones.rules import DatedMilestone
from projects.periods.queries import figures_month
from projects.progress.queries import YearMoney, done_until, money_of
from projects.registry.models import Project
from projects.registry.plans.queries import YearTarget, plan_in_force, planned_between
from projects.requests.queries import milestones_in_force, planned_in_force
from projects.requests.rules import RequestKind
from projects.status.rules import (
    DEFAULT_THRESHOLDS,
    Light,
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
    """The lights of one project: `whole` is the worst of the parts. `money` is what the progress light was judged by."""

    progress: Light
    start: Light
    entry: Light
    milestone: Light
    money: YearMoney

    @property
    def parts(self) -> tuple[Light, ...]:
        return (self.progress, self.start, self.entry, self.milestone)

    @property
    def whole(self) -> Light:
        return project_light(self.parts)


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
    project_ids: Collection[int],
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
    milestones: dict[int, list[DatedMilestone]] = defaultdict(list)
    # What was settled in an earlier year is that year's; what is still owed from it is this year's.
    of_the_year = Q(in_force_on__year=today.year) | Q(counted_on__isnull=True) | Q(counted_on__year__gte=today.year)
    dated = milestones_in_force(today).filter(of_the_year, project__in=facts.keys(), in_force_on__lte=today)
    for project_id, due_on, actual_on, weight, name in dated.values_list(
        "project", "in_force_on", "counted_on", "weight", "name"
    ):
        milestones[project_id].append(DatedMilestone(due_on, actual_on, weight, name))
    return {
        pk: ProjectLights(
            progress_light(money[pk].done_wan, money[pk].plan_wan, money[pk].schedule, thresholds),
            start_light(fact.planned_start_on, fact.actual_start_on, today, thresholds),
            entry_light(fact.total_wan, fact.actual_start_on, fact.entered_on, today, thresholds),
            milestone_light(milestones[pk], today, thresholds),
            money[pk],
        )
        for pk, fact in facts.items()
    }
