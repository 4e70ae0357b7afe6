"""Working days over the county's own table of exceptions (节假日与调休), which the project office edits."""

import datetime
from collections.abc import Iterable, Mapping

# date → True: worked although it is a weekend (调休); False: a holiday. A day that is not named follows its weekday.
Holidays = Mapping[datetime.date, bool]

ONE_DAY = datetime.timedelta(days=1)
# The New Year's holiday is arranged with the year that begins; entries of these December days say nothing about theirs.
NEW_YEARS_EVE_DAYS = 28


def is_workday(day: datetime.date, holidays: Holidays) -> bool:
    return holidays.get(day, day.isoweekday() <= 5)


def add_workdays(start: datetime.date, count: int, holidays: Holidays) -> datetime.date:
    """The `count`-th working day after `start` (before it when negative); `start` itself is never counted.
    Zero gives `start`, worked or not."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    day, left = start, abs(count)
    while left:
        day += step
        left -= is_workday(day, holidays)
    return day


def workdays_between(start: datetime.date, end: datetime.date, holidays: Holidays) -> int:
    """How many working days lie after `start` up to and with `end`; negative when `end` is earlier.

    The other side of add_workdays: a deadline of three working days is reached after three of these."""
    if end < start:
        return -workdays_between(end, start, holidays)
    days = (start + ONE_DAY * number for number in range(1, (end - start).days + 1))
    return sum(is_workday(day, holidays) for day in days)


def years_covered(holidays: Iterable[datetime.date]) -> frozenset[int]:
    """The years whose arrangement has been entered."""
    return frozenset(day.year for day in holidays if (day.month, day.day) < (12, NEW_YEARS_EVE_DAYS))


def missing_years_note(start: datetime.date, end: datetime.date, holidays: Holidays) -> str:
    """What a page says where working days between the two dates were counted without a table; else empty."""
    missing = sorted(set(range(min(start, end).year, max(start, end).year + 1)) - years_covered(holidays))
    if not missing:
        return ""
    years = "、".join(f"{year}年" for year in missing)
    return f"{years}的节假日和调休尚未录入，工作日暂按周一至周五推算，请重点办补录。"
