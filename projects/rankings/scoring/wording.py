"""Numbers inside formulas: exact where four places suffice, marked ≈ where they do not."""

from decimal import Decimal
from fractions import Fraction

from yichuan_tracker.money import round_half_up

PLACES = 4


def plain(value: Decimal | Fraction | int) -> str:
    """21.25, 23.125, 88.0263 (rounded), without trailing zeros."""
    text = f"{round_half_up(value, PLACES):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_exact(value: Decimal | Fraction | int) -> bool:
    return round_half_up(value, PLACES) == Fraction(value)


def equals(value: Decimal | Fraction | int) -> str:
    """The sign and the number: = 0.85 or ≈ 0.8333."""
    return f"{'=' if is_exact(value) else '≈'} {plain(value)}"


def equals_pct(share: Fraction) -> str:
    """The sign and the percentage: = 42.5% or ≈ 58.3333%."""
    percent = share * 100
    return f"{'=' if is_exact(percent) else '≈'} {plain(percent)}%"


def weighted(weight: Decimal, worth: Fraction) -> str:
    """The last step of every item: "25 × 0.85 = 21.25"."""
    shown = plain(worth) + ("" if is_exact(worth) else "…")
    return f"{plain(weight)} × {shown} {equals(Fraction(weight) * worth)}"


def joined(values: list[Fraction]) -> str:
    """Summands: "21.25＋9＋12"."""
    return "＋".join(plain(value) for value in values)
