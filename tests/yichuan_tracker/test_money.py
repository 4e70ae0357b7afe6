from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuan_tracker.money import format_pct, format_wan, format_yi, round_half_up, wan_to_yi, yi_to_wan, yuan_to_wan

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("88.025", "88.03"),
        ("88.0249", "88.02"),
        ("2.5", "2.50"),
        ("-0.125", "-0.13"),
        ("-0.001", "0.00"),
        ("0", "0.00"),
    ],
)
def test_a_half_is_rounded_away_from_zero_and_zero_has_no_minus(value, rounded):
    assert str(round_half_up(Decimal(value))) == rounded


def test_a_third_is_rounded_from_its_exact_value():
    assert round_half_up(Fraction(200, 3)) == Decimal("66.67")
    assert round_half_up(Fraction(5, 2), places=0) == Decimal(3)


def test_rounding_does_not_depend_on_the_decimal_precision():
    assert str(round_half_up(Decimal("1234567890123456789012345678901.005"))) == "1234567890123456789012345678901.01"


@pytest.mark.parametrize("function", [round_half_up, format_wan, format_yi, yi_to_wan, yuan_to_wan, wan_to_yi])
def test_a_float_is_refused(function):
    with pytest.raises(TypeError):
        function(0.1)


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="not an amount"):
        round_half_up(Decimal(value))


def test_the_published_totals_of_2023_read_in_yi_as_the_county_published_them():
    assert format_yi(Decimal("7585100.00")) == "758.51"
    assert format_yi(Decimal("2969800.00")) == "296.98"


def test_wan_are_written_with_thousands_and_two_places():
    assert format_wan(Decimal("12000")) == "12,000.00"
    assert format_wan(Decimal("-0.001")) == "0.00"


def test_a_missing_amount_is_a_dash_and_not_a_zero():
    assert format_wan(None) == format_yi(None) == format_pct(None) == "—"


def test_a_share_is_written_as_a_percentage():
    assert format_pct(Fraction(5100, 12000)) == "42.50%"


def test_units_of_money_are_converted():
    assert yi_to_wan(Decimal("1.2")) == Decimal("12000.00")
    assert yuan_to_wan(Decimal("32000000")) == Decimal("3200.00")
    assert yuan_to_wan(50) == Decimal("0.01")


@given(amounts)
def test_rounding_moves_by_at_most_half_a_unit_and_is_done_after_once(value):
    rounded = round_half_up(value)
    assert abs(rounded - value) <= Decimal("0.005")
    assert round_half_up(rounded) == rounded


@given(st.integers(min_value=-(10**8), max_value=10**8))
def test_yi_with_two_places_survive_the_way_to_wan_and_back(hundredths):
    yi = Decimal(hundredths) / 100
    assert wan_to_yi(yi_to_wan(yi)) == yi
