"""New names that stand where members of the list are no longer named: renamed, or one project split into several rows.

Only members of the same list are thought of, and only a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from decimal import Decimal

from projects.imports.matching.duties import Parties
from projects.imports.matching.identity import Found, Identity
from projects.imports.matching.known import Known, Light
from projects.imports.matching.result import RowPlan
from projects.imports.matching.values import key_of_name
from projects.imports.rules import core_name, name_other_places, same_amount
from projects.registry.rules import ResponsibilityRole

# A shorter name says too little to be the beginning of another.
SHORTEST_CORE = 4


def ask_renamed(
    rows: Collection[RowPlan], identity: Identity, parties: Callable[[RowPlan], Parties]
) -> dict[int, Found]:
    """id of a row that would become a new project → what was asked or answered instead; rows that nothing suggests are absent."""
    named = {key_of_name(row.name) for row in rows}
    known = identity.known
    absent = [
        light
        for pk, membership in known.members.items()
        if pk not in identity.taken and membership["left_on"] is None
        if not (light := known.light[pk]).is_archived and light.name_key not in named
    ]
    if not absent:
        return {}
    found = {}
    for light, parts in _splits(rows, absent):
        for row in parts:
            found[id(row)] = identity.ask(row, [light], _split_words(row, light, parts))
    rest = [row for row in rows if id(row) not in found]
    known.load_duties({light.pk for light in absent})
    for row, light in _renames(rest, absent, identity, parties):
        message = f"清单里的“{light.name}”文件中没有了，而“{row.name}”的总投资、责任单位与它相同。是它改了名吗？"
        found[id(row)] = identity.ask(row, [light], message)
    return found


def _splits(rows: Collection[RowPlan], absent: list[Light]) -> list[tuple[Light, list[RowPlan]]]:
    """Members whose name is the beginning of two or more new names."""
    cores = {core: light for light in absent if len(core := core_name(light.name)) >= SHORTEST_CORE}
    parts: dict[int, list[RowPlan]] = defaultdict(list)
    for row in rows:
        core = core_name(row.name)
        for length in range(len(core) - 1, SHORTEST_CORE - 1, -1):
            if light := cores.get(core[:length]):
                parts[light.pk].append(row)
                break
    return [(light, parts[light.pk]) for light in absent if len(parts.get(light.pk, ())) > 1]


def _split_words(row: RowPlan, light: Light, parts: list[RowPlan]) -> str:
    others = "、".join(f"“{part.name}”" for part in parts if part is not row)
    whole = sum((Decimal(part.values.get("total_wan", 0)) for part in parts), Decimal(0))
    agrees = f"（{len(parts)} 行总投资合计正好等于它）" if same_amount(whole, light.total_wan) else ""
    return (
        f"清单里的“{light.name}”文件中没有了，而有 {len(parts)} 行以它开头{agrees}，另有{others}。"
        f"它拆分了吗？“{row.name}”沿用原项目，还是新的项目？"
    )


def _renames(
    rows: Collection[RowPlan], absent: list[Light], identity: Identity, parties: Callable[[RowPlan], Parties]
) -> list[tuple[RowPlan, Light]]:
    """A new name and the one member of the same total and unit, under a leader who is not another."""
    by_total: dict[Decimal, list[Light]] = defaultdict(list)
    for light in absent:
        if light.total_wan:
            by_total[light.total_wan].append(light)
    found = []
    for row in rows:
        total, who = row.values.get("total_wan"), parties(row)
        alike = [
            light
            for light in by_total.get(Decimal(total or 0), ())
            if _same_people(light, who, identity.known) and not name_other_places(row.name, light.name, identity.places)
        ]
        if len(alike) == 1 and not row.values.get("code"):
            found.append((row, alike[0]))
    return found


def _same_people(light: Light, who: Parties, known: Known) -> bool:
    leaders = known.holders(light.pk, ResponsibilityRole.LEADER, "leader")
    units = known.holders(light.pk, ResponsibilityRole.LEAD_UNIT, "unit")
    another = bool(leaders and who.leader_pks and leaders.isdisjoint(who.leader_pks))
    return who.unit_pk is not None and who.unit_pk in units and not another
