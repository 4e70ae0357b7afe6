"""What a batch wrote, exact enough to be taken back at any later time. The lines of history beside it are for readers."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from django.db import models

from projects.imports.matching.known import CHUNK
from projects.imports.matching.result import Plan, RowPlan
from projects.registry.models import Membership

# {"created": {model: [[first pk, last pk], …]}, "changed": [[model, pk, version after, {column: [old, new]}], …],
#  "removed": [[model, {column: value}], …], "positions": {membership pk: [old, new]}}
# "aliases", [[model, pk of whose, [spelling, …]], …], are those given to who was there before.
# Once undone also "unmade", in the form of "removed": what of the created was taken away again; and "put_back",
# [[model, pk], …]: what of the changed and removed was put back.
Journal = dict[str, Any]


def plain(value: Any) -> Any:
    """A field's value as JSON keeps it to the last digit; `field.to_python` reads it back."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | bool | list | dict) else str(value)


def values_by_pk(model: Any, pks: Iterable[int], *names: str, lock: bool = False) -> dict[int, dict[str, Any]]:
    """pk → values of these columns (all without names) of the records that are there."""
    wanted, found = sorted(pks), {}
    for start in range(0, len(wanted), CHUNK):
        records = model._default_manager.filter(pk__in=wanted[start : start + CHUNK])
        for values in (records.select_for_update() if lock else records).values(*names):
            found[values["id"]] = values
    return found


class Book:
    """Notes down, record by record, what the actions of a kind write, for undoing."""

    def __init__(self) -> None:
        self.made: dict[str, list[int]] = defaultdict(list)
        self.changed: list[list[Any]] = []
        self.aliases: list[list[Any]] = []

    def note_created(self, record: Any) -> None:
        self.made[str(record._meta.model_name)].append(record.pk)

    def note_changed(self, before: Mapping[str, Any], after: Any) -> None:
        """`before`: column → plain value as it was (see `plain_columns`)."""
        columns = {column: [old, plain(getattr(after, column))] for column, old in before.items()}
        self.changed.append([str(after._meta.model_name), after.pk, after.version, columns])

    def note_aliases(self, record: Any, spellings: list[str]) -> None:
        """Other spellings that were given to a record that was there before."""
        self.changed.append([str(record._meta.model_name), record.pk, record.version, {}])
        self.aliases.append([str(record._meta.model_name), record.pk, spellings])

    def journal(self) -> Journal:
        created = {name: created_spans(pks) for name, pks in self.made.items() if pks}
        told: Journal = {"created": created, "changed": self.changed, "removed": [], "positions": {}}
        return told | {"aliases": self.aliases}


def plain_columns(record: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Column → plain value of these fields."""
    columns = [_column(type(record), name) for name in names]
    return {column: plain(getattr(record, column)) for column in columns}


def _column(model: type[models.Model], field: str) -> str:
    return str(model._meta.get_field(field).attname)  # type: ignore[union-attr]  # a column, no relation back


def journal_of_changes(plan: Plan, rows: Iterable[RowPlan]) -> Journal:
    """Before anything is written: what the changes will replace and remove."""
    changes = [change for row in rows for change in row.changes]
    pks: dict[Any, set[int]] = defaultdict(set)
    for change in changes:
        pks[change.model].add(change.pk)
    before = {model: values_by_pk(model, found) for model, found in pks.items()}
    journal: Journal = {"created": {}, "changed": [], "removed": []}
    for change in changes:
        name, old = str(change.model._meta.model_name), before[change.model][change.pk]
        if change.values is None:
            journal["removed"].append([name, {column: plain(value) for column, value in old.items()}])
            continue
        columns = {_column(change.model, field): value for field, value in change.values.items()}
        # A record that the file itself creates has no key yet: read when the journal is finished.
        journal["changed"].append(
            [name, change.pk, change.version + 1, [(c, plain(old[c]), v) for c, v in columns.items()]]
        )
    places = values_by_pk(Membership, plan.positions, "id", "position")
    journal["positions"] = {
        str(pk): [places[pk]["position"], position] for pk, position in plan.positions.items() if pk in places
    }
    return journal


def finish_journal(journal: Journal, plan: Plan, rows: Iterable[RowPlan], book: Book) -> Journal:
    """After everything is written: the keys of what is new. `book` holds what came besides the rows."""
    for changed in journal["changed"]:
        changed[3] = {column: [old, plain(new)] for column, old, new in changed[3]}
    for row in rows:
        for creation in row.creations:
            book.made[str(creation.model._meta.model_name)].append(creation.pk or 0)
    if plan.project_list is not None and plan.is_new_list:
        book.note_created(plan.project_list)
    besides = book.journal()
    journal["changed"] += besides["changed"]
    return journal | {"created": besides["created"], "aliases": besides["aliases"]}


def merge_journals(first: Journal, later: Journal) -> Journal:
    """One journal of a batch that was written in two goes, possibly days apart."""
    created = {name: created_pks(first).get(name, set()) | pks for name, pks in created_pks(later).items()}
    changed: dict[tuple[str, int], tuple[int, dict[str, list[Any]]]] = {
        (name, pk): (version, columns) for name, pk, version, columns in first["changed"]
    }
    for name, pk, version, columns in later["changed"]:
        before, known = changed.get((name, pk), (version - 1, {}))
        for column, (old, new) in columns.items():
            # What somebody typed in between is what undoing goes back to.
            is_ours = column in known and known[column][1] == old
            known = known | {column: [known[column][0] if is_ours else old, new]}
        # A record that was edited in between is at no version that this batch alone has left.
        changed[name, pk] = (version if before == version - 1 else 0, known)
    return {
        "created": first["created"] | {name: created_spans(pks) for name, pks in created.items()},
        "changed": [[name, pk, version, columns] for (name, pk), (version, columns) in changed.items()],
        "removed": [*first["removed"], *later["removed"]],
        "positions": first.get("positions", {}) | later.get("positions", {}),
        "aliases": [*first.get("aliases", ()), *later.get("aliases", ())],
    }


def created_pks(journal: Journal) -> dict[str, set[int]]:
    return {
        name: {pk for first, last in spans for pk in range(first, last + 1)}
        for name, spans in journal["created"].items()
    }


def created_spans(pks: Iterable[int]) -> list[list[int]]:
    """Keys given in one go follow each other: pairs of first and last are a thousandth of the list."""
    ordered = sorted(set(pks))
    if not ordered:
        return []
    breaks = [(one, other) for one, other in pairwise(ordered) if other != one + 1]
    firsts = [ordered[0], *(other for _, other in breaks)]
    lasts = [*(one for one, _ in breaks), ordered[-1]]
    return [list(span) for span in zip(firsts, lasts, strict=True)]
