"""What one person has to do today, by role. Every number comes from the slice that owns it."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Count, QuerySet, Window

from leaders.accounts.models import User
from leaders.accounts.queries import without_role
from leaders.roles import SEPARATED_ROLES, Role
from projects.bulletins.models import Bulletin
from projects.bulletins.queries import bulletins_to_issue
from projects.dashboards.charge.queries import LedProject, led_projects, reported_to_leader
from projects.imports.models import BatchState, ImportBatch
from projects.inspections.queries import OnsiteWeek, onsite_week, unseen_projects
from projects.milestones.models import Milestone
from projects.milestones.queries import closing_windows, due_soon, overdue, to_verify_count
from projects.periods.models import Period
from projects.periods.queries import figures_month_of, holidays, last_closed, reporting_period
from projects.permits.board.queries import Pace, pace_of
from projects.permits.models import Permit
from projects.permits.queries import active_permits, pressing, pressing_for_department, pressing_for_reporter
from projects.permits.reviews.models import Opinion
from projects.permits.reviews.queries import opinions_to_give, reviews_to_chase
from projects.problems.instructions.queries import instructions_of
from projects.problems.models import Problem
from projects.problems.queries import (
    open_problems,
    overdue_problems,
    problems_to_answer,
    problems_to_verify,
)
from projects.progress.models import MonthReport
from projects.progress.money.queries import MoneySum, sum_money
from projects.progress.queries import (
    FilingStatus,
    filing_counts,
    filing_from,
    filing_status,
    reports_to_accept,
    reports_to_file,
    returned_reports,
    year_money,
)
from projects.rankings.models import Objection, RankingRun
from projects.rankings.objections.queries import objections_to_answer, runs_to_comment_on
from projects.rankings.queries import MonthStep, light_thresholds, scheme_in_force, scheme_rules, step_left
from projects.rankings.rules import item_rule
from projects.registry.access import visible_projects
from projects.registry.models import Project, ProjectList
from projects.registry.plans.queries import plan_in_force
from projects.registry.queries import Totals, list_totals, members_of, newest_key_list
from projects.requests.access import decides_requests
from projects.requests.inbox.queries import Matter, matters, to_decide
from projects.requests.inbox.rules import days_beyond
from projects.status.queries import lights_of
from projects.status.rules import Colour
from yichuan_tracker.months import first_day, last_day

SHOWN = 8
T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """The first few of a list of things to do, and how many there are in all."""

    items: Sequence[T]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.items)


def part(rows: QuerySet[Any], shown: int = SHOWN) -> Part[Any]:
    """One query: each row brings along how many there are."""
    items = list(rows.annotate(of_all=Window(Count("pk")))[:shown])
    return Part(items, items[0].of_all if items else 0)


# ---- key figures ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeyFigures:
    """The county's headline: the newest 县重点项目清单, by the same functions as the list page."""

    project_list: ProjectList
    totals: Totals
    money: MoneySum
    month: datetime.date | None
    filing: FilingStatus | None


def key_figures(user: User, today: datetime.date, period: Period | None) -> KeyFigures | None:
    """None without a list. `period` is the one to file for now. Seven queries."""
    project_list = newest_key_list()
    if project_list is None:
        return None
    year = project_list.year
    projects = visible_projects(user).active().filter(pk__in=members_of(project_list.pk).values("project"))
    last = figures_month_of(period, today)
    month = None if last.year < year else min(last, datetime.date(year, 12, 1))
    ids = list(projects.values_list("pk", flat=True)) if month else []
    money = year_money(ids, month) if month else {}
    totals = list_totals(projects, year, today, plan_in_force(last_day(last)), **filing_counts(month) if month else {})
    filing = filing_from(totals.beside) if month else None
    return KeyFigures(project_list, totals, sum_money(money.values()), month, filing)


