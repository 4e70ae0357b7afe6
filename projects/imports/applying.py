"""Writing a plan: many records at a time, with one line of history for every project that the file touches.

All of it stands inside the transaction of the action that calls it. The line gathers everything that the row changed in the
project and in what hangs on it, each with the cell that it came from, so that a value leads back to its file.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

from leaders.accounts.models import User
from leaders.audit.actions import changes_of, history_entry, record_many
from leaders.audit.models import HistoryEntry
from leaders.audit.rules import text_line
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit, UnitAlias
from leaders.roster.models import Leader, LeaderAlias
from projects.imports.journal import Journal, finish_journal, journal_of_changes
from projects.imports.matching.known import CHUNK, count_namesakes
from projects.imports.matching.result import Plan, RowPlan
from projects.imports.models import ImportBatch, RowAction
from projects.permits.models import PermitType
from projects.registry.models import Membership, Project, ProjectList, Sector

# Sectors, units, leaders … before the projects that name them, projects before what hangs on them.
PROPOSED: tuple[Any, ...] = (Sector, Unit, Leader, WorkingGroup, PermitType)
BATCH = 500
Entry = Callable[..., HistoryEntry]


class ChangedMeanwhile(Exception):
    """Records that the file touches were changed after the reviewer looked; `rows` (sheet, row) are to be looked at again."""

    def __init__(self, rows: list[tuple[str, int]]) -> None:
        super().__init__(f"{len(rows)} rows changed meanwhile")
        self.rows = rows


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
    namesakes = count_namesakes({row.project.name_key for row in plan.rows if row.project is not None})
    stale += [row for row in plan.rows if row.project is not None and namesakes[row.project.name_key] != row.namesakes]
    if stale:
        raise ChangedMeanwhile([(row.sheet, row.row) for row in stale])


def write_plan(plan: Plan, batch: ImportBatch, *, by: User | None, at: datetime.datetime) -> Journal:
    """Everything that the plan's rows change; returns what undoing needs. The caller has locked and checked what they touch."""
    entry: Entry = partial(history_entry, by=by, at=at, batch_id=batch.pk)
    rows = [row for row in plan.rows if row.writes]
    journal = journal_of_changes(plan, rows)
    entries = _create_proposals(plan, entry)
    _create_aliases(plan.aliases)
    if plan.project_list is not None and plan.is_new_list:
        plan.project_list.full_clean()
        plan.project_list.save(force_insert=True)
        entries.append(entry("create", plan.project_list, changes=changes_of(plan.project_list, None)))
    _create_records(rows)
    _change_records(rows)
    _move_members(plan.positions)
    entries += [_row_entry(row, entry) for row in rows]
    if plan.project_list is not None:
        entries.append(
            entry("import", plan.project_list, changes=[text_line("rows", "导入", None, summary(plan.counts))])
        )
    record_many(entries)
    return finish_journal(journal, plan, rows)


def summary(counts: dict[str, int]) -> str:
    """新增 3 个、更新 12 个 …: the counts that are not zero."""
    words = (
        (RowAction.CREATE, "新增 {} 个"),
        (RowAction.UPDATE, "更新 {} 个"),
        (RowAction.SAME, "没有变化 {} 个"),
        (RowAction.PARK, "暂不导入 {} 行"),
    )
    return "，".join(text.format(counts[action]) for action, text in words if counts.get(action))


def _create_proposals(plan: Plan, entry: Entry) -> list[HistoryEntry]:
    """Units, leaders … that rows name and nobody knew."""
    entries = []
    for model in PROPOSED:
        fresh = [record for record in plan.proposals if isinstance(record, model)]
        for record in fresh:
            record.clean_fields()
        model._default_manager.bulk_create(fresh, BATCH)
        entries += [entry("create", record, changes=changes_of(record, None)) for record in fresh]
    return entries


def _create_aliases(aliases: Iterable[UnitAlias | LeaderAlias]) -> None:
    UnitAlias.objects.bulk_create([alias for alias in aliases if isinstance(alias, UnitAlias)], ignore_conflicts=True)
    LeaderAlias.objects.bulk_create(
        [alias for alias in aliases if isinstance(alias, LeaderAlias)], ignore_conflicts=True
    )


def _create_records(rows: Collection[RowPlan]) -> None:
    fresh: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        for creation in row.creations:
            fresh[type(creation.record)].append(creation.record)
    for model in sorted(fresh, key=lambda model: model is not Project):
        model._default_manager.bulk_create(fresh[model], BATCH)


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
                record = model(pk=change.pk, version=change.version + 1, **change.values)
                alike[model, tuple(sorted(change.values))].append(record)
    for (model, names), records in alike.items():
        model._default_manager.bulk_update(records, [*names, "version"], BATCH)
    for model, pks in doomed.items():
        model._default_manager.filter(pk__in=pks).delete()


def _move_members(positions: dict[int, int]) -> None:
    moved = [Membership(pk=pk, position=position) for pk, position in positions.items()]
    Membership.objects.bulk_update(moved, ["position"], BATCH)


def _row_entry(row: RowPlan, entry: Entry) -> HistoryEntry:
    """What the row did, as one line of its project's history; each changed value with its cell."""
    project = row.project or Project(pk=row.project_pk, name=row.name)
    writes = [(creation.record.pk, creation.lines) for creation in row.creations]
    writes += [(change.pk, change.lines) for change in row.changes]
    lines = [line | {"object_id": pk} if "object" in line else line for pk, told in writes for line in told]
    origin = {line["field"]: {"sheet": row.sheet, "cell": line["cell"]} for line in lines if line.get("cell")}
    return entry("import", project, changes=lines, origin=origin)
