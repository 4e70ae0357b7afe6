"""Plan against actual against 序时: the same money, lights and plans as every list, added up by whatever is asked."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import F

from leaders.accounts.models import User
from projects.dashboards.actual.rules import Dimension, MonthSpan, month_spans
from projects.dashboards.overview.choices import ALL_PROJECTS, Choices
from projects.dashboards.overview.queries import Scope
from projects.progress.money.queries import MoneySum, ReportedSpan, money_by_month, reported_spans, sum_money
from projects.progress.queries import (
    FilingStatus,
    YearMoney,
    filing_of,
    year_money,
)
from projects.rankings.queries import light_thresholds
from projects.registry.access import visible_projects
from projects.registry.models import Membership, ProjectQuerySet
from projects.registry.plans.queries import NO_FUNDING, FundingSum, funding_sums
from projects.registry.queries import (
    NOBODY,
    Holder,
    InForce,
    answered_by,
    answered_by_anybody,
    current_responsibilities,
    members_of,
)
from projects.registry.rules import ResponsibilityRole
from projects.status.queries import ProjectLights, lights_of
from projects.status.rules import Colour, Light
from yichuan_tracker.months import last_day, month_key, month_range, span_label

_HOLDERS: Mapping[Dimension, tuple[str, str]] = {
    Dimension.UNIT: (ResponsibilityRole.LEAD_UNIT, "unit"),
    Dimension.LEADER: (ResponsibilityRole.LEADER, "leader"),
    Dimension.GROUP: (ResponsibilityRole.GROUP, "group"),
}
_HELD: Mapping[Dimension, Callable[[InForce], list[Holder]]] = {
    Dimension.UNIT: lambda held: held.lead_units,
    Dimension.LEADER: lambda held: held.leaders,
    Dimension.GROUP: lambda held: held.groups,
}
NOT_ASSIGNED = "未指定"
# In the place of a holder's id: the projects for which nobody answers.
NOBODY_ASKED = 0


@dataclass(frozen=True)
class Asked:
    """What the page looks at: its scope, by what, up to which month, and whose projects only (unit, leader, group → id)."""

    scope: Scope
    by: Dimension
    month: datetime.date | None
    holders: Mapping[Dimension, int] = field(default_factory=dict)

    @property
    def list_key(self) -> str:
        return str(self.scope.list_id or ALL_PROJECTS)

    @property
    def month_key(self) -> str:
        return month_key(self.month) if self.month else ""

    def query(self, **changes: object) -> str:
        """The page's address with these parts changed; None takes one away."""
        parts: dict[str, object] = {"by": self.by.value, "list": self.list_key}
        if self.month:
            parts["month"] = self.month_key
        parts |= {name.value: pk for name, pk in self.holders.items()}
        return "?" + urlencode({name: value for name, value in (parts | changes).items() if value is not None})


@dataclass(frozen=True)
class ActualRow:
    """One line: whose it is, its money as of the month, its funding, and the lights of its projects. `rows` is where the
    projects behind it stand, None where it is a project itself."""

    name: str
    money: MoneySum
    funding: FundingSum
    project_id: int | None = None
    rows: str | None = None
    progress: Light | None = None
    entry: Light | None = None
    progress_counts: Counter[str] = field(default_factory=Counter)
    entry_counts: Counter[str] = field(default_factory=Counter)
    # By month only: what this month alone planned and did.
    planned_wan: Decimal | None = None
    done_wan: Decimal | None = None
    # What a line says of reports whose figures stand in a later month.
    note: str = ""
    # Whether there is a figure: not while all that was filed stands in a later month.
    is_known: bool = True


@dataclass(frozen=True)
class ActualPage:
    asked: Asked
    rows: list[ActualRow]
    total: ActualRow
    filing: FilingStatus | None
    has_lights: bool
    # The months of the year that may be asked for; those that were filed as one are one.
    months: Sequence[MonthSpan] = ()
    # What is said of reports whose figures stand in a later month than the one asked for.
    note: str = ""


