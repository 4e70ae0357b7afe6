"""Batches, what a person has to look at before confirming, and where a value came from."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from leaders.audit.models import HistoryEntry
from leaders.audit.rules import cell_of
from projects.imports.journal import created_pks
from projects.imports.kinds import KINDS
from projects.imports.matching.edits import EDITED
from projects.imports.models import BatchState, ImportBatch, ImportRow, RowAction
from projects.imports.reading.fields import IGNORED, MONEY, TITLES
from projects.imports.reading.typed import keys_of, title_of
from projects.imports.rules import CLEARABLE, UNSTORED
from projects.imports.system_ids import left_at
from projects.registry.models import Project
from yichuan_tracker.money import format_wan

# More questions than these are answered in rounds: most of them are often the same one.
MOST_QUESTIONS = 60
MOST_NOTES = 200


@dataclass(frozen=True)
class Written:
    """What a batch made, what of that its undoing took away again and what it removed, both with the columns that stood there,
    and what it changed as column → (old, new); all by (kind, id). `put_back` is what of the changed and removed its undoing
    put back: None as long as it is not undone, and where the undoing kept no record of it."""

    created: frozenset[tuple[str, int]]
    unmade: dict[tuple[str, int], dict[str, Any]]
    removed: dict[tuple[str, int], dict[str, Any]]
    changed: dict[tuple[str, int], dict[str, Any]]
    is_undone: bool
    put_back: frozenset[tuple[str, int]] | None


def written_by(batch_ids: Collection[int]) -> dict[int, Written]:
    """{batch: what it made and removed}, of those that keep a record of it. One query."""
    found = {}
    for pk, state, journal in ImportBatch.objects.filter(pk__in=batch_ids).values_list("pk", "state", "written"):
        if journal:
            created = frozenset((kind, one) for kind, pks in created_pks(journal).items() for one in pks)
            removed = {(kind, old["id"]): old for kind, old in journal.get("removed", ())}
            changed = {(kind, one): columns for kind, one, _, columns in journal.get("changed", ())}
            unmade = {(kind, old["id"]): old for kind, old in journal.get("unmade", ())}
            put_back = frozenset((kind, one) for kind, one in journal["put_back"]) if "put_back" in journal else None
            found[pk] = Written(created, unmade, removed, changed, state == BatchState.UNDONE, put_back)
    return found


def batches() -> QuerySet[ImportBatch]:
    """For the list page and its export; without what was read, which is long."""
    return ImportBatch.objects.select_related("project_list", "uploader", "applier").defer(
        "reading", "plan", "answers", "written", "undoing"
    )


def rows_of_batch(batch: ImportBatch) -> QuerySet[ImportRow]:
    return ImportRow.objects.filter(batch=batch).select_related("project").defer("versions", "cells")


def applied_before(batch: ImportBatch) -> ImportBatch | None:
    """The latest other batch of exactly this file that went in."""
    same = batches().filter(sha256=batch.sha256, state=BatchState.APPLIED).exclude(pk=batch.pk)
    return same.order_by("-applied_at").first()


@dataclass(frozen=True)
class SheetReview:
    """One table of the workbook: what was taken for what, what was left out, and whether the sums agree."""

    name: str
    is_read: bool
    why: str
    is_laid: bool  # set upright for reading: the letters of its columns are none of the file's
    rows: str
    money_unit: str
    shape: str
    columns: list[dict[str, Any]]
    ignored: list[dict[str, Any]]
    skipped: list[dict[str, Any]]
    totals: list[dict[str, Any]]
    # Columns that were understood and are not registered: (heading, why).
    unstored: list[tuple[str, str]]


@dataclass(frozen=True)
class Review:
    """What the review page says above the rows."""

    batch: ImportBatch
    counts: list[tuple[str, str, int]]
    questions: list[dict[str, Any]]
    more_questions: int
    errors: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    sheets: list[SheetReview]
    proposals: list[tuple[str, list[str]]]
    missing: list[dict[str, Any]]
    earlier: ImportBatch | None
    # When the workbook left the system, where the system wrote it.
    left_at: datetime.datetime | None
    changed: list[dict[str, Any]] = field(default_factory=list)
    # Rows with values that somebody edited in the browser since the last import: {id, name, kept, lines}.
    edits: list[dict[str, Any]] = field(default_factory=list)
    # Columns of which a person may say that a blank cell clears: key → words.
    blanks: dict[str, str] = field(default_factory=dict)

    @property
    def may_confirm(self) -> bool:
        return self.batch.state == BatchState.REVIEW and not self.questions and self.writes > 0

    @property
    def tables(self) -> list[tuple[int, SheetReview]]:
        """The tables that were read, with their numbers; of those with the same columns (a card for each project) the first."""
        firsts: dict[str, int] = {}
        for number, sheet in enumerate(self.sheets):
            if sheet.is_read:
                firsts.setdefault(f"{sheet.shape} {sheet.columns} {sheet.ignored}", number)
        return [(number, self.sheets[number]) for number in firsts.values()]

    @property
    def has_marks(self) -> int:
        """How many places a marked copy would show."""
        said = self.batch.reading.get("problems", ())
        is_one_workbook = self.sheets and not self.batch.file_name.lower().endswith(".zip")
        return sum(1 for problem in said if problem["level"] != "note") if is_one_workbook else 0

    @property
    def may_leave_open(self) -> bool:
        """Whether the good rows can go in while those that wait for an answer stay out."""
        asks_rows_only = bool(self.questions) and all(question.get("row") for question in self.questions)
        return self.batch.state == BatchState.REVIEW and asks_rows_only and not self.more_questions and self.writes > 0

    @property
    def may_all_be_new(self) -> bool:
        """Whether “新增” is an answer to one of the questions."""
        return any(choice["value"] == "new" for question in self.questions for choice in question.get("options", ()))

    @property
    def content(self) -> str:
        """What the file holds, in words."""
        return KINDS[self.batch.kind].title

    @property
    def silent(self) -> str:
        """What those are called of whom the file says nothing."""
        return KINDS[self.batch.kind].silent

    @property
    def waiting(self) -> int:
        """Rows that would stay out."""
        return sum(number for action, _, number in self.counts if action in (RowAction.ASK, RowAction.PARK))

    @property
    def writes(self) -> int:
        return sum(number for action, _, number in self.counts if action in (RowAction.CREATE, RowAction.UPDATE))


def review_of(batch: ImportBatch) -> Review:
    reading: dict[str, Any] = batch.reading or {}
    problems: list[dict[str, Any]] = [said for said in reading.get("problems", ()) if not said.get("changed")]
    questions = [said for said in problems if said["level"] == "question"]
    order = (RowAction.ASK, RowAction.UPDATE, RowAction.CREATE, RowAction.PARK, RowAction.SAME)
    return Review(
        batch=batch,
        counts=[(action.value, str(action.label), batch.counts.get(action.value, 0)) for action in order],
        questions=questions[:MOST_QUESTIONS],
        more_questions=max(0, len(questions) - MOST_QUESTIONS),
        errors=[said for said in problems if said["level"] == "error"],
        warnings=[said for said in problems if said["level"] == "warning" and said.get("about") != EDITED][:MOST_NOTES],
        notes=[said for said in problems if said["level"] == "note"][:MOST_NOTES],
        sheets=[_sheet(sheet) for sheet in reading.get("sheets", ())],
        proposals=_proposals(reading.get("proposals", ())),
        missing=reading.get("missing", []),
        earlier=applied_before(batch),
        left_at=left_at(reading.get("mark", "")),
        changed=[said for said in reading.get("problems", ()) if said.get("changed")],
        edits=_edits(problems),
        blanks=_blanks(reading.get("sheets", ())),
    )


def _edits(problems: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for said in problems:
        if said.get("about") == EDITED:
            about = {"id": said["id"], "name": said["value"], "kept": said["kept"], "lines": []}
            rows.setdefault(said["id"], about)["lines"].append(said)
    return list(rows.values())


def _blanks(sheets: Iterable[dict[str, Any]]) -> dict[str, str]:
    letters: dict[str, set[str]] = {}
    for column in (column for sheet in sheets for column in sheet["columns"]):
        for key in keys_of(column):
            letters.setdefault(key, set()).add(column["column"])
    return {key: f"{title_of(key)}（{'、'.join(sorted(letters[key]))} 列）" for key in CLEARABLE if key in letters}


def field_title(key: str) -> str:
    """What a column was taken for, in words."""
    return "不导入" if key == IGNORED else TITLES.get(key, key)


def _sheet(sheet: dict[str, Any]) -> SheetReview:
    columns = [
        column | {"title": field_title(column["field"]) + (f"（{column['permit']}）" if column.get("permit") else "")}
        for column in sheet["columns"]
    ]
    return SheetReview(
        name=sheet["name"],
        is_read=sheet["status"] == "read",
        why=sheet["why"],
        is_laid=sheet.get("turned", False),
        rows="–".join(str(row) for row in dict.fromkeys(sheet["header_rows"])),
        money_unit=sheet["money_unit"],
        shape=sheet.get("heading_shape", ""),
        columns=columns,
        ignored=sheet["ignored"],
        skipped=sheet["skipped_rows"] if sheet["status"] == "read" else [],
        totals=_totals(sheet["stated"], sheet["read"]),
        unstored=[(c["heading"], UNSTORED[c["field"]]) for c in sheet["columns"] if c["field"] in UNSTORED],
    )


def _totals(stated: dict[str, Any], read: dict[str, Any]) -> list[dict[str, Any]]:
    """What the sheet says of itself beside what was read."""
    lines = []
    for key in [*read, *(key for key in stated if key not in read)]:
        title = "项目个数" if key == "count" else TITLES.get(key, key)
        said, found = (_number(key, side.get(key)) for side in (stated, read))
        agrees = None if said is None or found is None else said == found
        lines.append({"title": title, "stated": said, "read": found, "agrees": agrees})
    return lines


def _number(key: str, value: Any) -> str | None:
    if value is None:
        return None
    if key in MONEY:
        return f"{format_wan(Decimal(value))} 万元"
    return str(value)


def _proposals(found: Iterable[dict[str, str]]) -> list[tuple[str, list[str]]]:
    kinds: dict[str, list[str]] = {}
    for proposal in found:
        kinds.setdefault(proposal["kind"], []).append(proposal["name"])
    return list(kinds.items())


def is_reading(batch: ImportBatch, now: datetime.datetime) -> bool:
    """Whether a reader is at work, as far as its age tells."""
    return batch.state == BatchState.READING and not batch.is_lost(now)


# ---- where a value came from ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Origin:
    """File, sheet and cell of a value, and who brought it when."""

    batch_id: int
    file_name: str
    sheet: str
    cell: str
    by: str
    at: datetime.datetime


def origin_of(project: Project) -> dict[str, Origin]:
    """Field (as history names it: "total_wan", "yearplan.2023.plan_wan") → where its present value came from.

    A value that somebody changed by hand since has no entry. Two queries.
    """
    entries = list(
        HistoryEntry.objects.filter(subject_type="project", subject_id=project.pk).order_by("at", "pk").iterator()
    )
    names = dict(
        ImportBatch.objects.filter(pk__in={entry.batch_id for entry in entries if entry.batch_id}).values_list(
            "pk", "file_name"
        )
    )
    found: dict[str, Origin] = {}
    for entry in entries:
        for line in entry.changes:
            key = _origin_key(entry, line)
            found.pop(key, None)
            cell = cell_of(line, entry.origin)
            if entry.batch_id in names and cell:
                found[key] = Origin(
                    entry.batch_id, names[entry.batch_id], cell["sheet"], cell["cell"], entry.actor_name, entry.at
                )
    return found


def _origin_key(entry: HistoryEntry, line: dict[str, Any]) -> str:
    """A change by hand of a plan stands under the plan; in an import under the project, with the plan's name in front."""
    own = str(line["field"])
    if entry.object_type == "project":
        return own
    if entry.object_type == "yearplan":
        return f"yearplan.{entry.object_name.split(' ')[-1][:4]}.{own}"
    return f"{entry.object_type}.{entry.object_id}.{own}"
