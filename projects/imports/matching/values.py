"""Texts of the reader as the values of fields; what does not fit is said and left out, never bent."""

import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from projects.imports.matching.result import RowPlan
from projects.imports.reading.text import clean, one_line
from projects.registry.rules import name_key, normalise_code
from yichuan_tracker.months import FIRST_YEAR, LAST_YEAR, last_day

# The same codes are asked for again and again within one file.
code_of = lru_cache(maxsize=65536)(normalise_code)
# Texts of several lines; all others are read in one line.
SEVERAL_LINES = frozenset(
    {
        "content", "remark", "goal", "goal_first_half", "goal_second_half", "progress", "issues",
        "text", "answer", "situation", "recheck",
    }
)  # fmt: skip
LARGEST = Decimal("999999999999.99")


def key_of_name(name: str) -> str:
    return name_key(name)[:200]


@lru_cache(maxsize=65536)
def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return amount if abs(amount) <= LARGEST else None


def amount(row: RowPlan, key: str, text: object, *, negative: bool = False) -> Decimal | None:
    """万元; None with a warning for what no field can hold."""
    found = _amount(str(text))
    if found is None:
        row.say("warning", f"“{text}”不是可以登记的金额，这一格没有导入。", "请核对数字和单位后重新导入。", key=key)
    elif found < 0 and not negative:
        row.say("warning", f"金额 {found} 万元为负数，这一格没有导入。", "请核对后重新导入。", key=key)
        return None
    return found


@lru_cache(maxsize=8192)
def _day(text: str) -> datetime.date | None:
    try:
        day = (
            last_day(datetime.date(int(text[:4]), int(text[5:7]), 1))
            if len(text) == 7
            else datetime.date.fromisoformat(text)
        )
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def iso_day(text: str) -> datetime.date | None:
    """The day written "2024-05-31"; None for anything else."""
    return _day(text) if len(text) == 10 else None


def day(row: RowPlan, key: str, text: object) -> datetime.date | None:
    """A day; a month is its last day, on which it falls due. None with a warning for anything else."""
    found = _day(str(text))
    if found is None:
        row.say(
            "warning", f"“{text}”不是可以登记的日期，这一格没有导入。", "请写成“2023年3月”的样子后重新导入。", key=key
        )
    return found


def month(text: str) -> datetime.date | None:
    """The first day of the month written "2023-06"."""
    found = _day(text[:7])
    return found.replace(day=1) if found else None


def same_day(known: datetime.date | None, found: datetime.date, text: object) -> bool:
    """A month in the file says the same as any day of that month that is known already."""
    if known is None:
        return False
    return known == found or (len(str(text)) == 7 and (known.year, known.month) == (found.year, found.month))


def same_text(name: str, known: str, found: str) -> bool:
    """Whether the text of field `name` says the same as the one that is known, which may have been typed in the browser with line
    breaks and blanks that no cell is read with."""
    if known == found:
        return True
    if name == "serial":
        known = known.rstrip(".、 ")
    return (clean(known) if name in SEVERAL_LINES else one_line(known)) == found


def text(row: RowPlan, key: str, value: object, longest: int, title: str) -> str:
    """The text, cut to what the field holds, with a warning when something is cut off."""
    found = str(value)
    if len(found) > longest:
        row.say(
            "warning",
            f"{title}有 {len(found)} 字，最多 {longest} 字，后面的没有导入。",
            "请在表中缩短后重新导入。",
            key=key,
        )
        return found[:longest]
    return found
