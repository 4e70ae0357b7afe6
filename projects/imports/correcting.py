"""One row put right in the browser: typed in place of cells, matched again, and brought in with its batch or long after it.

A row that was left out of an applied batch stays open: what is typed is kept with the row, what it would change is shown, and
importing it belongs to the batch, so that undoing the batch takes it back, too.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import record
from leaders.audit.rules import text_line
from projects.imports.access import may_import
from projects.imports.applying import ChangedMeanwhile, lock_and_check
from projects.imports.journal import created_pks, merge_journals
from projects.imports.kinds import KINDS
from projects.imports.matching.edits import EDITED
from projects.imports.matching.result import CORRECTED, MADE_HERE, Plan, RowPlan
from projects.imports.models import BatchState, ImportBatch, ImportRow, RowAction
from projects.imports.reading.typed import as_typed, keys_of, put_at, read_typed, title_of, value_at
from projects.imports.staged import looked_at, register_state
from projects.imports.staging import (
    keep_review,
    kept_rows,
    match_reading,
    problems_of,
    proposals_of,
    row_plan,
    setting_of,
)
from projects.registry.models import Membership
from yichuan_tracker.collector import collector_paused

# A reader's question that stands at one cell and is as well answered at another.
BESIDE = {"total_wan": ("plan_wan",)}
# Answers that leave the values as they were read; only these can be given without reading the file again.
AS_READ = ("blank", "keep")
# Rows that are matched while the browser waits: about half a second.
AT_ONCE = 1000
Corrections = dict[str, dict[str, Any]]


class RowChanged(Exception):
    """Somebody else corrected the row, or its batch went in, since the page was opened."""


@dataclass(frozen=True)
class RowField:
    """A field of a row: `text` is what stands in the form, `was` what the cell held, `said` what is wrong with it."""

    key: str
    title: str
    cell: str
    text: str
    was: str
    said: tuple[dict[str, Any], ...]


def fields_of_row(row: ImportRow, reading: Mapping[str, Any]) -> list[RowField]:
    """The name first, then what the columns of the row's table give, then what came from a section or the sheet."""
    letters: dict[str, str] = {"name": ""}
    for column in _table_of(row, reading).get("columns", ()):
        for key in keys_of(column):
            letters.setdefault(key, column["column"])
            letters[key] = letters[key] or column["column"]
    columns = _table_of(row, reading).get("columns", ())
    titles = {column["field"]: column["title"] for column in columns if "title" in column}
    letters |= dict.fromkeys(
        (key for key in ("label", "sector", "group") if key in row.values and key not in letters), ""
    )
    return [_field(row, key, letter, titles.get(key) or title_of(key)) for key, letter in letters.items()]


def _field(row: ImportRow, key: str, letter: str, title: str) -> RowField:
    cell = row.cells.get(key) or (f"{letter}{row.row}" if letter else "")
    said = tuple(problem for problem in row.problems if _is_about(problem, cell))
    typed = row.corrections.get(key)
    if typed is not None:
        return RowField(key, title, cell, typed["text"], typed["was"], said)
    text = as_typed(key, value_at(row.values, key))
    raw = next((str(problem["value"]) for problem in said if problem["level"] != "error"), "")
    was = text or (raw if all(problem.get("by") != MADE_HERE for problem in said) else "")
    return RowField(key, title, cell, was, was, said)


def _is_about(problem: Mapping[str, Any], cell: str) -> bool:
    return bool(cell) and problem.get("cell") == cell


def _table_of(row: ImportRow, reading: Mapping[str, Any]) -> dict[str, Any]:
    """The table that the row was read from: two may stand side by side on one sheet."""
    tables = [sheet for sheet in reading.get("sheets", ()) if sheet["name"] == row.sheet and sheet["status"] == "read"]
    letters = {cell.rstrip("0123456789") for cell in row.cells.values()}
    mine = [table for table in tables if letters & {column["column"] for column in table["columns"]}]
    return next(iter([*mine, *tables]), {})


