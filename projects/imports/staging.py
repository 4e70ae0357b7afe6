"""Between reading and writing: rows kept with what would become of them, so that a person can look at leisure."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from leaders.accounts.models import User
from projects.imports.kinds import KINDS
from projects.imports.matching.result import CORRECTED, FOLDED, MADE_HERE, WAITS, Plan, RowPlan, encode
from projects.imports.models import BatchState, HeadingMemory, ImportBatch, ImportRow, PlannedWrites, RowAction
from projects.imports.reading.kinds import PROJECTS
from projects.imports.reading.limits import Limits
from projects.imports.reading.typed import keys_of
from projects.imports.rules import CLEARABLE, list_kind
from projects.imports.staged import Keeper, State, kept_plan
from projects.imports.system_ids import left_at
from projects.registry.models import ProjectList
from projects.registry.rules import ListKind
from yichuan_tracker.inserting import Encoded, insert, prepare

Reading = dict[str, Any]
BATCH = 500
LIMITS = Limits()


@contextlib.contextmanager
def under_own_name(batch: ImportBatch) -> Iterator[Path]:
    """The kept file under the name that the person gave it: the reader takes a year or a sheet's name from there."""
    kept = Path(batch.file.path)
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", batch.file_name).strip(". ")
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix="reading-") as folder:
        path = Path(folder) / (Path(name).stem[:60] + kept.suffix)
        os.link(kept, path)
        yield path


def rows_of(reading: Reading) -> list[RowPlan]:
    """The rows of all sheets as the reader returned them, then those of which it could only say what is wrong."""
    rows = [
        row_plan(sheet["name"], row["row"], row["values"], row.get("cells", {}), row.get("problems", ()))
        for sheet in reading["sheets"]
        for row in sheet.get("rows", ())
    ]
    named = {(row.sheet, row.row) for row in rows}
    unreadable = {
        (said["sheet"], said["row"]): said
        for said in reading["problems"]
        if said["level"] == "error" and said.get("row")
    }
    return rows + [
        row_plan(*place, said.get("values", {}), said.get("cells", {}), [said])
        for place, said in unreadable.items()
        if place not in named
    ]


def row_plan(
    sheet: str,
    row: int,
    values: Mapping[str, Any],
    cells: Mapping[str, str],
    problems: Iterable[dict[str, Any]],
    *,
    corrections: Mapping[str, Any] | None = None,
) -> RowPlan:
    """A row before matching; what an earlier matching said of it is left behind."""
    said = [problem for problem in problems if problem.get("by") != MADE_HERE]
    plan = RowPlan(sheet, row, dict(values), dict(cells), said, corrections=dict(corrections or {}))
    plan.cells |= {key: CORRECTED + typed["cell"] for key, typed in plan.corrections.items()}
    levels = {problem["level"] for problem in said}
    plan.parked, plan.is_open = "error" in levels, "question" in levels
    if not plan.parked and not str(plan.values.get("name", "")).strip():
        plan.parked = True
        plan.say("error", "没有名称，这一行没有导入。", "请补上名称后重新导入。")
    return plan


def mark_cleared(rows: list[RowPlan], reading: Reading, answers: Mapping[str, str]) -> None:
    """The blank cells that clear what is registered: those of the columns of which an answer says so (`blank:content`: clear).

    A cell that could not be read is not blank.
    """
    clearing = {key for key in CLEARABLE if answers.get(f"blank:{key}") == "clear"}
    if not clearing:
        return
    letters: dict[tuple[str, str], dict[str, str]] = {}
    for sheet in reading.get("sheets", ()):
        found = {key: column["column"] for column in sheet.get("columns", ()) for key in keys_of(column)}
        letters[sheet["name"], found.get("name", "")] = {key: found[key] for key in clearing & found.keys()}
    for row in rows:
        own = letters.get((row.sheet, row.cell("name").removeprefix(CORRECTED).rstrip("0123456789")), {})
        doubtful = {said.get("cell") for said in row.problems}
        cells = {key: f"{letter}{row.row}" for key, letter in own.items() if key not in row.values}
        row.cleared = {key: cell for key, cell in cells.items() if cell not in doubtful}


def headings_of(reading: Reading) -> dict[str, dict[str, list[str]]]:
    """Field → sheet → headings of the columns that were taken for it."""
    found: dict[str, dict[str, list[str]]] = {}
    for sheet in reading.get("sheets", ()):
        for column in sheet.get("columns", ()):
            found.setdefault(column["field"], {}).setdefault(sheet["name"], []).append(column["heading"])
    return found


def remembered_columns() -> dict[str, dict[str, str]]:
    """What people decided columns to be: {heading shape: {column letter: field}}."""
    return dict(HeadingMemory.objects.values_list("shape", "columns"))


