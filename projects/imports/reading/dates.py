"""Months and periods as people type them: `2023.3`, `2023年3月—2024年底`, `3月底前`, `2023Q1`, Excel's serials."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from projects.imports.reading.grid import Value
from projects.imports.reading.numberformats import serial_date
from projects.imports.reading.text import is_blank_word, one_line, tight

A_MONTH = re.compile(r"(?:(?P<year>20\d{2})[年.-])?(?P<month>1[0-2]|0?[1-9])(?:月份?)?(?:-01)?")
NUMERALS = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
    "十二": 12,
}
QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}
CHINESE_YEAR = re.compile(r"(?:二[〇零○oO0]|一九)[〇零○oO0一二三四五六七八九]{2}(?=年)")
CHINESE_DIGITS = {
    **dict.fromkeys("〇零○oO0", "0"),
    **{sign: str(at) for at, sign in enumerate("一二三四五六七八九", 1)},
}
CHINESE_MONTH = re.compile(r"(?<=年)(十[一二]?|[一二三四五六七八九])(?=月)")
LEAD = r"(?:大约|约|于|至|到|预计|计划|拟|力争|确保|原计划|截至|截止|从|自|已于|在)*"
TAIL = r"(?:底之?前|底|末|前|初|中旬|上旬|下旬|中|左右|以前|之前|内|份|完成|止)*"
YEAR = r"(?P<year>20\d{2}|19\d{2}|\d{2}(?=年))"
YEAR_MONTH = re.compile(
    rf"{LEAD}{YEAR}(?:年度?|(?P<sep>[./-]))(?P<month>1[0-2]|0?[1-9])(?!\d)"
    rf"(?:月份?|(?=[./-]|$|[^\d]))(?:(?:(?P=sep)|(?<=月))(?P<day>[0-3]?\d)(?:日|号)?)?{TAIL}"
)
COMPACT = re.compile(rf"(?P<year>20\d{{2}}|19\d{{2}})(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)?{TAIL}")
STAMP = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})[T ]?\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?")
QUARTER = re.compile(rf"{LEAD}(?:{YEAR}年?度?)?-?(?:[Qq](?P<q>[1-4])|第?(?P<name>[一二三四1-4])季度?){TAIL}")
HALF = re.compile(rf"{LEAD}(?:{YEAR}年?度?)?(?P<half>上半年|下半年|年底|年末|年内|年初|年中|全年|底){TAIL}")
MONTH_ONLY = re.compile(
    rf"{LEAD}(?:(?P<this>今年|本年|当年))?(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?(?:(?P<day>[0-3]?\d)[日号])?{TAIL}"
)
YEAR_ONLY = re.compile(rf"{LEAD}(?P<year>20\d{{2}}|19\d{{2}})年?度?{TAIL}")
HALF_ENDS = {"上半年": 6, "年中": 6, "年初": 1}
STARTED = re.compile(r"[^,;，。]*?(?:开工|动工|开始|启动|开建)")
FINISHED = re.compile(r"[^,;，。]*?(?:竣工|完工|建成|投产|完成|交付|结束|投用)")
SHORT_PERIOD = re.compile(
    r"(?:1[5-9]|2\d|3[0-5])[./](?:1[0-2]|0?[1-9])[-至到](?:1[5-9]|2\d|3[0-5])[./](?:1[0-2]|0?[1-9])"
)
SHORT_YEARS = (15, 36)  # no month of these: `23.06` is a year and its month
SHORT_MONTH = re.compile(r"(?:1[5-9]|2\d|3[0-5])([./-])(?:1[0-2]|0?[1-9])(?:\1(?:[12]\d|3[01]|0?[1-9]))?(?:月?底|月)?")
NOT_A_DATE = re.compile(
    r"(待定|未定|未开工|暂无|未确定|已开工|已竣工|已完工|已投产|正在谋划|谋划中|前期|不涉及|不需要?|无需(?:办理)?|无|长期|-)+"
)

# Of a term that has no end: what a person writes, and what stands for it.
ENDLESS = re.compile(r"(?:长期|永久|不限期?|无(?:固定)?期限|不定期限?)(?:有效)?")
OPEN = "长期"


@dataclass(frozen=True)
class Point:
    """A month read off a cell; `year` or `month` None where the text does not give it."""

    year: int | None
    month: int | None
    day: int | None = None

    def text(self, default_year: int | None = None) -> str:
        """`2023-03`, or an empty text when year or month are unknown."""
        year = self.year or default_year
        return f"{year:04d}-{self.month:02d}" if year and self.month else ""


@dataclass(frozen=True)
class When:
    """What a cell says: one point or a period. `doubt` is Chinese; `choices` are the months it may mean; `is_spoken` where
    its own words tell the start from the completion."""

    first: Point | None = None
    last: Point | None = None
    doubt: str = ""
    choices: tuple[str, ...] = ()
    is_spoken: bool = False


BLANK = When()


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


@lru_cache(maxsize=16384)
def read_point(text: str) -> Point | None:
    """One month (or a year alone) that fills the whole text, else None."""
    for pattern in (YEAR_MONTH, COMPACT, STAMP):
        if found := pattern.fullmatch(text):
            day = int(found["day"]) if found["day"] else None
            if day is not None and not 1 <= day <= 31:
                return None
            return Point(_year(found["year"]), int(found["month"]), day)
    if found := QUARTER.fullmatch(text):
        return Point(_year(found["year"]), QUARTERS[found["q"] or found["name"]])
    if found := HALF.fullmatch(text):
        if found["half"] == "底" and not found["year"]:
            return None
        return Point(_year(found["year"]), HALF_ENDS.get(found["half"], 12))
    if found := MONTH_ONLY.fullmatch(text):
        name = found["month"]
        return Point(None, NUMERALS.get(name) or int(name), int(found["day"]) if found["day"] else None)
    if found := YEAR_ONLY.fullmatch(text):
        return Point(int(found["year"]), None)
    return None


def _year(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


def month_of_row(value: Value, year: int | None) -> str:
    """`2023-06` of a cell that says of which month its row tells (`6月`, `2023.6`, a day); else an empty text."""
    if isinstance(value, Decimal) and value % 1 == Decimal("0.1"):
        return ""  # the number 2023.1 may have been typed as 2023.10
    text = value.isoformat()[:10] if isinstance(value, date) else tight(str(value)).removesuffix(".0")
    found = A_MONTH.fullmatch(text)
    if found is None or not (found["year"] or year):
        return ""
    return f"{int(found['year'] or year or 0):04d}-{int(found['month']):02d}"


def read_when(value: Value | None) -> When:
    """The month or period in a cell of a date column."""
    if value is None:
        return BLANK
    if isinstance(value, bool):
        return When(doubt="是是否值，不是日期")
    if isinstance(value, date):
        return When(Point(value.year, value.month, value.day))
    if isinstance(value, Decimal):
        return read_number(value)
    return _text_when(value)


@lru_cache(maxsize=16384)
def read_number(value: Decimal) -> When:
    """`2023.3` as a number is March, `23.3` too; `2023.1` may be January or October and is left open."""
    if SHORT_YEARS[0] <= value < SHORT_YEARS[1] and value % 1:
        value += 2000
    text = format(value.normalize(), "f")
    if found := re.fullmatch(r"(20\d{2}|19\d{2})\.(\d{1,2})", text):
        year, month = int(found[1]), int(found[2])
        if found[2] == "1":
            return When(
                doubt="可能是1月，也可能是10月（Excel 会把 2023.10 存成 2023.1）", choices=(f"{year}-01", f"{year}-10")
            )
        return When(Point(year, month)) if 1 <= month <= 12 else When(doubt="月份不在 1—12 之间")
    if re.fullmatch(r"20\d{2}|19\d{2}", text):
        return When(Point(int(text), None))
    if point := read_point(text) if re.fullmatch(r"\d{6}|\d{8}", text) else None:
        return When(point)
    if Decimal(30_000) <= value <= Decimal(60_000):
        day = serial_date(value)
        if day:
            return When(Point(day.year, day.month, day.day))
    return When(doubt="不是能读的日期")


@lru_cache(maxsize=16384)
def _text_when(value: str) -> When:
    text = _arabic(tight(value))
    if SHORT_PERIOD.fullmatch(text):
        text = re.sub(r"(?<!\d)(\d{2})(?=[./]\d)", r"20\1", text)
    elif SHORT_MONTH.fullmatch(text):
        text = f"20{text}"
    if is_blank_word(text) or NOT_A_DATE.fullmatch(text):
        return BLANK
    if re.fullmatch(r"[3-5]\d{4}", text):
        return read_number(Decimal(text))
    bare = re.sub(r"\((?:计划|预计|暂定|拟|实际|已|调整)[^)]*\)$", "", text).rstrip("。.;")
    if point := read_point(bare):
        return When(point)
    if period := _period(bare) or _two_lines(value):
        return period
    if spoken := _spoken(bare):
        return spoken
    return When(doubt="不是能读的日期")


def read_term(value: Value) -> tuple[str, str]:
    """First and last day of a term, `2024-05-31`; an empty text for what is not said, OPEN without an end, and for the last day
    the words themselves where they tell none (`有效期一年`)."""
    words = value if isinstance(value, str) else None
    if words is not None:
        bare = re.sub(r"^(?:有效|保护)期?限?[为至:]*|起(?=[-至到])", "", tight(words))
        if ENDLESS.fullmatch(bare):
            return "", OPEN
        value = bare
    when = read_when(value)
    last = when.last or when.first
    if last is None and not when.doubt:
        return "", ""
    first, until = _day_of(when.first if when.last else None, 1), _day_of(last, 31)
    return (first, until) if until else ("", one_line(words or str(value)))


def _day_of(point: Point | None, day: int) -> str:
    """The day, where none is given the month's `day` or its last."""
    if point is None or point.year is None or point.month is None:
        return ""
    end = month_end(point.year, point.month)
    return f"{point.text()}-{point.day or min(day, end.day):02d}"


