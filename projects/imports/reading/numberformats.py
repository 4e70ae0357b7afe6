"""Number formats of a workbook: which turn a number into a date, and which print a unit of money."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

# Built-in formats that show a date; 27–36 and 50–58 do so in Chinese Excel and WPS.
BUILT_IN_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58})
QUOTED = re.compile(r'"([^"]*)"')
SKIPPED = re.compile(r"\[[^\]]*\]|\\.|_.|\*.")
MONEY_UNIT = re.compile(r"(亿元|亿|万元|万)")


@lru_cache(maxsize=1024)
def is_date_format(code: str) -> bool:
    """True when a number with this format is shown with a year, month or day."""
    bare = SKIPPED.sub("", QUOTED.sub("", code)).split(";")[0].lower()
    if "general" in bare or "g/通用格式" in bare:
        return False
    bare = bare.replace("am/pm", "").replace("上午/下午", "")
    if "y" in bare or "d" in bare or "e" in re.sub(r"e[+-]", "", bare):
        return True
    return "m" in bare and "h" not in bare and "s" not in bare and "0" not in bare and "#" not in bare


@lru_cache(maxsize=1024)
def printed_unit(code: str) -> str:
    """The unit of money that the format prints behind an unscaled number, or an empty text."""
    section = code.split(";", maxsplit=1)[0]
    literal = "".join(QUOTED.findall(section)) + re.sub(r'"[^"]*"', "", section).replace("\\", "")
    found = MONEY_UNIT.search(literal)
    if not found or re.search(r"[0#?],+(?![0#?])", section) or "!." in section or "\\." in section:
        return ""
    return found.group(1) if found.group(1).endswith("元") else found.group(1) + "元"


def serial_date(serial: Decimal, *, from_1904: bool = False) -> date | None:
    """The day that Excel means by a serial number; None outside 1900–2199."""
    days = int(serial)
    if from_1904:
        days += 1462
    if not 1 <= days <= 109_573:
        return None
    # Excel believes in 29 February 1900.
    return date(1899, 12, 30) + timedelta(days=days if days >= 60 else days + 1)