@dataclass(frozen=True)
class _Facts:
    """What is known of each project, by its id."""

    names: dict[int, str]
    money: Mapping[int, YearMoney]
    lights: Mapping[int, ProjectLights]
    funding: Mapping[int, FundingSum]
    # (project, first month, last month) of its reports; whose figures all stand in a later month than the one asked for.
    spans: Sequence[ReportedSpan] = ()
    # Project → the month in which a report ends that begins by the month asked for, and reaches beyond it.
    merged: Mapping[int, datetime.date] = field(default_factory=dict)
    unknown: frozenset[int] = frozenset()


def actual_page(user: User, asked: Asked, choices: Choices) -> ActualPage:
    """Constant in queries, whatever is asked. Without a month (a year that has no figures yet) there are no rows."""
    names = _names(user, asked, choices)
    if asked.month is None:
        return ActualPage(asked, [], _row("合计", [], _Facts({}, {}, {}, {})), None, has_lights=False)
    spans = reported_spans(list(names), asked.month.year)
    months = _months(asked.scope, asked.month, spans)
    month = next(span.last for span in months if span.first <= asked.month <= span.last)
    asked = replace(asked, month=month)
    facts = _facts(names, month, asked.scope, spans)
    total = _row("合计", names, facts)
    return ActualPage(
        asked,
        _rows(asked, facts, choices),
        total,
        filing_of(list(names), month),
        has_lights=bool(facts.lights),
        months=months,
        note=total.note,
    )


def _months(scope: Scope, month: datetime.date, spans: Sequence[ReportedSpan]) -> list[MonthSpan]:
    """January to the scope's month: what may be asked for, since every figure of it stands by itself or is one with it."""
    months = month_range(month.replace(month=1), scope.month or month)
    return month_spans(months, _counted(spans))


def _counted(spans: Sequence[ReportedSpan]) -> Counter[tuple[datetime.date, datetime.date]]:
    return Counter((first, last) for _, first, last in spans)


def _names(user: User, asked: Asked, choices: Choices) -> dict[int, str]:
    """The projects looked at in the order of their list."""
    projects: ProjectQuerySet = visible_projects(user).active()
    if asked.by == Dimension.LIST:
        lists = [pk for pk, year in choices.years.items() if year == asked.scope.year]
        held = Membership.objects.filter(project_list__in=lists, left_on__isnull=True)
        projects = projects.filter(pk__in=held.values("project"))
    elif asked.scope.list_id:
        projects = projects.filter(pk__in=members_of(asked.scope.list_id).values("project"))
    for dimension, pk in asked.holders.items():
        role, field_name = _HOLDERS[dimension]
        if pk == NOBODY_ASKED:
            projects = projects.exclude(pk__in=answered_by_anybody(role, asked.scope.day))
        else:
            projects = projects.filter(pk__in=answered_by(role, field_name, pk, asked.scope.day))
    if asked.by != Dimension.LIST and asked.scope.list_id:
        places = Membership.objects.filter(project_list=asked.scope.list_id, left_on__isnull=True)
        order = dict(places.values_list("project", "position"))
        rows = sorted(projects.values_list("pk", "name"), key=lambda row: (order.get(row[0], 0), row[0]))
        return dict(rows)
    return dict(projects.order_by(F("pk").desc()).values_list("pk", "name"))


def _facts(names: dict[int, str], month: datetime.date, scope: Scope, spans: Sequence[ReportedSpan]) -> _Facts:
    """Lights only where they are the same as in the list: up to the month whose figures are due."""
    ids = list(names)
    lights: Mapping[int, ProjectLights] = {}
    if month == scope.figures_month:
        lights = lights_of(ids, scope.today, light_thresholds(month), month=month)
    money = {pk: one.money for pk, one in lights.items()} if lights else year_money(ids, month)
    merged = {pk: last for pk, first, last in spans if first <= month < last}
    unknown = frozenset(merged.keys() - {pk for pk, _, last in spans if last <= month})
    return _Facts(names, money, lights, funding_sums(ids, min(scope.today, last_day(month))), spans, merged, unknown)