def seen(row: ImportRow) -> str:
    """What a page showed of a row; another value means that somebody corrected it meanwhile."""
    told = json.dumps([row.sheet, row.row, row.action == RowAction.PARK, row.corrections, row.values], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def may_correct(batch: ImportBatch, row: ImportRow) -> bool:
    """Any row before the batch goes in; afterwards those that were left out."""
    if batch.state == BatchState.APPLIED:
        return bool(row.action == RowAction.PARK)
    return batch.state in (BatchState.REVIEW, BatchState.UNCHANGED)


# ---- what is done -----------------------------------------------------------------------------------------------


@collector_paused()
@transaction.atomic
def correct_row(
    row: ImportRow,
    texts: Mapping[str, str],
    *,
    digest: str,
    answers: Mapping[str, str] | None = None,
    by: User,
    at: datetime.datetime,
    now: datetime.datetime,
) -> ImportRow:
    """Keep what was typed (key → text) and the answers, and match again; returns the row as it is now (see `match_again`).

    `digest` is `seen` of the page. Raises RowChanged when that is no longer so, ValidationError by key for what cannot be
    read and when nothing differs, PermissionDenied.
    """
    batch, row = _held(row, digest, by)
    fields = {field.key: field for field in fields_of_row(row, batch.reading)}
    typed = {key: text.strip() for key, text in texts.items() if key in fields and text.strip() != fields[key].text}
    given = {key: value for key, value in (answers or {}).items() if value}
    if not typed and not given:
        raise ValidationError("还没有改动。请改正下面的内容，或回答问题，再保存。")
    _put(row, fields, _read(fields, typed, batch.year, batch.kind), by, at)
    batch.answers |= given
    lines = [
        text_line(f"row.{key}", f"{row} {fields[key].title}", fields[key].text, text) for key, text in typed.items()
    ]
    lines += [text_line("answers", "回答", None, f"{len(given)} 个问题")] if given else []
    batch.save(update_fields=["answers"])
    row.save(update_fields=["values", "cells", "problems", "corrections"])
    record("change", batch, by=by, at=at, changes=lines)
    if batch.state == BatchState.APPLIED:
        return row
    place = batch.rows.filter(pk__lt=row.pk).count()
    match_again(batch, at=at, now=now)
    return row if batch.state == BatchState.READING else batch.rows.order_by("pk")[place]


def match_again(batch: ImportBatch, *, at: datetime.datetime, now: datetime.datetime) -> None:
    """After a correction or a choice; the caller holds the batch. Of a long file the rows are left to the reader, which takes them
    over in a process of its own: the batch is READING then, and the caller starts it (see background.py)."""
    if sum(batch.counts.get(action, 0) for action in RowAction.values) <= AT_ONCE:
        rematch(batch, at=at, now=now)
        return
    batch.state, batch.state_at = BatchState.READING, now
    batch.save(update_fields=["state", "state_at"])


def rematch(batch: ImportBatch, *, at: datetime.datetime, now: datetime.datetime) -> Plan:
    """Lay the kept rows beside the database again, without reading the file; the caller holds the batch."""
    reading = dict(batch.reading)
    rows = kept_rows(batch)
    of_reader = [said for said in reading["problems"] if said.get("by") != MADE_HERE]
    reading["problems"] = unsettled(of_reader, rows)
    state = register_state(at.date(), looked_at(rows, KINDS[batch.kind]))
    plan = match_reading(rows, reading, **setting_of(batch, at))
    keep_review(batch, reading, plan, now, state)
    return plan


def unsettled(problems: list[dict[str, Any]], rows: list[RowPlan]) -> list[dict[str, Any]]:
    """Without what the reader said of corrected rows and these do not say any more."""
    corrected: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in rows:
        if row.corrections:
            corrected.setdefault((row.sheet, row.row), []).extend(row.problems)
    return [
        said
        for said in problems
        if (place := (said["sheet"], said.get("row", 0))) not in corrected or said in corrected[place]
    ]


def plan_row(batch: ImportBatch, row: ImportRow, *, at: datetime.datetime) -> Plan:
    """What importing a row that was left out would change now."""
    problems = [said for said in row.problems if not _is_answered(said, batch.answers)]
    found = row_plan(row.sheet, row.row, row.values, row.cells, problems, corrections=row.corrections)
    reading = dict(batch.reading) | {"problems": []}
    plan = match_reading([found], reading, **setting_of(batch, at))
    plan.positions, plan.missing = {}, []
    siblings = created_pks(batch.written).get("membership", set())
    joined_on = Membership.objects.filter(pk__in=sorted(siblings)[:1]).values_list("joined_on", flat=True).first()
    for creation in found.creations:
        if creation.model is Membership:
            creation.values["position"] = batch.rows.filter(pk__lte=row.pk).count()
            creation.values["joined_on"] = joined_on or creation.values["joined_on"]
    return plan


def import_row_later(row: ImportRow, *, digest: str, by: User, at: datetime.datetime) -> ImportRow:
    """Bring in a row that was left out of an applied batch; it belongs to the batch from now on.

    `digest` is that of the plan on the page. Raises ChangedMeanwhile when the row would do something else by now,
    ValidationError when it still cannot go in, PermissionDenied.
    """
    _allow(by, row.batch)
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=row.batch_id)
        row = batch.rows.select_for_update().get(pk=row.pk)
        if not may_correct(batch, row) or batch.state != BatchState.APPLIED:
            raise ValidationError("这一行已经导入，或这一批已撤销，不能再导入。请刷新页面查看。")
        plan = plan_row(batch, row, at=at)
        found = plan.rows[0]
        if found.parked or plan.is_open:
            raise ValidationError("这一行还有没改好的内容或没回答的问题，不能导入。")
        if digest != plan.digest():
            raise ChangedMeanwhile([(row.sheet, row.row)])
        lock_and_check(plan)
        writer = KINDS[batch.kind]
        later = writer.write(plan, writer.prepare(plan, by=by, at=at), batch, by=by, at=at)
        batch.written = merge_journals(batch.written, later) if batch.written else later
        _keep_imported(batch, row, plan)
        told = f"{row} {found.name}"
        record("import", batch, by=by, at=at, batch_id=batch.pk, changes=[text_line("row", "补充导入", None, told)])
    return row