# ---- by role ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReporterWork:
    period: Period | None
    days_left: int | None
    to_file: Part[Project]
    returned: Part[MonthReport]
    overdue: Part[Milestone]
    due_soon: Part[Milestone]
    closing: Part[Milestone]
    problems: Part[Problem]
    permits: Part[Permit]
    to_comment: Part[RankingRun]


def reporter_work(user: User, today: datetime.date, period: Period | None, shown: int = SHOWN) -> ReporterWork:
    """Constant in queries."""
    return ReporterWork(
        period=period,
        days_left=(period.due_on - today).days if period else None,
        to_file=part(reports_to_file(user, today), shown),
        returned=part(returned_reports(user, today), shown),
        overdue=part(overdue(user, today), shown),
        due_soon=part(due_soon(user, today), shown),
        closing=part(closing_windows(user, today), shown),
        problems=part(problems_to_answer(user, today), shown),
        permits=part(pressing_for_reporter(user, today), shown),
        to_comment=part(runs_to_comment_on(user, today), shown),
    )


@dataclass(frozen=True)
class OfficeWork:
    period: Period | None
    filing: FilingStatus | None
    ranking: MonthStep | None
    to_issue: Part[Bulletin]
    to_accept: Part[MonthReport]
    batches: Part[ImportBatch]
    overdue_problems: Part[Problem]
    to_verify: Part[Problem]
    overdue_milestones: Part[Milestone]
    permits: Part[Permit]
    reviews: Part[Any]
    objections: Part[Objection]
    unverified_milestones: int


def office_work(user: User, today: datetime.date, period: Period | None, shown: int = SHOWN) -> OfficeWork:
    closed = last_closed(today)
    waiting = [BatchState.UPLOADED, BatchState.READING, BatchState.REVIEW]
    return OfficeWork(
        period=period,
        filing=filing_status(period.month) if period else None,
        ranking=step_left(user, closed.month) if closed else None,
        to_issue=part(bulletins_to_issue(user), shown),
        to_accept=part(reports_to_accept(), shown),
        batches=part(ImportBatch.objects.filter(state__in=waiting).order_by("-pk"), shown),
        overdue_problems=part(overdue_problems(today), shown),
        to_verify=part(problems_to_verify(user), shown),
        overdue_milestones=part(overdue(user, today), shown),
        permits=part(pressing(active_permits(today)), shown),
        reviews=part(reviews_to_chase(today), shown),
        objections=part(objections_to_answer(), shown),
        unverified_milestones=to_verify_count(today),
    )


@dataclass(frozen=True)
class InspectorWork:
    week: OnsiteWeek
    to_verify: Part[Problem]
    overdue_problems: Part[Problem]
    unseen: Part[Any]


def inspector_work(user: User, today: datetime.date, shown: int = SHOWN) -> InspectorWork:
    unseen = unseen_projects(visible_projects(user), today)
    return InspectorWork(
        week=onsite_week(today),
        to_verify=part(problems_to_verify(user), shown),
        overdue_problems=part(overdue_problems(today), shown),
        unseen=Part(unseen[:shown], len(unseen)),
    )


@dataclass(frozen=True)
class LeaderWork:
    projects: list[LedProject]
    problems: Part[Problem]
    instructions: Part[Problem]
    reported: Part[Problem]
    days_this_week: int
    target_days: int


def leader_work(user: User, today: datetime.date, period: Period | None, shown: int = SHOWN) -> LeaderWork:
    """Own projects, the worst light first. Constant in queries."""
    projects = led_projects(user.leader_id or 0, today, figures_month_of(period, today))
    ids = [line.project.pk for line in projects]
    week = onsite_week(today)
    own = next((line for line in week.leaders if line.subject.pk == user.leader_id), None)
    return LeaderWork(
        projects=projects,
        problems=part(open_problems().filter(project__in=ids).order_by("due_on", "pk"), shown),
        instructions=part(instructions_of(user.leader_id or 0), shown),
        reported=part(reported_to_leader(ids), shown),
        days_this_week=len(own.days) if own else 0,
        target_days=week.targets.days_per_week,
    )


