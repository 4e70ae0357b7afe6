"""Which version of a year's plan was in force: one pair of expressions behind every list, page, score and export.

A revision is in force at a month's end when its `from_on` is not later. One that holds since January replaced the plan
from its beginning, also before any of the year's figures are due."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any

from django.db.models import DecimalField, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from leaders.audit.models import HistoryEntry
from projects.registry.models import FundingSource, Project, YearPlan
from projects.registry.plans.models import FundingArrival, PlanRevision
from projects.registry.plans.rules import MONTH_FIELDS, RevisionState
from yichuan_tracker.money import round_half_up
from yichuan_tracker.months import last_day

_WAN: Any = DecimalField(max_digits=14, decimal_places=2)


def _in_force(on: datetime.date, known_until: datetime.datetime | None) -> Q:
    known = Q() if known_until is None else Q(decided_at__lte=known_until)
    return (Q(from_on__lte=on) | Q(from_on__month=1)) & known


def _approved(plan: str) -> QuerySet[PlanRevision]:
    return approved_steps().filter(year_plan=OuterRef(f"{plan}pk"))


def plan_in_force(on: datetime.date, *, plan: str = "plan__", known_until: datetime.datetime | None = None) -> Any:
    """年度计划投资 as in force on the day, 万元, for `annotate`: the plan as it stood before the first later revision.
    `plan` is the path from the row to its YearPlan; only what was approved by `known_until` counts where it is given."""
    later = _approved(plan).exclude(_in_force(on, known_until)).order_by("from_on", "pk")
    return Coalesce(Subquery(later.values("before_wan")[:1]), F(f"{plan}plan_wan"), output_field=_WAN)


def plan_in_force_simply(on: datetime.date, last_step: datetime.date | None) -> Any:
    """`plan_in_force` for one page that knows the `last_plan_step`. Mostly no plan changes after the day, and to know so takes
    less time than to put together the part of the query that looks for a change."""
    return plan_in_force(on) if last_step and last_step > on else F("plan__plan_wan")


def last_plan_step() -> datetime.date | None:
    """The last day from which an approved step of any plan holds. One query."""
    found: datetime.date | None = approved_steps().aggregate(last=Max("from_on"))["last"]
    return found


def approved_steps() -> QuerySet[PlanRevision]:
    return PlanRevision.objects.filter(state=RevisionState.APPROVED)


def planned_between(
    first: datetime.date,
    last: datetime.date,
    *,
    on: datetime.date,
    plan: str = "plan__",
    known_until: datetime.datetime | None = None,
) -> Any:
    """What the approved split in force on the day plans for the months `first` to `last` of one year; None without."""
    months: Any = reduce(add, (F(name) for name in MONTH_FIELDS[first.month - 1 : last.month]))
    held = _approved(plan).filter(_in_force(on, known_until)).order_by("-from_on", "-pk")
    return Subquery(held.annotate(planned=months).values("planned")[:1], output_field=_WAN)


@dataclass(frozen=True)
class YearTarget:
    """The plan of a year in force, and what its approved split asks for up to a month (None without a split)."""

    plan_wan: Decimal | None
    to_month_wan: Decimal | None = None


NO_TARGET = YearTarget(None)


def targets(
    project_ids: Any, month: datetime.date, on: datetime.date, *, known_until: datetime.datetime | None = None
) -> dict[int, YearTarget]:
    """{project: what the year of `month` asks of it}, in one query; a project without a plan of the year is missing."""
    plans = YearPlan.objects.filter(project__in=project_ids, year=month.year).annotate(
        in_force_wan=plan_in_force(on, plan="", known_until=known_until),
        to_month_wan=planned_between(month.replace(month=1), month, on=on, plan="", known_until=known_until),
    )
    return {
        pk: YearTarget(plan_wan, to_month_wan)
        for pk, plan_wan, to_month_wan in plans.values_list("project", "in_force_wan", "to_month_wan")
    }


def targets_by_month(project_ids: Any, months: Sequence[datetime.date]) -> dict[int, list[YearTarget]]:
    """{project: its `targets` at the end of each of these months of one year}. One query."""
    expressions: dict[str, Any] = {}
    for number, month in enumerate(months):
        end = last_day(month)
        expressions[f"plan_{number}"] = plan_in_force(end, plan="")
        expressions[f"to_{number}"] = planned_between(month.replace(month=1), month, on=end, plan="")
    plans = YearPlan.objects.filter(project__in=project_ids, year=months[0].year).annotate(**expressions)
    return {
        pk: [YearTarget(*pair) for pair in zip(amounts[::2], amounts[1::2], strict=True)]
        for pk, *amounts in plans.values_list("project", *expressions)
    }


def revisions_of(plans: Sequence[YearPlan]) -> dict[int, list[PlanRevision]]:
    """{year plan: its revisions and requests, the oldest first}. One query."""
    rows = PlanRevision.objects.filter(year_plan__in=plans).select_related("requester", "approver")
    found: dict[int, list[PlanRevision]] = {plan.pk: [] for plan in plans}
    for row in rows.order_by("requested_at", "pk"):
        found[row.year_plan_id].append(row)
    return found


def last_approved(plan: YearPlan) -> PlanRevision | None:
    return plan.revisions.filter(state=RevisionState.APPROVED).order_by("-from_on", "-pk").first()


def split_before(revision: PlanRevision) -> PlanRevision | None:
    """The approved step in whose place this one comes (or came), when it had the year split. One query."""
    earlier = revision.year_plan.revisions.filter(state=RevisionState.APPROVED).exclude(pk=revision.pk)
    if revision.decided_at is not None:
        earlier = earlier.filter(decided_at__lt=revision.decided_at)
    replaced = earlier.order_by("-from_on", "-pk").first()
    return replaced if replaced and replaced.has_split else None


def plan_requests() -> QuerySet[PlanRevision]:
    """What people asked for; the steps of imports are none. With everything that a line says."""
    asked = PlanRevision.objects.filter(requester__isnull=False)
    return asked.select_related("year_plan__project", "requester", "approver")


def revision_history(revision: PlanRevision) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(object_type="planrevision", object_id=revision.pk)[:50])


# ---- money by source ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FundingLine:
    """A source with its payments, 万元."""

    source: FundingSource
    arrivals: list[FundingArrival]

    @property
    def arrived_wan(self) -> Decimal:
        return sum((arrival.amount_wan for arrival in self.arrivals), Decimal(0))

    @property
    def rate(self) -> Fraction | None:
        """到位率: None without a planned amount."""
        return Fraction(self.arrived_wan) / Fraction(self.source.planned_wan) if self.source.planned_wan else None


def funding_lines(project: Project) -> list[FundingLine]:
    """The project's sources in the order entered. Two queries."""
    sources = project.funding.order_by("pk").prefetch_related("arrivals")
    return [FundingLine(source, list(source.arrivals.all())) for source in sources]


@dataclass(frozen=True)
class FundingSum:
    """Planned and arrived, 万元."""

    planned_wan: Decimal = Decimal(0)
    arrived_wan: Decimal = Decimal(0)

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.arrived_wan) / Fraction(self.planned_wan) if self.planned_wan else None


NO_FUNDING = FundingSum()


def funding_sums(project_ids: Any, until: datetime.date) -> dict[int, FundingSum]:
    """{project: its sources together, with what had arrived by the day}; who has no source is missing. Two queries."""
    planned = FundingSource.objects.filter(project__in=project_ids).values_list("project").annotate(Sum("planned_wan"))
    arrived = dict(
        FundingArrival.objects.filter(source__project__in=project_ids, arrived_on__lte=until)
        .order_by()
        .values_list("source__project")
        .annotate(Sum("amount_wan"))
    )
    # SQLite adds amounts as binary numbers: the rounding brings the exact 分 back.
    return {
        pk: FundingSum(round_half_up(total or Decimal(0)), round_half_up(arrived.get(pk) or Decimal(0)))
        for pk, total in planned.order_by()
    }
