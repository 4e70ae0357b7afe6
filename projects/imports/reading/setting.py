"""Year and month of a sheet, from its titles, headings and the name of the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from projects.imports.reading.meaning import Column
from projects.imports.reading.text import tight, whole_years

YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?=年)")
SPAN_OF_YEARS = re.compile(r"20[0-4]\d年?-20[0-4]\d年")
LOOSE_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
PLAN_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)年?度?.{0,4}(?:计划|目标|任务|投资计划)")
BEFORE_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)年?度?(?:底|末|12月底)")
MONTH = re.compile(r"(?<![\d-])(?:\d{4}年)?(1[0-2]|0?[1-9])月份?(?!\d*日)(?:底|末)?")
CHINESE_DIGITS = {
    sign: index // 3 for index, sign in enumerate("〇零○一一一二二二三三三四四四五五五六六六七七七八八八九九九")
}
CHINESE_YEAR = re.compile("二[〇零○][一二三四][〇零○一二三四五六七八九](?=年)")
UP_TO = re.compile(r"(?:截至|截止|截止到|至)(?:\d{4}[年.])?(1[0-2]|0?[1-9])[月.]\d{0,2}日?")
SPAN = re.compile(r"1月?-(1[0-2]|0?[1-9])月")


def _arabic(text: str) -> str:
    """`二〇二四年` → `2024年`, blanks and widths evened out."""
    return CHINESE_YEAR.sub(
        lambda found: "".join(str(CHINESE_DIGITS[sign]) for sign in found[0]), whole_years(tight(text))
    )


def infer_years(titles: Sequence[str], columns: Sequence[Column], file_stem: str) -> int | None:
    """The year the sheet is about: heading of the plan, else title, else year after a stated year end, else file name."""
    headings = ["".join(column.tiers) for column in columns]
    planned = Counter(int(found[1]) for text in headings if (found := PLAN_YEAR.search(text)))
    titled = [int(found) for text in titles for found in YEAR.findall(SPAN_OF_YEARS.sub("", _arabic(text)))]
    if titled:
        return next((year for year in titled if year in planned), titled[0])
    if len(planned) == 1:
        return next(iter(planned))
    ends = {int(found[1]) for text in headings if (found := BEFORE_YEAR.search(text))}
    if not planned and len(ends) == 1 and any(re.search("完成", text) for text in headings):
        return next(iter(ends)) + 1
    plain = Counter(int(found) for text in headings for found in YEAR.findall(text))
    if len(plain) == 1 and not ends:
        return next(iter(plain))
    named = [int(found) for found in YEAR.findall(tight(file_stem))] or [
        int(found) for found in LOOSE_YEAR.findall(file_stem)
    ]
    return named[0] if named else None


def infer_month(titles: Sequence[str], columns: Sequence[Column]) -> int | None:
    """The month the sheet reports on: the end of a 1-N月 heading, the only month headed, or the month in a title."""
    headings = ["".join(column.tiers) for column in columns]
    spans = {int(found[1]) for text in headings if (found := SPAN.search(text))}
    if spans:
        return max(spans)  # `1-4月`, `1-5月`, `1-6月` side by side: the table stands at the last of them
    money = {int(found[1]) for text in headings if "投资" in text and (found := MONTH.search(SPAN.sub("", text)))}
    if len(money) == 1:
        return next(iter(money))
    for pattern in (SPAN, MONTH, UP_TO):
        for text in titles:
            if found := pattern.search(tight(text)):
                return int(found[1])
    return None
