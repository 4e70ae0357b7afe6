"""Writing rows record by record, by the actions of the slices: their rules hold, each record has its line of history with its cells."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from leaders.accounts.models import User
from leaders.audit.rules import Conflict
from projects.imports.applying import ChangedMeanwhile
from projects.imports.journal import Book, Journal, plain_columns
from projects.imports.learning import learn_names
from projects.imports.matching.result import Change, Plan, RowPlan, Stamp
from projects.imports.models import ImportBatch
from projects.inspections.actions import change_finding, change_inspection, log_inspection, note_finding
from projects.inspections.models import Finding, Inspection
from projects.problems.ledger.actions import add_part_from_ledger, change_from_ledger, enter_from_ledger
from projects.problems.models import Problem, ProblemPart
from projects.registry.models import Project

# Model → the action that makes one of a project and the values, {"by", "at", "batch_id", "origin"}.
CREATE: dict[Any, Callable[..., Any]] = {
    Problem: enter_from_ledger,
    ProblemPart: lambda _project, values, **about: add_part_from_ledger(**values, **about),
    Inspection: log_inspection,
    Finding: lambda _project, values, **about: note_finding(**values, **about),
}
# Model → the action that changes one: (record, values, version=, and the same).
CHANGE: dict[Any, Callable[..., Any]] = {
    Problem: change_from_ledger,
    Inspection: change_inspection,
    Finding: change_finding,
}


def write_records(plan: Plan, batch: ImportBatch, *, by: User | None, at: datetime.datetime) -> Journal:
    """Everything that the plan's rows create and change; returns what undoing needs.

    A value of a creation or change may be another creation, of this row or one before it: then it is the record that came of it.
    Raises ChangedMeanwhile when somebody wrote one of the records in between, and what the actions raise.
    """
    pen = _Pen(plan, {"by": by, "at": at, "batch_id": batch.pk})
    learn_names(plan, pen.book, by=by, at=at, batch_id=batch.pk)
    for row in (row for row in plan.rows if row.writes):
        try:
            pen.write(row)
        except Conflict as lost:
            raise ChangedMeanwhile([(row.sheet, row.row)]) from lost
    return pen.book.journal()


class _Pen:
    def __init__(self, plan: Plan, about: dict[str, Any]) -> None:
        self.book, self.about = Book(), about
        self.projects = Project.objects.in_bulk({row.project_pk for row in plan.rows if row.writes})
        self.made: dict[int, Any] = {}

    def write(self, row: RowPlan) -> None:
        """What is created first: what is changed may name it."""
        for place, creation in enumerate(row.creations):
            told = self.about | {"origin": row.origin_of(f"#{place}")}
            project = self.projects[row.project_pk or 0]
            record = CREATE[creation.model](project, self._settled(creation.values), **told)
            creation.pk = record.pk
            self.made[id(creation)] = record
            self.book.note_created(record)
        for change in row.changes:
            self._change(row, change)

    def _change(self, row: RowPlan, change: Change) -> None:
        known = change.model._default_manager.get(pk=change.pk)
        values = self._settled(change.values or {})
        before = plain_columns(known, values)
        told = self.about | {"origin": row.origin_of(change.pk), "version": change.version}
        self.book.note_changed(before, CHANGE[change.model](known, values, **told))

    def _settled(self, values: dict[str, Any]) -> dict[str, Any]:
        stamps: dict[Any, Any] = {Stamp.AT: self.about["at"], Stamp.BY: self.about["by"]}
        return {
            name: stamps[value] if type(value) is Stamp else self.made.get(id(value), value)
            for name, value in values.items()
        }
