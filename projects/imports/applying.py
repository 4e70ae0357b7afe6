"""Writing a plan: many records at a time, with one line of history for every project that the file touches.

All of it stands inside the transaction of the action that calls it. The line gathers everything that the row changed in the
project and in what hangs on it, each with the cell that it came from, so that a value leads back to its file.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from leaders.accounts.models import User
from leaders.audit.actions import changes_of, history_entry, record_many, record_rows
from leaders.audit.models import HistoryEntry
from leaders.audit.rules import text_line
from projects.imports.journal import Book, Journal, finish_journal, journal_of_changes, plain_columns
from projects.imports.learning import learn_names
from projects.imports.matching.known import CHUNK, count_namesakes
from projects.imports.matching.result import Creation, Plan, RowPlan, Stamp, encode
from projects.imports.models import ImportBatch, RowAction
from projects.permits.models import Permit
from projects.permits.pauses.actions import end_imported_pauses
from projects.permits.rules import WITH_DEPARTMENT
from projects.registry.models import Membership, Project, ProjectList, YearPlan
from projects.registry.plans.actions import ImportedPlan, record_imported_plans
from yichuan_tracker.inserting import Encoded, Prepared, insert_for_keys, prepare

BATCH = 500
# Rows whose history is put together at a time: their texts are what takes room.
MANY = 1000
Entry = Callable[..., HistoryEntry]


class ChangedMeanwhile(Exception):
    """Records that the file touches were changed after the reviewer looked; `rows` (sheet, row) are to be looked at again."""

    def __init__(self, rows: list[tuple[str, int]]) -> None:
        super().__init__(f"{len(rows)} rows changed meanwhile")
        self.rows = rows


@dataclass(slots=True)
class Writing:
    """A plan's rows that write, and the new records as the database takes them, projects first."""

    rows: list[RowPlan]
    records: list[tuple[Prepared, list[Creation]]]


def lock_and_check(plan: Plan) -> None:
    """Hold what the plan touches; raises ChangedMeanwhile when something of it was changed since the plan was made.

    All lists are held, so that two imports never run at once and create the same project twice.
    """
    list(ProjectList.objects.select_for_update().order_by("pk").values_list("pk"))
    expected: dict[Any, dict[int, int]] = {}
    owners: dict[tuple[Any, int], RowPlan] = {}
    for row in plan.rows:
        for change in row.changes:
            expected.setdefault(change.model, {})[change.pk] = change.version
            owners[change.model, change.pk] = row
    stale: list[RowPlan] = []
    for model, versions in expected.items():
        pks = list(versions)
        now: dict[int, int] = {}
        for start in range(0, len(pks), CHUNK):
            held = model.objects.select_for_update().filter(pk__in=pks[start : start + CHUNK])
            now |= dict(held.values_list("pk", "version"))
        stale += [owners[model, pk] for pk, version in versions.items() if now.get(pk) != version]
    fresh = [(row, project["name_key"]) for row in plan.rows if (project := row.new_project) is not None]
    namesakes = count_namesakes({key for _, key in fresh})
    stale += [row for row, key in fresh if namesakes[key] != row.namesakes]
    if stale:
        raise ChangedMeanwhile([(row.sheet, row.row) for row in stale])


def prepare_plan(plan: Plan, *, by: User | None, at: datetime.datetime) -> Writing:
    """All that can be done before the transaction begins, which is most of the work."""
    rows = [row for row in plan.rows if row.writes]
    stamps = {Stamp.AT: at, Stamp.BY: by}
    fresh: dict[Any, list[tuple[RowPlan, Creation]]] = defaultdict(list)
    for row in rows:
        for creation in row.creations:
            fresh[creation.model].append((row, creation))
        for change in row.changes:
            change.values = None if change.values is None else _stamped(change.values, stamps)
    records = []
    for model in sorted(fresh, key=lambda model: model is not Project):
        for row, creation in fresh[model]:
            creation.values = _stamped(creation.values, stamps)
            if model is not Project:
                # A new project has its key once it is written. Not the row itself: it would never be freed, pointing to itself.
                creation.values["project"] = row.project_pk or row.creations[0]
        creations = [creation for _, creation in fresh[model]]
        records.append((prepare(model, [creation.values for creation in creations]), creations))
    return Writing(rows, records)


def _stamped(values: dict[str, Any], stamps: dict[Any, Any]) -> dict[str, Any]:
    if not any(type(value) is Stamp for value in values.values()):
        return values
    return {name: stamps[value] if type(value) is Stamp else value for name, value in values.items()}


