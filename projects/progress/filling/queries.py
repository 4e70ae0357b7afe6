import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from leaders.audit.models import HistoryEntry
from leaders.organisations.models import Unit
from projects.periods.models import Period
from projects.periods.queries import decide, granted_for, period_for
from projects.periods.rules import Decision
from projects.progress.corrections.queries import as_corrected, corrections_of_report, presently
from projects.progress.models import Correction, MonthReport
from projects.progress.queries import (
    YearMoney,
    done_of_year,
    filed_before,
    lead_unit_ids,
    lead_units,
    of_units,
    projects_to_report,
    report_before,
    report_limits,
    report_warnings,
    tone_of,
    warnings_beside,
    was_late,
    year_money,
)
from projects.progress.rules import (
    EDITABLE_STATES,
    FILED_STATES,
    CorrectionState,
    ReportState,
    ReportWarning,
    completion_rate,
    is_explained,
)
from projects.registry.models import Project
from projects.registry.plans.queries import NO_TARGET, targets
from yichuan_tracker.months import last_day, month_label, span_label


@dataclass(frozen=True)
class ReportSheet:
    """Everything that the page of one month's report shows beside the form."""

    project: Project
    month: datetime.date
    today: datetime.date
    report: MonthReport | None
    present: MonthReport | None
    corrections: Sequence[Correction]
    before: MonthReport | None
    done_before_wan: Decimal
    money: YearMoney
    period: Period | None
    decision: Decision
    unit: Unit | None
    is_late: bool
    warnings: list[ReportWarning]

    @property
    def is_editable(self) -> bool:
        """Not sent yet (or sent back), and the month is open."""
        return bool(self.decision) and (self.report is None or self.report.state in EDITABLE_STATES)

    @property
    def is_corrected(self) -> bool:
        """`present` differs from what was accepted."""
        return self.present is not self.report

    @property
    def is_accepted(self) -> bool:
        return self.report is not None and self.report.state == ReportState.ACCEPTED

    @property
    def is_waiting(self) -> bool:
        return self.report is not None and self.report.state == ReportState.SUBMITTED

    @property
    def has_reason(self) -> bool:
        return self.report is not None and is_explained(self.report.note)

    @property
    def state_label(self) -> str:
        return "未报" if self.report is None else self.report.get_state_display()

    @property
    def tone(self) -> str:
        return tone_of(self.report)

    @property
    def label(self) -> str:
        """2023年7月, or 2023年1—2月 for a report of several months."""
        return span_label(self.covers_from, self.month)

    @property
    def covers_from(self) -> datetime.date:
        if self.report is not None:
            return self.report.covers_from
        return self.period.covers_from if self.period else self.month

    @property
    def may_ask_exception(self) -> bool:
        """Closed, and not because it has not begun or was never opened."""
        return self.period is not None and not self.decision and self.period.closing_on < self.today

    @property
    def before_label(self) -> str:
        first = self.covers_from
        return f"1—{first.month - 1}月" if first.month > 2 else "1月" if first.month == 2 else "年初"

    @property
    def before_sheet_label(self) -> str:
        return span_label(self.before.covers_from, self.before.month) if self.before else ""


def report_sheet(
    project: Project, month: datetime.date, report: MonthReport | None, today: datetime.date
) -> ReportSheet:
    """The month's report beside last month's, the year's money before and with it, and what the period allows today.

    `money` counts a draft too, so that the person sees what the figure would make.
    """
    period = period_for(month)
    filed = year_money([project.pk], month)[project.pk]
    corrections = list(corrections_of_report(report))
    approved = [one for one in reversed(corrections) if one.state == CorrectionState.APPROVED]
    present = as_corrected(report, sorted(approved, key=lambda one: (one.decided_at, one.pk))) if report else None
    own = (present.done_wan if present else None) or Decimal(0)
    is_counted = report is not None and report.state in FILED_STATES
    before = filed.done_wan - own if is_counted else filed.done_wan
    return ReportSheet(
        project=project,
        month=month,
        today=today,
        report=report,
        present=present,
        corrections=corrections,
        before=report_before(project, month),
        done_before_wan=before,
        money=YearMoney(filed.plan_wan, before + own, filed.schedule),
        period=period,
        decision=decide(
            period,
            month,
            today,
            granted_for(period),
            project_id=project.pk,
            unit_ids=lead_unit_ids([project.pk], today)[project.pk],
        ),
        unit=lead_units([project.pk], last_day(month)).get(project.pk),
        is_late=report is not None and period is not None and was_late(report, period.due_on),
        warnings=report_warnings(report) if report else [],
    )


# ---- the sheet of a unit ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SheetRow:
    """One project of a unit in its sheet of the month. `done_before_wan` is the year's sum without this month."""

    project: Project
    month: datetime.date
    report: MonthReport | None
    before: MonthReport | None
    plan_wan: Decimal | None
    done_before_wan: Decimal
    decision: Decision
    warnings: list[ReportWarning]

    @property
    def is_editable(self) -> bool:
        return bool(self.decision) and (self.report is None or self.report.state in EDITABLE_STATES)

    @property
    def cumulative_wan(self) -> Decimal:
        return self.done_before_wan + ((self.report.done_wan if self.report else None) or Decimal(0))

    @property
    def rate(self) -> Fraction | None:
        return completion_rate(self.cumulative_wan, self.plan_wan)

    @property
    def before_cents(self) -> int:
        """分, in which the page adds up exactly."""
        return int(self.done_before_wan * 100)

    @property
    def plan_cents(self) -> int:
        return int((self.plan_wan or 0) * 100)

    @property
    def state_label(self) -> str:
        return "未报" if self.report is None else self.report.get_state_display()

    @property
    def tone(self) -> str:
        return tone_of(self.report)


