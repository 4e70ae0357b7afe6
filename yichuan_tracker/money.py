"""Money in 万元 and 亿元: the only conversions and the only rounding in the code base.

Amounts are stored in 万元. Floats are refused: they have lost the amount before they arrive.
"""

from decimal import Decimal
from fractions import Fraction

Amount = Decimal | Fraction | int

WAN_PER_YI = 10_000
YUAN_PER_WAN = 10_000
NOT_GIVEN = "—"
_CENT = Decimal("0.01")


def round_half_up(value: Amount, places: int = 2) -> Decimal:
    """`value` with exactly `places` decimals; a half goes away from zero (四舍五入), and zero never carries a minus.

    Exact for any size: the decimal context's precision plays no part. Raises TypeError for a float,
    ValueError for NaN or infinity.
    """
    if places == 2 and isinstance(value, Decimal) and value.same_quantum(_CENT):
        return value or abs(value)
    return Decimal(f"{_units(value, places)}E-{places}")


def yi_to_wan(yi: Amount) -> Decimal:
    """亿元 as 万元, 2 places."""
    return round_half_up(_exact(yi) * WAN_PER_YI)


def yuan_to_wan(yuan: Amount) -> Decimal:
    """元 as 万元, 2 places (a hundredth of a 万元 is 100 元; what is smaller is rounded)."""
    return round_half_up(_exact(yuan) / YUAN_PER_WAN)


def wan_to_yi(wan: Amount) -> Decimal:
    """万元 as 亿元, 2 places, for headlines and prose."""
    return round_half_up(_exact(wan) / WAN_PER_YI)


def format_wan(wan: Amount | None) -> str:
    """An amount of 万元 as tables show it, "12,000.00"; "—" when there is none."""
    return NOT_GIVEN if wan is None else f"{round_half_up(wan):,f}"


def format_yi(wan: Amount | None) -> str:
    """An amount of **万元** as headlines show it in 亿元, "758.51"; "—" when there is none."""
    return NOT_GIVEN if wan is None else f"{wan_to_yi(wan):,f}"


def format_pct(share: Amount | None) -> str:
    """A share (0.425) as a percentage with two places, "42.50%"; "—" when there is none."""
    if share is None:
        return NOT_GIVEN
    units = _units(share, 4)
    whole, places = divmod(abs(units), 100)
    return f"{'-' if units < 0 else ''}{whole}.{places:02}%"


def ratio(part: Amount, whole: Amount) -> Fraction:
    """`part` ÷ `whole`, exactly; in whole numbers, a third of what dividing two Fractions takes. Raises ZeroDivisionError."""
    (above, under), (whole_above, whole_under) = part.as_integer_ratio(), whole.as_integer_ratio()
    return Fraction(above * whole_under, under * whole_above)


def product(one: Amount, other: Amount) -> Fraction:
    """`one` × `other`, exactly and in whole numbers, as `ratio`."""
    (above, under), (other_above, other_under) = one.as_integer_ratio(), other.as_integer_ratio()
    return Fraction(above * other_above, under * other_under)


def _units(value: Amount, places: int) -> int:
    """How many of the last of `places` decimals, rounded half up. Whole-number arithmetic: ten times faster than Fractions, and
    lists round thousands of amounts."""
    _refuse_inexact(value)
    numerator, denominator = value.as_integer_ratio()
    units = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return -units if numerator < 0 else units


def _exact(value: Amount) -> Fraction:
    _refuse_inexact(value)
    return Fraction(value)


def _refuse_inexact(value: Amount) -> None:
    if isinstance(value, float):
        raise TypeError("Money and scores are never floats; pass a Decimal, Fraction or int.")
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"{value} is not an amount.")
