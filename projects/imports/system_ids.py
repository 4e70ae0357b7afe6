"""The system's own name of a row in a workbook that it wrote, with a seal: nobody types one by hand, and no other system's fits."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.utils.crypto import constant_time_compare, salted_hmac

from yichuan_tracker.months import month_key, parse_month

SEAL_LENGTH = 10


class ProjectId(NamedTuple):
    """A project, and the moment at which the workbook left: what was edited since, the workbook does not know."""

    pk: int
    left_at: datetime.datetime


def sealed(*parts: object) -> str:
    """`P.12.1688520600.0a1b2c3d4e`: the parts (without dots) and a seal over them."""
    text = ".".join(str(part) for part in parts)
    return f"{text}.{_seal(text)}"


def unsealed(text: str, kind: str) -> tuple[str, ...] | None:
    """The parts after `kind`; None for what this system did not write, or wrote for something else."""
    body, _, seal = text.rpartition(".")
    first, *parts = body.split(".")
    return tuple(parts) if first == kind and constant_time_compare(seal, _seal(body)) else None


def left_at(text: str) -> datetime.datetime | None:
    """When the workbook left whose row has this id, or which bears this mark; None for what this system did not write."""
    body, _, seal = text.rpartition(".")
    if not body or not constant_time_compare(seal, _seal(body)):
        return None
    return datetime.datetime.fromtimestamp(int(body.rpartition(".")[2]), datetime.UTC)


def workbook_mark(at: datetime.datetime) -> str:
    """Of a whole workbook that leaves, by which `left_at` knows the moment of rows without an id of their own."""
    return sealed("W", int(at.timestamp()))


def record_id(kind: str, *pks: int, at: datetime.datetime) -> str:
    """Of a row about these records; 0 for one that is not there."""
    return sealed(kind, *pks, int(at.timestamp()))


def read_record_id(text: str, kind: str) -> tuple[int, ...] | None:
    parts = unsealed(text, kind)
    return tuple(int(part) for part in parts[:-1]) if parts else None


def project_id(pk: int, at: datetime.datetime) -> str:
    return sealed("P", pk, int(at.timestamp()))


def read_project_id(text: str) -> ProjectId | None:
    parts = unsealed(text, "P")
    return ProjectId(int(parts[0]), datetime.datetime.fromtimestamp(int(parts[1]), datetime.UTC)) if parts else None


class ReportId(NamedTuple):
    """A project's report of a month, and its version in the workbook (0: there was none)."""

    project_pk: int
    month: datetime.date
    version: int


def report_id(project_pk: int, month: datetime.date, version: int, at: datetime.datetime) -> str:
    return sealed("M", project_pk, month_key(month), version, int(at.timestamp()))


def read_report_id(text: str) -> ReportId | None:
    parts = unsealed(text, "M")
    return ReportId(int(parts[0]), parse_month(parts[1]), int(parts[2])) if parts else None


def _seal(text: str) -> str:
    return salted_hmac("projects.imports.system_ids", text, algorithm="sha256").hexdigest()[:SEAL_LENGTH]
