"""Exact sums of many terms, brought over one denominator at once: adding Fractions one by one was a fifth of a month."""

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction


def total(values: Iterable[Decimal | Fraction]) -> Fraction:
    """The sum; 0 of nothing."""
    ratios = [value.as_integer_ratio() for value in values]
    denominator = math.lcm(*(below for _, below in ratios))
    return Fraction(sum(above * (denominator // below) for above, below in ratios), denominator)


def weighted_mean(values: Iterable[tuple[Decimal, Decimal | Fraction]]) -> Fraction | None:
    """Σ weight × value ÷ Σ weight of (weight, value); None when nothing weighs."""
    pairs = [(weight.as_integer_ratio(), value.as_integer_ratio()) for weight, value in values]
    weights = math.lcm(*(below for (_, below), _ in pairs))
    parts = math.lcm(*(below for _, (_, below) in pairs))
    whole = sum(above * (weights // below) for (above, below), _ in pairs)
    if not whole:
        return None
    weighed = sum(weight * (weights // under) * value * (parts // below) for (weight, under), (value, below) in pairs)
    return Fraction(weighed, parts * whole)