def remember_columns(shape: str, columns: Mapping[str, str], *, by: User | None, at: datetime.datetime) -> None:
    """The next file with this heading is not asked again."""
    memory, _ = HeadingMemory.objects.get_or_create(shape=shape, defaults={"decided_at": at, "decider": by})
    if columns.items() <= memory.columns.items():
        return
    memory.columns = memory.columns | dict(columns)
    memory.decider, memory.decided_at = by, at
    memory.save()


def match_reading(
    rows: list[RowPlan],
    reading: Reading,
    *,
    project_list: ProjectList | None,
    year: int,
    at: datetime.datetime,
    answers: Mapping[str, str],
    uploader: User | None,
) -> Plan:
    """Rows laid beside the database as it is now."""
    mark_cleared(rows, reading, answers)
    moment = left_at(reading.get("mark", ""))
    for row in rows:
        row.left_at = moment
    plan = KINDS[reading.get("kind", PROJECTS)].match(
        rows,
        project_list=project_list,
        year=year,
        at=at,
        answers=answers,
        uploader=uploader,
        headings=headings_of(reading),
    )
    plan.forget_unused()
    if any(problem["level"] == "question" and not problem.get("row") for problem in reading.get("problems", ())):
        plan.problems.insert(0, _WAITS)
    return plan


# A question about a whole sheet keeps everything waiting; it stands among the reader's problems.
_WAITS: dict[str, Any] = {"level": "question", "waits": True, "by": MADE_HERE}


def setting_of(batch: ImportBatch, at: datetime.datetime) -> dict[str, Any]:
    """What matching is told of a batch besides its rows."""
    target = batch.project_list
    if target is None and batch.proposed_list:
        target = ProjectList.objects.filter(key=batch.proposed_list["key"]).first() or ProjectList(
            **batch.proposed_list
        )
    return {
        "project_list": target,
        "year": batch.year,
        "at": at,
        "answers": batch.answers,
        "uploader": batch.uploader,
    }


def problems_of(reading: Reading, plan: Plan) -> list[dict[str, Any]]:
    """All that is to be said of the file: the reader's words, then those of matching."""
    of_matching = [problem for problem in plan.problems if not problem.get("waits")]
    of_rows = [
        problem
        for row in plan.rows
        for problem in row.problems
        if problem.get("by") == MADE_HERE and problem.get("about") not in {WAITS, *FOLDED}
    ]
    return [*reading["problems"], *of_matching, *of_rows]


def as_document(reading: Reading, plan: Plan) -> Reading:
    """The reading with every row's action, as the command prints it."""
    # In the order of rows_of: two tables side by side share their rows' numbers. Rows without values come after all others.
    planned = iter(plan.rows)
    for sheet in reading["sheets"]:
        for row in sheet.get("rows", ()):
            found = next(planned)
            row["action"], row["problems"] = found.action, found.problems
            if found.action == RowAction.UPDATE:
                row["changes"] = found.shown()
    reading["problems"] = problems_of(reading, plan)
    reading["counts"] = {name: plan.counts[name] for name in ("create", "update", "same", "park", "ask", "missing")}
    reading["missing"] = plan.missing
    reading["proposals"] = proposals_of(plan)
    return reading


def proposals_of(plan: Plan) -> list[dict[str, str]]:
    """Units, leaders … that would be created with the rows."""
    found = [{"kind": str(record._meta.verbose_name), "name": str(record)} for record in plan.proposals]
    if plan.project_list is not None and plan.is_new_list:
        found.insert(0, {"kind": "清单", "name": plan.project_list.name})
    return found


def keep_rows(batch: ImportBatch, plan: Plan, keeper: Keeper | None = None) -> None:
    """Replace the batch's rows by the plan's; with a keeper also what they are going to write."""
    batch.rows.all().delete()
    batch.planned_writes.all().delete()
    for start in range(0, len(plan.rows), BATCH):
        part = plan.rows[start : start + BATCH]
        rows = [
            {
                "sheet": row.sheet,
                "row": row.row,
                "action": row.action,
                "project": row.project_pk,
                "versions": Encoded(encode(row.versions()) if row.changes else "{}"),
                "values": Encoded(encode(row.values)),
                "cells": Encoded(encode({key: cell.removeprefix(CORRECTED) for key, cell in row.cells.items()})),
                "changes": Encoded(row.told.decode()),
                "problems": Encoded(encode(row.problems) if row.problems else "[]"),
                "corrections": Encoded(encode(row.corrections)) if row.corrections else {},
            }
            for row in part
        ]
        insert(prepare(ImportRow, rows, batch=batch))
        if keeper:
            PlannedWrites.objects.create(batch=batch, rows=keeper.text(part))