@dataclass(frozen=True)
class UnitSheet:
    """All that a unit reports for a month. `month` is that of the period."""

    unit: Unit
    month: datetime.date
    period: Period | None
    decision: Decision
    rows: list[SheetRow]

    @property
    def label(self) -> str:
        return str(self.period) if self.period else month_label(self.month)

    @property
    def is_editable(self) -> bool:
        return any(row.is_editable for row in self.rows)

    @property
    def filed(self) -> int:
        """How many of the rows were sent."""
        return sum(row.report is not None and row.report.state in FILED_STATES for row in self.rows)

    @property
    def before_label(self) -> str:
        """The month that stands beside ("6月", "1—2月"), when all rows have the same one."""
        spans = {(row.before.covers_from.month, row.before.month.month) for row in self.rows if row.before}
        if len(spans) != 1:
            return "上期"
        first, last = spans.pop()
        return f"{last}月" if first == last else f"{first}—{last}月"

    @property
    def planned_wan(self) -> Decimal:
        return sum((row.report.planned_wan or Decimal(0) for row in self.rows if row.report), Decimal(0))

    @property
    def done_wan(self) -> Decimal:
        return sum((row.report.done_wan or Decimal(0) for row in self.rows if row.report), Decimal(0))

    @property
    def cumulative_wan(self) -> Decimal:
        return sum((row.cumulative_wan for row in self.rows), Decimal(0))


def unit_sheet(
    unit: Unit, month: datetime.date, today: datetime.date, *, still_typed: Collection[int] = ()
) -> UnitSheet:
    """The projects that `unit` answers for today and that owe a report of `month`. Below them those of the ids
    `still_typed` that are no longer among them: rows of a page that was opened before."""
    (sheet,) = unit_sheets([unit], month, today)
    known = {row.project.pk for row in sheet.rows}
    if gone := list(Project.objects.filter(pk__in=set(still_typed) - known).order_by("pk")):
        sheet.rows.extend(_sheet_rows(gone, sheet.month, sheet.period, today).values())
    return sheet


def unit_sheets(units: Collection[Unit], month: datetime.date, today: datetime.date) -> list[UnitSheet]:
    """The sheet of each of these units, in their order. A dozen queries, whatever the number of units and projects."""
    period = period_for(month)
    month = period.month if period else month
    projects = list(of_units(projects_to_report(month), units, today).order_by("pk"))
    rows = _sheet_rows(projects, month, period, today)
    answering, granted = lead_unit_ids(rows, today), granted_for(period)
    return [
        UnitSheet(
            unit,
            month,
            period,
            decide(period, month, today, granted, unit_ids=[unit.pk]),
            [row for pk, row in rows.items() if unit.pk in answering[pk]],
        )
        for unit in units
    ]


def _sheet_rows(
    projects: Collection[Project], month: datetime.date, period: Period | None, today: datetime.date
) -> dict[int, SheetRow]:
    """{project: its row}, in their order."""
    ids = [project.pk for project in projects]
    filed = MonthReport.objects.filter(project__in=ids)
    reports = {row.project_id: row for row in presently(filed.filter(month=month))}
    before = filed_before(ids, month)
    plans, units, granted = targets(ids, month, last_day(month)), lead_unit_ids(ids, today), granted_for(period)
    done = done_of_year(ids, month.year, month)
    limits = report_limits(month.year)
    rows = {}
    for project in projects:
        report = reports.get(project.pk)
        own = (report.done_wan if report else None) or Decimal(0)
        is_counted = report is not None and report.state in FILED_STATES
        others = done.get(project.pk, Decimal(0)) - (own if is_counted else 0)
        decision = decide(period, month, today, granted, project_id=project.pk, unit_ids=units[project.pk])
        plan, last = plans.get(project.pk, NO_TARGET).plan_wan, before.get(project.pk)
        warnings = warnings_beside(report, last, others + own, plan, limits) if report else []
        rows[project.pk] = SheetRow(project, month, report, last, plan, others, decision, warnings)
    return rows


def not_mended(rows: Iterable[SheetRow]) -> set[int]:
    """The projects whose report was returned and has not been changed since: to send it again as it was helps nobody. At most
    one query."""
    returned = {
        row.report.pk: row.project.pk for row in rows if row.report and row.report.state == ReportState.RETURNED
    }
    entries = HistoryEntry.objects.filter(object_type="monthreport", object_id__in=returned).order_by("at", "pk")
    last = dict(entries.values_list("object_id", "action"))
    return {project for pk, project in returned.items() if last.get(pk) == "return"}


def why_not_filed(project: Project, today: datetime.date) -> str:
    """What is told to who typed into a row of a project that somebody else files for now."""
    if project.archived_at is not None:
        return "项目已归档，不再报月报；您填的没有保存。"
    unit = lead_units([project.pk], today).get(project.pk)
    now = f"现在由{unit}填报" if unit else "现在没有责任单位"
    return f"打开页面以后责任单位变了，这个项目{now}；您填的没有保存，请抄下来交给填报的单位。"