def _keep_imported(batch: ImportBatch, row: ImportRow, plan: Plan) -> None:
    found = plan.rows[0]
    row.action, row.changes, row.problems = found.action, found.shown(), found.problems
    row.versions, row.project_id = found.versions(), found.project_pk
    row.save()
    batch.counts[RowAction.PARK] = batch.counts.get(RowAction.PARK, 1) - 1
    batch.counts[found.action] = batch.counts.get(found.action, 0) + 1
    place = (row.sheet, row.row)
    rest = [said for said in batch.reading["problems"] if (said["sheet"], said.get("row")) != place]
    batch.reading["problems"] = problems_of({"problems": rest}, plan)
    batch.reading["proposals"] = [*batch.reading.get("proposals", []), *proposals_of(plan)]
    batch.save()


def carry_corrections(batch: ImportBatch, rows: list[RowPlan], reading: dict[str, Any]) -> None:
    """Rows of a new reading of the same file take over what was typed in place of their cells before."""
    waiting: dict[tuple[str, int], list[Corrections]] = defaultdict(list)
    for sheet, number, corrections in batch.rows.order_by("pk").values_list("sheet", "row", "corrections"):
        waiting[sheet, number].append(corrections)
    for row in rows:
        kept = waiting.get((row.sheet, row.row))
        if not kept or not (corrections := kept.pop(0)):
            continue
        for key, typed in corrections.items():
            value, _ = read_typed(key, typed["text"], batch.year, batch.kind)
            _set(row, key, value, typed["cell"])
            typed["said"] = _take_out(row.problems, key, typed["cell"], row.cells)
        row.corrections = corrections
        row.cells |= {key: CORRECTED + typed["cell"] for key, typed in corrections.items()}
        _judge(row)
    reading["problems"] = unsettled(reading["problems"], rows)


