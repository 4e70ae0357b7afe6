"""Values that a person edited in the browser since a file last spoke of the project, or since the file left the system, and
values that somebody approved: no file takes them back unasked."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from leaders.audit.models import HistoryEntry
from leaders.audit.rules import shown_value
from projects.imports.matching.known import CHUNK, Known
from projects.imports.matching.result import Line, RowPlan, encode
from projects.imports.reading.problems import option, question_id
from projects.imports.system_ids import left_at
from projects.permits.rules import ACCEPTANCE_FIELDS, GRANT_FIELDS
from projects.registry.models import Responsibility
from projects.registry.plans.rules import RevisionState
from projects.requests.rules import Verdict

EDITED = "edited"
# The answer for all rows at once; a row's own goes before it.
ALL_ROWS = "edit:*"
KEEP, FILE = "keep", "file"
OPTIONS = [option(KEEP, "保留平台上的"), option(FILE, "用文件里的")]
# Kind of record → fields that make sense only together: one edited by hand keeps the others with it.
TOGETHER: Mapping[str, tuple[set[str], ...]] = {
    "project": (
        {"name", "name_key", "pinyin"},
        {"planned_start_on", "planned_end_on"},
        {"state", "actual_start_on", "actual_end_on"},
        {"township", "location"},
    ),
    "problem": ({"state", "answer", "answered_at", "answerer"},),
    "permit": ({"state", "reason", *GRANT_FIELDS, *ACCEPTANCE_FIELDS},),
}

# Kind of record → the field that says that it was approved, and how.
APPROVALS: Mapping[str, tuple[str, str]] = {
    "changerequest": ("verdict", Verdict.APPROVED),
    "planrevision": ("state", RevisionState.APPROVED),
}


class Edit(NamedTuple):
    by: str
    at: datetime.datetime
    is_approved: bool


Key = tuple[str, int, str]  # kind of record, its id, field


def keep_edits(rows: Collection[RowPlan], known: Known, answers: Mapping[str, str]) -> None:
    """Take out of the rows what would overwrite a newer edit by hand, unless an answer says that the file is right.

    Either way the row says who edited what and when. At most two queries per 5,000 rows.
    """
    concerned = [row for row in rows if row.project_pk and (row.changes or row.creations)]
    left = {row.project_pk: at for row in concerned if (at := left_at(row.values.get("system_id", "")) or row.left_at)}
    edits = _edits({row.project_pk for row in concerned if row.project_pk}, left)
    for row in rows if edits else ():
        roles = _edited_roles(row, known, edits)
        told = [(line, edit) for line in row.shown() if (edit := _edit_of(row, line, edits, roles)) is not None]
        if not told:
            continue
        asked = question_id("edit", row.sheet, row.row)
        keeps = (answers.get(asked) or answers.get(ALL_ROWS, KEEP)) != FILE
        for line, edit in told:
            _say(row, line, edit, asked, keeps=keeps)
        if keeps:
            _leave(row, [line for line, _ in told], known, roles)


def _edits(pks: Collection[int], left: Mapping[int | None, datetime.datetime]) -> dict[Key, Edit]:
    """Field of a record → the edit by hand that is the last word on it, after an import of the project or by an approval; of a
    project whose row left in a workbook of ours at a known moment (`left`), after that."""
    wanted = sorted(pks)
    found: dict[Key, Edit] = {}
    for start in range(0, len(wanted), CHUNK):
        lines = HistoryEntry.objects.filter(subject_type="project", subject_id__in=wanted[start : start + CHUNK])
        by_hand = lines.filter(batch_id__isnull=True, actor__isnull=False)
        touched = set(by_hand.values_list("subject_id", flat=True))
        imported: set[int] = set()
        approvals: set[tuple[int | None, datetime.datetime]] = set()
        for entry in HistoryEntry.objects.filter(subject_type="project", subject_id__in=touched).order_by("pk"):
            if entry.batch_id is not None:
                imported.add(entry.subject_id or 0)
            if _is_approval(entry):
                approvals.add((entry.subject_id, entry.at))
            # What an approval does to the record is told after it, at the same moment.
            is_approved = (entry.subject_id, entry.at) in approvals
            since = left.get(entry.subject_id)
            is_newer = entry.at > since if since else is_approved or entry.subject_id in imported
            edit = Edit(entry.actor_name, entry.at, is_approved) if entry.batch_id is None and is_newer else None
            for line in entry.changes:
                key = _key(entry, line)
                if edit is not None and entry.actor_id is not None:
                    found[key] = edit
                else:
                    found.pop(key, None)
    return found


def _is_approval(entry: HistoryEntry) -> bool:
    """Of a request to move a date or change a state, or of a revision of the plan."""
    field, approved = APPROVALS.get(entry.object_type, ("", ""))
    return any(line["field"] == field and (line["new"] or {}).get("id") == approved for line in entry.changes)


def _key(entry: HistoryEntry, line: Line) -> Key:
    """An import tells of what hangs on a project in the project's line, with the record's kind in front of the field."""
    kind, pk = line.get("object", entry.object_type), line.get("object_id", entry.object_id or 0)
    return kind, pk, _name(line)


def _edited_roles(row: RowPlan, known: Known, edits: dict[Key, Edit]) -> dict[str, Edit]:
    """Who answers for a project is kept for a whole role."""
    by_record = {pk: edit for (kind, pk, _), edit in edits.items() if kind == "responsibility"}
    held = known.duties.get(row.project_pk or 0, ()) if by_record else ()
    return {record["role"]: by_record[record["id"]] for record in held if record["id"] in by_record}


def _edit_of(row: RowPlan, line: Line, edits: dict[Key, Edit], roles: dict[str, Edit]) -> Edit | None:
    """The edit that the line would take back."""
    kind, name = line.get("object", "project"), _name(line)
    if kind == "responsibility":
        return roles.get(name)
    pk = line.get("object_id", row.project_pk or 0)
    return next((edit for other in _together(kind, name) if (edit := edits.get((kind, pk, other))) is not None), None)


def _leave(row: RowPlan, gone: list[Line], known: Known, roles: dict[str, Edit]) -> None:
    """Take the lines and what they write out of the row."""
    columns: dict[tuple[str, Any], set[str]] = defaultdict(set)
    for line in gone:
        kind = line.get("object", "project")
        columns[kind, line.get("object_id", row.project_pk)] |= _together(kind, _name(line))
    lines = [line for line in row.shown() if line not in gone]
    left = {(line.get("object", "project"), line.get("object_id", row.project_pk)) for line in lines}
    held = {record["id"] for record in known.duties.get(row.project_pk or 0, ()) if record["role"] in roles}
    for change in list(row.changes):
        key = (str(change.model._meta.model_name), change.pk)
        if key in columns and change.model is not Responsibility:
            change.values = {name: new for name, new in (change.values or {}).items() if name not in columns[key]}
        if (change.model is Responsibility and change.pk in held) or (key in columns and key not in left):
            row.changes.remove(change)
    kept = [
        place
        for place, creation in enumerate(row.creations)
        if creation.model is not Responsibility or creation.values["role"] not in roles
    ]
    # Lines name what is created by its place.
    places = {f"#{old}": f"#{new}" for new, old in enumerate(kept)}
    row.creations = [row.creations[place] for place in kept]
    row.told = encode([line | _placed(line, places) for line in lines]).encode()


def _placed(line: Line, places: Mapping[str, str]) -> Line:
    pk = line.get("object_id")
    return {"object_id": places[pk]} if isinstance(pk, str) and pk in places else {}


def _name(line: Line) -> str:
    return str(line["field"]).rsplit(".", 1)[-1]


def _together(kind: str, name: str) -> set[str]:
    return next((group for group in TOGETHER.get(kind, ()) if name in group), {name})


def _say(row: RowPlan, line: Line, edit: Edit, asked: str, *, keeps: bool) -> None:
    now, file = (shown_value(line["type"], line[side]) for side in ("old", "new"))
    told, done = ("", "批准改为") if edit.is_approved else ("此后", "改为")
    row.say(
        "warning",
        f"“{line['label']}”{told}由{edit.by}于 {edit.at:%Y-%m-%d} {done} {now}，文件里是 {file}；"
        + ("保留平台上的，这一格不导入。" if keeps else "按选择用文件里的。"),
        "要改主意，请在核对页选择。",
        about=EDITED,
        id=asked,
        options=OPTIONS,
        kept=keeps,
        place=line.get("cell", ""),
    )
