"""The board of a 期: its members by what happened. Start and production are the project's own facts."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Min, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from projects.guarantees.batches.rules import Step, reached, size_warning
from projects.registry.models import Membership
from projects.registry.rules import ListKind


@dataclass(frozen=True)
class BatchLine:
    """A member with the day of each step; `target` is the step for which it was listed."""

    member: Membership
    days: dict[Step, datetime.date | None]
    reached: Step | None
    warning: str

    @property
    def total_wan(self) -> Decimal:
        return self.member.project.total_wan or Decimal(0)


@dataclass(frozen=True)
class StepSum:
    """Of those that took the step: how many, and 万元."""

    label: str
    count: int
    total_wan: Decimal


@dataclass(frozen=True)
class Batch:
    name: str
    lines: list[BatchLine]

    @property
    def sums(self) -> list[StepSum]:
        """All members, then those that took each step."""
        taken = [(step.label, [line for line in self.lines if _has(line, step)]) for step in Step]
        return [_sum("列入", self.lines), *(_sum(f"已{label}", lines) for label, lines in taken)]

    @property
    def warned(self) -> int:
        return sum(bool(line.warning) for line in self.lines)


def batch_names() -> list[str]:
    """The 期 of the lists in use, in the order in which they came."""
    named = _members().exclude(term="").order_by().values("term").annotate(first=Min("pk"))
    return list(dict.fromkeys(row["term"] for row in named.order_by("project_list__year", "first")))


def batch_of(name: str, today: datetime.date) -> Batch:
    """A project that two lists name for the 期 stands once, in the newer. One query."""
    rows = _members().filter(term=name).select_related("project__sector", "project__township", "project_list")
    newest: dict[int, Membership] = {}
    for row in rows.order_by("project_list__year", "project_list", "position", "pk"):
        newest[row.project_id] = row
    return Batch(name, [_line(row, today) for row in newest.values()])


def _members() -> "QuerySet[Any]":
    """Each with `term`, the 期 that the line says, else the list."""
    term = Coalesce(NullIf(F("batch"), Value("")), F("project_list__batch"))
    return Membership.objects.annotate(term=term).filter(
        project_list__kind=ListKind.THREE_BATCHES,
        project_list__archived_at__isnull=True,
        left_on__isnull=True,
        project__archived_at__isnull=True,
    )


def _line(member: Membership, today: datetime.date) -> BatchLine:
    project, sector = member.project, member.project.sector
    days = {
        Step.SIGNED: project.signed_on,
        Step.STARTED: project.actual_start_on,
        Step.PRODUCING: project.production_on,
    }
    least, invited = (sector.entry_wan, sector.invited_entry_wan) if sector else (None, None)
    warning = size_warning(project.total_wan, least, invited, is_invited=project.is_invited)
    return BatchLine(member, {step: _by(day, today) for step, day in days.items()}, reached(days, today), warning)


def _by(day: datetime.date | None, today: datetime.date) -> datetime.date | None:
    return day if day is not None and day <= today else None


def _has(line: BatchLine, step: Step) -> bool:
    return line.days[step] is not None


def _sum(label: str, lines: Sequence[BatchLine]) -> StepSum:
    return StepSum(label, len(lines), sum((line.total_wan for line in lines), Decimal(0)))
