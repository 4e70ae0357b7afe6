"""Amounts of money as people type them, in 万元."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from projects.imports.reading.grid import Value
from projects.imports.reading.text import is_blank_word, tight
from yichuan_tracker.money import round_half_up

UNITS: dict[str, Fraction] = {
    "亿元": Fraction(10_000),
    "千万元": Fraction(1_000),
    "百万元": Fraction(100),
    "十万元": Fraction(10),
    "万元": Fraction(1),
    "千元": Fraction(1, 10),
    "元": Fraction(1, 10_000),
}
CURRENCY = r"(?:美元|美金|欧元|日元|港元|港币|英镑|澳元|韩元|USD|EUR|HKD|(?:US)?\$)"
FOREIGN = re.compile(CURRENCY)
ABROAD = "写的是外币"
UNDECIDED = re.compile(r"(待定|未定|暂未.*|暂无|待核.*|待明确|测算中|待测算|未确定|不详|未提供|尚未.*|无)\.?。?")
BEFORE = r"(?:大约|约为|约|近|预计|估算|共计|合计|计|总投资额?|投资|人民币|RMB|¥|￥|:)*"
AFTER = r"(?:人民币|左右|以上|以内|余|多|整|\.|。)*"
SOURCE = r"(?:资金来源|来源|(?:全部|均)?(?:为|由)?(?:企业|业主|单位|公司|财政)?(?:自筹|资金|拨款)|专项债)"
ASIDE = rf"(?:\((?P<aside>[^()]*)\)|[,;。、]?(?:其中|含|包括|包含).*)*(?:[,;。、]?{SOURCE}[^\d+]*)?"
NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:,\d{4})+|\d+)(?:\.\d+)?|[-+]?\.\d+"
UNIT = r"亿元?|[十百千]?万元?|千元|元"
ONE = re.compile(rf"{BEFORE}(?P<number>{NUMBER})(?P<unit>{UNIT})?{AFTER}{ASIDE}(?P<late>{UNIT})?")
TWO = re.compile(rf"{BEFORE}(?P<yi>\d+(?:\.\d+)?)亿元?零?(?P<rest>\d+(?:\.\d+)?)(?P<unit>[百千]?万)元?{AFTER}{ASIDE}")
FIRST_UNIT = re.compile(rf"^(?:单位:?)?({UNIT})$")


@dataclass(frozen=True)
class Amount:
    """`wan` is None for a blank; `doubt` says in Chinese why a filled cell gave no amount."""

    wan: Decimal | None = None
    own_unit: str = ""
    doubt: str = ""
    aside: str = ""


BLANK = Amount()


def full_unit(unit: str) -> str:
    """`亿` → `亿元`, `千万` → `千万元`; a full one stays, and so does one of another currency."""
    return unit if unit.endswith("元") or FOREIGN.search(unit) else unit + "元"


def to_wan(number: Decimal, unit: str) -> Decimal:
    """`number` of `unit` in 万元, two places."""
    return round_half_up(Fraction(number) * UNITS[unit])


@lru_cache(maxsize=65536)
def _number_to_wan(number: Decimal, unit: str) -> Amount:
    return Amount(to_wan(number, unit))


def read_amount(value: Value | None, unit: str) -> Amount:
    """The amount in a cell whose column is counted in `unit`; a unit inside the cell wins."""
    if value is None:
        return BLANK
    if isinstance(value, (bool, date)):
        return Amount(doubt="是日期或是否值，不是金额")
    if isinstance(value, Decimal):
        return Amount(doubt=ABROAD) if FOREIGN.search(unit) else _number_to_wan(value, unit)
    return _text_amount(value, unit)


@lru_cache(maxsize=16384)
def _text_amount(value: str, unit: str) -> Amount:
    text = tight(value).replace("'", "")
    if is_blank_word(text) or UNDECIDED.fullmatch(text):
        return BLANK
    if FOREIGN.search(text):
        return Amount(doubt=ABROAD)
    if two := TWO.fullmatch(text):
        whole = to_wan(Decimal(two["yi"]), "亿元") + to_wan(Decimal(two["rest"]), full_unit(two["unit"]))
        return Amount(whole, "亿元", aside=two["aside"] or "")
    one = ONE.fullmatch(text)
    if not one:
        if re.fullmatch(rf"{BEFORE}\d[\d.,]*(?:{UNIT})?[-至到]\d[\d.,]*(?:{UNIT})?.*", text):
            return Amount(doubt="写的是一个范围，不知道取哪个数")
        return Amount(doubt="不是一个能读的金额")
    own = one["unit"] or one["late"] or ""
    aside = one["aside"] or ""
    if not own and (inside := FIRST_UNIT.match(aside)):
        own, aside = inside[1], ""
    number = Decimal(one["number"].replace(",", ""))
    own = full_unit(own) if own else ""
    if not own and FOREIGN.search(unit):
        return Amount(doubt=ABROAD)
    return Amount(to_wan(number, own or unit), own, aside=aside)


@lru_cache(maxsize=16384)
def plain_text_number(text: str) -> Decimal | None:
    """A bare number typed as text, else None."""
    bare = tight(text).replace(",", "")
    return Decimal(bare) if re.fullmatch(r"[-+]?\d+(\.\d+)?", bare) else None