def _rows(asked: Asked, facts: _Facts, choices: Choices) -> list[ActualRow]:
    if asked.by == Dimension.PROJECT:
        return [_project_row(pk, facts) for pk in facts.names]
    if asked.by == Dimension.MONTH:
        return _month_rows(asked, facts, asked.month) if asked.month else []
    if asked.by == Dimension.LIST:
        return _list_rows(asked, facts, choices)
    held = current_responsibilities(list(facts.names), asked.scope.day, [_HOLDERS[asked.by][0]])
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for pk in facts.names:
        holders = _HELD[asked.by](held.get(pk, NOBODY)) or [Holder(0, NOT_ASSIGNED)]
        for key in {(holder.id or 0, holder.short_name or holder.name) for holder in holders}:
            found[key].append(pk)
    rows = []
    for (holder_id, name), ids in sorted(found.items()):
        has_rows = holder_id != NOBODY_ASKED or name == NOT_ASSIGNED
        link = asked.query(by=Dimension.PROJECT.value, **{asked.by.value: holder_id}) if has_rows else None
        rows.append(_row(name, ids, facts, rows=link))
    return rows


def _list_rows(asked: Asked, facts: _Facts, choices: Choices) -> list[ActualRow]:
    lists = [(pk, name) for pk, name in choices.lists if choices.years[pk] == asked.scope.year]
    members: dict[int, list[int]] = defaultdict(list)
    held = Membership.objects.filter(project_list__in=[pk for pk, _ in lists], left_on__isnull=True)
    for list_id, project in held.values_list("project_list", "project"):
        if project in facts.names:
            members[list_id].append(project)
    return [_row(name, members[pk], facts, rows=asked.query(by=Dimension.PROJECT.value, list=pk)) for pk, name in lists]


def _month_rows(asked: Asked, facts: _Facts, month: datetime.date) -> list[ActualRow]:
    """January up to the month: each as the year stood at its end, and what the month alone planned and did. Months for
    which only a sum was filed are one line."""
    months = [month.replace(month=number) for number in range(1, month.month + 1)]
    rows: list[ActualRow] = []
    before = sum_money([])
    ids = list(facts.names)
    found = dict(zip(months, money_by_month(ids, months), strict=True))
    for span in month_spans(months, _counted(facts.spans)):
        money = sum_money(found[span.last].values())
        rows.append(
            ActualRow(
                span_label(span.first, span.last),
                money,
                NO_FUNDING,
                rows=asked.query(by=Dimension.PROJECT.value, month=month_key(span.last)),
                planned_wan=money.scheduled_to_fen - before.scheduled_to_fen,
                done_wan=money.done_wan - before.done_wan if span.is_known else None,
                note=_merged_words(span.merged, span.until),
                is_known=span.is_known,
            )
        )
        before = money
    return rows


def _merged_words(count: int, until: datetime.date | None) -> str:
    return f"{count} 个项目几个月合报，数在{until.month}月" if until else ""


def _project_row(pk: int, facts: _Facts) -> ActualRow:
    lights = facts.lights.get(pk)
    return ActualRow(
        facts.names[pk],
        sum_money([facts.money[pk]]),
        facts.funding.get(pk, NO_FUNDING),
        project_id=pk,
        progress=lights.progress if lights else None,
        entry=lights.entry if lights else None,
        is_known=pk not in facts.unknown,
    )


def _row(name: str, ids: Iterable[int], facts: _Facts, *, rows: str | None = None) -> ActualRow:
    ids = list(ids)
    return ActualRow(
        name,
        sum_money(facts.money[pk] for pk in ids),
        _sum_funding([facts.funding[pk] for pk in ids if pk in facts.funding]),
        rows=rows,
        progress_counts=_count(facts.lights[pk].progress for pk in ids if pk in facts.lights),
        entry_counts=_count(facts.lights[pk].entry for pk in ids if pk in facts.lights),
        note=_merged_words(
            len(merged := [facts.merged[pk] for pk in ids if pk in facts.merged]), max(merged, default=None)
        ),
        is_known=not ids or any(pk not in facts.unknown for pk in ids),
    )


def _count(lights: Iterable[Light]) -> Counter[str]:
    """How many are red, how many yellow."""
    return Counter(light.colour.value for light in lights if light.colour in (Colour.RED, Colour.YELLOW))


def _sum_funding(parts: Sequence[FundingSum]) -> FundingSum:
    return FundingSum(
        sum((part.planned_wan for part in parts), Decimal(0)), sum((part.arrived_wan for part in parts), Decimal(0))
    )
