"""Which project a row of a ledger speaks of: a ledger never creates one, so that an unclear name is asked and an unknown one waits."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from projects.imports.matching import values as read
from projects.imports.matching.known import Known, Light
from projects.imports.matching.result import WAITS, RowPlan
from projects.imports.reading.problems import option, question_id
from projects.imports.rules import are_names_alike
from projects.problems.chat.rules import projects_meant

MOST_OFFERED = 5
PARK = option("park", "先不导入这一行")


class Subjects:
    """The county's projects by the names that a ledger uses. One answer holds for every row with the same name."""

    def __init__(self, answers: Mapping[str, str], year: int, today: datetime.date) -> None:
        self.answers, self.known = answers, Known(None, year, today, today)
        self.asked: set[str] = set()

    def find(self, rows: Iterable[RowPlan]) -> list[RowPlan]:
        """The rows whose project is clear (`project_pk` is set); the others wait or are parked, and say why."""
        return [row for row in rows if not (row.parked or row.is_open) and self._find(row)]

    def _find(self, row: RowPlan) -> bool:
        twins = self.known.by_name.get(read.key_of_name(row.name), [])
        light = twins[0] if len(twins) == 1 else self._ask(row, twins or self._near(row.name))
        if light is not None and light.is_archived:
            row.parked = True
            words = f"“{light.name}”已归档，这一行没有导入。"
            row.say("error", words, "请先在项目页恢复它，再重新导入；或换一个项目名称。", key="name")
            return False
        row.project_pk = light.pk if light is not None else None
        return light is not None

    def _near(self, name: str) -> list[Light]:
        """Projects that the name may mean: written much like it, or with a part of their name in it."""
        light = self.known.light
        names = {pk: one.name for pk, one in light.items() if not one.is_archived}
        alike = [one.pk for one in self.known.similar(name) if are_names_alike(name, one.name)]
        return [light[pk] for pk in dict.fromkeys([*alike, *projects_meant(name, names)])][:MOST_OFFERED]

    def _ask(self, row: RowPlan, candidates: list[Light]) -> Light | None:
        """The project that an answer names; otherwise the row waits, or is parked where there is nothing to choose from."""
        if not candidates:
            row.parked = True
            words = f"台账里没有叫“{row.name}”的项目，这一行没有导入。"
            row.say("error", words, "请在这里改成登记的项目名称；项目还没有登记的，请先登记。", key="name")
            return None
        asked = question_id("subject", read.key_of_name(row.name))
        answer = self.answers.get(asked) or self.answers.get("*", "")
        chosen = {f"same:{light.pk}": light for light in candidates}.get(answer)
        if chosen is None and answer == "same" and len(candidates) == 1:
            chosen = candidates[0]
        if chosen is not None:
            row.say("note", f"按回答，这里说的是“{chosen.name}”。", "不是的话，在这一行改正项目名称。", key="name")
            return chosen
        if answer == "park":
            row.park_as_answered("需要时在这里改正项目名称。")
            return None
        row.is_open = True
        if asked in self.asked:
            row.say("note", f"等待回答：“{row.name}”是哪个项目。", "请回答上面的问题。", about=WAITS)
            return None
        self.asked.add(asked)
        options = [option(f"same:{light.pk}", f"就是“{self._described(light)}”") for light in candidates]
        words = f"台账里没有叫“{row.name}”的项目，但有名称相近的。是哪一个？"
        if len({light.name for light in candidates}) < len(candidates):
            words = f"台账里有 {len(candidates)} 个项目都叫“{row.name}”，这里说的是哪一个？"
        row.say(
            "question",
            words,
            "都不是的，选“先不导入”，或在这一行改正项目名称。",
            key="name",
            id=asked,
            options=[*options, PARK],
        )
        return None

    def _described(self, light: Light) -> str:
        total = f"，总投资 {light.total_wan} 万元" if light.total_wan is not None else ""
        return f"{light.name}{total}{'（已归档）' if light.is_archived else ''}"
