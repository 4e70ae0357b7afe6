"""Rows of the list of projects: one select for the page, and one query for each further thing that its columns show."""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from django.db.models import (
    DecimalField,
    F,
    FilteredRelation,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, NullIf
from django.db.models.lookups import LessThanOrEqual

from projects.dashboards.overview.choices import Choices
from projects.inspections.queries import last_visit
from projects.milestones.queries import open_milestones
from projects.periods.queries import figures_month
from projects.progress.queries import FilingStatus, done_until, filing_counts, filing_from, money_of
from projects.rankings.queries import light_thresholds
from projects.registry.models import (
    Project,
    ProjectCode,
    Responsibility,
)
from projects.registry.plans.queries import YearTarget, plan_in_force_simply, planned_between
from projects.registry.queries import NOBODY, Holder, Totals, current_responsibilities, list_totals
from projects.registry.rules import ResponsibilityRole, day_in_year
from projects.status.queries import LightFacts, ProjectLights, lights_from, lights_of
from projects.status.rules import LightThresholds
from yichuan_tracker.months import last_day

# ---- rows -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """What the page looks at: one list or all projects, the year of the plans, the day of the responsibilities, the last
    month whose figures are due (None where the year has none yet), the last day from which a step of any plan holds, and
    whether it is a list whose members report."""

    list_id: int | None
    year: int
    today: datetime.date
    figures_month: datetime.date
    last_plan_step: datetime.date | None
    is_worked: bool

    @property
    def day(self) -> datetime.date:
        return day_in_year(self.year, self.today)

    @property
    def month(self) -> datetime.date | None:
        if self.figures_month.year < self.year:
            return None
        return self.figures_month if self.figures_month.year == self.year else datetime.date(self.year, 12, 1)

    @property
    def plan(self) -> Any:
        """年度计划投资 in force, for rows `in_scope`."""
        return plan_in_force_simply(self.plans_on, self.last_plan_step)

    @property
    def plans_on(self) -> datetime.date:
        """The day as of which plans are taken: the end of the month whose figures are due."""
        return last_day(self.figures_month)


def scope_for(list_id: int | None, choices: Choices, today: datetime.date) -> Scope:
    """One query."""
    year = choices.years.get(list_id, today.year) if list_id else today.year
    return Scope(list_id, year, today, figures_month(today), choices.last_plan_step, list_id in choices.worked_lists)


_ROLES: Mapping[str, str] = {
    "leaders": ResponsibilityRole.LEADER,
    "lead_units": ResponsibilityRole.LEAD_UNIT,
    "supporting_units": ResponsibilityRole.SUPPORTING_UNIT,
    "groups": ResponsibilityRole.GROUP,
    "contacts": ResponsibilityRole.CONTACT,
}
# What a column reads from the select, where that is not the project's field of the same name.
_JUDGED = frozenset({"light", "done_wan", "rate", "points"})
_JUDGED_BY = (
    "total_wan",
    "planned_start_on",
    "actual_start_on",
    "statistics_entry__entered_on",
    "year_plan_wan",
    "to_month_wan",
    "done_wan",
)
_FETCHED_APART = ("codes",)
_SELECTED: Mapping[str, tuple[str, ...]] = {
    "serial": ("place__serial",),
    "section": ("place__section",),
    "label": ("plan__label",),
    "plan": ("year_plan_wan",),
    "done_before": ("plan__done_before_wan",),
    "sector": ("sector__name",),
    "township": ("township__name",),
    "entered_on": ("statistics_entry__entered_on",),
    "next_milestone": ("next_due_on", "next_name"),
    **dict.fromkeys(_JUDGED, _JUDGED_BY),
    **dict.fromkeys((*_ROLES, *_FETCHED_APART), ()),
}


class ProjectRow(dict[str, Any]):
    """A row of the list: values by column name."""

    @property
    def pk(self) -> int:
        return int(self["pk"])

    def __str__(self) -> str:
        return str(self["name"])


def in_scope(projects: QuerySet[Project], scope: Scope) -> QuerySet[Project]:
    """The projects with the plan of the scope's year and their place in its list, joined only where they are asked for."""
    rows = projects.annotate(
        plan=FilteredRelation("year_plans", condition=Q(year_plans__year=scope.year)),
        place=FilteredRelation(
            "memberships",
            condition=Q(memberships__project_list=scope.list_id or 0, memberships__left_on__isnull=True),
        ),
    )
    return rows.order_by(F("place__position") if scope.list_id else F("pk").desc())


def standing_in_list(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of rows `in_scope`, what stands in its list now, archived or not. Joined, not asked for by id: a project stands in
    a list once, and the database begins with the list."""
    return rows.filter(place__isnull=False)


def _in_its_list(scope: Scope, month: datetime.date) -> Q | None:
    """Of rows `in_scope`: they stand in its list since the month or before. None where that list's members do not report.
    As a lookup, not a keyword: for a keyword Django would join the list to all projects, not begin with the list."""
    return Q(LessThanOrEqual(F("place__joined_on"), Value(last_day(month)))) if scope.is_worked else None


def selected(rows: QuerySet[Project], scope: Scope, columns: Set[str]) -> QuerySet[Any]:
    """Rows `in_scope` as dicts of what `columns` read."""
    fields = {"pk", "name", "state"}.union(*(_SELECTED.get(column, (column,)) for column in columns))
    further = {name: expression(scope) for name, expression in _EXPRESSIONS.items() if name in fields}
    return rows.values(*sorted(fields - further.keys()), **further)


def planned_to_month(scope: Scope) -> Any:
    """What the approved split asks for up to the month whose figures are due; None without a split."""
    january = datetime.date(scope.year, 1, 1)
    return planned_between(january, scope.month or january, on=scope.plans_on)


def done_in_year(scope: Scope) -> Coalesce:
    """调度投资 of the scope's year; nothing filed is nothing done."""
    done = done_until(scope.month or datetime.date(scope.year, 1, 1))
    return Coalesce(done, Value(Decimal(0)), output_field=DecimalField())


def rate_in_year(scope: Scope) -> Any:
    """完成率 for sorting."""
    return Cast(done_in_year(scope), FloatField()) / _plan_to_divide_by(scope)


def points_in_year(scope: Scope) -> Any:
    """较序时 for sorting, as a share: 完成率 less the approved split's part of the plan, or less m/12 without a split."""
    month = scope.month.month if scope.month else 0
    own = Cast(planned_to_month(scope), FloatField()) / _plan_to_divide_by(scope)
    return rate_in_year(scope) - Coalesce(own, Value(month / 12))


def _plan_to_divide_by(scope: Scope) -> NullIf:
    return NullIf(Cast(scope.plan, FloatField()), Value(0.0))


def first_holder(role: str, name: str, scope: Scope) -> Subquery:
    """Name of the first who answers in `role` on the scope's day, for sorting; `name` like unit__name."""
    rows = Responsibility.objects.in_force(scope.day).filter(project=OuterRef("pk"), role=role)
    return Subquery(rows.order_by("position", "pk").values(name)[:1])


def _next(name: str, scope: Scope) -> Subquery:
    """A field of the earliest milestone that is not done."""
    waiting = open_milestones(scope.today).filter(project=OuterRef("pk")).order_by("due_on", "pk")
    return Subquery(waiting.values(name)[:1])


_EXPRESSIONS: Mapping[str, Callable[[Scope], Any]] = {
    "year_plan_wan": lambda scope: scope.plan,
    "to_month_wan": planned_to_month,
    "done_wan": done_in_year,
    "next_due_on": partial(_next, "due_on"),
    "next_name": partial(_next, "name"),
    "last_inspection": lambda scope: last_visit(scope.today),
}


# ---- what further columns show ----------------------------------------------------------------------------------


_SORTED_JOINED = 1000  # With fewer rows the further query takes longer to compile than it saves.


class Overview:
    """One request for the list: what it looks at, the projects that the filters left, and their lights, judged once whether
    the filter asks or the rows."""

    def __init__(self, scope: Scope, columns: Set[str]) -> None:
        self.scope = scope
        self.columns = columns
        self.filtered = Project.objects.none()
        self._known: dict[int, ProjectLights] = {}

    def records_of(self, rows: QuerySet[Project]) -> list["ProjectRow"]:
        """The rows, in their order, with all that the columns show. Of many, which stand on the page is found before
        anything else is joined: sorting 14,100 joined rows to show 50 takes twice as long."""
        if rows.query.is_sliced and self.totals.count > _SORTED_JOINED:
            of_page = in_scope(Project.objects.filter(pk__in=rows.values("pk")), self.scope)
            rows = of_page.order_by(*rows.query.order_by)
        records = [ProjectRow(record) for record in selected(rows, self.scope, self.columns)]
        _complete(records, self)
        return records

    @cached_property
    def totals(self) -> Totals:
        """Of `filtered`, without the joins of what the rows show; beside figures, how many of the month's reports are in."""
        month = self.scope.month if self.columns & _JUDGED else None
        beside = filing_counts(month, stands=_in_its_list(self.scope, month)) if month else {}
        return list_totals(self.filtered, self.scope.year, self.scope.today, self.scope.plan, **beside)

    @property
    def filing(self) -> FilingStatus | None:
        """None where no figures are shown, or none are due."""
        return filing_from(self.totals.beside) if self.totals.beside else None

    @cached_property
    def thresholds(self) -> LightThresholds:
        return light_thresholds(self.scope.figures_month)

    def ids_with(self, projects: QuerySet[Any], colour: str) -> list[int]:
        """Which of the projects show the colour today: every one of them has to be judged."""
        ids: Any = projects.order_by().values("pk")
        month = self.scope.figures_month
        self._known = lights_of(ids, self.scope.today, self.thresholds, month=month)
        return [pk for pk, lights in self._known.items() if lights.whole.colour == colour]

    def lights(self, rows: Mapping[int, "ProjectRow"]) -> Mapping[int, ProjectLights]:
        """Of rows whose plans are those of the year of `figures_month`."""
        if rows.keys() <= self._known.keys():
            return self._known
        facts = {
            pk: LightFacts(
                row["total_wan"],
                row["planned_start_on"],
                row["actual_start_on"],
                row["statistics_entry__entered_on"],
                YearTarget(row["year_plan_wan"], row["to_month_wan"]),
                row["done_wan"],
            )
            for pk, row in rows.items()
        }
        return lights_from(facts, self.scope.today, self.scope.figures_month, self.thresholds)

    def lights_of_another_year(self, ids: Collection[int]) -> Mapping[int, ProjectLights]:
        if set(ids) <= self._known.keys():
            return self._known
        return lights_of(ids, self.scope.today, self.thresholds, month=self.scope.figures_month)


def _complete(records: Iterable[ProjectRow], overview: Overview) -> None:
    """Add what the columns show beyond the select. Constant in queries: one each for those who answer, codes and
    thresholds; one for the lights, two where they are of another year than the list."""
    scope, columns = overview.scope, overview.columns
    rows = {row.pk: row for row in records}
    if roles := [role for column, role in _ROLES.items() if column in columns]:
        _add_answering(rows, scope, roles)
    if columns & _JUDGED:
        _add_figures(rows, overview)
    if "codes" in columns:
        codes = ProjectCode.objects.filter(project__in=rows.keys()).order_by("pk")
        for pk, code in codes.values_list("project", "code"):
            rows[pk]["codes"] = "、".join(filter(None, [rows[pk].get("codes"), code]))


def _add_answering(rows: Mapping[int, ProjectRow], scope: Scope, roles: Collection[str]) -> None:
    found = current_responsibilities(rows.keys(), scope.day, roles)
    for pk, row in rows.items():
        answering = found.get(pk, NOBODY)
        row["leaders"] = _names(answering.leaders)
        row["lead_units"] = _names(answering.lead_units)
        row["supporting_units"] = _names(answering.supporting_units)
        row["groups"] = _names(answering.groups)
        row["contacts"] = "、".join(f"{holder.name} {holder.phone}".strip() for holder in answering.contacts)


def _names(holders: Iterable[Holder]) -> str:
    return "、".join(holder.short_name or holder.name for holder in holders)


def _add_figures(rows: Mapping[int, ProjectRow], overview: Overview) -> None:
    month = overview.scope.month
    if month == overview.scope.figures_month:
        lights = overview.lights(rows)
        money = {pk: lights[pk].money for pk in rows}
    else:
        lights = overview.lights_of_another_year(rows.keys())
        wanted = {pk: YearTarget(row["year_plan_wan"], row["to_month_wan"]) for pk, row in rows.items()}
        money = {pk: money_of(wanted[pk], row["done_wan"], month) for pk, row in rows.items() if month}
    for pk, row in rows.items():
        row["light"], row["done_wan"] = lights[pk].whole, None
        if pk in money:
            row |= {"done_wan": money[pk].done_wan, "rate": money[pk].rate, "points": money[pk].points}
