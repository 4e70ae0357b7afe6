import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, DecimalField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.utils import timezone

from leaders.accounts.models import User
from leaders.organisations.models import Unit
from projects.periods.queries import filing_decision, filing_rule, period_for, reporting_month
from projects.periods.rules import Decision, is_late, words_of
from projects.progress.corrections.queries import presently
from projects.progress.models import Correction, MonthReport, StatisticsEntry
from projects.progress.rules import (
    FILED_STATES,
    CorrectedField,
    CorrectionState,
    ReportFigures,
    ReportLimits,
    ReportState,
    ReportWarning,
    check_report,
    completion_rate,
    points_ahead,
    schedule_fraction,
)
from projects.registry.access import reported_by
from projects.registry.models import Membership, Project, Responsibility
from projects.registry.plans.queries import NO_TARGET, YearTarget, targets
from projects.registry.rules import WORKED_LISTS, ProjectState, ResponsibilityRole
from yichuan_tracker.money import round_half_up
from yichuan_tracker.months import last_day

# ---- money of a year --------------------------------------------------------------------------------------------


def done_of_year(
    project_ids: Collection[int] | QuerySet[Any],
    year: int,
    until_month: datetime.date | None = None,
    entered_until: datetime.datetime | None = None,
) -> dict[int, Decimal]:
    """调度投资: {project: 万元 done in `year`}, the sum of its filed (submitted or accepted) reports with their corrections;
    a project without one is missing. The projects are named by id or by a query of ids.

    Only months up to and with `until_month`, and only what was last sent (of a correction: approved) by `entered_until`,
    where these are given. Whoever shows money of a year asks here. One query.
    """
    filed = filed_in_year(project_ids, year, until_month, entered_until).filter(done_wan__isnull=False)
    corrected = corrected_in_year(project_ids, year, until_month, entered_until)
    entries = filed.order_by().values_list("project").annotate(total=Sum("done_wan"))
    differences = corrected.order_by().values_list("report__project").annotate(total=Sum(DIFFERENCE))
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for project, total in entries.union(differences, all=True):
        sums[project] += total
    # SQLite adds amounts as binary numbers: the rounding brings the exact 分 back.
    return {project: round_half_up(total) for project, total in sums.items()}


# What an approved correction adds to the sum of the reports, as an entry of a ledger does.
DIFFERENCE = ExpressionWrapper(
    Coalesce("new_wan", Value(0), output_field=DecimalField())
    - Coalesce("old_wan", Value(0), output_field=DecimalField()),
    output_field=DecimalField(max_digits=14, decimal_places=2),
)


def corrected_in_year(
    project_ids: Collection[int] | QuerySet[Any] | None,
    year: int,
    until_month: datetime.date | None,
    entered_until: datetime.datetime | None,
) -> QuerySet[Correction]:
    corrections = Correction.objects.filter(
        report__month__gte=datetime.date(year, 1, 1),
        report__month__lte=until_month or datetime.date(year, 12, 1),
        field=CorrectedField.DONE,
        state=CorrectionState.APPROVED,
    )
    if project_ids is not None:
        corrections = corrections.filter(report__project__in=project_ids)
    if entered_until is not None:
        corrections = corrections.filter(decided_at__lte=entered_until)
    return corrections


def filed_in_year(
    project_ids: Collection[int] | QuerySet[Any] | None,
    year: int,
    until_month: datetime.date | None,
    entered_until: datetime.datetime | None,
) -> QuerySet[MonthReport]:
    reports = MonthReport.objects.filter(
        month__gte=datetime.date(year, 1, 1), month__lte=until_month or datetime.date(year, 12, 1)
    ).filter(state__in=FILED_STATES)
    if project_ids is not None:
        reports = reports.filter(project__in=project_ids)
    if entered_until is not None:
        reports = reports.filter(submitted_at__lte=entered_until)
    return reports


@dataclass(frozen=True)
class YearMoney:
    """One project's year as of a month, 万元 and shares (rate and schedule unrounded)."""

    plan_wan: Decimal | None
    done_wan: Decimal
    schedule: Fraction

    @property
    def rate(self) -> Fraction | None:
        return completion_rate(self.done_wan, self.plan_wan)

    @property
    def points(self) -> Fraction | None:
        """较序时 ± 百分点."""
        return points_ahead(self.rate, self.schedule)


def year_money(project_ids: Collection[int], month: datetime.date) -> dict[int, YearMoney]:
    """Plan, 调度投资 and 序时 of every project, from January to `month` (two queries, whatever the number)."""
    found = targets(project_ids, month, last_day(month))
    return money_against({pk: found.get(pk, NO_TARGET) for pk in project_ids}, month)


def done_until(month: datetime.date) -> CombinedExpression:
    """调度投资 from January to `month`, with its corrections, as a column of a query of projects; None where nothing was
    filed. SQLite adds in binary: `money_of` rounds it."""
    filed = filed_in_year(None, month.year, month, None).filter(project=OuterRef("pk"))
    corrected = corrected_in_year(None, month.year, month, None).filter(report__project=OuterRef("pk"))
    done = filed.order_by().values("project").annotate(total=Sum("done_wan")).values("total")
    more = corrected.order_by().values("report__project").annotate(total=Sum(DIFFERENCE)).values("total")
    return Subquery(done, output_field=DecimalField()) + Coalesce(
        Subquery(more, output_field=DecimalField()), Value(0), output_field=DecimalField()
    )


