"""Who answers for a project, as the row says it: the file's names against those in force on its day.

A hand-over ends the former holder the day before and begins the new one on the file's day, so that the score of an earlier month
still finds the former. A role that the row does not mention stays as it is.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from leaders.organisations.models import Unit
from leaders.roster.models import Leader
from projects.imports.matching import values as read
from projects.imports.matching.known import Known, Record
from projects.imports.matching.names import Asked, Names
from projects.imports.matching.result import RowPlan, Told, encode, told_line
from projects.registry.models import Responsibility
from projects.registry.rules import ResponsibilityRole

FIELDS = {
    ResponsibilityRole.LEADER: "leader",
    ResponsibilityRole.LEAD_UNIT: "unit",
    ResponsibilityRole.SUPPORTING_UNIT: "unit",
    ResponsibilityRole.GROUP: "group",
}
KEYS = {
    ResponsibilityRole.LEADER: "leaders",
    ResponsibilityRole.LEAD_UNIT: "unit",
    ResponsibilityRole.SUPPORTING_UNIT: "supporting_units",
    ResponsibilityRole.GROUP: "group",
    ResponsibilityRole.CONTACT: "contact",
}


class Parties(NamedTuple):
    """Whom a row names; None where it names nobody for the role."""

    leaders: list[Leader] | None
    units: list[Unit] | None
    supporting: list[Unit] | None
    groups: list[Any] | None

    @property
    def unit_pk(self) -> int | None:
        return self.units[0].pk if self.units else None

    @property
    def leader_pks(self) -> set[int]:
        return {leader.pk for leader in self.leaders or () if leader.pk}


def parties_of(row: RowPlan, names: Names) -> Parties:
    """Raises Asked when one of the names waits for an answer (all of them are asked at once)."""
    values, is_open = row.values, False

    def each(key: str, find: Any) -> list[Any] | None:
        nonlocal is_open
        written = values.get(key)
        found = []
        for name in [written] if isinstance(written, str) else written or ():
            try:
                found.append(find(name))
            except Asked:
                is_open = True
        return found or None

    parties = Parties(
        each("leaders", lambda name: names.leader(row, name)),
        each("unit", lambda name: names.unit(row, name)),
        each("supporting_units", lambda name: names.unit(row, name, "supporting_units")),
        each("group", lambda name: names.group(row, name)),
    )
    if is_open:
        raise Asked
    return parties


def match_duties(row: RowPlan, parties: Parties, known: Known, names: Names) -> None:
    _hand_over(row, ResponsibilityRole.LEADER, parties.leaders, known, names)
    _hand_over(row, ResponsibilityRole.LEAD_UNIT, parties.units, known, names)
    _hand_over(row, ResponsibilityRole.SUPPORTING_UNIT, parties.supporting, known, names)
    _hand_over(row, ResponsibilityRole.GROUP, parties.groups, known, names)
    _contact(row, known)


def _hand_over(row: RowPlan, role: ResponsibilityRole, wanted: list[Any] | None, known: Known, names: Names) -> None:
    if not wanted:
        return
    field = FIELDS[role]
    held = _held(row, role, known)
    if held is None:
        return
    kept = {record[f"{field}_id"] for record in held}
    keep = {holder.pk for holder in wanted if holder.pk is not None} if held else set()
    if held and kept == keep and len(keep) == len(wanted):
        return
    old = "、".join(names.name_of(field, record[f"{field}_id"]) for record in held)
    first = _line(row, role, old, "、".join(str(holder) for holder in wanted))
    lines = [first]
    for position, holder in enumerate(wanted, start=1):
        if not held or holder.pk is None or holder.pk not in kept:
            lines = _begin(row, role, {field: holder, "position": position}, _starts_on(held, known), lines)
    for record in held:
        if record[f"{field}_id"] not in keep:
            lines = _end(row, record, known, lines)


def _contact(row: RowPlan, known: Known) -> None:
    name, phone = row.values.get("contact"), row.values.get("phone")
    if not name and not phone:
        return
    role = ResponsibilityRole.CONTACT
    held = _held(row, role, known)
    if held is None:
        return
    written = read.text(row, "contact", name, 40, "责任人") if name else ""
    number = read.text(row, "phone", phone, 40, "联系电话") if phone else ""
    if not written and len(held) == 1:
        written = held[0]["contact"]
    if not written:
        row.say("warning", "只有电话，没有责任人姓名，电话没有导入。", "请补上责任人姓名。", key="phone")
        return
    same = next((record for record in held if record["contact"] == written), None)
    old = "、".join(_contact_text(record["contact"], record["phone"]) for record in held)
    if same is not None and len(held) == 1:
        if number and number != same["phone"]:
            lines = [_line(row, role, old, _contact_text(written, number))]
            row.change(Responsibility, same, {"phone": number}, lines)
        return
    lines = [_line(row, role, old, _contact_text(written, number))]
    if same is None:
        lines = _begin(row, role, {"contact": written, "phone": number}, _starts_on(held, known), lines)
    for record in held:
        if record is not same:
            lines = _end(row, record, known, lines)


def _held(row: RowPlan, role: ResponsibilityRole, known: Known) -> list[Record] | None:
    """Those who answer in the role on the file's day; None, said in the row, when somebody later is registered already."""
    records = [record for record in known.duties.get(row.project_pk or 0, ()) if record["role"] == role]
    later = [record for record in records if record["starts_on"] > known.as_of]
    if not later:
        return records
    row.say(
        "warning",
        f"{role.label}已登记了自 {later[0]['starts_on']} 起的安排，这一格没有导入。",
        "如需更改，请在项目页的责任分工中处理。",
        key=KEYS[role],
    )
    return None


def _starts_on(held: list[Record], known: Known) -> datetime.date:
    """The first holder of a role answers for the whole year, a successor from the file's day on."""
    return known.as_of if held else datetime.date(known.year, 1, 1)


def _begin(
    row: RowPlan, role: ResponsibilityRole, holder: dict[str, Any], starts_on: datetime.date, lines: list[Told]
) -> list[Told]:
    row.create(Responsibility, {"role": role.value, "starts_on": starts_on} | holder, lines)
    return []


def _end(row: RowPlan, record: Record, known: Known, lines: list[Told]) -> list[Told]:
    """The line about the hand-over is told once, with the first write that it makes."""
    if record["starts_on"] == known.as_of:
        row.change(Responsibility, record, None, lines)
    else:
        last = known.as_of - datetime.timedelta(days=1)
        row.change(Responsibility, record, {"ends_on": last}, lines)
    return []


def _line(row: RowPlan, role: ResponsibilityRole, old: str, new: str) -> Told:
    told = _handed_over(role, old, new)
    cell = row.cell(KEYS[role]) or row.cell("phone")
    return f'{told}, "cell": {encode(cell)}' if cell else told


@lru_cache(maxsize=4096)
def _handed_over(role: ResponsibilityRole, old: str, new: str) -> Told:
    return told_line(
        {
            "field": f"responsibility.{role.value}",
            "label": role.label,
            "type": "text",
            "old": old or None,
            "new": new,
            "object": "responsibility",
        }
    )


def _contact_text(name: str, phone: str) -> str:
    return f"{name} {phone}".strip()
