"""Columns of the tables of this product: how amounts, shares, days and yes/no are shown and exported."""

import datetime
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils import timezone

from yichuan_tracker.money import format_pct, format_wan
from yichuan_tracker.months import month_label


class WanColumn(tables.Column):
    """An amount in 万元."""

    number_format = "#,##0.00"
    attrs = {"td": {"class": "num"}, "th": {"class": "num"}}

    def render(self, value: Decimal) -> str:
        return format_wan(value)

    def value(self, value: Decimal) -> Decimal:
        return value


class PctColumn(tables.Column):
    """A share (0.425) as 42.50%."""

    number_format = "0.00%"
    attrs = {"td": {"class": "num"}, "th": {"class": "num"}}

    def render(self, value: Any) -> str:
        return format_pct(value)

    def value(self, value: Any) -> Decimal:
        return Decimal(value) if isinstance(value, int | Decimal) else Decimal(value.numerator) / value.denominator


class NumberColumn(tables.Column):
    """A count or a score, aligned by its last digit."""

    attrs = {"td": {"class": "num"}, "th": {"class": "num"}}


class DayColumn(tables.Column):
    """A day as 2023-07-05."""

    number_format = "yyyy-mm-dd"
    attrs = {"td": {"class": "day"}, "th": {"class": "day"}}

    def render(self, value: datetime.date) -> str:
        return value.isoformat()

    def value(self, value: datetime.date) -> datetime.date:
        return value


class MonthColumn(tables.Column):
    """A month as 2023年6月."""

    attrs = {"td": {"class": "day"}, "th": {"class": "day"}}

    def render(self, value: datetime.date) -> str:
        return month_label(value)


class MomentColumn(tables.Column):
    """A moment as 2023-07-05 09:30, in the county's time."""

    number_format = "yyyy-mm-dd hh:mm"
    attrs = {"td": {"class": "day"}, "th": {"class": "day"}}

    def render(self, value: datetime.datetime) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"

    def value(self, value: datetime.datetime) -> datetime.datetime:
        return value