def money_of(target: YearTarget, done_wan: Decimal | None, month: datetime.date) -> YearMoney:
    """One project's year up to `month` for who has read what the year asks and `done_until(month)`."""
    schedule = schedule_fraction(month.month, target.plan_wan, target.to_month_wan)
    return YearMoney(target.plan_wan, round_half_up(done_wan or Decimal(0)), schedule)


def money_against(wanted: Mapping[int, YearTarget], month: datetime.date) -> dict[int, YearMoney]:
    """The same for who has read what the year asks of each project already. One query."""
    done = done_of_year(wanted.keys(), month.year, month)
    return {pk: money_of(target, done.get(pk), month) for pk, target in wanted.items()}


def reports_of_project(project: Project) -> QuerySet[MonthReport]:
    """All reports of the project, the newest month first."""
    return project.reports.select_related("submitter", "accepter").order_by("-month")


def month_reported(month: datetime.date) -> datetime.date:
    """The month under which a report of `month` stands: February for January where 1–2月 are one period."""
    period = period_for(month)
    return period.month if period else month


def report_decision(project: Project, month: datetime.date, today: datetime.date) -> Decision:
    """Whether the project's figures of `month` may be written on `today`, with the exceptions of its units and its own."""
    return filing_decision(month, today, project_id=project.pk, unit_ids=lead_unit_ids([project.pk], today)[project.pk])


def report_before(project: Project, month: datetime.date) -> MonthReport | None:
    """The filed report that stands directly before `month` (last month's, or 1–2月's for March), with its present values."""
    return next(
        iter(presently(project.reports.filter(month__lt=month, state__in=FILED_STATES).order_by("-month")[:1])), None
    )


def filed_before(project_ids: Collection[int], month: datetime.date) -> dict[int, MonthReport]:
    """{project: the report that stands last before `month`, within a year}, as for one project above. Two queries."""
    year_ago = month.replace(year=month.year - 1)
    earlier = MonthReport.objects.filter(
        project__in=project_ids, month__gte=year_ago, month__lt=month, state__in=FILED_STATES
    )
    return {report.project_id: report for report in presently(earlier.order_by("month"))}


def report_warnings(report: MonthReport) -> list[ReportWarning]:
    """What looks odd in the report beside the month before and the year's plan."""
    year, month = report.month.year, report.month
    sums = done_of_year([report.project_id], year, month)
    total = sums.get(report.project_id, Decimal(0))
    if report.state not in FILED_STATES:
        total += report.done_wan or Decimal(0)
    before = report_before(report.project, month)
    asked = targets([report.project_id], month, last_day(month)).get(report.project_id, NO_TARGET)
    return warnings_beside(report, before, total, asked.plan_wan, report_limits(year))


def warnings_beside(
    report: MonthReport,
    before: MonthReport | None,
    months_sum_wan: Decimal,
    plan_wan: Decimal | None,
    limits: ReportLimits,
) -> list[ReportWarning]:
    """The same for who has read the month before, the year's sum with this month, the plan and the limits already."""
    return check_report(
        ReportFigures(report.done_wan, report.progress, months=report.month.month - report.covers_from.month + 1),
        ReportFigures(before.done_wan, before.progress) if before else None,
        months_sum_wan=months_sum_wan,
        annual_plan_wan=plan_wan,
        limits=limits,
    )


def report_limits(year: int) -> ReportLimits:
    rule = filing_rule(year)
    return ReportLimits(Decimal(rule.jump_pct) / 100, words_of(rule.idle_words))


def statistics_entries(project_ids: Collection[int]) -> dict[int, StatisticsEntry]:
    return {entry.project_id: entry for entry in StatisticsEntry.objects.filter(project__in=project_ids)}


def tone_of(report: MonthReport | None) -> str:
    """How a report's state is marked beside its word."""
    tones = {ReportState.SUBMITTED: "info", ReportState.RETURNED: "warning", ReportState.ACCEPTED: "success"}
    return tones.get(ReportState(report.state), "plain") if report else "plain"


def was_late(report: MonthReport, due_on: datetime.date) -> bool:
    """Whether it was first sent after the due day; a draft or a report taken over from a workbook never is."""
    first = report.first_submitted_at
    return first is not None and is_late(timezone.localdate(first), due_on)


# ---- who has to file --------------------------------------------------------------------------------------------


