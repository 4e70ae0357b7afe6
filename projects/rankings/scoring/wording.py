"""Numbers inside formulas: exact where four places suffice, marked ≈ where they do not."""

from decimal import Decimal
from fractions import Fraction

PLACES = 4
_UNITS = 10**PLACES

Number = Decimal | Fraction | int


def _told(value: Number, times: int = 1) -> tuple[str, bool]:
    """The number (`times` as much) without trailing zeros, rounded half up to PLACES, and whether that is all of it. Whole numbers only: a
    month writes tens of thousands of them."""
    numerator, denominator = value.as_integer_ratio()
    if denominator == 1:
        return str(numerator * times), True
    units, rest = divmod(abs(numerator) * _UNITS * times, denominator)
    units += 2 * rest >= denominator
    whole, places = divmod(units, _UNITS)
    sign = "-" if numerator < 0 and units else ""
    text = f"{sign}{whole}.{places:0{PLACES}}".rstrip("0") if places else f"{sign}{whole}"
    return text, not rest


def plain(value: Number) -> str:
    """21.25, 23.125, 88.0263 (rounded), without trailing zeros."""
    return _told(value)[0]


def equals(value: Number) -> str:
    """The sign and the number: = 0.85 or ≈ 0.8333."""
    text, is_exact = _told(value)
    return f"{'=' if is_exact else '≈'} {text}"


def equals_pct(share: Fraction) -> str:
    """The sign and the percentage: = 42.5% or ≈ 58.3333%."""
    text, is_exact = _told(share, 100)
    return f"{'=' if is_exact else '≈'} {text}%"


def weighted(weight: Decimal, worth: Fraction, points: Fraction) -> str:
    """The last step of every item: "25 × 0.85 = 21.25"; `points` is the product."""
    text, is_exact = _told(worth)
    return f"{plain(weight)} × {text}{'' if is_exact else '…'} {equals(points)}"


def joined(values: list[Fraction]) -> str:
    """Summands: "21.25＋9＋12"."""
    return "＋".join(plain(value) for value in values)
