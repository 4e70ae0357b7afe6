"""A year's plan split over its months, and its revisions: what the plan was is never overwritten by what it has become."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db.models import TextChoices

from yichuan_tracker.money import format_wan

MONTHS = range(1, 13)
# Names of the twelve amounts, January first.
MONTH_FIELDS = tuple(f"m{number}_wan" for number in MONTHS)
CENT = Decimal("0.01")


class RevisionState(TextChoices):
    REQUESTED = "requested", "待审批"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"


# How a state is marked beside its word.
STATE_TONES: Mapping[str, str] = {
    RevisionState.REQUESTED: "info",
    RevisionState.APPROVED: "success",
    RevisionState.REFUSED: "danger",
}
NEXT_STATES: Mapping[str, frozenset[str]] = {
    RevisionState.REQUESTED: frozenset({RevisionState.APPROVED, RevisionState.REFUSED, RevisionState.WITHDRAWN}),
    RevisionState.APPROVED: frozenset(),
    RevisionState.REFUSED: frozenset(),
    RevisionState.WITHDRAWN: frozenset(),
}


def may_move(now: str, then: str) -> bool:
    return then in NEXT_STATES[now]


def spread_evenly(total_wan: Decimal, parts: int) -> list[Decimal]:
    """`total_wan` in equal parts to the 分; what does not divide goes to the last part, so that the sum is exact."""
    share = (total_wan / parts).quantize(CENT, rounding="ROUND_DOWN")
    return [*[share] * (parts - 1), total_wan - share * (parts - 1)]


def spread_quarters(quarters_wan: Sequence[Decimal]) -> list[Decimal]:
    """Twelve months of four quarters, each spread evenly over its three months."""
    return [month for quarter in quarters_wan for month in spread_evenly(quarter, 3)]


def split_refusal(planned_wan: Decimal, months_wan: Sequence[Decimal | None]) -> str:
    """What is wrong with a split, in Chinese; empty when it is right or when there is none (twelve times None)."""
    given = [amount for amount in months_wan if amount is not None]
    if not given:
        return ""
    if len(given) < len(MONTHS):
        empty = "、".join(f"{number}月" for number, amount in zip(MONTHS, months_wan, strict=True) if amount is None)
        return f"{empty}还没有填：按月分解要填满 12 个月，没有投资的月份填 0；不分解就全部留空。"
    if min(given) < 0:
        return "月计划不能为负数，请核对。"
    difference = sum(given, Decimal(0)) - planned_wan
    if difference:
        more = "多" if difference > 0 else "少"
        return (
            f"12 个月合计 {format_wan(sum(given, Decimal(0)))} 万元，比年度计划 {format_wan(planned_wan)} 万元{more} "
            f"{format_wan(abs(difference))} 万元，请调到相等。"
        )
    return ""


def earliest_start(year: int, last_from_on: datetime.date | None) -> datetime.date:
    """From when a new revision may be in force: revisions follow one another, and a plan belongs to its year."""
    return last_from_on or datetime.date(year, 1, 1)


def start_of_import(day: datetime.date, year: int, last_from_on: datetime.date | None) -> datetime.date:
    """Since when a plan holds that an import of `day` brought: that day, kept inside the year and behind the last
    revision."""
    inside = min(max(day, datetime.date(year, 1, 1)), datetime.date(year, 12, 31))
    return max(inside, earliest_start(year, last_from_on))
