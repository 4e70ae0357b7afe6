"""What a chat text seems to be about: plain rules, shown for correction, never written unseen."""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping

from projects.registry.rules import name_key
from yichuan_tracker.workdays import Holidays, add_workdays

# Shorter common parts of names (建设, 工程) say nothing about which project is meant.
SHORTEST = 4
CANDIDATES = 5

# 张三 2023/7/5 10:21 and 2023-07-05 10:21:33 above a message, as chat programs paste them.
_STAMP = re.compile(r"^.{0,20}?\s*(?:\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s+)?\d{1,2}:\d{2}(?::\d{2})?\s*$")
_WORKDAYS = re.compile(r"(\d{1,2})个?工作日[之以]?内?")
_DAYS = re.compile(r"(\d{1,2})[天日][之以]?内")
_DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]?(?:[之以]?前|底前)")
_SOON = {"今天": 0, "今日": 0, "当天": 0, "明天": 1, "明日": 1, "后天": 2}
# Behind a unit's name: not 负责人反映, 主办的会议. And before it.
_LEADS, _SUPPORTS = re.compile(r"(?:牵头|主办|负责)(?!人|同志|的)"), re.compile(r"配合|协助|协办")
_CHARGED = re.compile(r"(?:请|由|要求|责成|督促|通知)[市县]?$")
_HURRY = re.compile(rf"({'|'.join(_SOON)})(?:[^，。；]{{0,4}})(?:前|内|办|解决|完成)")


def without_stamps(text: str) -> str:
    """The words alone as they were written, without the lines that say who wrote and when."""
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line and not _STAMP.match(unicodedata.normalize("NFKC", line)))


def projects_meant(text: str, names: Mapping[int, str]) -> list[int]:
    """Of {project: name}, those that the text seems to name: the longest common part first; at most CANDIDATES.

    Only parts of SHORTEST characters and more count. Empty when it names none.
    """
    key = name_key(text)
    scored = ((_longest_part(name_key(name), key), pk) for pk, name in names.items())
    found = sorted(((length, pk) for length, pk in scored if length >= SHORTEST), key=lambda one: (-one[0], one[1]))
    return [pk for _, pk in found[:CANDIDATES]]


def is_sure(text: str, names: Mapping[int, str], found: list[int]) -> bool:
    """Whether the first is named more fully than the second: else nobody is chosen."""
    key = name_key(text)
    parts = [_longest_part(name_key(names[pk]), key) for pk in found[:2]]
    return len(parts) == 1 or (len(parts) == 2 and parts[0] > parts[1])


def _longest_part(name: str, text: str) -> int:
    """How many characters in a row of `name` stand in `text`."""
    for length in range(len(name), SHORTEST - 1, -1):
        if any(name[start : start + length] in text for start in range(len(name) - length + 1)):
            return length
    return 0


def unit_meant(text: str, names: Iterable[tuple[str, int]]) -> int | None:
    """Of (name or alias, unit), the unit that the text has lead (交通局牵头), else one that is charged (请交通局), else the one
    whose longest name stands there, one that only supports (自然资源局配合) last."""
    key = name_key(text)
    keys = ((name_key(name), unit) for name, unit in names)
    found = [
        (_part_of(key[: one.start()], key[one.end() :]), len(name), unit)
        for name, unit in keys
        if name
        for one in re.finditer(re.escape(name), key)
    ]
    return max(found)[2] if found else None


def _part_of(before: str, following: str) -> int:
    """What the words around a unit's name make of it: the higher, the rather it leads."""
    if _LEADS.match(following):
        return 3
    if _SUPPORTS.match(following):
        return 0
    return 2 if _CHARGED.search(before) else 1


def category_meant(text: str, words: Mapping[str, str]) -> str:
    """Of {category: its words, 、 between}, the one with the most words in the text; nothing when none is there."""
    counted = {
        category: sum(word in text for word in re.split(r"[、,，\s]+", listed) if word)
        for category, listed in words.items()
    }
    best = max(counted.values(), default=0)
    return next((category for category, number in counted.items() if number == best), "") if best else ""


def due_meant(text: str, today: datetime.date, holidays: Holidays) -> datetime.date | None:
    """3个工作日内, 5天内, 7月20日前, 明天办结 as a day from today on; None when the text names none."""
    text = unicodedata.normalize("NFKC", text)
    if found := _WORKDAYS.search(text):
        return add_workdays(today, int(found[1]), holidays)
    if found := _DATE.search(text):
        return _day(int(found[1] or today.year), int(found[2]), int(found[3]), today)
    if found := _DAYS.search(text):
        return today + datetime.timedelta(days=int(found[1]))
    if found := _HURRY.search(text):
        return today + datetime.timedelta(days=_SOON[found[1]])
    return None


def _day(year: int, month: int, day: int, today: datetime.date) -> datetime.date | None:
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        return None
    return found if found >= today else None
