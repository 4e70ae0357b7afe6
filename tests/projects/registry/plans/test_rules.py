import datetime
from decimal import Decimal

import pytest

from projects.registry.plans.rules import split_refusal, spread_evenly, spread_quarters, start_of_import

YEAR = datetime.date(2023, 1, 1)


@pytest.mark.parametrize("total", ["0", "0.01", "100.00", "12000.00", "99999.97"])
def test_a_spread_adds_up_to_the_last_fen(total):
    months = spread_evenly(Decimal(total), 12)
    assert sum(months) == Decimal(total)
    assert len(set(months[:-1])) == 1
    assert min(months) >= 0


def test_a_quarter_stays_within_its_three_months():
    months = spread_quarters([Decimal(0), Decimal(100), Decimal("0.05"), Decimal(900)])
    assert [sum(months[start : start + 3]) for start in (0, 3, 6, 9)] == [0, 100, Decimal("0.05"), 900]
    assert months[3:6] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def test_a_split_is_whole_not_negative_and_adds_up_or_is_none_at_all():
    plan = Decimal(1200)
    assert split_refusal(plan, [None] * 12) == ""
    assert split_refusal(plan, [Decimal(100)] * 12) == ""
    assert "3月" in split_refusal(plan, [Decimal(100)] * 2 + [None] + [Decimal(100)] * 9)
    assert "负数" in split_refusal(plan, [Decimal(-100), Decimal(300)] + [Decimal(100)] * 10)
    assert "少 1.00 万元" in split_refusal(plan, [Decimal(99)] + [Decimal(100)] * 11)
    assert "多 1.00 万元" in split_refusal(plan, [Decimal(101)] + [Decimal(100)] * 11)


@pytest.mark.parametrize(
    ("day", "last", "start"),
    [
        (datetime.date(2023, 7, 5), None, datetime.date(2023, 7, 5)),
        (datetime.date(2022, 12, 20), None, YEAR),
        (datetime.date(2024, 2, 1), None, datetime.date(2023, 12, 31)),
        (datetime.date(2023, 7, 5), datetime.date(2023, 9, 1), datetime.date(2023, 9, 1)),
    ],
)
def test_the_plan_of_an_import_holds_from_its_day_inside_the_year_and_behind_the_last_step(day, last, start):
    assert start_of_import(day, 2023, last) == start
