"""A plan kept with the rows that were looked at, so that confirming need not match the whole file a second time.

It holds as long as nothing moved that matching looks at; then what the reviewer saw is what the file would do now. When
something did move, the file is matched anew and compared, as if no plan had been kept.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db.models import Count, Max, Model, Sum, TextField
from django.db.models.functions import Cast

from leaders.audit.models import Tracked
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Township, Unit, UnitAlias
from leaders.roster.models import Leader, LeaderAlias
from projects.imports.kinds.kind import Kind
from projects.imports.matching.known import COLUMNS_OF
from projects.imports.matching.result import Change, Creation, Plan, RowPlan, Stamp
from projects.imports.models import ImportBatch, RowAction
from projects.milestones.models import Milestone
from projects.periods.models import Period
from projects.permits.models import Permit, PermitType
from projects.progress.models import MonthReport, StatisticsEntry, StatisticsFigure
from projects.registry.models import (
    Membership,
    Project,
    ProjectCode,
    ProjectList,
    Responsibility,
    Sector,
    YearPlan,
)

# {"models": labels, "digest": …}, see `register_state`.
State = dict[str, Any]
# Everything that matching looks at.
LOOKED_AT: tuple[Any, ...] = (
    Project, ProjectCode, ProjectList, Membership, YearPlan, Responsibility, Milestone, MonthReport, StatisticsEntry,
    StatisticsFigure, Period, Permit, PermitType, Sector, Unit, UnitAlias, Township, Leader, LeaderAlias, WorkingGroup,
)  # fmt: skip


def looked_at(rows: Iterable[RowPlan], kind: Kind) -> list[Any]:
    """What matching these rows looks at. Of a list of projects only what its columns touch: else none could be confirmed while units
    file their reports, of which it says nothing."""
    if not kind.needs_list:
        return [*LOOKED_AT, *kind.looks_at]
    fields = {field for row in rows for field in row.values}
    return [model for model in LOOKED_AT if not (columns := COLUMNS_OF.get(model)) or not columns.isdisjoint(fields)]


def register_state(day: datetime.date, models: Iterable[Any] = LOOKED_AT) -> State:
    """Differs as soon as a record of these models was added, changed or removed, or the file is looked at on another day.

    A new record has a greater key than any before it, a change raises the sum of versions, and what only removes lowers the
    count. With the columns, since an upgrade of the program may lie between looking and confirming.
    """
    whole, labels = hashlib.sha256(day.isoformat().encode()), []
    for model in models:
        asked = {"number": Count("pk"), "last": Max("pk")}
        if issubclass(model, Tracked):
            asked["versions"] = Sum("version")
        found = model._default_manager.order_by().aggregate(**asked)
        columns = [field.attname for field in model._meta.concrete_fields]
        labels.append(model._meta.label)
        whole.update(json.dumps([labels[-1], found, columns], sort_keys=True).encode())
    return {"models": labels, "digest": whole.hexdigest()}


def is_unmoved(state: State, day: datetime.date) -> bool:
    """Whether the register is still as it was when `state` was taken."""
    return register_state(day, map(apps.get_model, state["models"])) == state


# ---- keeping ----------------------------------------------------------------------------------------------------


def kept_plan(plan: Plan, state: State) -> dict[str, Any]:
    """What a batch keeps of the plan besides its rows; `state` is the register's when the file was matched."""
    new = [*plan.proposals, *plan.aliases]
    return {
        "register": state,
        "new": json.loads(serializers.serialize("json", new)),
        "positions": {str(pk): position for pk, position in plan.positions.items()},
    }


class Keeper:
    """Makes text of what rows write."""

    def __init__(self, plan: Plan) -> None:
        self.places: dict[int, int | str] = {id(record): place for place, record in enumerate(plan.proposals)}
        if plan.is_new_list:
            self.places[id(plan.project_list)] = "list"
        self.encode = json.JSONEncoder(ensure_ascii=False, default=self._plain).encode

    def text(self, rows: Sequence[RowPlan]) -> str:
        return self.encode([self._written(row) for row in rows])

    def _written(self, row: RowPlan) -> list[Any] | None:
        if not row.writes:
            return None
        creations = [(creation.model.__name__, creation.values) for creation in row.creations]
        changes = [(change.model.__name__, change.pk, change.version, change.values) for change in row.changes]
        return [row.name, row.namesakes, creations, changes]

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return str(value)
        if isinstance(value, datetime.date):
            return value.isoformat()
        if isinstance(value, Model):
            return {"new": self.places[id(value)]} if value.pk is None else value.pk
        if isinstance(value, Stamp):
            return {"stamp": value.value}
        raise TypeError(value)


# ---- taking up again --------------------------------------------------------------------------------------------


def staged_plan(batch: ImportBatch, project_list: ProjectList | None, day: datetime.date) -> Plan | None:
    """The plan that was looked at; None when something moved since, so that the file has to be matched anew."""
    kept = batch.plan
    if "register" not in kept or not is_unmoved(kept["register"], day):
        return None
    new: list[Any] = [found.object for found in serializers.deserialize("json", json.dumps(kept["new"]))]
    plan = Plan(
        proposals=[record for record in new if not isinstance(record, UnitAlias | LeaderAlias)],
        aliases=[record for record in new if isinstance(record, UnitAlias | LeaderAlias)],
        problems=[said for said in batch.reading["problems"] if said["level"] == "question"],
        missing=batch.reading["missing"],
        project_list=project_list,
        is_new_list=project_list is not None and project_list._state.adding,
        positions={int(pk): position for pk, position in kept["positions"].items()},
    )
    plan.rows = list(_rows(batch, plan))
    return plan


def _rows(batch: ImportBatch, plan: Plan) -> Iterator[RowPlan]:
    rows = batch.rows.order_by("pk").annotate(told=Cast("changes", TextField()))
    kept = rows.values_list("sheet", "row", "action", "project_id", "told").iterator(2000)
    parts = batch.planned_writes.order_by("pk").values_list("rows", flat=True).iterator()
    for (sheet, row, action, project, told), writes in zip(
        kept, chain.from_iterable(map(json.loads, parts)), strict=True
    ):
        found = RowPlan(sheet, row, {}, {}, [], action, project, action == RowAction.ASK, action == RowAction.PARK)
        if writes:
            name, found.namesakes, creations, changes = writes
            found.values, found.told = {"name": name}, told.encode()
            found.creations = [Creation(_model(kind), _values(values, plan)) for kind, values in creations]
            found.changes = [
                Change(_model(kind), pk, version, None if values is None else _values(values, plan))
                for kind, pk, version, values in changes
            ]
        yield found


@cache
def _model(name: str) -> Any:
    return apps.get_model("projects", name)


def _values(values: dict[str, Any], plan: Plan) -> dict[str, Any]:
    for name, value in values.items():
        if type(value) is dict:
            values[name] = _meant(value, plan)
    return values


def _meant(kept: dict[str, Any], plan: Plan) -> Any:
    if "stamp" in kept:
        return Stamp(kept["stamp"])
    return plan.project_list if kept["new"] == "list" else plan.proposals[kept["new"]]
