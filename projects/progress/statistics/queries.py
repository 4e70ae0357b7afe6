import datetime
from dataclasses import dataclass
from decimal import Decimal

from leaders.organisations.models import Unit
from projects.progress.models import StatisticsFigure
from projects.progress.queries import done_of_year, lead_units
from projects.registry.models import Project, ProjectQuerySet
from yichuan_tracker.months import last_day, previous_month


@dataclass(frozen=True)
class FigureRow:
    """One entered project: both figures of the year up to the month, side by side."""

    project: Project
    unit: Unit | None
    figure: StatisticsFigure | None
    accepted_year_wan: Decimal | None
    reported_wan: Decimal | None


def figure_rows(projects: ProjectQuerySet, month: datetime.date) -> list[FigureRow]:
    """Of those among `projects` that the statistics bureau has by the end of `month`. Four queries."""
    entered = projects.active().filter(statistics_entry__entered_on__lte=last_day(month))
    rows = list(entered.select_related("statistics_entry").order_by("pk"))
    ids = [project.pk for project in rows]
    units = lead_units(ids, last_day(month))
    reported = done_of_year(ids, month.year, month)
    figures: dict[int, StatisticsFigure] = {}
    accepted: dict[int, Decimal] = {}
    year = StatisticsFigure.objects.filter(project__in=ids, month__gte=month.replace(month=1), month__lte=month)
    for figure in year:
        accepted[figure.project_id] = accepted.get(figure.project_id, Decimal(0)) + figure.accepted_wan
        if figure.month == month:
            figures[figure.project_id] = figure
    return [
        FigureRow(row, units.get(row.pk), figures.get(row.pk), accepted.get(row.pk), reported.get(row.pk))
        for row in rows
    ]


@dataclass(frozen=True)
class AcceptedMonth:
    """A month's 入库统计投资 with the year's sum up to it."""

    figure: StatisticsFigure
    year_wan: Decimal


def accepted_months(project: Project) -> list[AcceptedMonth]:
    """All that was accepted of a project, the newest month first. One query."""
    sums: dict[int, Decimal] = {}
    months = []
    for figure in StatisticsFigure.objects.filter(project=project).order_by("month"):
        year = figure.month.year
        sums[year] = sums.get(year, Decimal(0)) + figure.accepted_wan
        months.append(AcceptedMonth(figure, sums[year]))
    return months[::-1]


def month_to_enter(today: datetime.date) -> datetime.date:
    """The bureau accepts a month when it is over."""
    return previous_month(today)
