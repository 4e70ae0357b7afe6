"""Columns of the tables of this product: how amounts, shares, days and yes/no are shown and exported."""

import copy
import datetime
from collections import OrderedDict
from decimal import Decimal
from typing import Any, TypeVar

import django_tables2 as tables
from django.db import models
from django.utils import timezone

from yichuan_tracker.money import format_pct, format_wan
from yichuan_tracker.months import month_label

T = TypeVar("T", bound=type[tables.Table])


def copied_shallowly(table_class: T) -> T:
    """Decorator of a table with many columns, whose columns share what they were declared with.

    For every table that is made django-tables2 copies all columns to their depth: a twentieth of the list of projects."""
    table_class.base_columns = _Columns(table_class.base_columns)
    return table_class


class _Columns(OrderedDict[str, tables.Column]):
    def __deepcopy__(self, _memo: Any) -> OrderedDict[str, tables.Column]:
        return OrderedDict((name, copy.copy(column)) for name, column in self.items())


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


class ChoiceColumn(tables.Column):
    """The word for what is kept."""

    def __init__(self, choices: type[models.TextChoices], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = {key: str(word) for key, word in choices.choices}

    def render(self, value: str) -> str:
        return self.words[value]


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
