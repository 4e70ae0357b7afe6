import datetime
from decimal import Decimal
from fractions import Fraction

from projects.guarantees.rules import Progress, refuse_day, year_share


def test_the_share_of_a_year_is_the_days_that_have_passed():
    assert year_share(2023, datetime.date(2023, 1, 1)) == Fraction(1, 365)
    assert year_share(2024, datetime.date(2024, 12, 31)) == 1
    assert year_share(2023, datetime.date(2022, 12, 31)) == 0
    assert year_share(2023, datetime.date(2024, 5, 1)) == 1


def test_progress_is_against_the_target_and_against_the_year():
    half = Progress(Decimal(80), Decimal(30), Fraction(1, 2))
    assert half.rate == Fraction(3, 8)
    assert half.points == Fraction(-25, 2)
    assert half.missing == 50
    assert Progress(Decimal(80), Decimal(90), Fraction(1)).missing == 0


def test_an_entry_is_of_the_targets_year_and_not_of_tomorrow():
    today = datetime.date(2023, 7, 5)
    assert not refuse_day(today, 2023, today)
    assert "晚于今天" in refuse_day(datetime.date(2023, 7, 6), 2023, today)
    assert "2023年" in refuse_day(datetime.date(2022, 12, 31), 2023, today)
