"""Milestones typed into one cell: `6月：基础施工` on a line each."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from projects.imports.reading.dates import NUMERALS, QUARTERS, Point, month_end
from projects.imports.reading.text import clean, is_blank_word, one_line

MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
WHEN = (
    r"(?:(?P<year>20\d{2})\s*[年.]\s*)?(?P<word>今年|本年|当年|次年|明年)?"
    rf"(?:(?P<months>{MONTH}(?:\s*月?份?\s*[-—–~～至到、,，]\s*{MONTH})*)\s*月份?\s*(?:(?P<day>[0-3]?\d)\s*[日号])?"
    r"|第?(?P<quarter>[一二三四1-4])季度|(?P<half>上半年|下半年|年底|年末|年内|全年|年中))"
    r"(?P<part>上旬|中旬|下旬|中)?\s*(?:底之?前|底|末|份|之?前|以前|初|内)*"
)
NODE = re.compile(
    rf"(?:^|(?<=[\n；;。，,]))[\s●◆·•\-]*(?:[①-⑳]\s*|[（(]?\d{{1,2}}(?:[)）]|[.．、](?!\d)|[.．](?=\d{{1,2}}月)))?\s*(?:预计|计划|力争|确保)?{WHEN}\s*(?P<sep>[：:，,、]|(?=[^\s\d]))\s*"
)
HALF_WIDTH = str.maketrans("０１２３４５６７８９－～．", "0123456789-~.")
PART_ENDS = {"上旬": 10, "中旬": 20, "中": 15}


@lru_cache(maxsize=16384)
def read_nodes(text: str, year: int | None, default_due: date | None) -> tuple[tuple[str, str], ...]:
    """(due, text) for each milestone of a cell, due as `YYYY-MM-DD` or empty when nothing tells the month.

    Without a day the last day of the last month named; a month without a year takes `year`;
    text before or without any month takes `default_due` (the end of the column's quarter or month).
    """
    cleaned = clean(text).translate(HALF_WIDTH)
    if not cleaned or is_blank_word(cleaned):
        return ()
    found = list(NODE.finditer(cleaned))
    nodes: list[tuple[str, str]] = []
    fallback = default_due.isoformat() if default_due else ""
    head = _tidy(cleaned[: found[0].start()] if found else cleaned)
    if head:
        nodes.append((fallback, head))
    for index, match in enumerate(found):
        stop = found[index + 1].start() if index + 1 < len(found) else len(cleaned)
        words = _tidy(cleaned[match.end() : stop])
        if words:
            nodes.append((_due(match, year or (default_due.year if default_due else None)), words))
    return tuple(nodes)


def _tidy(text: str) -> str:
    return one_line(text).strip(" ；;。，,、\n")


def _due(match: re.Match[str], year: int | None) -> str:
    year = int(match["year"]) if match["year"] else year
    if year is None:
        return ""
    if match["word"] in ("次年", "明年"):
        year += 1
    if match["quarter"]:
        return month_end(year, QUARTERS[match["quarter"]]).isoformat()
    if match["half"]:
        return month_end(year, 6 if match["half"] in ("上半年", "年中") else 12).isoformat()
    last = re.findall(MONTH, match["months"])[-1]
    month = NUMERALS.get(last) or int(last)
    end = month_end(year, month)
    if match["day"] and 1 <= int(match["day"]) <= end.day:
        return end.replace(day=int(match["day"])).isoformat()
    return end.replace(day=PART_ENDS.get(match["part"] or "", end.day)).isoformat()


def due_of(point: Point | None, year: int | None) -> str:
    """The day a milestone is due, `YYYY-MM-DD`: the last of the month where no day is named; empty without a month."""
    year = point.year or year if point else year
    if point is None or point.month is None or year is None:
        return ""
    end = month_end(year, point.month)
    return (end.replace(day=point.day) if point.day and point.day <= end.day else end).isoformat()
