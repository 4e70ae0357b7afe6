"""What matching found out: for each row the records to create, change and remove, and how to say it."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from django.db import models

from leaders.audit.models import Tracked
from leaders.audit.rules import field_type, placed, typed_value
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit, UnitAlias
from leaders.roster.models import Leader, LeaderAlias
from projects.imports.models import RowAction
from projects.imports.reading.problems import Problem
from projects.permits.models import PermitType
from projects.registry.models import Project, ProjectList, Sector

Line = dict[str, Any]
# A line as JSON, written at once and left open at its end: of which record it tells is known when a row takes it (see `RowPlan`).
Told = str
Proposal = Unit | Leader | WorkingGroup | Sector | PermitType
MADE_HERE = "matching"
# About rows that only wait for the answer to a question asked elsewhere.
WAITS = "waits"
# About rows of which another row of the file tells the rest; each says it, the whole file sums it up.
FOLDED = frozenset({"folded", "outdated"})
# In front of the cell of a value that was typed in the browser in its place.
CORRECTED = "更正于浏览器，原单元格 "


class Stamp(Enum):
    """What is only known when a plan is written: the moment, and the person who confirms."""

    AT = "at"
    BY = "by"


@dataclass(slots=True)
class Creation:
    """A new record by its fields' values; that it hangs on the row's project goes without saying. `pk` once it is written."""

    model: type[Tracked]
    values: dict[str, Any]
    pk: int | None = None


@dataclass(slots=True)
class Change:
    """`values` to be set on the record that now stands at `version`; None removes it (a responsibility that would otherwise end
    before it began)."""

    model: type[Tracked]
    pk: int
    version: int
    values: dict[str, Any] | None


# The text of history is made once: it is what review keeps, what the digest is made of, and what history tells in the end.
encode = json.JSONEncoder(ensure_ascii=False).encode
# A line about the row's third new record: {…, "object_id": "#2"}.
_NEW = re.compile(r'"object_id": "#(\d+)"')


@dataclass(slots=True)
class RowPlan:
    """One row of the workbook and what becomes of it."""

    sheet: str
    row: int
    values: dict[str, Any]
    cells: dict[str, str]
    problems: list[Problem]
    action: str = ""
    project_pk: int | None = None
    is_open: bool = False
    parked: bool = False
    # Of a new project: how many of the same name there were when the row was matched.
    namesakes: int = 0
    # When the workbook left the system, where the system wrote it.
    left_at: datetime.datetime | None = None
    # What was typed in place of cells (see correcting.py).
    corrections: dict[str, Any] = field(default_factory=dict)
    # Blank cells of columns of which a person said that a blank clears: key → cell.
    cleared: dict[str, str] = field(default_factory=dict)
    # Rows of the file that tell other months of the same project, by month; what they say, this row writes (doubles.py).
    earlier: list[RowPlan] = field(default_factory=list)
    creations: list[Creation] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    # Old → new: of what is created, then of what is changed.
    lines: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    # `lines` as one list, once the row is matched; UTF-8, since as `str` Chinese text takes twice the room.
    told: bytes = b"[]"

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    @property
    def new_project(self) -> dict[str, Any] | None:
        """The values of the project that the row creates."""
        first = self.creations[0] if self.creations else None
        return first.values if first is not None and first.model is Project else None

    @property
    def writes(self) -> bool:
        return self.action in (RowAction.CREATE, RowAction.UPDATE)

    def waits(self) -> bool:
        """Nothing becomes of it as things are: it is parked, or a question is open."""
        return self.parked or self.is_open

    def create(self, model: type[Tracked], values: dict[str, Any], lines: list[Told]) -> Creation:
        """A record to be created. Its lines name it by its place ("#2") until it has a key (see `told_of`)."""
        creation = Creation(model, values)
        self._tell(0, model, lines, f'"#{len(self.creations)}"')
        self.creations.append(creation)
        return creation

    def change(
        self, model: type[Tracked], record: dict[str, Any], values: dict[str, Any] | None, lines: list[Told]
    ) -> None:
        """A known record to be changed, or removed."""
        self._tell(1, model, lines, record["id"])
        self.changes.append(Change(model, record["id"], record["version"], values))

    def _tell(self, place: int, model: type[Tracked], lines: list[Told], pk: int | str) -> None:
        end = "}" if model is Project else f', "object_id": {pk}}}'
        self.lines[place].extend([line + end for line in lines])

    def settle(self) -> None:
        """The action, once all is known: parked or open, else what was set, unless nothing is left to write."""
        if self.waits():
            self.action = RowAction.PARK if self.parked else RowAction.ASK
        elif not (self.creations or self.changes):
            self.action = RowAction.SAME

    def seal(self) -> None:
        """Old → new of everything that the row changes, in one text."""
        told = ", ".join([*self.lines[0], *self.lines[1]])
        self.told, self.lines = f"[{told}]".encode(), ([], [])

    def shown(self) -> list[Line]:
        """The lines again, of a sealed row."""
        found: list[Line] = json.loads(self.told)
        return found

    def origin_of(self, place: int | str) -> dict[str, dict[str, str]]:
        """Field → sheet and cell of its value, of the record with this key ("#2": the row's third new one)."""
        return {
            str(line["field"]).rsplit(".", 1)[-1]: placed(line["cell"], self.sheet)
            for line in self.shown()
            if line.get("cell") and line.get("object_id") == place
        }

    def told_of(self) -> str:
        """`told` with the keys of the records that were created."""
        return _NEW.sub(lambda found: f'"object_id": {self.creations[int(found[1])].pk}', self.told.decode())

    def versions(self) -> dict[str, int]:
        """{"project 12": 3}: the records that the row changes, as they were when it was matched."""
        return {f"{change.model._meta.model_name} {change.pk}": change.version for change in self.changes}

    def cell(self, key: str) -> str:
        return self.cells.get(key, "")

    def cell_in(self, teller: RowPlan, key: str) -> str:
        """The cell of `teller`, as this row names it: with its sheet where that is another one ("5月!F3")."""
        cell = teller.cell(key)
        return f"{teller.sheet}!{cell}" if cell and teller.sheet != self.sheet else cell

    def park_as_answered(self, cure: str = "需要时重新导入这份文件。") -> None:
        """Stay out, as a person chose."""
        self.parked = True
        self.say("note", "按回答，这一行先不导入。", cure)

    def say(self, level: str, message: str, cure: str = "", *, key: str = "", **more: Any) -> None:
        """Add something that a person should know about this row."""
        value = self.values.get(key, "") if key else self.name
        self.problems.append(
            {
                "level": level,
                "sheet": self.sheet,
                "cell": self.cell(key or "name").removeprefix(CORRECTED),
                "row": self.row,
                "value": str(value)[:120],
                "message": message,
                "cure": cure,
                "by": MADE_HERE,
            }
            | more
        )

    def fingerprint(self) -> bytes:
        """Equal as long as the row would do the same to records in the same state."""
        return repr((self.sheet, self.row, str(self.action), self.project_pk, self.versions())).encode() + self.told


@dataclass(slots=True)
class Plan:
    """What one workbook would change."""

    rows: list[RowPlan] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    aliases: list[UnitAlias | LeaderAlias] = field(default_factory=list)
    # Members of the list that the file does not name: {id, name, serial}. Listed, never removed.
    missing: list[dict[str, Any]] = field(default_factory=list)
    project_list: ProjectList | None = None
    # Whether the list itself is created with the rows.
    is_new_list: bool = False
    # membership id → place in the list, where rows have moved; no change that anybody needs to read about.
    positions: dict[int, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        found = {action.value: 0 for action in RowAction}
        for row in self.rows:
            found[row.action] += 1
        return found | {"missing": len(self.missing)}

    @property
    def is_open(self) -> bool:
        """Whether a question waits for its answer."""
        return any(row.is_open for row in self.rows) or any(problem["level"] == "question" for problem in self.problems)

    @property
    def writes(self) -> bool:
        return any(row.writes for row in self.rows)

    def forget_unused(self) -> None:
        """A unit, a leader … whom only rows name that stay out is not created."""
        if self.proposals:
            rows = (row for row in self.rows if not row.waits())
            steps: Iterable[Creation | Change] = chain.from_iterable((*row.creations, *row.changes) for row in rows)
            used = {id(value) for step in steps for value in (step.values or {}).values()}
            self.proposals = [record for record in self.proposals if id(record) in used]

    def leave_open_rows(self) -> None:
        """Rows that wait for an answer stay out, and their questions with them; one about a whole sheet still waits."""
        for row in self.rows:
            if row.is_open:
                row.parked, row.is_open, row.action = True, False, RowAction.PARK
        self.problems = [said for said in self.problems if said["level"] != "question" or not said.get("row")]

    def digest(self) -> str:
        whole = hashlib.sha256()
        for row in self.rows:
            whole.update(row.fingerprint())
        return whole.hexdigest()


def told_line(line: Line) -> Told:
    """Of a line that is put together by hand."""
    return encode(line)[:-1]


class _Heading(NamedTuple):
    """What all lines of a field have in common, and how they tell a value."""

    told: Told
    value: Callable[[Any], str]


@lru_cache(maxsize=4096)
def _heading(model: type[models.Model], name: str, prefix: str, label: str) -> _Heading:
    field_: Any = model._meta.get_field(name)
    kind = str(model._meta.model_name)
    found: Line = {
        "field": name if model is Project else f"{kind}.{prefix}{name}",
        "label": label + str(field_.verbose_name),
        "type": field_type(field_),
    }
    about = {} if model is Project else {"object": kind}
    return _Heading(told_line(found | about), _telling(field_))


@lru_cache(maxsize=1024)
def _telling(field_: models.Field[Any, Any]) -> Callable[[Any], str]:
    """`typed_value` as JSON, once for amounts, days, choices and records that come again and again."""

    def value(found: Any) -> str:
        return encode(typed_value(field_, found))

    if isinstance(field_, models.ForeignKey):
        return lambda found: _record(found.pk, str(found)) if isinstance(found, models.Model) else value(found)
    if field_.choices or type(field_) in {models.DecimalField, models.DateField}:
        return lru_cache(maxsize=1024)(value)
    return value


@lru_cache(maxsize=4096)
def _record(pk: int | None, name: str) -> str:
    return encode({"id": pk, "name": name})


def line(
    model: type[models.Model],
    name: str,
    old: Any,
    new: Any,
    *,
    prefix: str = "",
    label: str = "",
    cell: str = "",
) -> Told:
    """Old → new of one field as history keeps it. `prefix` tells records of one kind apart ("2023." for a year's plan)."""
    heading = _heading(model, name, prefix, label)
    before = "null" if old is None else heading.value(old)  # of most lines
    told = f'{heading.told}, "old": {before}, "new": {heading.value(new)}'
    return f'{told}, "cell": {encode(cell)}' if cell else told


def created_lines(
    model: type[models.Model], values: dict[str, Any], cells: dict[str, str], *, prefix: str = "", label: str = ""
) -> list[Told]:
    """Lines of a new record for everything that is said about it."""
    return [
        line(model, name, None, value, prefix=prefix, label=label, cell=cells.get(name, ""))
        for name, value in values.items()
        if value
    ]
