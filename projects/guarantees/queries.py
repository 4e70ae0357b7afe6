import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from leaders.audit.models import HistoryEntry, Tracked
from leaders.organisations.models import Unit
from projects.guarantees.models import BankMeeting, GuaranteeEntry, GuaranteeTarget
from projects.guarantees.needs.queries import NeedCount, needs_of
from projects.guarantees.rules import GUARANTEES, Counting, Progress, year_share
from projects.problems.rules import ProblemCategory
from yichuan_tracker.money import round_half_up


@dataclass(frozen=True)
class TargetLine:
    """A target and how far it is; `entries` is how many it is made of."""

    target: GuaranteeTarget
    progress: Progress
    entries: int


@dataclass(frozen=True)
class Guarantee:
    """One of the guarantees with its targets of the year and what projects asked of it."""

    category: ProblemCategory
    lines: list[TargetLine]
    needs: list[NeedCount]


def guarantees_of(year: int, today: datetime.date) -> list[Guarantee]:
    """The five, also without targets, then the other kinds that have some. Nine queries."""
    targets = list(GuaranteeTarget.objects.active().filter(year=year).select_related("unit").order_by("pk"))
    lines = target_lines(targets, year, today)
    order = [*GUARANTEES, *(kind for kind in ProblemCategory if kind not in GUARANTEES)]
    needs = needs_of(year, today)
    found = [
        Guarantee(kind, [line for line in lines if line.target.guarantee == kind], needs.get(kind, []))
        for kind in order
    ]
    return [one for one in found if one.lines or one.category in GUARANTEES]


def target_lines(targets: Iterable[GuaranteeTarget], year: int, today: datetime.date) -> list[TargetLine]:
    """The targets of one year as they stand on the day. Two queries."""
    entries = GuaranteeEntry.objects.active().filter(target__year=year, done_on__lte=today).order_by()
    sums = {
        pk: (round_half_up(total or Decimal(0)), count)
        for pk, total, count in entries.values_list("target").annotate(total=Sum("amount"), count=Count("pk"))
    }
    meetings = bank_meetings_held(year, today).count()
    lines = []
    for target in targets:
        done, count = sums.get(target.pk, (Decimal(0), 0))
        if target.counting == Counting.BANK_MEETINGS:
            done, count = Decimal(meetings), meetings
        lines.append(TargetLine(target, Progress(target.amount, done, year_share(year, today)), count))
    return lines


def bank_meetings_held(year: int, until: datetime.date) -> QuerySet[BankMeeting]:
    return BankMeeting.objects.active().filter(held_on__year=year, held_on__lte=until)


def years_with_targets() -> list[int]:
    years = GuaranteeTarget.objects.active().order_by("-year").values_list("year", flat=True)
    return list(dict.fromkeys(years))


def lead_unit(guarantee: str, year: int) -> Unit | None:
    """Who answers for a guarantee: the unit of its first target of the year."""
    targets = GuaranteeTarget.objects.active().filter(guarantee=guarantee, year=year, unit__isnull=False)
    first = targets.select_related("unit").order_by("pk").first()
    return first.unit if first else None


def entries_of(target: GuaranteeTarget) -> list[GuaranteeEntry]:
    """All of the target's, withdrawn ones too, the newest first."""
    return list(target.entries.select_related("project", "author").order_by("-done_on", "-pk"))


def history_below(record: Tracked) -> list[HistoryEntry]:
    """What was written about the record and what hangs on it."""
    rows = HistoryEntry.objects.filter(subject_type=record._meta.model_name, subject_id=record.pk)
    return list(rows.order_by("-at", "-pk")[:100])
