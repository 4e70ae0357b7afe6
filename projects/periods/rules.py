"""When a month may be filed for. The dates of a period are data; the days given here stand until a year has its rule."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices

from yichuan_tracker.months import day_label, first_day, last_day, next_month

DUE_DAY = 25
# Words of a 形象进度 that say that nothing was built this month.
IDLE_WORDS = "未开工、未动工、没有开工、没有动工、无进展、没有进展、停工"
PROBLEM_WORKDAYS = 5
CLOSING_DAY = 3
WHO_CAN_OPEN = "责任单位可以申请临时开放，由重点办负责人（或其副职）批准；重点办也可以写明理由推迟关账日"


class PeriodState(TextChoices):
    NOT_STARTED = "not_started", "未开始"
    OPEN = "open", "填报中"
    LATE = "late", "逾期填报"
    CLOSED = "closed", "已关账"


@dataclass(frozen=True)
class Decision:
    """Whether something may be done now; when not, why, since when, and who can open it (Chinese, for the screen)."""

    allowed: bool
    reason: str
    who_can_open: str = ""

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class Opening:
    """A granted exception (临时开放): one unit or project may still file until the end of `expires_on`. It closes itself."""

    expires_on: datetime.date
    reason: str
    approver: str


class ExceptionState(TextChoices):
    ASKED = "asked", "待审批"
    GRANTED = "granted", "已批准"
    REFUSED = "refused", "未批准"
    REVOKED = "revoked", "已撤回"


# Expiry is no state: a granted exception closes itself by its date.
EXCEPTION_STEPS: Mapping[str, frozenset[str]] = {
    ExceptionState.ASKED: frozenset({ExceptionState.GRANTED, ExceptionState.REFUSED, ExceptionState.REVOKED}),
    ExceptionState.GRANTED: frozenset({ExceptionState.REVOKED}),
    ExceptionState.REFUSED: frozenset(),
    ExceptionState.REVOKED: frozenset(),
}


def words_of(text: str) -> tuple[str, ...]:
    """The words of a field that names several, between 、 , or blanks."""
    return tuple(re.split(r"[、,，;；\s]+", text.strip("、,，;；\n\t ")))


def on_day(month: datetime.date, day: int) -> datetime.date:
    """The `day` of the month; a shorter month's last day."""
    return min(last_day(month), first_day(month) + datetime.timedelta(days=day - 1))


def default_due_on(month: datetime.date, day: int = DUE_DAY) -> datetime.date:
    return on_day(month, day)


def default_closing_on(month: datetime.date, day: int = CLOSING_DAY) -> datetime.date:
    """The `day` of the month after; a shorter month's last day."""
    return on_day(next_month(month), day)


@dataclass(frozen=True)
class PeriodDates:
    """One period of a year's plan: `covers_from` and `month` are first days, the same but for 1–2月."""

    covers_from: datetime.date
    month: datetime.date
    opens_on: datetime.date
    due_on: datetime.date
    closing_on: datetime.date


def periods_of_year(
    year: int, *, opening_day: int, due_day: int, closing_day: int, combines_first_months: bool
) -> list[PeriodDates]:
    """The year's periods by its rule: eleven with 1–2月 as one, else twelve. A combined period opens in its first month and
    falls due in its last. 29 February is met: a day that the month lacks is its last."""
    months = [datetime.date(year, number, 1) for number in range(1, 13)]
    spans = [(month, month) for month in months]
    if combines_first_months:
        spans[:2] = [(months[0], months[1])]
    return [
        PeriodDates(
            first, last, on_day(first, opening_day), on_day(last, due_day), on_day(next_month(last), closing_day)
        )
        for first, last in spans
    ]


def period_state(
    *, opens_on: datetime.date, due_on: datetime.date, closing_on: datetime.date, today: datetime.date
) -> PeriodState:
    """The state of a period on `today`. It begins on `opens_on` and closes by itself: the closing day is the last one on
    which anything may be filed. No stored flag is asked, so nothing need run at midnight."""
    if today < opens_on:
        return PeriodState.NOT_STARTED
    if today <= due_on:
        return PeriodState.OPEN
    return PeriodState.LATE if today <= closing_on else PeriodState.CLOSED


