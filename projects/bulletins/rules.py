"""Words of the bulletins (通报), their life, and the figures in their texts that no hand can change."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db.models import TextChoices

from yichuan_tracker.months import is_last_day, month_label


class BulletinKind(TextChoices):
    MONTH = "month", "月通报"
    INSPECTION = "inspection", "督查通报"


class BulletinState(TextChoices):
    DRAFT = "draft", "拟稿"
    PENDING = "pending", "待签发"
    ISSUED = "issued", "已印发"


NEXT_STATES: Mapping[str, frozenset[str]] = {
    BulletinState.DRAFT: frozenset({BulletinState.PENDING, BulletinState.ISSUED}),
    BulletinState.PENDING: frozenset({BulletinState.DRAFT, BulletinState.ISSUED}),
    BulletinState.ISSUED: frozenset(),
}


# The parts of a text in their order. 群发短文 stands apart: it is sent to the chat groups, not printed.
SLOTS: Mapping[str, str] = {
    "correction": "更正说明",
    "overview": "总体情况",
    "good": "推进较好的方面",
    "bad": "推进较慢的方面",
    "problems": "存在的主要问题",
    "next": "下步工作要求",
    "chat": "群发短文",
}
PRINTED_SLOTS = tuple(name for name in SLOTS if name != "chat")
CHAT_LIMIT = 300


def may_move(now: str, then: str) -> bool:
    return then in NEXT_STATES[now]


def period_label(first_on: datetime.date, last_on: datetime.date) -> str:
    """2023年6月 for a whole month, else 2023年6月26日至7月2日 (the second year only when it differs)."""
    if first_on.day == 1 and is_last_day(last_on) and (first_on.year, first_on.month) == (last_on.year, last_on.month):
        return month_label(first_on)
    year = "" if first_on.year == last_on.year else f"{last_on.year}年"
    return f"{first_on.year}年{first_on.month}月{first_on.day}日至{year}{last_on.month}月{last_on.day}日"


def title_of(kind: str, first_on: datetime.date, last_on: datetime.date) -> str:
    what = "重点项目建设情况" if kind == BulletinKind.MONTH else "重点项目督查情况"
    return f"关于{period_label(first_on, last_on)}{what}的通报"


# ---- figures in texts -------------------------------------------------------------------------------------------

# 〔完成率〕 stands for a figure; 〔2023〕 is the year of a document's number and stays as it is.
TOKEN = re.compile(r"〔(?!\d{4}〕)([^〔〕\n]{1,80})〕")
_TYPED = re.compile(r"(?<![\d.第前后])(\d[\d,，]*(?:\.\d+)?)\s*(%|％|个百分点|亿元|万元|分|个|项|次|天|名)(?!钟)")
_VALUE = re.compile(r"([\d,]+(?:\.\d+)?)(%|个百分点|亿元|万元|分|个|项|次|天|名)$")


@dataclass(frozen=True)
class TextNote:
    """What an editor has to know about a text. `is_refused`: it cannot be kept like this."""

    text: str
    is_refused: bool = False


def tokens_in(text: str) -> list[str]:
    """Names of the figures in `text`, in order, each once."""
    return list(dict.fromkeys(TOKEN.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its figures put in. Raises KeyError for a figure that the data do not have."""
    return TOKEN.sub(lambda found: values[found[1]], text)


def notes_on(text: str, proposed: str, values: Mapping[str, str]) -> list[TextNote]:
    """What to know about an edited text beside the proposed one: unknown figures (refused), figures taken out, and
    figures typed by hand that repeat or contradict the data."""
    names = tokens_in(text)
    notes = [
        TextNote(f"〔{name}〕不是本期数据里的数，请从“可用的数”里选，或删去这个括号。", is_refused=True)
        for name in names
        if name not in values
    ]
    gone = [name for name in tokens_in(proposed) if name not in names]
    if gone:
        notes.append(
            TextNote("与系统拟稿相比删去了：" + "、".join(f"{name}（{values.get(name, '—')}）" for name in gone))
        )
    nearby = [name for name in tokens_in(f"{proposed}{text}") if name in values]
    notes += [
        _typed_note(found[0], _amount(found[1], found[2]), nearby, values)
        for found in _TYPED.finditer(TOKEN.sub("〔〕", text))
        if found[0] not in proposed
    ]
    return notes


def _typed_note(
    typed: str, amount: tuple[Decimal, str] | None, nearby: list[str], values: Mapping[str, str]
) -> TextNote:
    same = [name for name, value in values.items() if _amount_of(value) == amount]
    if same:
        return TextNote(f"“{typed}”是手打的，数据里有这个数，建议改用〔{same[0]}〕，以后不会对不上。")
    unit = amount[1] if amount else ""
    alike = [f"{name} {values[name]}" for name in nearby if (_amount_of(values[name]) or (0, ""))[1] == unit]
    known = f"；本段里同单位的数是：{'、'.join(alike[:4])}" if alike else ""
    return TextNote(f"“{typed}”是手打的，与本期数据对不上{known}。请核对。")


def _amount_of(value: str) -> tuple[Decimal, str] | None:
    found = _VALUE.search(value)
    return _amount(found[1], found[2]) if found else None


def _amount(number: str, unit: str) -> tuple[Decimal, str] | None:
    try:
        return Decimal(re.sub("[,，]", "", number)), unit.replace("％", "%")
    except InvalidOperation:
        return None


def chat_fault(text: str) -> str:
    """Why a filled-in 群发短文 cannot be sent, or nothing."""
    count = len(text)
    return (
        f"群发短文填上数后有 {count} 字，最多 {CHAT_LIMIT} 字，请删去 {count - CHAT_LIMIT} 字。"
        if count > CHAT_LIMIT
        else ""
    )