def _arabic(text: str) -> str:
    """`二〇二三年三月` → `2023年3月`."""
    text = CHINESE_YEAR.sub(lambda found: "".join(CHINESE_DIGITS[sign] for sign in found[0]), text)
    return CHINESE_MONTH.sub(lambda found: str(NUMERALS[found[0]]), text)


def _period(text: str) -> When | None:
    best: When | None = None
    for index, sign in enumerate(text):
        if sign not in "-至到/":
            continue
        right_text = text[index + 1 :].lstrip("-至到")
        left, right = read_point(text[:index].rstrip("-至到")), read_point(right_text)
        if left is None and re.search(r"年\d{1,2}$", text[:index]):
            left = read_point(text[:index] + "月")
        if left is None or left.year is None:
            continue
        if right is None and left.month and re.fullmatch(r"1[0-2]|0?[1-9]", right_text):
            right = Point(left.year, int(right_text))
        if right is None:
            continue
        if right.year is None:
            right = Point(left.year, right.month, right.day)
        found = When(left, right)
        if left.month and right.month:
            return found if _in_order(left, right) else When(doubt="结束早于开始")
        best = best or found
    return best


def _two_lines(value: str) -> When | None:
    """Begin on one line of the cell, end on the next."""
    lines = [_arabic(tight(line)) for line in value.splitlines() if line.strip()]
    points = [point for line in lines if (point := read_point(line))]
    if len(lines) != 2 or len(points) != 2 or not points[0].year:
        return None
    return _period(f"{lines[0]}-{lines[1]}")


def _in_order(left: Point, right: Point) -> bool:
    return (left.year or 0, left.month or 0) <= (right.year or 0, right.month or 0)


def _spoken(text: str) -> When | None:
    """`2023年3月开工，2024年底竣工` and parts of it."""
    points: dict[str, Point] = {}
    for part in re.split(r"[,;。、]", text):
        for pattern, key in ((STARTED, "first"), (FINISHED, "last")):
            if key not in points and pattern.match(part):
                words = re.sub(
                    r"(?:已|正式|全面|主体|项目|全部|基本|实现)*(?:开工|动工|开始|启动|开建|竣工|完工|建成|投产|完成|交付|结束|投用).*$",
                    "",
                    part,
                )
                if point := read_point(words):
                    points[key] = point
    if not points:
        return None
    first, last = points.get("first"), points.get("last")
    if first and last and last.year is None:
        last = Point(first.year, last.month, last.day)
    return When(first, last, is_spoken=True)
