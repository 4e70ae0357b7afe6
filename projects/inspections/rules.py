"""What is counted about visits: days on site, never speed, never clicks, never where a telephone was."""

import datetime
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import TextChoices

from yichuan_tracker.months import day_label

S = TypeVar("S", bound=Hashable)


class CheckResult(TextChoices):
    """What was seen at a point of the checklist; a point without an answer was not looked at."""

    FINE = "fine", "没问题"
    BAD = "bad", "有问题"


class RecheckResult(TextChoices):
    """复查：whether what an earlier visit found has been mended."""

    DONE = "done", "已整改"
    PARTLY = "partly", "部分整改"
    NOT_DONE = "not_done", "未整改"


@dataclass(frozen=True)
class InspectionTargets:
    """周督查: at least so many different days a week on site; a project not seen for so many days is named. These are the
    usual numbers; the county's own are a row (InspectionParameters)."""

    days_per_week: int = 2
    unseen_days: int = 30


DEFAULT_TARGETS = InspectionTargets()


def onsite_days(visits: Iterable[tuple[S, datetime.date]]) -> dict[S, list[datetime.date]]:
    """{who: the different days on site, in order}. Two projects on one day are one day."""
    days: dict[S, set[datetime.date]] = defaultdict(set)
    for who, day in visits:
        days[who].add(day)
    return {who: sorted(seen) for who, seen in days.items()}


def days_missing(days: int, targets: InspectionTargets = DEFAULT_TARGETS) -> int:
    """How many days are missing to the week's target; 0 when it is met."""
    return max(0, targets.days_per_week - days)


def days_unseen(last_on: datetime.date | None, today: datetime.date) -> int | None:
    """Days since the last visit; None when there never was one."""
    return None if last_on is None else (today - last_on).days


def is_unseen(
    last_on: datetime.date | None, today: datetime.date, targets: InspectionTargets = DEFAULT_TARGETS
) -> bool:
    """Never visited, or longer ago than the limit; exactly the limit is not yet unseen."""
    days = days_unseen(last_on, today)
    return days is None or days > targets.unseen_days


def refuse_date(inspected_on: datetime.date, today: datetime.date, *, is_on_paper: bool = False) -> str:
    """Why a visit cannot have been on that day (Chinese), or nothing. Late entries are welcome: a week's visits may be
    entered on Friday, last year's may not, unless they stand in a record that was kept then (`is_on_paper`)."""
    if inspected_on > today:
        return f"督查日期不能晚于今天（{day_label(today)}）。"
    if (today - inspected_on).days > 366 and not is_on_paper:
        return f"督查日期{day_label(inspected_on)}早于一年以前，请核对年份。"
    return ""


def on_site_words(workers: int | None, machines: int | None) -> str:
    """现场 60 人、机械 2 台; what nobody counted is left out, a zero is said."""
    counted = ((workers, "现场 {} 人"), (machines, "机械 {} 台"))
    return "、".join(words.format(number) for number, words in counted if number is not None)


def recheck_words(result: str, note: str) -> str:
    """部分整改：护栏还差 20 米."""
    label = RecheckResult(result).label
    return f"{label}：{note}" if note else label


def refuse_recheck(*, same_project: bool, found_on: datetime.date, seen_on: datetime.date) -> str:
    """Why a visit cannot be the 复查 of a finding (Chinese), or nothing. The same day will do: mended before one left."""
    if not same_project:
        return "这条问题是别的项目的，不能在这次督查里复查。"
    if seen_on < found_on:
        return f"这条问题是{day_label(found_on)}发现的，复查不能早于那天；请核对督查日期。"
    return ""


def points_of(text: str) -> list[str]:
    """The points of a checklist as they were typed, one a line; numbers in front of them and repeats are dropped."""
    lines = (re.sub(r"^\s*(\d+\s*[.、．)）]|[-·*])\s*", "", line).strip() for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))
