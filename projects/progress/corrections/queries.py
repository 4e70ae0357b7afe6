import copy
import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from projects.progress.models import Correction, MonthReport
from projects.progress.rules import CorrectedField, CorrectionState


def corrections_of(
    report_ids: Iterable[int] | QuerySet[Any], entered_until: datetime.datetime | None = None
) -> dict[int, list[Correction]]:
    """{report: its approved corrections in the order of their approval}, of reports named by id or by a query of ids; only
    those approved by `entered_until`, where it is given. One query."""
    of = report_ids if isinstance(report_ids, QuerySet) else list(report_ids)
    rows = Correction.objects.filter(report__in=of, state=CorrectionState.APPROVED)
    if entered_until is not None:
        rows = rows.filter(decided_at__lte=entered_until)
    found: dict[int, list[Correction]] = defaultdict(list)
    for row in rows.order_by("decided_at", "pk"):
        found[row.report_id].append(row)
    return found


def corrected_since(project_id: int, month: datetime.date, entered_until: datetime.datetime) -> QuerySet[Correction]:
    """What of the year's reports up to `month` was corrected after `entered_until`: what a month that was counted by then says
    otherwise. One query, with the reports."""
    rows = Correction.objects.filter(
        report__project=project_id, report__month__year=month.year, report__month__lte=month,
        state=CorrectionState.APPROVED, decided_at__gt=entered_until,
    )  # fmt: skip
    return rows.select_related("report").order_by("decided_at", "pk")


def as_corrected(report: MonthReport, corrections: Sequence[Correction]) -> MonthReport:
    """The report with its present values: a copy to be read and never saved, or itself when nothing was corrected."""
    if not corrections:
        return report
    present = copy.copy(report)
    for correction in corrections:
        setattr(present, correction.field, correction.new)
    return present


def presently(reports: Iterable[MonthReport], entered_until: datetime.datetime | None = None) -> list[MonthReport]:
    """The reports `as_corrected`, as things stood at `entered_until` (now, unless given). One query."""
    rows = list(reports)
    corrections = corrections_of([row.pk for row in rows], entered_until)
    return [as_corrected(row, corrections.get(row.pk, ())) for row in rows]


def value_of(report: MonthReport, field: str) -> Decimal | str | None:
    """A value that a correction may change."""
    value: Decimal | str | None = getattr(report, CorrectedField(field).value)
    return value


def known_corrections() -> QuerySet[Correction]:
    return Correction.objects.select_related("report__project", "requester", "approver")


def corrections_of_report(report: MonthReport | None) -> QuerySet[Correction]:
    """All of a report, decided or not, the newest first."""
    return known_corrections().filter(report=report) if report else Correction.objects.none()