def owes_report(month: datetime.date, *, stands: Q | None = None) -> Q:
    """Of a project: it owes a report of `month`. It is in force in a list of that year (the reserve of 三个一批 aside) to the
    month's end, not archived, not terminated, and not finished before the month. `stands` is true of rows that are known to
    be in force in such a list: for them no other is looked for."""
    end = last_day(month)
    members = Membership.objects.filter(
        Q(left_on__isnull=True) | Q(left_on__gt=end),
        joined_on__lte=end,
        project_list__year=month.year,
        project_list__archived_at__isnull=True,
        project_list__kind__in=sorted(WORKED_LISTS),
    )
    in_force = Q(pk__in=members.values("project"))
    still_building = Q(actual_end_on__isnull=True) | Q(actual_end_on__gte=month)
    in_force = stands | in_force if stands else in_force
    return still_building & ~Q(state=ProjectState.TERMINATED) & Q(in_force, archived_at__isnull=True)


def projects_to_report(month: datetime.date) -> QuerySet[Project]:
    """The projects that owe a report of `month`."""
    return Project.objects.filter(owes_report(month))


def of_units(projects: QuerySet[Project], units: Collection[Unit], day: datetime.date) -> QuerySet[Project]:
    """Those that one of the units answers for (责任单位) on `day`."""
    in_force = Responsibility.objects.in_force(day).filter(role=ResponsibilityRole.LEAD_UNIT, unit__in=units)
    return projects.filter(pk__in=in_force.values("project"))


def lead_units(project_ids: Iterable[int], day: datetime.date) -> dict[int, Unit]:
    """The first 责任（牵头）单位 of every project on `day`."""
    rows = (
        Responsibility.objects.in_force(day)
        .filter(project__in=list(project_ids), role=ResponsibilityRole.LEAD_UNIT)
        .select_related("unit")
        .order_by("-position", "-pk")
    )
    return {row.project_id: row.unit for row in rows if row.unit is not None}


def units_to_report(month: datetime.date, today: datetime.date) -> list[Unit]:
    """The units that answer today for a project which owes a report of `month`, by kind and name. Two queries."""
    ids = projects_to_report(month_reported(month)).order_by().values_list("pk", flat=True)
    return sorted(set(lead_units(ids, today).values()), key=lambda unit: (unit.kind, unit.name))


def lead_unit_ids(project_ids: Iterable[int], day: datetime.date) -> dict[int, set[int]]:
    """All 责任（牵头）单位 of every project on `day`: each may file for it. One query."""
    wanted = list(project_ids)
    rows = Responsibility.objects.in_force(day).filter(project__in=wanted, role=ResponsibilityRole.LEAD_UNIT)
    found: dict[int, set[int]] = {pk: set() for pk in wanted}
    for project, unit in rows.filter(unit__isnull=False).values_list("project", "unit"):
        found[project].add(unit)
    return found


@dataclass(frozen=True)
class FilingStatus:
    """已报 n/N."""

    filed: int
    total: int

    @property
    def missing(self) -> int:
        return self.total - self.filed


def filing_counts(month: datetime.date, *, stands: Q | None = None) -> dict[str, Count]:
    """已报 n/N as two counts of projects, for who counts them in a query anyway; read by `filing_from`. `stands` as above."""
    filed = MonthReport.objects.filter(month__gte=month, covers_from__lte=month, state__in=FILED_STATES)
    owed = owes_report(month, stands=stands)
    return {
        "filed": Count("pk", filter=owed & Q(pk__in=filed.values("project"))),
        "owed": Count("pk", filter=owed),
    }


def filing_from(counts: Mapping[str, int]) -> FilingStatus:
    return FilingStatus(counts["filed"], counts["owed"])


def filing_status(month: datetime.date, unit: Unit | None = None) -> FilingStatus:
    """How many of the reports owed for `month` were filed, of the county or of one unit. One query."""
    everything = Project.objects.all()
    projects = everything if unit is None else of_units(everything, [unit], last_day(month))
    return filing_from(projects.aggregate(**filing_counts(month)))


def filing_of(project_ids: Collection[int], month: datetime.date) -> FilingStatus:
    """The same of these projects only, as far as they owe a report of the month. One query."""
    return filing_from(Project.objects.filter(pk__in=project_ids).aggregate(**filing_counts(month)))


# ---- what a person has to do ------------------------------------------------------------------------------------


def reports_to_file(user: User, today: datetime.date) -> QuerySet[Project]:
    """Projects of the reporter's unit whose report of the reporting month was not sent (none, or a draft)."""
    month = reporting_month(today)
    sent = MonthReport.objects.filter(month__gte=month, covers_from__lte=month).exclude(state=ReportState.DRAFT)
    own = reported_by(user, today).values("pk")
    return projects_to_report(month).filter(pk__in=own).exclude(pk__in=sent.values("project")).order_by("pk")


def returned_reports(user: User, today: datetime.date) -> QuerySet[MonthReport]:
    """Reports that the office sent back to the reporter's unit."""
    returned = MonthReport.objects.filter(state=ReportState.RETURNED, project__in=reported_by(user, today).values("pk"))
    return returned.select_related("project").order_by("-month", "pk")


def reports_to_accept() -> QuerySet[MonthReport]:
    """Reports waiting for the office, the oldest first."""
    waiting = MonthReport.objects.filter(state=ReportState.SUBMITTED).select_related("project", "submitter")
    return waiting.order_by("month", "submitted_at")
