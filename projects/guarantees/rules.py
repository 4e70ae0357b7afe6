"""五项保障: what the county promised for a year, and how far it is."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import TextChoices

from projects.problems.rules import ProblemCategory

# The county's five; targets of other kinds stand behind them.
GUARANTEES = (
    ProblemCategory.FINANCE,
    ProblemCategory.LAND,
    ProblemCategory.ENVIRONMENT,
    ProblemCategory.ENERGY,
    ProblemCategory.PERMITS,
)


class Counting(TextChoices):
    """How a target is counted."""

    ENTRIES = "entries", "逐条登记"
    BANK_MEETINGS = "bank_meetings", "银企对接会场次（自动）"


def year_share(year: int, on: datetime.date) -> Fraction:
    """序时 of a yearly target: the part of the year that has passed at the end of the day; 0 before it, 1 after it."""
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    passed = (min(on, last) - first).days + 1
    return Fraction(max(0, passed), (last - first).days + 1)


@dataclass(frozen=True)
class Progress:
    """Done against the year's target, in the target's own unit of measure; `share` is the part of the year passed."""

    amount: Decimal
    done: Decimal
    share: Fraction

    @property
    def rate(self) -> Fraction:
        """The target is above zero."""
        return Fraction(self.done) / Fraction(self.amount)

    @property
    def points(self) -> Fraction:
        """较序时 ± 百分点."""
        return (self.rate - self.share) * 100

    @property
    def missing(self) -> Decimal:
        return max(Decimal(0), self.amount - self.done)


def refuse_day(done_on: datetime.date, year: int, today: datetime.date) -> str:
    """Why an entry cannot be of that day (Chinese), or nothing."""
    if done_on > today:
        return "日期不能晚于今天；还没有完成的请先不登记。"
    if done_on.year != year:
        return f"这是{year}年的目标，只登记{year}年内完成的。"
    return ""
