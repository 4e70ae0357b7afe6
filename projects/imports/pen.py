"""Writing rows by the actions of the slices, all of a kind at once: their rules hold, each record has its line of history with its cells."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from leaders.accounts.models import User
from leaders.audit.rules import Conflict
from projects.imports.applying import ChangedMeanwhile
from projects.imports.journal import Book, Journal, plain_columns
from projects.imports.learning import learn_names
from projects.imports.matching.known import CHUNK
from projects.imports.matching.result import Change, Creation, Plan, RowPlan, Stamp
from projects.imports.models import ImportBatch
from projects.inspections.ledger.actions import change_findings, change_from_record, log_from_record, note_findings
from projects.inspections.models import Finding, Inspection
from projects.problems.ledger.actions import add_parts_from_ledger, change_from_ledger, enter_from_ledger
from projects.problems.models import Problem, ProblemPart
from projects.registry.models import Project

Action = Callable[..., None]
# Model → the action that saves new ones: [(record, origin), …], by, at, batch_id. A model that another names comes before it.
CREATE: dict[Any, Action] = {
    Problem: enter_from_ledger,
    ProblemPart: add_parts_from_ledger,
    Inspection: log_from_record,
    Finding: note_findings,
}
# Model → the action that changes some, [(record, values, version, origin), …], and what its rules and its history look at.
CHANGE: dict[Any, tuple[Action, tuple[str, ...]]] = {
    Problem: (change_from_ledger, ("project", "unit", "assigner", "leader")),
    Inspection: (change_from_record, ("project", "leader", "unit", "group")),
    Finding: (change_findings, ("inspection__project", "problem")),
}
OF_PROJECTS = frozenset({Problem, Inspection})


def write_records(plan: Plan, batch: ImportBatch, *, by: User | None, at: datetime.datetime) -> Journal:
    """Everything that the plan's rows create and change; returns what undoing needs.

    A value of a creation or change may be another creation, of whatever row: then it is the record that came of it.
    Raises ChangedMeanwhile when somebody wrote one of the records in between, and what the actions raise.
    """
    pen = _Pen([row for row in plan.rows if row.writes], {"by": by, "at": at, "batch_id": batch.pk})
    learn_names(plan, pen.book, by=by, at=at, batch_id=batch.pk)
    for model, create in CREATE.items():
        pen.create(model, create)
    for model, (change, related) in CHANGE.items():
        pen.change(model, change, related)
    return pen.book.journal()


class _Pen:
    def __init__(self, rows: list[RowPlan], about: dict[str, Any]) -> None:
        self.rows, self.book, self.about = rows, Book(), about
        self.projects = Project.objects.in_bulk({row.project_pk for row in rows})
        self.made: dict[int, Any] = {}

    def create(self, model: Any, create: Action) -> None:
        told, creations = [], []
        for row in self.rows:
            for place, creation in enumerate(row.creations):
                if creation.model is model:
                    told.append((self._new(row, creation), row.origin_of(f"#{place}")))
                    creations.append(creation)
        if not told:
            return
        create(told, **self.about)
        for creation, (record, _) in zip(creations, told, strict=True):
            creation.pk = record.pk
            self.made[id(creation)] = record
            self.book.note_created(record)

    def _new(self, row: RowPlan, creation: Creation) -> Any:
        owner = {"project": self.projects[row.project_pk or 0]} if creation.model in OF_PROJECTS else {}
        return creation.model(**owner, **self._settled(creation.values))

    def change(self, model: Any, change: Action, related: tuple[str, ...]) -> None:
        wanted = [(row, change_) for row in self.rows for change_ in row.changes if change_.model is model]
        if not wanted:
            return
        known = _known(model, [change_.pk for _, change_ in wanted], related)
        told = [self._told(row, change_, known[change_.pk]) for row, change_ in wanted]
        before = [plain_columns(record, values) for record, values, _, _ in told]
        try:
            change(told, **self.about)
        except Conflict as lost:
            rows = [(row.sheet, row.row) for row, change_ in wanted if change_.pk == lost.current.pk]
            raise ChangedMeanwhile(rows) from lost
        for old, (record, *_) in zip(before, told, strict=True):
            self.book.note_changed(old, record)

    def _told(self, row: RowPlan, change: Change, record: Any) -> tuple[Any, dict[str, Any], int, Any]:
        return record, self._settled(change.values or {}), change.version, row.origin_of(change.pk)

    def _settled(self, values: dict[str, Any]) -> dict[str, Any]:
        stamps: dict[Any, Any] = {Stamp.AT: self.about["at"], Stamp.BY: self.about["by"]}
        return {
            name: stamps[value] if type(value) is Stamp else self.made.get(id(value), value)
            for name, value in values.items()
        }


def _known(model: Any, pks: list[int], related: tuple[str, ...]) -> dict[int, Any]:
    known: dict[int, Any] = {}
    for start in range(0, len(pks), CHUNK):
        known |= model._default_manager.select_related(*related).in_bulk(pks[start : start + CHUNK])
    return known
