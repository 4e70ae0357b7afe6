"""Where things stand on a timeline: a drawing in a frame of fixed width, a line for each project, days from left to right."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from yichuan_tracker.months import add_months, first_day, last_day, month_range, months_apart

HEAD = 24
EDGE = 8  # beside the days, for the marks that stand on the last one
MAX_MONTHS = 60


@dataclass(frozen=True)
class Frame:
    """A drawing's measures: where the days begin and how wide they are, the height of a line, how far below its top the
    name stands and how far the bars, and how many ticks and letters of a name have room."""

    name: str
    left: int
    days: int
    row: int
    text: int
    middle: int
    most_ticks: int
    most_letters: int

    @property
    def width(self) -> int:
        return self.left + self.days + EDGE


# Names beside the bars; on a phone above them.
DESK = Frame("desk", left=250, days=732, row=26, text=17, middle=13, most_ticks=14, most_letters=17)
PHONE = Frame("phone", left=8, days=324, row=42, text=14, middle=28, most_ticks=6, most_letters=24)


@dataclass(frozen=True)
class Tick:
    """A month (or the January of a year, where months would stand too close) on the axis."""

    x: int
    text: str


@dataclass(frozen=True)
class Axis:
    """From the first day of `first` to the last day of `last`."""

    first: datetime.date
    last: datetime.date
    frame: Frame = DESK

    def x(self, day: datetime.date) -> int:
        """Pixels from the left edge of the drawing; what lies outside stands at the edge of the days."""
        end = last_day(self.last)
        day = min(max(day, self.first), end)
        return self.frame.left + (day - self.first).days * self.frame.days // max(1, (end - self.first).days)

    def ticks(self) -> list[Tick]:
        months = month_range(self.first, self.last)
        step = next((step for step in (1, 3) if len(months) <= step * self.frame.most_ticks), 12)
        return [
            Tick(self.x(month), f"{month.year}年" if month.month == 1 else f"{month.month}月")
            for month in months
            if (month.month - 1) % step == 0
        ]


def axis_for(days: Sequence[datetime.date], today: datetime.date, frame: Frame = DESK) -> Axis:
    """Wide enough for all the days and today; at most MAX_MONTHS, around today, where plans reach further."""
    first, last = first_day(min([*days, today])), first_day(max([*days, today]))
    if months_apart(first, last) >= MAX_MONTHS:
        first = max(first, add_months(first_day(today), -MAX_MONTHS // 2))
        last = min(last, add_months(first, MAX_MONTHS - 1))
    return Axis(first, last, frame)


def weeks_of(month: datetime.date) -> list[list[datetime.date]]:
    """The weeks that the month touches, from Monday to Sunday."""
    day = first_day(month) - datetime.timedelta(days=first_day(month).weekday())
    weeks = []
    while day <= last_day(month):
        weeks.append([day + datetime.timedelta(days=number) for number in range(7)])
        day += datetime.timedelta(days=7)
    return weeks