def is_late(filed_on: datetime.date, due_on: datetime.date) -> bool:
    """Filed after the due day. The due day itself is in time."""
    return filed_on > due_on


def may_file(
    *,
    label: str,
    opens_on: datetime.date,
    due_on: datetime.date,
    closing_on: datetime.date,
    today: datetime.date,
    exception: Opening | None = None,
) -> Decision:
    """Whether the period called `label` ("2023年6月") may be filed for today. Reading is never locked."""
    state = period_state(opens_on=opens_on, due_on=due_on, closing_on=closing_on, today=today)
    if state == PeriodState.NOT_STARTED:
        return Decision(False, f"{label}尚未开始填报，{day_label(opens_on)}起可以填报。", "到期自动开放，不用办理")
    if state == PeriodState.OPEN:
        return Decision(True, f"{label}正在填报，截止{day_label(due_on)}，还有{(due_on - today).days}天。")
    if state == PeriodState.LATE:
        return Decision(
            True, f"{label}报送截止日{day_label(due_on)}已过，{day_label(closing_on)}关账前仍可补报，按迟报计。"
        )
    if exception is not None and today <= exception.expires_on:
        return Decision(
            True,
            f"{label}已关账，经{exception.approver}批准单独开放至{day_label(exception.expires_on)}（{exception.reason}），"
            "按迟报计。",
        )
    why = f"{label}已于{day_label(closing_on)}终了时自动关账，不能再填报或修改，仍可查看。"
    if exception is not None:
        why += f"单独开放的期限{day_label(exception.expires_on)}也已过。"
    return Decision(False, why, WHO_CAN_OPEN)


# ---- the year's holidays, as pasted ----------------------------------------------------------------------------

_HOLIDAY_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})日?")
_HOLIDAY_WORDS: Mapping[str, bool] = {
    "休": False, "放假": False, "假": False, "休息": False, "班": True, "上班": True, "调休": True, "调休上班": True,
}  # fmt: skip
LONGEST_HOLIDAY_DAYS = 31


@dataclass(frozen=True)
class HolidayLine:
    day: datetime.date
    name: str
    is_workday: bool


def parse_holidays(text: str) -> tuple[list[HolidayLine], list[str]]:
    """Days of lines like "2024-02-10 春节 休", also with tabs (from Excel) and with a first and last day ("2024-02-10 至
    2024-02-17 春节 休"); and what is wrong, line by line, in Chinese. 休 is a holiday, 班 a weekend worked."""
    found: dict[datetime.date, HolidayLine] = {}
    wrong: list[str] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = unicodedata.normalize("NFKC", raw).strip()
        if not line:
            continue
        try:
            for one in _holiday_line(line):
                if one.day in found and found[one.day] != one:
                    raise ValueError(f"{one.day}前面已经有一行，写得不一样")
                found[one.day] = one
        except ValueError as error:
            wrong.append(f"第 {number} 行“{line[:40]}”：{error}。")
    return list(found.values()), wrong


def _holiday_line(line: str) -> list[HolidayLine]:
    days = []
    for match in list(_HOLIDAY_DAY.finditer(line))[:2]:
        try:
            days.append(datetime.date(int(match[1]), int(match[2]), int(match[3])))
        except ValueError:
            raise ValueError(f"没有 {match[0]} 这一天") from None
    if not days:
        raise ValueError("看不出日期，应写成“2024-01-01 元旦 休”的样子")
    words = [word for word in re.split(r"[\s,，、]+", _HOLIDAY_DAY.sub(" ", line)) if any(map(str.isalnum, word))]
    kinds = [word for word in words if word in _HOLIDAY_WORDS]
    if len(kinds) != 1:
        raise ValueError("请在最后写“休”（放假）或“班”（调休上班）")
    names = [word for word in words if word not in _HOLIDAY_WORDS and word not in {"至", "到", "星期"}]
    count = (days[-1] - days[0]).days + 1
    if not 1 <= count <= LONGEST_HOLIDAY_DAYS:
        raise ValueError("起止日期不对")
    name, is_workday = (names[0] if names else "节假日")[:40], _HOLIDAY_WORDS[kinds[0]]
    return [HolidayLine(days[0] + datetime.timedelta(days=step), name, is_workday) for step in range(count)]
