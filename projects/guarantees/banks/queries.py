"""What 银企对接会 brought: agreed as typed there, arrived as the projects' own payments say."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, F, Q, QuerySet, Sum

from projects.guarantees.models import BankMeeting, Deal
from projects.registry.models import FundingSource, Project
from projects.registry.rules import FundingKind
from yichuan_tracker.money import round_half_up


def listed_meetings(*, archived: bool = False) -> QuerySet[BankMeeting]:
    """With `projects_count`, `agreed_count` (deals with an amount) and `agreed_wan`."""
    active = Q(deals__archived_at__isnull=True)
    return BankMeeting.objects.filter(archived_at__isnull=not archived).annotate(
        projects_count=Count("deals__project", filter=active, distinct=True),
        agreed_count=Count("deals", filter=active & Q(deals__agreed_wan__isnull=False)),
        agreed_wan=Sum("deals__agreed_wan", filter=active),
    )


def arrived_by_meeting(meetings: Iterable[BankMeeting]) -> dict[int, Decimal]:
    """{meeting: what has arrived of its deals, 万元}. One query."""
    rows = _with_arrivals(Deal.objects.active().filter(meeting__in=list(meetings)))
    sums: dict[int, Decimal] = {}
    for deal in rows:
        sums[deal.meeting_id] = sums.get(deal.meeting_id, Decimal(0)) + _arrived(deal)
    return sums


@dataclass(frozen=True)
class DealLine:
    """A deal, 万元: agreed, and what its funding source received from the meeting's day on."""

    deal: Deal
    arrived_wan: Decimal

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.arrived_wan) / Fraction(self.deal.agreed_wan) if self.deal.agreed_wan else None


@dataclass(frozen=True)
class BankMeetingPage:
    lines: list[DealLine]
    withdrawn: list[Deal]

    @property
    def projects(self) -> int:
        return len({line.deal.project_id for line in self.lines})

    @property
    def agreed_wan(self) -> Decimal:
        return sum((line.deal.agreed_wan or Decimal(0) for line in self.lines), Decimal(0))

    @property
    def arrived_wan(self) -> Decimal:
        return sum((line.arrived_wan for line in self.lines), Decimal(0))

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.arrived_wan) / Fraction(self.agreed_wan) if self.agreed_wan else None


def bank_meeting_page(meeting: BankMeeting) -> BankMeetingPage:
    """One query."""
    rows = list(_with_arrivals(meeting.deals.select_related("project", "source")).order_by("pk"))
    lines = [DealLine(deal, _arrived(deal)) for deal in rows if deal.archived_at is None]
    return BankMeetingPage(lines, [deal for deal in rows if deal.archived_at is not None])


def _with_arrivals(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    since = Q(source__arrivals__arrived_on__gte=F("meeting__held_on"))
    return deals.annotate(arrived=Sum("source__arrivals__amount_wan", filter=since))


def _arrived(deal: Deal) -> Decimal:
    # SQLite adds amounts as binary numbers: the rounding brings the exact 分 back.
    return round_half_up(getattr(deal, "arrived", None) or Decimal(0))


def free_sources(project: Project, deal: Deal | None = None) -> QuerySet[FundingSource]:
    """The project's bank loans and others that no deal stands for yet, and this deal's own."""
    own = Q(deal__isnull=True) | Q(deal=deal) if deal else Q(deal__isnull=True)
    kinds = [FundingKind.BANK_LOAN, FundingKind.POLICY_TOOL, FundingKind.OTHER]
    return project.funding.filter(own, kind__in=kinds).order_by("pk")
