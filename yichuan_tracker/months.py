"""Months, weeks and half-years. A month is written as its first day."""

import datetime
import re
from calendar import monthrange

FIRST_YEAR, LAST_YEAR = 1950, 2199
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)


def first_day(day: datetime.date) -> datetime.date:
    """The month of `day`."""
    return datetime.date(day.year, day.month, 1)


def last_day(day: datetime.date) -> datetime.date:
    """The last day of the month of `day`: what a date known only to the month is due on."""
    return datetime.date(day.year, day.month, monthrange(day.year, day.month)[1])


def is_last_day(day: datetime.date) -> bool:
    return day == last_day(day)


def add_months(month: datetime.date, count: int) -> datetime.date:
    """The first day of the month `count` months after the month of `month` (before it when negative)."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return datetime.date(year, index + 1, 1)


def next_month(month: datetime.date) -> datetime.date:
    return add_months(month, 1)


def previous_month(month: datetime.date) -> datetime.date:
    return add_months(month, -1)


def shift_months(day: datetime.date, count: int) -> datetime.date:
    """The same day `count` months on. A month's last day stays a last day (28 February + 1 = 31 March),
    and a day that the target month lacks becomes its last (30 January + 1 = 28 February)."""
    target = last_day(add_months(day, count))
    return target if is_last_day(day) else target.replace(day=min(day.day, target.day))


def months_apart(earlier: datetime.date, later: datetime.date) -> int:
    """How many calendar months lie from the month of `earlier` to the month of `later`; days play no part."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def month_range(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Every month from `first` to `last`, both included; empty when `last` is earlier."""
    return [add_months(first, step) for step in range(months_apart(first, last) + 1)]


def parse_month(text: str) -> datetime.date:
    """The month written "2023-06". Raises ValueError with a Chinese message for anything else."""
    found = _MONTH.fullmatch(text.strip())
    if found is None or not (FIRST_YEAR <= int(found[1]) <= LAST_YEAR and 1 <= int(found[2]) <= 12):
        raise ValueError(f"月份应写成“2023-06”的样子，现在是“{text[:20]}”。")
    return datetime.date(int(found[1]), int(found[2]), 1)


def month_key(month: datetime.date) -> str:
    """How addresses and files write a month, "2023-06"; parse_month reads it back."""
    return f"{month.year:04}-{month.month:02}"


def month_label(month: datetime.date) -> str:
    """As screens write a month: 2023年6月."""
    return f"{month.year}年{month.month}月"


def span_label(first: datetime.date, last: datetime.date) -> str:
    """A run of months as people say it: "2023年6月", "2023年1—2月", "2022年12月—2023年1月"."""
    if first_day(first) == first_day(last):
        return month_label(first)
    if first.year == last.year:
        return f"{first.year}年{first.month}—{last.month}月"
    return f"{month_label(first)}—{month_label(last)}"


def day_label(day: datetime.date) -> str:
    """As screens write a day in prose: 2023年6月25日."""
    return f"{day.year}年{day.month}月{day.day}日"


def week_of(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Monday and Sunday of the (ISO) week of `day`, also across a year's end."""
    monday = day - datetime.timedelta(days=day.weekday())
    return monday, monday + datetime.timedelta(days=6)


def whole_weeks(first: datetime.date, last: datetime.date) -> list[tuple[datetime.date, datetime.date]]:
    """Monday and Sunday of each week that lies from `first` to `last` as a whole."""
    monday = first + datetime.timedelta(days=-first.weekday() % 7)
    starts = range(0, (last - monday).days - 5, 7)
    return [(monday + datetime.timedelta(days=start), monday + datetime.timedelta(days=start + 6)) for start in starts]


def half_year(day: datetime.date) -> int:
    """1 for January–June (上半年), 2 for July–December (下半年)."""
    return 1 if day.month <= 6 else 2


def half_year_span(year: int, half: int) -> tuple[datetime.date, datetime.date]:
    """First and last day of the half-year."""
    if half == 1:
        return datetime.date(year, 1, 1), datetime.date(year, 6, 30)
    return datetime.date(year, 7, 1), datetime.date(year, 12, 31)


def half_year_label(day: datetime.date) -> str:
    """As screens write a half-year: 2023年上半年."""
    return f"{day.year}年{'上' if half_year(day) == 1 else '下'}半年"


def months_late(due_on: datetime.date, reached_on: datetime.date) -> int:
    """Begun months between the due day and the day reached: 0 in time, 1 up to one month late, 2 up to two …

    A due day that ends its month is late by whole calendar months: due 28 February, reached 31 March is 1.
    """
    if reached_on <= due_on:
        return 0
    late = months_apart(due_on, reached_on)
    return late if reached_on <= shift_months(due_on, late) else late + 1
