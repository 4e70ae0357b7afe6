"""Which project a row speaks of: by the id that our own template hides, by code, by name and unit, by name; what is only alike is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from leaders.names import squeeze
from projects.imports.matching import values as read
from projects.imports.matching.known import Known, Light
from projects.imports.matching.result import RowPlan
from projects.imports.reading.problems import option, question_id
from projects.imports.rules import COMPARABLE_TOTAL, are_names_alike, are_totals_close, core_name, same_amount
from projects.imports.system_ids import read_project_id
from projects.registry.rules import ResponsibilityRole


class Found(NamedTuple):
    """`pk` None is a new project; `is_open` says that a person must answer first, `parked` that the row stays out."""

    pk: int | None = None
    is_open: bool = False
    parked: bool = False


NEW, OPEN, PARKED = Found(), Found(is_open=True), Found(parked=True)
NEW_OPTION = option("new", "不是，按新项目登记")
PARK_OPTION = option("park", "先不导入这一行")


class Identity:
    """Rows of one file against the known projects. `unit_of` gives the pk of a row's unit (None: not given or new)."""

    def __init__(
        self,
        known: Known,
        answers: Mapping[str, str],
        places: list[str],
        name_of: Callable[[str, int], str],
        registers: bool = True,
    ) -> None:
        """`name_of` gives the name of a known "leader" or "unit" by its id. `registers`: a row may become a new project."""
        self.registers = registers
        self.known, self.answers, self.places, self.name_of = known, answers, places, name_of
        # Who stands in the file under the own name is nobody else's other spelling.
        self.taken: set[int] = set()
        # Ids in the file by how many rows have them, and those of which one row still has the project's own name.
        self.ids: Counter[str] = Counter()
        self.kept_ids: set[str] = set()

    def load_namesakes(self, rows: list[RowPlan]) -> None:
        """The responsibilities of all projects that rows may mean by their names, in one go; and what ids the rows have."""
        for row in rows:
            if written := row.values.get("system_id", ""):
                self.ids[written] += 1
                said = read_project_id(written)
                if said and any(twin.pk == said.pk for twin in self.known.by_name.get(read.key_of_name(row.name), ())):
                    self.kept_ids.add(written)
        twins = (twin for row in rows for twin in self.known.by_name.get(read.key_of_name(row.name), ()))
        self.known.load_duties({twin.pk for twin in twins})

    def is_unheard_of(self, row: RowPlan) -> bool:
        """Whether neither an id of ours nor the code leads to a project, and none has a name like the row's."""
        known = self.known
        if row.values.get("system_id") or read.code_of(row.values.get("code", "")) in known.code_owner:
            return False
        return not known.by_name.get(read.key_of_name(row.name)) and not any(
            are_names_alike(row.name, light.name, self.places) for light in known.similar(row.name)
        )

    def exact(self, row: RowPlan, unit: int | None) -> Found | None:
        """By our own id, by code or by name; None when none is known."""
        if (found := self._by_id(row)) is not None:
            return found
        code = read.code_of(row.values.get("code", ""))
        owner = self.known.code_owner.get(code) if code else None
        if owner is not None:
            return self._by_code(row, self.known.light[owner], code)
        twins = self.known.by_name.get(read.key_of_name(row.name), [])
        if not twins:
            return None
        return self._by_name(row, twins, unit, code)

    def _by_id(self, row: RowPlan) -> Found | None:
        """None without an id, and for a line that was copied to make another project of it."""
        written = row.values.get("system_id", "")
        if not written:
            return None
        said = read_project_id(written)
        light = self.known.light.get(said.pk) if said else None
        if light is None:
            return self._ask_unknown_id(row, written)
        namesakes = self.known.by_name.get(read.key_of_name(row.name), [])
        if self.known.members and light.pk not in self.known.members:
            words = f"这一行的系统标识是“{light.name}”，它不在这份清单里（模板出自别的清单）。是要把它列入吗？"
            return self.ask(row, [light], words)
        if light in namesakes:
            return self._settle(row, light)
        if self.ids[written] > 1 and written in self.kept_ids:
            row.say("note", f"系统标识与“{light.name}”一行相同，是复制出来的，这一行按名称认。")
            return None
        if self.ids[written] > 1:
            words = f"系统标识是“{light.name}”，表中有几行都是这个标识，名称却都不是它。这一行是它改了名吗？"
            return self.ask(row, [light], words)
        if namesakes:
            words = f"系统标识是“{light.name}”，名称却是另一个项目“{row.name}”。多半是排序时没有带上隐藏的系统标识列。"
            return self.ask(row, [*namesakes, light], words + "这一行是哪一个？")
        return self._settle(row, light)

    def _ask_unknown_id(self, row: RowPlan, written: str) -> Found | None:
        asked = question_id("system_id", row.sheet, row.row, written)
        answer = self.answers.get(asked) or self.answers.get("*", "")
        if answer == "name":
            return None
        if answer == "park":
            row.park_as_answered()
            return PARKED
        row.say(
            "question",
            f"系统标识“{written}”不是本系统写出的（被改动过，或出自别的系统），认不出“{row.name}”是哪个项目。",
            "选“按名称认”，照没有标识的表处理；或重新导出模板，在新模板里改。",
            key="system_id",
            id=asked,
            options=[option("name", "不看标识，按项目名称认"), PARK_OPTION],
        )
        return OPEN

    def _by_code(self, row: RowPlan, owner: Light, code: str) -> Found:
        if owner.name_key == read.key_of_name(row.name) or are_names_alike(owner.name, row.name):
            return self._settle(row, owner)
        return self.ask(
            row,
            [owner],
            f"项目代码 {code} 已登记在“{owner.name}”名下，表中的名称是“{row.name}”。是同一个项目改了名吗？",
        )

    def _by_name(self, row: RowPlan, twins: list[Light], unit: int | None, code: str) -> Found:
        same_unit = [twin for twin in twins if unit in self._units(twin.pk)] if unit is not None else []
        if len(same_unit) == 1:
            return self._settle(row, same_unit[0])
        if len(twins) > 1:
            return self.ask(row, twins, f"台账里有 {len(twins)} 个项目都叫“{row.name}”，这一行是哪一个？")
        twin = twins[0]
        other_code = bool(code and self.known.codes[twin.pk] and code not in self.known.codes[twin.pk])
        if other_code and unit is not None and self._units(twin.pk):
            return self.ask(row, [twin], f"台账里的“{twin.name}”责任单位和项目代码都与这一行不同。是同一个项目吗？")
        return self._settle(row, twin)

    def near(self, rows: list[RowPlan]) -> dict[int, list[Light]]:
        """id of the row → known projects with a name much like it that do not stand in the file under their own."""
        found = {
            id(row): [
                light
                for light in self.known.similar(row.name)
                if light.pk not in self.taken and are_names_alike(row.name, light.name, self.places)
            ]
            for row in rows
        }
        self.known.load_duties({light.pk for near in found.values() for light in near})
        return found

    def alike(self, row: RowPlan, near: list[Light], unit: int | None, leaders: set[int]) -> Found:
        """A new project, or the question whether it is one of those that are known under a name much like it."""
        if not near:
            return NEW
        suspects = [light for light in near if self._speaks_for(row, light, unit, leaders)]
        if suspects:
            return self.ask(row, suspects, f"台账里没有“{row.name}”，但有名称相近的项目。是同一个项目吗？")
        row.say(
            "warning",
            f"名称与已有的“{near[0].name}”相近，总投资或责任分工不同，按新项目登记。",
            "如为同一个项目，请先在项目页改成同样的名称，再重新导入。",
        )
        return NEW

    def _speaks_for(self, row: RowPlan, light: Light, unit: int | None, leaders: set[int]) -> bool:
        """Whether more than the name speaks for one and the same project."""
        code, total = read.code_of(row.values.get("code", "")), row.values.get("total_wan")
        if code and self.known.codes[light.pk]:
            return False
        same_core = core_name(row.name) == core_name(light.name)
        if light.pk in self.known.members and (same_core or are_totals_close(total, light.total_wan)):
            return True
        known_leaders = self.known.holders(light.pk, ResponsibilityRole.LEADER, "leader")
        if leaders and known_leaders and leaders.isdisjoint(known_leaders):
            return False
        if are_totals_close(total, light.total_wan):
            return True
        comparable = not total or not light.total_wan or are_totals_close(total, light.total_wan, COMPARABLE_TOTAL)
        return same_core and comparable and unit is not None and unit in self._units(light.pk)

    def _units(self, pk: int) -> set[int]:
        return self.known.holders(pk, ResponsibilityRole.LEAD_UNIT, "unit")

    def _settle(self, row: RowPlan, light: Light) -> Found:
        if light.is_archived:
            row.say(
                "error", f"“{light.name}”已归档，这一行没有导入。", "请先在项目页恢复它，再重新导入；或换一个名称。"
            )
            return PARKED
        self.taken.add(light.pk)
        return Found(light.pk)

    def ask(self, row: RowPlan, candidates: list[Light], message: str) -> Found:
        asked = question_id(
            "project", row.sheet, read.key_of_name(row.name), row.values.get("unit", ""), row.values.get("code", "")
        )
        answer = self.answers.get(asked) or self.answers.get("*", "")
        chosen = {f"same:{light.pk}": light for light in candidates}.get(answer)
        if answer == "same" and len(candidates) == 1:
            chosen = candidates[0]
        if chosen is not None:
            return self._settle(row, chosen)
        if answer == "new":
            return NEW
        if answer == "park":
            row.park_as_answered()
            return PARKED
        options = [option(f"same:{light.pk}", f"是同一个：{self._described(light)}") for light in candidates]
        other = "选“不是”，登记为另一个项目。" if self.registers else "都不是的，先不导入，再在这一行改正项目名称。"
        row.say(
            "question",
            message,
            f"选“是同一个”，更新已有项目；{other}",
            id=asked,
            options=[*options, *([NEW_OPTION] if self.registers else []), PARK_OPTION],
            beside=self._beside(row, candidates),
        )
        return OPEN

    def _beside(self, row: RowPlan, candidates: list[Light]) -> list[dict[str, str]]:
        """The row and the projects that it may mean, as lines of a table, with what speaks for each."""
        self.known.load_duties({light.pk for light in candidates})
        told = row.values
        lines = [
            {
                "title": "表中这一行",
                "name": row.name,
                "total": str(told.get("total_wan", "")),
                "unit": str(told.get("unit", "")),
                "leaders": "、".join(told.get("leaders", ())),
                "code": str(told.get("code", "")),
                "speaks": "",
            }
        ]
        for light in candidates:
            units = "、".join(sorted(self.name_of("unit", pk) for pk in self._units(light.pk)))
            held = self.known.holders(light.pk, ResponsibilityRole.LEADER, "leader")
            line = {
                "title": "台账里",
                "name": light.name,
                "total": "" if light.total_wan is None else str(light.total_wan),
                "unit": units,
                "leaders": "、".join(sorted(self.name_of("leader", pk) for pk in held)),
                "code": "、".join(sorted(self.known.codes[light.pk])),
            }
            lines.append(line | {"speaks": _speaks(lines[0], line)})
        return lines

    def _described(self, light: Light) -> str:
        total = f"，总投资 {light.total_wan} 万元" if light.total_wan is not None else ""
        codes = "、".join(sorted(self.known.codes[light.pk]))
        return f"{light.name}{total}{f'，代码 {codes}' if codes else ''}{'（已归档）' if light.is_archived else ''}"


def _speaks(row: Mapping[str, str], known: Mapping[str, str]) -> str:
    """What is the same in both, and what is not, in words."""
    words = {"name": "名称", "total": "总投资", "unit": "责任单位", "leaders": "分包领导", "code": "项目代码"}
    both = [key for key in words if row[key] and known[key]]
    same = [
        words[key]
        for key in both
        if (same_amount(row[key], known[key]) if key == "total" else squeeze(row[key]) == squeeze(known[key]))
    ]
    other = [words[key] for key in both if words[key] not in same]
    told = ("相同：" + "、".join(same)) if same else "没有相同的"
    return told + (f"；不同：{'、'.join(other)}" if other else "")
