"""Rows that look like projects of the list and may be none of it: asked once for all that are alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

from projects.imports.reading.asking import Asking, at, option
from projects.imports.reading.fields import MONEY
from projects.imports.reading.grid import Value
from projects.imports.reading.meaning import Column
from projects.imports.reading.outline import Outline
from projects.imports.reading.row import Row
from projects.imports.reading.tables import Table, as_text
from projects.imports.reading.text import is_blank_word

PART = re.compile(r"(\d+)(?:[.-]\d+)+")


class Belonging:
    """Knows what was answered; without an answer the rows stay out and the question keeps the import waiting."""

    def __init__(self, table: Table, outline: Outline, asking: Asking) -> None:
        self.table, self.outline, self.asking = table, outline, asking
        self.taken_in: dict[tuple[str, ...], bool] = {}
        self.above: Row | None = None  # the last project that has a number without a dot

    def why_not(self, number: int, inside: dict[int, Value], rows: Sequence[Row]) -> str:
        """Why the row below `rows` is passed over; an empty text for a project of the list."""
        if section := self.outline.called_off:
            words = f"“{section}”这一节列的像是要退出清单的，要导入吗？"
            if not self._takes_in(("called off", section), words, ("不导入这一节", "照样导入"), (number, inside)):
                return f"“{section}”一节，没有导入"
        whole = self._whole(inside, rows)
        if whole is not None:
            words = f"“{whole.values['name']}”下面序号带点的行（如“{as_text(inside[self.outline.name])}”）像是它的子项，要各自登记成项目吗？"
            labels = "是子项，不单独登记（投资已含在上级里）", "是项目，逐个登记"
            key: tuple[str, ...] = "parts", self.table.shape
            if lost := self._money_of_parts_only(inside, whole):
                words = f"{words}上级没有写{lost}，不登记子项，它们的数就没有了。"
                labels, key = ("是子项，不单独登记", labels[1]), (*key, "their money alone")
            if not self._takes_in(key, words, labels, (number, inside)):
                return "上级项目的子项，没有单独登记"
        return ""

    def _whole(self, inside: dict[int, Value], rows: Sequence[Row]) -> Row | None:
        """The project above under whose number this one is numbered (1 → 1.1)."""
        if rows and rows[-1].values.get("serial", "").isdecimal():
            self.above = rows[-1]
        part = PART.fullmatch(as_text(inside.get(self.outline.serial or 0)))
        if part is None or self.above is None or self.outline.name not in inside:
            return None
        return self.above if self.above.values.get("serial") == part[1] else None

    def _money_of_parts_only(self, inside: dict[int, Value], whole: Row) -> str:
        """The headings under which the part has an amount and the whole has none."""
        own = self.table.sheet.rows[whole.number]

        def says_nothing(cells: dict[int, Value], column: Column) -> bool:
            return is_blank_word(as_text(cells.get(column.number)))

        money = [column for column in self.table.columns if column.meaning.field in MONEY]
        lost = [column for column in money if says_nothing(own, column) and not says_nothing(inside, column)]
        return "、".join(f"“{column.heading}”" for column in lost)

    def _takes_in(
        self, key: tuple[str, ...], words: str, labels: tuple[str, str], line: tuple[int, dict[int, Value]]
    ) -> bool:
        if key not in self.taken_in:
            number, inside = line
            place = at(self.table.sheet.name, number, self.outline.name, inside.get(self.outline.name))
            del place["row"]  # it is about all such rows, and nothing goes in before it is answered
            choices = [option("skip", labels[0]), option("keep", labels[1])]
            answer, _ = self.asking.ask((*key, self.table.sheet.name), words, choices, **place)
            self.taken_in[key] = answer == "keep"
        return self.taken_in[key]