# ---- what they share --------------------------------------------------------------------------------------------


def _allow(by: User, batch: ImportBatch) -> None:
    if not may_import(by, batch):
        raise PermissionDenied


def _held(row: ImportRow, digest: str, by: User) -> tuple[ImportBatch, ImportRow]:
    batch = ImportBatch.objects.select_for_update().get(pk=row.batch_id)
    _allow(by, batch)
    found = batch.rows.select_for_update().filter(pk=row.pk).first()
    if found is None or digest != seen(found) or not may_correct(batch, found):
        raise RowChanged
    found.batch = batch
    return batch, found


def _read(fields: Mapping[str, RowField], typed: Mapping[str, str], year: int, kind: str) -> dict[str, tuple[str, Any]]:
    """Key → (text, value); raises ValidationError by key for what cannot be read."""
    errors, found = {}, {}
    for key, text in typed.items():
        # As the cell has it: that the reader had its doubts is known.
        value, wrong = (None, "") if text == fields[key].was else read_typed(key, text, year, kind)
        if wrong:
            errors[key] = wrong
        elif key == "name" and value is None:
            errors[key] = "请填写项目名称。"
        found[key] = (text, value)
    if errors:
        raise ValidationError(errors)
    return found


def _put(
    row: ImportRow, fields: Mapping[str, RowField], found: dict[str, tuple[str, Any]], by: User, at: datetime.datetime
) -> None:
    for key, (text, value) in found.items():
        field, before = fields[key], row.corrections.get(key)
        if text == field.was:
            # As the cell has it: nothing is corrected any more.
            row.problems += before["said"] if before else []
            _set(row, key, before["value"] if before else value, field.cell)
            row.corrections.pop(key, None)
            continue
        first = before or {"was": field.was, "cell": field.cell, "value": value_at(row.values, key), "said": []}
        said = first["said"] + _take_out(row.problems, key, field.cell, row.cells)
        row.corrections[key] = first | {"text": text, "said": said, "by": by.display_name, "at": at.isoformat()}
        _set(row, key, value, field.cell)


def _set(row: Any, key: str, value: Any, cell: str) -> None:
    put_at(row.values, key, value)
    row.cells[key] = cell


def _take_out(problems: list[dict[str, Any]], key: str, cell: str, cells: Mapping[str, str]) -> list[dict[str, Any]]:
    """The reader's words about a cell, taken out of a row's."""
    places = {cell, *(cells.get(other, "") for other in BESIDE.get(key, ()))} - {""}
    gone = [said for said in problems if said.get("by") != MADE_HERE and said.get("cell") in places]
    problems[:] = [said for said in problems if said not in gone]
    return gone


def _judge(row: RowPlan) -> None:
    """Parked and open as its problems and its name say now."""
    again = row_plan(row.sheet, row.row, row.values, row.cells, row.problems)
    row.parked, row.is_open, row.problems = again.parked, again.is_open, again.problems


def _is_answered(said: Mapping[str, Any], answers: Mapping[str, str]) -> bool:
    return said["level"] == "question" and said.get("by") != MADE_HERE and answers.get(said.get("id", "")) in AS_READ


def questions_of(plan: Plan) -> list[dict[str, Any]]:
    """The open questions of a row that was left out, each with the answers that need no reading again."""
    asked = [said for row in plan.rows for said in row.problems if said["level"] == "question" and said.get("id")]
    asked += [said for said in plan.problems if said["level"] == "question" and said.get("id")]
    # A newer edit is kept unless somebody says otherwise; one choice for the row.
    asked += list(
        {said["id"]: said for row in plan.rows for said in row.problems if said.get("about") == EDITED}.values()
    )
    return [
        said
        if said.get("by") == MADE_HERE
        else said | {"options": [choice for choice in said["options"] if choice["value"] in AS_READ], "free": ""}
        for said in asked
    ]