@dataclass(frozen=True)
class ApproverWork:
    permits: Part[Permit]
    problems: Part[Problem]
    pace: Pace
    opinions: Part[Opinion]


def approver_work(user: User, today: datetime.date, shown: int = SHOWN) -> ApproverWork:
    """The department's permits that press, and its working days used of those promised."""
    own = active_permits(today).filter(permit_type__department=user.unit_id or 0, accepted_on__isnull=False)
    own = own.prefetch_related("pauses")
    return ApproverWork(
        part(pressing_for_department(user.unit_id, today), shown),
        part(problems_to_answer(user, today), shown),
        pace_of(own, today, holidays()),
        part(opinions_to_give(user), shown),
    )


@dataclass(frozen=True)
class DecisionWork(Part[Matter]):
    """`overdue`: how many of all wait beyond the day that they are about."""

    overdue: int = 0


def decision_work(user: User, today: datetime.date, shown: int = SHOWN) -> DecisionWork:
    """What waits for this approver, of all kinds of request, what is overdue first; at most five queries."""
    lines = list(to_decide(user))
    overdue = [line for line in lines if days_beyond(line[-1], today)]
    first = [*overdue, *(line for line in lines if line not in overdue)][:shown]
    return DecisionWork(matters(first, today), len(lines), len(overdue))


def light_counts(user: User, today: datetime.date, period: Period | None) -> list[tuple[str, int]]:
    """(colour, projects of the key list that show it today), the worst first."""
    project_list = newest_key_list()
    if project_list is None:
        return []
    projects = visible_projects(user).active().filter(pk__in=members_of(project_list.pk).values("project"))
    month = figures_month_of(period, today)
    lights = lights_of(projects.values("pk"), today, light_thresholds(month), month=month)
    shown = Counter(light.whole.colour for light in lights.values())
    return [(colour.value, shown[colour]) for colour in (Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.NONE)]


@dataclass(frozen=True)
class Home:
    """Parts are None for roles that the person has not."""

    figures: KeyFigures | None = None
    reporter: ReporterWork | None = None
    office: OfficeWork | None = None
    inspector: InspectorWork | None = None
    leader: LeaderWork | None = None
    approver: ApproverWork | None = None
    decisions: DecisionWork | None = None
    lights: list[tuple[str, int]] | None = None
    is_administrator: bool = False
    without_role: int = 0
    is_without_role: bool = False


def home_of(user: User, today: datetime.date) -> Home:
    if not user.roles - SEPARATED_ROLES:
        return Home(is_administrator=bool(user.roles), without_role=without_role(), is_without_role=not user.roles)
    period = reporting_period(today)
    return Home(
        figures=key_figures(user, today, period),
        reporter=reporter_work(user, today, period) if user.has_role(Role.REPORTER) else None,
        office=office_work(user, today, period) if user.has_role(Role.OFFICE) else None,
        inspector=inspector_work(user, today) if user.has_role(Role.INSPECTOR) else None,
        leader=leader_work(user, today, period) if user.has_role(Role.LEADER) else None,
        approver=approver_work(user, today) if user.has_role(Role.APPROVER) else None,
        decisions=decision_work(user, today) if decides_requests(user) else None,
        lights=light_counts(user, today, period) if user.has_role(Role.VIEWER) else None,
    )


# ---- help -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SchemeLines:
    """The scoring scheme in force: its name and, per item, code, name, weight and how it is made."""

    name: str
    items: list[tuple[str, str, Decimal, str]]
    plus_cap: Decimal
    minus_cap: Decimal


def scheme_lines(today: datetime.date) -> SchemeLines | None:
    """From the scheme's data, so that what is explained is what is computed; None while there is no scheme."""
    scheme = scheme_in_force(first_day(today))
    if scheme is None:
        return None
    rules = scheme_rules(scheme)
    items = [(item.code, item.name, item.weight, item_rule(item)) for item in rules.items]
    return SchemeLines(str(scheme), items, rules.plus_cap, rules.minus_cap)
