"""The money of many projects: added up, and month by month."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from projects.progress.queries import DIFFERENCE, YearMoney, corrected_in_year, filed_in_year, money_of
from projects.progress.rules import completion_rate, points_ahead
from projects.registry.plans.queries import NO_TARGET, targets_by_month
from yichuan_tracker.money import round_half_up


@dataclass(frozen=True)
class MoneySum:
    """The same of several projects, 万元. Rate and 序时 take only those that have a plan: money without a plan beside it
    would lift the rate."""

    count: int
    plan_wan: Decimal
    done_wan: Decimal
    done_of_planned_wan: Decimal
    scheduled_wan: Fraction

    @property
    def scheduled_to_fen(self) -> Decimal:
        """What 序时 asks for in 万元, to the 分."""
        return round_half_up(self.scheduled_wan)

    @property
    def rate(self) -> Fraction | None:
        return completion_rate(self.done_of_planned_wan, self.plan_wan)

    @property
    def schedule(self) -> Fraction | None:
        return self.scheduled_wan / Fraction(self.plan_wan) if self.plan_wan else None

    @property
    def points(self) -> Fraction | None:
        return None if self.schedule is None else points_ahead(self.rate, self.schedule)


def sum_money(parts: Iterable[YearMoney]) -> MoneySum:
    parts = list(parts)
    planned = [part for part in parts if part.plan_wan]
    return MoneySum(
        count=len(parts),
        plan_wan=sum((part.plan_wan or Decimal(0) for part in planned), Decimal(0)),
        done_wan=sum((part.done_wan for part in parts), Decimal(0)),
        done_of_planned_wan=sum((part.done_wan for part in planned), Decimal(0)),
        scheduled_wan=sum((part.schedule * Fraction(part.plan_wan or 0) for part in planned), Fraction(0)),
    )


# (project, first month, last month)
ReportedSpan = tuple[int, datetime.date, datetime.date]


def reported_spans(project_ids: Collection[int], year: int) -> list[ReportedSpan]:
    """Of each filed report of the year. One query."""
    return list(filed_in_year(project_ids, year, None, None).values_list("project", "covers_from", "month"))


def money_by_month(project_ids: Collection[int], months: Sequence[datetime.date]) -> list[dict[int, YearMoney]]:
    """`year_money` at the end of each of these months of one year, in their order. Three queries."""
    wanted = targets_by_month(project_ids, months)
    year, last = months[0].year, months[-1]
    filed = filed_in_year(project_ids, year, last, None).values_list("project", "month", "done_wan")
    corrected = corrected_in_year(project_ids, year, last, None).annotate(difference=DIFFERENCE)
    entries = [*filed, *corrected.values_list("report__project", "report__month", "difference")]
    found = []
    for number, month in enumerate(months):
        done: dict[int, Decimal] = defaultdict(Decimal)
        for project, of, amount in entries:
            if of <= month:
                done[project] += amount or 0
        found.append(
            {pk: money_of(wanted[pk][number] if pk in wanted else NO_TARGET, done[pk], month) for pk in project_ids}
        )
    return found