def write_plan(plan: Plan, writing: Writing, batch: ImportBatch, *, by: User | None, at: datetime.datetime) -> Journal:
    """Everything that the plan's rows change; returns what undoing needs. The caller has locked and checked what they touch."""
    entry: Entry = partial(history_entry, by=by, at=at, batch_id=batch.pk)
    rows = writing.rows
    journal = journal_of_changes(plan, rows)
    book, entries = Book(), []
    learn_names(plan, book, by=by, at=at, batch_id=batch.pk)
    if plan.project_list is not None and plan.is_new_list:
        plan.project_list.full_clean()
        plan.project_list.save(force_insert=True)
        entries.append(entry("create", plan.project_list, changes=changes_of(plan.project_list, None)))
    record_imported_plans(_imported_plans(rows), by=by, at=at, batch_id=batch.pk)
    # A stretch of a list that is over is ended before the next one begins: no two are open at once.
    _change_records(rows)
    for paused, ended in end_imported_pauses(_left_department(rows), by=by, at=at, batch_id=batch.pk):
        book.note_changed(plain_columns(paused, ["to_on"]), ended)
    _create_records(writing)
    _move_members(plan.positions)
    record_many(entries)
    origins = {sheet: Encoded(encode({"sheet": sheet})) for sheet in {row.sheet for row in rows}}
    for start in range(0, len(rows), MANY):
        told = [_line_of(row, origins[row.sheet]) for row in rows[start : start + MANY]]
        record_rows(told, Project, action="import", by=by, at=at, batch_id=batch.pk)
    if plan.project_list is not None:
        changes = [text_line("rows", "导入", None, summary(plan.counts))]
        record_many([entry("import", plan.project_list, changes=changes)])
    return finish_journal(journal, plan, rows, book)


def summary(counts: dict[str, int]) -> str:
    """新增 3 个、更新 12 个 …: the counts that are not zero."""
    words = (
        (RowAction.CREATE, "新增 {} 个"),
        (RowAction.UPDATE, "更新 {} 个"),
        (RowAction.SAME, "没有变化 {} 个"),
        (RowAction.PARK, "暂不导入 {} 行"),
    )
    return "，".join(text.format(counts[action]) for action, text in words if counts.get(action))


def _create_records(writing: Writing) -> None:
    """Projects first: only then have rows a key for what hangs on them."""
    for prepared, creations in writing.records:
        for creation, pk in zip(creations, insert_for_keys(prepared), strict=True):
            creation.pk = pk
        if prepared.model is Project:
            for row in writing.rows:
                if row.new_project is not None:
                    row.project_pk = row.creations[0].pk


def _imported_plans(rows: Iterable[RowPlan]) -> Iterable[ImportedPlan]:
    for row in rows:
        for change in row.changes:
            if change.model is YearPlan and change.values and change.values.get("plan_wan") is not None:
                yield ImportedPlan(change.pk, change.values["plan_wan"])


def _left_department(rows: Iterable[RowPlan]) -> dict[int, datetime.date | None]:
    """Permits that the rows take away from the department that has them, with the day of the grant where a row says it."""
    day: Any = Permit._meta.get_field("obtained_on")
    return {
        change.pk: day.to_python(change.values.get("obtained_on"))
        for row in rows
        for change in row.changes
        if change.model is Permit and change.values and "state" in change.values
        if change.values["state"] not in WITH_DEPARTMENT
    }


def _change_records(rows: Collection[RowPlan]) -> None:
    """Changes of one kind and the same fields are written together."""
    alike: dict[tuple[Any, tuple[str, ...]], list[Any]] = defaultdict(list)
    doomed: dict[Any, list[int]] = defaultdict(list)
    for row in rows:
        for change in row.changes:
            model: Any = change.model
            if change.values is None:
                doomed[model].append(change.pk)
            else:
                columns = {
                    model._meta.get_field(name).attname: getattr(value, "pk", value)
                    for name, value in change.values.items()
                }
                record = model(pk=change.pk, version=change.version + 1, **columns)
                alike[model, tuple(sorted(columns))].append(record)
    for (model, names), records in alike.items():
        model._default_manager.bulk_update(records, [*names, "version"], BATCH)
    for model, pks in doomed.items():
        model._default_manager.filter(pk__in=pks).delete()


def _move_members(positions: dict[int, int]) -> None:
    moved = [Membership(pk=pk, position=position) for pk, position in positions.items()]
    Membership.objects.bulk_update(moved, ["position"], BATCH)


def _line_of(row: RowPlan, origin: Encoded) -> dict[str, Any]:
    """What the row did, as one line of its project's history; each changed value with its cell, the sheet once for all."""
    return {"object_id": row.project_pk, "object_name": row.name, "changes": Encoded(row.told_of()), "origin": origin}
