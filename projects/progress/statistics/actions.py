import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete
from leaders.audit.rules import Conflict
from projects.progress.access import may_keep_statistics
from projects.progress.models import StatisticsFigure
from projects.registry.models import Project
from yichuan_tracker.months import month_label


@dataclass(frozen=True)
class TypedFigure:
    """What was typed for a project (None: nothing, or taken out), and the version of the figure that the person saw."""

    project: Project
    accepted_wan: Decimal | None
    version: int | None


@transaction.atomic
def set_statistics_figures(
    month: datetime.date, rows: Iterable[TypedFigure], *, by: User, at: datetime.datetime
) -> int:
    """Write what the statistics bureau accepted for `month`, all rows or none; returns how many changed.

    Raises PermissionDenied unless `by` is of the office, ValidationError for a month to come, Conflict when somebody else
    wrote one of the figures meanwhile.
    """
    if not may_keep_statistics(by):
        raise PermissionDenied
    if month > timezone.localdate(at):
        raise ValidationError(f"{month_label(month)}还没有到，统计部门还没有认定，请核对月份。")
    there = {row.project_id: row for row in StatisticsFigure.objects.select_for_update().filter(month=month)}
    return sum(_set(there.get(row.project.pk), row, month, by, at) for row in rows)


def _set(
    figure: StatisticsFigure | None, row: TypedFigure, month: datetime.date, by: User, at: datetime.datetime
) -> bool:
    if figure is None and row.accepted_wan is None:
        return False
    if figure is None and row.accepted_wan is not None:
        create(StatisticsFigure(project=row.project, month=month, accepted_wan=row.accepted_wan), by=by, at=at)
    elif figure is not None and figure.version != row.version:
        raise Conflict(figure, {"accepted_wan": row.accepted_wan})
    elif figure is not None and row.accepted_wan is None:
        delete(figure, by=by, at=at)
    elif figure is not None:
        return (
            change(figure, {"accepted_wan": row.accepted_wan}, by=by, at=at, version=row.version).version != row.version
        )
    return True