def link_new_projects(batch: ImportBatch, plan: Plan) -> None:
    """Rows and their new projects are both numbered in the file's order: one statement for each run without a gap."""
    pairs = zip(batch.rows.order_by("pk").values_list("pk", flat=True), plan.rows, strict=True)
    linked = [(pk, row.project_pk - pk) for pk, row in pairs if row.new_project is not None and row.project_pk]
    for distance, run in groupby(linked, key=itemgetter(1)):
        pks = [pk for pk, _ in run]
        created = batch.rows.filter(pk__range=(pks[0], pks[-1]), action=RowAction.CREATE)
        created.update(project_id=F("pk") + distance)


def kept_rows(batch: ImportBatch) -> list[RowPlan]:
    """The batch's rows, ready to be matched again."""
    rows = batch.rows.order_by("pk").values_list("sheet", "row", "values", "cells", "problems", "corrections")
    return [row_plan(*row, corrections=corrections) for *row, corrections in rows]


def is_refused(reading: Mapping[str, Any]) -> bool:
    """Nothing in the file could be read as a project."""
    return not any(sheet["status"] == "read" and sheet["rows"] for sheet in reading["sheets"])


def find_or_propose_list(key_or_name: str, year: int) -> ProjectList:
    """The list with this key or name, or a new one that is not saved yet."""
    found = ProjectList.objects.filter(key=key_or_name).first() or ProjectList.objects.filter(name=key_or_name).first()
    return found or ProjectList(**proposed_list(key_or_name, year))


def proposed_list(key_or_name: str, year: int) -> dict[str, Any]:
    """The particulars of a list that is known by nothing but a key or a name."""
    kind = list_kind(key_or_name)
    is_key = key_or_name.isascii() and all(letter.isalnum() or letter in "-_" for letter in key_or_name)
    short = hashlib.sha256(key_or_name.encode()).hexdigest()[:6]
    key = key_or_name[:40] if is_key else f"{year}-{kind.value.replace('_', '-')}-{short}"
    label = kind.label if kind != ListKind.OTHER else key_or_name
    name = f"{year}年{label}清单" if is_key else key_or_name[:80]
    if ProjectList.objects.filter(name=name).exists():
        name = f"{name}（{key}）"[:80]
    taken = ProjectList.objects.filter(year=year, kind=kind, batch="").exists()
    return {"key": key, "name": name, "year": year, "kind": kind.value, "batch": key[:20] if taken else ""}


def without_rows(reading: Mapping[str, Any]) -> dict[str, Any]:
    """What a batch keeps of the reading; its rows stand in ImportRow."""
    return dict(reading) | {"sheets": [{k: v for k, v in sheet.items() if k != "rows"} for sheet in reading["sheets"]]}


def keep_review(batch: ImportBatch, reading: dict[str, Any], plan: Plan, now: datetime.datetime, state: State) -> None:
    """The batch as the reviewer will see it. `state` is the register's before the file was matched (see staged.py)."""
    kept = without_rows(reading)
    kept["problems"] = problems_of(reading, plan)
    kept["proposals"], kept["missing"] = proposals_of(plan), plan.missing
    batch.reading, batch.counts, batch.review_digest = kept, plan.counts, plan.digest()
    batch.state = BatchState.REVIEW if plan.writes or plan.is_open else BatchState.UNCHANGED
    batch.state_at = now
    # Other kinds are short lists, matched anew when they are confirmed.
    is_kept = batch.kind == PROJECTS
    batch.plan = kept_plan(plan, state) if is_kept else {}
    batch.save()
    keep_rows(batch, plan, Keeper(plan) if is_kept else None)


def review_again(batch: ImportBatch, plan: Plan, state: State, now: datetime.datetime) -> list[tuple[str, int]]:
    """Keep the rows as they are now; those that say something else than the reviewer saw are marked."""
    seen = batch.rows.order_by("pk").values_list("action", "changes", "versions")
    changed = [
        row
        for row, (action, changes, versions) in zip(plan.rows, seen, strict=True)
        if (action, changes, versions) != (row.action, row.shown(), row.versions())
    ]
    for row in changed:
        row.say(
            "warning", "在您查看之后，这个项目的登记有变动，请重新核对这一行。", "核对无误后再次确认。", changed=True
        )
    reading = dict(batch.reading)
    reading["problems"] = [said for said in reading["problems"] if said.get("by") != MADE_HERE]
    with transaction.atomic():
        keep_review(batch, reading, plan, now, state)
    return [(row.sheet, row.row) for row in changed]
