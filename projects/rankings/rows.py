"""The rows that a month's facts are read from, as plain values: a month reads tens of thousands, and a model object of each
took half of its time."""

import datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from django.db.models import QuerySet

T = TypeVar("T")


class ProjectRow(NamedTuple):
    pk: int
    name: str
    state: str
    total_wan: Decimal | None
    start_due_on: datetime.date | None
    end_due_on: datetime.date | None
    actual_start_on: datetime.date | None
    actual_end_on: datetime.date | None


class PlanRow(NamedTuple):
    project_id: int
    pk: int
    year: int
    label: str
    in_force_wan: Decimal | None
    to_month_wan: Decimal | None
    in_month_wan: Decimal | None


class EntryRow(NamedTuple):
    project_id: int
    pk: int
    entered_on: datetime.date | None


class ReportRow(NamedTuple):
    project_id: int
    pk: int
    month: datetime.date
    covers_from: datetime.date
    state: str
    planned_wan: Decimal | None
    done_wan: Decimal | None
    progress: str
    note: str
    submitted_at: datetime.datetime | None
    first_submitted_at: datetime.datetime | None
    times_returned: int


class MilestoneRow(NamedTuple):
    project_id: int
    pk: int
    name: str
    in_force_on: datetime.date
    counted_on: datetime.date | None
    actual_on: datetime.date | None
    weight: Decimal


class PermitRow(NamedTuple):
    project_id: int
    pk: int
    type_name: str
    is_before_start: bool
    state: str
    due_on: datetime.date | None
    obtained_on: datetime.date | None
    valid_until: datetime.date | None
    owed_until: datetime.date | None


class ProblemRow(NamedTuple):
    project_id: int
    pk: int
    text: str
    source: str
    in_force_on: datetime.date
    closed_on: datetime.date | None
    parked_on: datetime.date | None


# What a row calls otherwise than the query.
_READ_AS = {"type_name": "permit_type__name", "is_before_start": "permit_type__is_before_start"}


def read(kind: type[T], rows: QuerySet[Any]) -> list[T]:
    """The query's rows as `kind`, a NamedTuple of its columns. One query."""
    row: Any = kind
    return list(map(row._make, rows.values_list(*(_READ_AS.get(name, name) for name in row._fields))))
