"""What ledgers of problems and of inspections say alike: by when something has to be done, and on which day it was done with."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from projects.imports.matching import values as read
from projects.imports.matching.result import WAITS, RowPlan
from projects.imports.matching.subjects import PARK
from projects.imports.reading.problems import option, question_id
from projects.problems.chat.rules import due_meant
from yichuan_tracker.workdays import Holidays

DAY = re.compile(r"(?:(?P<year>20\d\d)[-./年])?(?<!\d)(?P<month>\d{1,2})[-./月](?P<day>\d{1,2})(?!\d)")


def refuse(row: RowPlan, message: str, cure: str, *, key: str) -> None:
    """Keep the row out, and say why at the cell of `key`."""
    row.parked = True
    row.say("error", message, cure, key=key)


def read_due(
    row: RowPlan, first: datetime.date | None, today: datetime.date, holidays: Holidays
) -> datetime.date | None:
    """The deadline that the row names, also as a span (5个工作日内) from `first` or else today on; none before `first`."""
    written = str(row.values.get("due_on", ""))
    if not written:
        return None
    due = read.day(row, "due_on", written) if written[:4].isdigit() else due_meant(written, first or today, holidays)
    if due is not None and first is not None and due < first:
        row.say("warning", f"时限 {due} 早于 {first}，没有导入。", "请核对后在这里改正。", key="due_on")
        return None
    return due


def day_in(text: str, first: datetime.date, last: datetime.date) -> datetime.date | None:
    """The first day that the words name (2023-06-20 核查销号, 6月20日已整改), where it lies between these two."""
    for found in DAY.finditer(text):
        try:
            day = datetime.date(int(found["year"] or first.year), int(found["month"]), int(found["day"]))
        except ValueError:
            continue
        if first <= day <= last:
            return day
    return None


class Closings:
    """The day of what a ledger calls closed without a day; asked once for a sheet."""

    def __init__(self, answers: Mapping[str, str], today: datetime.date) -> None:
        self.answers, self.today = answers, today
        self.asked: set[str] = set()

    def day_of(self, row: RowPlan, likely: datetime.date, *, key: str, at: str) -> datetime.date | None:
        """`likely`: its deadline, or the day on which it was raised. None while the row waits, or is parked by an answer. `key`:
        the cell that says closed; `at`: the cell that should hold the day."""
        asked = question_id("closed_on", row.sheet)
        answer = self.answers.get(asked) or self.answers.get("*", "")
        if answer in ("due", "same"):
            day = min(likely, self.today)
            row.say("note", f"没有办结时间，按回答记为 {day}。", "知道的，可在这里补上。", key=at)
            return day
        if answer in ("park", "new"):
            refuse(row, "已销号而没有办结时间，这一行没有导入。", "请补上办结时间，只知道月份也可以。", key=at)
            return None
        row.is_open = True
        if asked in self.asked:
            row.say("note", "等待回答：没有办结时间的按哪一天记。", "请回答上面的问题。", about=WAITS)
            return None
        self.asked.add(asked)
        row.say(
            "question",
            "有的问题写着已销号（已整改），没有办结时间。按哪一天记？",
            "按时限记的，都算按期办结；要分清的，选“先不导入”，逐行补上办结时间。",
            key=key,
            id=asked,
            options=[option("due", "按办理时限记，没有时限的按反映时间记"), PARK],
        )
        return None
