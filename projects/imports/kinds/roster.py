"""领导与单位名单: leaders and units created and changed by their own actions. A blank cell changes nothing; nobody is removed."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from leaders.accounts.models import User
from leaders.audit.rules import text_line
from leaders.names import NameIndex, Spellings, squeeze
from leaders.organisations.actions import change_units, create_units
from leaders.organisations.models import Unit
from leaders.organisations.queries import known_units, nearest_units
from leaders.organisations.rules import UnitKind
from leaders.roster.actions import change_leaders, create_leaders
from leaders.roster.models import Leader
from leaders.roster.queries import known_leaders, nearest_leaders
from leaders.roster.rules import LeaderLevel
from projects.imports.journal import Book, Journal, plain_columns
from projects.imports.kinds.kind import Kind, prepare_nothing
from projects.imports.matching.result import Change, Plan, RowPlan, Told, created_lines, line, told_line
from projects.imports.models import ImportBatch, RowAction
from projects.imports.reading.problems import option, question_id
from projects.imports.rules import are_persons_alike, are_units_alike, unit_kind

UNIT_KINDS = {label: value for value, label in UnitKind.choices}
# Units before leaders, since a leader's unit may stand in the same file.
ACTIONS: dict[Any, tuple[Any, Any]] = {Unit: (create_units, change_units), Leader: (create_leaders, change_leaders)}
Record = Leader | Unit


class Roster:
    def __init__(self, rows: list[RowPlan], answers: Mapping[str, str]) -> None:
        self.plan, self.answers = Plan(rows=rows), answers
        self.units, self.leaders = known_units(), known_leaders()
        self.fresh: dict[tuple[Any, str, str], Record] = {}
        # What rows above change, and what they give as names.
        self.changed: dict[tuple[Any, int], RowPlan] = {}
        self.given: dict[Any, Spellings[Any]] = {Unit: Spellings([]), Leader: Spellings([])}

    def run(self) -> Plan:
        for form in ("units", "leaders"):
            for row in self.plan.rows:
                if row.values.get("form", "leaders") == form and not (row.parked or row.is_open):
                    self._match(row, Unit if form == "units" else Leader)
        for row in self.plan.rows:
            row.action = row.action or (
                RowAction.PARK if row.parked else RowAction.ASK if row.is_open else RowAction.SAME
            )
        return self.plan

    def _match(self, row: RowPlan, model: type[Record]) -> None:
        values = self._unit_values(row) if model is Unit else self._leader_values(row)
        aliases = self._aliases(row)
        record = self._known(row, model)
        if row.is_open or row.parked:
            return
        cells = {name: row.cell("unit_kind" if model is Unit and name == "kind" else name) for name in values}
        if record is None:
            self._create(row, model, values, cells, aliases)
        else:
            self._change(row, record, values, cells, aliases)

    def _unit_values(self, row: RowPlan) -> dict[str, Any]:
        found = {"name": row.name} | {key: row.values[key] for key in ("short_name",) if key in row.values}
        if written := row.values.get("unit_kind"):
            if written in UNIT_KINDS:
                found["kind"] = UNIT_KINDS[written]
            else:
                kinds = "、".join(UNIT_KINDS)
                row.say(
                    "warning", f"“{written}”不是登记的单位类别，这一格没有导入。", f"可以写：{kinds}。", key="unit_kind"
                )
        return found

    def _leader_values(self, row: RowPlan) -> dict[str, Any]:
        found: dict[str, Any] = {"name": row.name}
        found |= {key: row.values[key] for key in ("post", "phone") if key in row.values}
        if written := row.values.get("level"):
            found["level"] = LeaderLevel.COUNTY if "县" in written or "处" in written else LeaderLevel.UNIT
        if written := row.values.get("unit"):
            unit = self.units.get(written) or self.fresh.get((Unit, squeeze(written), ""))
            if unit is None:
                row.say(
                    "warning",
                    f"没有叫“{written}”的单位，所在单位没有导入。",
                    "请先登记这个单位，或改成它的名称。",
                    key="unit",
                )
            else:
                found["unit"] = unit
        return found

    def _aliases(self, row: RowPlan) -> list[str]:
        return list(
            dict.fromkeys(
                squeeze(alias) for alias in row.values.get("aliases", ()) if squeeze(alias) != squeeze(row.name)
            )
        )

    def _known(self, row: RowPlan, model: type[Record]) -> Record | None:
        """The record that the row speaks of; None is a new one, unless the row is open now."""
        index: NameIndex[Any] = self.units if model is Unit else self.leaders
        found = index.get(row.name + row.values.get("post", "")) or index.get(row.name)
        if found is not None or model is Unit:
            return found or self._near(row, nearest_units(row.name, self.units), are_units_alike)
        namesakes = list(Leader.objects.filter(name=row.name))
        return self._near(row, namesakes or nearest_leaders(row.name, self.leaders), are_persons_alike)

    def _near(self, row: RowPlan, candidates: Collection[Record], is_near: Any) -> Record | None:
        near = [record for record in candidates if is_near(row.name, record.name)]
        asked = question_id("roster", row.sheet, row.row, squeeze(row.name))
        answer = self.answers.get(asked) or self.answers.get("*", "")
        chosen = next(
            (record for record in near if answer == f"same:{record.pk}" or (answer == "same" and len(near) == 1)), None
        )
        if not near or chosen is not None or answer == "new":
            return chosen
        if answer == "park":
            row.parked = True
            return None
        row.is_open = True
        described = [
            f"{record.name}{f'（{post}）' if (post := getattr(record, 'post', '')) else ''}" for record in near
        ]
        options = [option(f"same:{record.pk}", f"就是“{told}”") for record, told in zip(near, described, strict=True)]
        options += [option("new", f"不是，新增“{row.name}”"), option("park", "先不导入这一行")]
        row.say(
            "question",
            f"没有“{row.name}”，但有写法相近的。是同一个吗？",
            "选“就是”，按表更新他（它）。",
            id=asked,
            options=options,
        )
        return None

    def _create(
        self, row: RowPlan, model: type[Record], values: dict[str, Any], cells: dict[str, str], aliases: list[str]
    ) -> None:
        if model is Unit:
            values = {"kind": unit_kind(row.name)} | values
        key, record = (model, squeeze(row.name), row.values.get("post", "")), model(**values)
        # Leaders may be namesakes, units not.
        spellings = [row.name, values.get("short_name", ""), *aliases] if model is Unit else aliases
        if key in self.fresh:
            self._park(row, f"“{row.name}”在文件中出现两次，本行没有导入。", "同名的两人请写明不同的职务。")
        elif self._are_free(row, record, spellings):
            self.fresh[key] = record
            row.create(model, values, created_lines(model, values, cells) + _alias_lines(row, [], aliases))
            row.seal()
            row.action = RowAction.CREATE

    def _change(
        self, row: RowPlan, record: Record, values: dict[str, Any], cells: dict[str, str], aliases: list[str]
    ) -> None:
        model: Any = type(record)
        held = [alias.name for alias in record.aliases.all()]
        differing = {name: value for name, value in values.items() if name != "name" and getattr(record, name) != value}
        fresh = [alias for alias in aliases if alias not in held]
        # Another spelling than the registered one is not a new name: the next file is understood by it.
        if squeeze(row.name) not in (squeeze(record.name), *held) and squeeze(row.name) not in squeeze(
            getattr(record, "short_name", "")
        ):
            fresh.append(squeeze(row.name))
        lines = [line(model, name, getattr(record, name), value, cell=cells[name]) for name, value in differing.items()]
        lines += _alias_lines(row, held, fresh)
        if lines and (first := self.changed.get((model, record.pk))):
            words = f"“{record}”在“{first.sheet}”第 {first.row} 行已经写过，本行没有导入。"
            self._park(row, words, "是同一个的，请合成一行；是另一个的，请先登记，再重新导入。")
        elif lines and self._are_free(row, record, [differing.get("short_name", ""), *fresh]):
            self.changed[model, record.pk] = row
            row.change(model, {"id": record.pk, "version": record.version}, differing, lines)
            row.seal()
            row.action = RowAction.UPDATE

    def _are_free(self, row: RowPlan, record: Record, spellings: list[str]) -> bool:
        """Whether none of these spellings belongs to somebody else, registered or in a row above; parks the row otherwise."""
        index: NameIndex[Any] = self.units if isinstance(record, Unit) else self.leaders
        given = self.given[type(record)]
        for name in filter(None, spellings):
            owner = index.get(name)
            if owner is None or owner == record:
                owner = given.other_owner(name, record)
            if owner is not None:
                words = f"“{name}”已是“{owner}”的名称或别名，本行没有导入。"
                self._park(row, words, "请改用别的写法。", key="aliases")
                return False
        given.add(record, [row.name, *spellings])
        return True

    def _park(self, row: RowPlan, words: str, cure: str, **place: str) -> None:
        row.parked = True
        row.say("error", words, cure, **place)


def _alias_lines(row: RowPlan, held: list[str], fresh: list[str]) -> list[Told]:
    if not fresh:
        return []
    told = text_line("aliases", "别名", "、".join(held) or None, "、".join([*held, *fresh]))
    return [told_line(told | {"cell": row.cell("aliases") or row.cell("name")})]


def match_roster(rows: list[RowPlan], *, answers: Mapping[str, str], **_setting: Any) -> Plan:
    return Roster(rows, answers).run()


def write_roster(plan: Plan, _prepared: None, batch: ImportBatch, *, by: User | None, at: datetime.datetime) -> Journal:
    """Units first, all of a kind at once, by the actions of their slices, so that their rules hold here, too."""
    rows, book = [row for row in plan.rows if row.writes], Book()
    about: dict[str, Any] = {"by": by, "at": at, "batch_id": batch.pk}
    made: dict[str, Unit] = {}
    for model, (create, change) in ACTIONS.items():
        told: list[Any] = [
            (model(**_settled(creation.values, made)), _aliases_in(row), row.origin_of("#0"))
            for row in rows
            for creation in row.creations
            if creation.model is model
        ]
        create(told, **about)
        for record, _, _ in told:
            book.note_created(record)
            if model is Unit:
                made[record.name] = record
        changes = [_change(row, held, record, made) for row, held, record in _known(model, rows)]
        before = [plain_columns(record, values) for record, values, *_ in changes]
        change(changes, **about)
        for old, (record, _, fresh, *_) in zip(before, changes, strict=True):
            book.note_changed(old, record)
            if fresh:
                book.aliases.append([str(model._meta.model_name), record.pk, fresh])
    return book.journal()


def _known(model: Any, rows: list[RowPlan]) -> list[tuple[RowPlan, Change, Any]]:
    """Each change of these rows with the record, as it is now."""
    wanted = [(row, change) for row in rows for change in row.changes if change.model is model]
    records = model._default_manager.prefetch_related("aliases").in_bulk([change.pk for _, change in wanted])
    return [(row, change, records[change.pk]) for row, change in wanted]


def _change(
    row: RowPlan, change: Change, record: Any, made: Mapping[str, Unit]
) -> tuple[Any, dict[str, Any], list[str], int, Any]:
    held = {alias.name for alias in record.aliases.all()}
    fresh = [alias for alias in _aliases_in(row) if alias not in held]
    return record, _settled(change.values or {}, made), fresh, change.version, row.origin_of(change.pk)


def _aliases_in(row: RowPlan) -> list[str]:
    """All aliases that the record of the row has in the end, as its line of history tells; none where it has no such line."""
    return next((told["new"].split("、") for told in row.shown() if told["field"] == "aliases"), [])


def _settled(values: Mapping[str, Any], made: Mapping[str, Unit]) -> dict[str, Any]:
    """The values with a unit that the same file creates, which is there by now."""
    unit = values.get("unit")
    return dict(values) | ({"unit": made[unit.name]} if unit is not None and unit.pk is None else {})


KIND = Kind("roster", "领导与单位名单", match_roster, prepare_nothing, write_roster)
