"""The rows of a table that are no projects: sections, totals, column numbers, notes."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from projects.imports.reading.amounts import read_amount
from projects.imports.reading.content import is_number_line
from projects.imports.reading.fields import IGNORED, MONEY
from projects.imports.reading.grid import Value
from projects.imports.reading.meaning import Column
from projects.imports.reading.sections import (
    BARE_ORDINAL,
    COUNT_ALONE,
    ORDINAL,
    Heading,
    is_note,
    read_section,
    read_total,
)
from projects.imports.reading.tables import Table, as_text, body_rows
from projects.imports.reading.text import tight
from projects.imports.reading.totals import Statement, Tally, tolerance

SERIAL = re.compile(r"\d+(?:[.-]\d+)*[.、]?")
ENUMERATED = re.compile(r"\d{1,2}[、.](?!\d)|\(\d{1,2}\)|[①-⑳]")
# under a serial number only the bare word is a total: `会计楼（合计3栋）` is a project
PLAIN_TOTAL = re.compile(r"(?:.{0,8}(?:合计|小计|总计|共计)$|(?:合计|小计|总计|共计)[:(\d])")
PART_TOTAL = re.compile(r"总合计|(?:总计|合计|小计|共计)数?")
SPLIT_TOTAL = re.compile(r"[合小总共]计")
WHOLE = re.compile(r"(?:全[县市区部]|总|本[页表]|以上|累|各|项目|重点)")
QUIET = frozenset({"serial", "name", IGNORED})
# a lone text before the column of names that heads the rows below; other sentences are notes
TITLED = re.compile(r"(?!以[上下]|上述|[本此该附注共带])(?:\d{4}年度?)?[^\d,。;:()]{2,12}(?:项目|类|板块|领域|方面):?")
BOXES = ("【", "[", "［", "〔")
KIND_ENDINGS = ("类", "板块", "领域", "类项目")


class Outline:
    """Knows which section a row stands in, and collects what sections and totals state."""

    def __init__(self, table: Table) -> None:
        self.table, self.sheet = table, table.sheet
        self.columns = {column.number: column for column in table.columns}
        self.name = next(column.number for column in table.columns if column.meaning.field == "name")
        self.serial = next((column.number for column in table.columns if column.meaning.field == "serial"), None)
        self.has_serials = self._numbered()
        self.titles = {
            as_text(v) for row in body_rows(self.sheet, 1, table.top - 1) for v in self.sheet.rows[row].values()
        }
        self.wide = {(a[0], a[1]): a[3] - a[1] for a in self.sheet.merges if a[3] > a[1]}
        self.tally = Tally()
        self.statements: list[Statement] = []
        self.open: list[tuple[Heading, Statement]] = []
        self.since_total = 0
        self.totals_head = False  # whether totals of parts stand above their rows
        self.noted = -1  # how many projects stood above the last note

    def _numbered(self) -> bool:
        """Whether projects of this table bear serial numbers."""
        if self.serial is None:
            return False
        numbers = body_rows(self.sheet, self.table.bottom + 1, self.table.last)
        return any(SERIAL.fullmatch(as_text(self.sheet.rows[row].get(self.serial))) for row in numbers)

    @property
    def here(self) -> int:
        """How many projects were read so far."""
        return len(self.tally.amounts)

    @property
    def sections(self) -> list[Heading]:
        """The sections that the next row stands in, outermost first."""
        return [heading for heading, _ in self.open]

    def why_no_project(self, number: int, inside: dict[int, Value]) -> str:
        """What a row is when it is no project (and is then taken note of); an empty text for all others."""
        if is_number_line(self.table, number):
            return "栏次编号"
        lead = self._lead(number, inside)
        text = as_text(inside[lead])
        serial = as_text(inside.get(self.serial)) if self.serial is not None else ""
        numbered = bool(SERIAL.fullmatch(serial)) and (lead == self.serial or "个" not in serial)
        ordinal = ""
        titled = self._titled(inside, lead) if BARE_ORDINAL.match(text) and lead < self.name else None
        if titled is not None:
            ordinal, text = text, as_text(inside[titled])
        elif lead == self.serial and numbered and self.name in inside:
            text = as_text(inside[self.name])
        if lead == self.serial and len(text) == 1 and SPLIT_TOTAL.fullmatch(text + as_text(inside.get(self.name))):
            text = "合计"  # 合 | 计, each in a cell of its own
        details = [c for c in inside if c > lead and c != titled and self.columns[c].meaning.field not in QUIET | MONEY]
        if total := self._total(inside, text, details, numbered):
            return self._headed_by_total(number, inside, text) or self._state(number, inside, *total)
        if numbered or self._named_beside(inside, lead, text):
            return ""
        if re.match(r"其中(?:[:]|$|.*\d+个)", text) and not details:
            return "合计里的其中项"
        if is_note(text) and len(details) <= 2:
            self.noted = self.here
            return "表下说明"
        if self.here and self.noted == self.here and len(inside) == 1 and (ENUMERATED.match(text) or "。" in text):
            return "表下说明"
        if isinstance(inside[lead], str) and all(self.columns[c].meaning.field == "remark" for c in details):
            return self._section_or_note(number, inside, lead, text, ordinal)
        return ""

    def _titled(self, inside: dict[int, Value], lead: int) -> int | None:
        """The column of the title behind an ordinal: that of names, else (among numbered projects) the one before it that alone
        holds words."""
        if self.name in inside:
            return self.name
        between = [column for column in inside if lead < column < self.name]
        worded = self.has_serials and len(between) == 1 and re.search("[\u4e00-\u9fff]{2}", as_text(inside[between[0]]))
        return between[0] if worded else None

    def _named_beside(self, inside: dict[int, Value], lead: int, text: str) -> bool:
        """Whether the text is the kind or place of a project that has its name and an amount in the same row (and a serial number
        where there are such): `主会场项目（1个）` merged down beside the names."""
        name = as_text(inside.get(self.name))
        if lead >= self.name or lead == self.serial or not name or COUNT_ALONE.fullmatch(name):
            return False
        if (self.has_serials and self.serial not in inside) or ORDINAL.match(text) or BARE_ORDINAL.match(text):
            return False
        return as_text(inside[lead]) == text and any(self.columns[c].meaning.field in MONEY for c in inside)

    def _lead(self, number: int, inside: dict[int, Value]) -> int:
        """The column of the text that says what the row is: a cell merged across the names, else the first."""
        if self.name not in inside:
            for column in inside:
                if column <= self.name <= column + self.wide.get((number, column), 0):
                    return column
        return min(inside)

    def _section_or_note(self, number: int, inside: dict[int, Value], lead: int, text: str, ordinal: str) -> str:
        spans = self.wide.get((number, lead), 0) >= 2
        alone = all(c <= self.name or self.columns[c].meaning.field in MONEY for c in inside)
        boxed = str(inside[lead]).lstrip().startswith(BOXES)
        titled = lead < self.name and text not in self.titles and bool(TITLED.fullmatch(text))
        section = (
            read_section(text, ordinal, alone and (spans or boxed or titled)) if lead <= self.name or spans else None
        )
        if section and (ordinal or lead != self.name or self._opens(number, inside, section, text)):
            self._open_section(number, inside, section, text)
            return "分节标题"
        if len(inside) == 1 and (lead != self.name or spans or len(text) > 60):
            return "说明文字"
        return ""

    def _opens(self, number: int, inside: dict[int, Value], section: Heading, text: str) -> bool:
        """A text in the column of names opens a section when it is counted, enumerated, merged across or stands alone.

        Among numbered projects a kind of projects without a number, beside nothing but sums, is a section too.
        """
        counted = section.count is not None or section.kind == "label"
        if counted or self.wide.get((number, self.name), 0) >= 2 or len(inside) == 1:
            return True
        if not all(column == self.name or self.columns[column].meaning.field in MONEY for column in inside):
            return False
        return bool(ORDINAL.match(text)) or (self.has_serials and text.endswith(KIND_ENDINGS))

    def opens_by_sum(self, number: int, inside: dict[int, Value], text: str) -> bool:
        """A name without a number whose figures are the sums of the numbered rows right below heads them."""
        stated = {key: told for key, told in self._sums(number, inside).items() if told[0]}
        added = dict.fromkeys(stated, Decimal(0))
        rows = 0
        for row in body_rows(self.sheet, number + 1, self.table.last):
            cells = {column: value for column, value in self.sheet.rows[row].items() if column in self.columns}
            if not SERIAL.fullmatch(as_text(cells.get(self.serial or 0))):
                break
            rows += 1
            for key, (wan, _) in self._sums(row, cells).items():
                if key in added:
                    added[key] += wan
        if max(rows, len(stated)) < 2:  # one figure above one row may be equal by chance
            return False
        if not stated or any(abs(added[key] - wan) > tolerance(wan, column) for key, (wan, column) in stated.items()):
            return False
        section = read_section(tight(text), "", spans=True)
        if section is None:
            return False
        self._open_section(number, inside, replace(section, level=3), text)
        return True

    def _total(
        self, inside: dict[int, Value], text: str, details: list[int], numbered: bool
    ) -> tuple[str, int | None] | None:
        found = read_total(text)
        if not found and self.name in inside:
            found = read_total(as_text(inside[self.name]))
        if not found or len(details) > 3:
            return None
        if numbered and (len(details) > 1 or not PLAIN_TOTAL.match(text)):
            return None
        return text, found[1] if found[1] is not None else self._count(inside, details)

    def _count(self, inside: dict[int, Value], details: list[int]) -> int | None:
        """A count in a cell of its own: `141个`, or a bare number in the column of names."""
        for column in sorted(inside):
            told = as_text(inside[column])
            counted = COUNT_ALONE.fullmatch(told) if column <= self.name or column in details else None
            if counted and ("个" in told or (column == self.name and isinstance(inside[column], Decimal))):
                return int(counted["count"])
        return None

    def _sums(self, number: int, inside: dict[int, Value]) -> dict[str, tuple[Decimal, Column]]:
        sums: dict[str, tuple[Decimal, Column]] = {}
        for at, value in inside.items():
            column = self.columns[at]
            if column.meaning.field in MONEY and not column.meaning.field.startswith("months."):
                wan = read_amount(value, self.sheet.number_units.get((number, at), column.money_unit)).wan
                if wan is not None:
                    sums[column.meaning.field] = (wan, column)
        return sums

    def of_line(self, number: int) -> dict[str, tuple[Decimal, Column]]:
        """The figures that may be added up in a row, money field → 万元 and the column."""
        cells = self.sheet.rows.get(number, {})
        return self._sums(number, {at: value for at, value in cells.items() if at in self.columns})

    def off_from_lines(self, first: int, total: int) -> list[tuple[Column, Decimal, Decimal]]:
        """Where the line `total` is not the sum of the lines from `first` on: the column, what it states, their sum."""
        lines = [self.of_line(row) for row in range(first, total)]
        found = []
        for key, (stated, column) in self.of_line(total).items():
            added = sum((line[key][0] for line in lines if key in line), Decimal(0))
            if abs(added - stated) > tolerance(stated, column):
                found.append((column, stated, added))
        return found

    def _headed_by_total(self, number: int, inside: dict[int, Value], text: str) -> str:
        """吕店镇小计 or 一、续建项目合计 above the rows that it adds up heads them, as all such totals of the table then do."""
        named = PART_TOTAL.sub("", text, count=1)
        section = read_section(named, "", spans=True) if named != text and not WHOLE.match(named) else None
        if section is None or not section.kind or not (section.numbered or section.kind != "sector" or "小计" in text):
            return ""
        self.totals_head = self.totals_head or not self.here
        if not self.totals_head:
            return ""
        self._open_section(number, inside, section, text)
        return "小计" if "小计" in text else "合计"

    def _state(self, number: int, inside: dict[int, Value], text: str, count: int | None) -> str:
        small = "小计" in text
        grand = not small and not re.search(r"类|续建|新开工|竣工|前期", text)
        scopes = [statement.opened_at for _, statement in reversed(self.open)]
        ranges = [(start, self.here) for start in [*scopes, self.since_total] if start < self.here or start in scopes]
        # a grand total may stand first or last; it means all rows, or in odd places the part above it
        statement = Statement(number, text, grand, count, self._sums(number, inside), ranges, of_all=not small)
        self.statements.append(statement)
        self.since_total = self.here
        return "小计" if small else "合计"

    def _level(self, section: Heading) -> int:
        """A label without a number stands above the numbered sections below it, or inside the one it follows at once."""
        if section.numbered or section.kind not in {"label", ""}:
            return section.level
        before = next(
            (heading.level for heading, _ in self.open if heading.kind == section.kind and not heading.numbered), None
        )
        if before is not None:
            return before
        empty = bool(self.open) and self.open[-1][1].opened_at == self.here
        return self.open[-1][0].level + 1 if empty else 0 if section.kind else section.level

    def _open_section(self, number: int, inside: dict[int, Value], section: Heading, text: str) -> None:
        section = replace(section, level=self._level(section))
        self.close(section.level)
        statement = Statement(number, text, False, section.count, self._sums(number, inside), opened_at=self.here)
        self.statements.append(statement)
        self.open.append((section, statement))
        self.since_total = self.here

    def close(self, level: int = 0) -> None:
        """End the open sections of this depth and below."""
        while self.open and self.open[-1][0].level >= level:
            _, statement = self.open.pop()
            statement.scopes = [(statement.opened_at, self.here)]

    def values(self) -> dict[str, Any]:
        """What the open sections say of the projects in them."""
        said = (heading for heading in self.sections if heading.kind != "called_off")
        return {heading.kind: heading.value for heading in said if heading.kind and heading.value}

    @property
    def called_off(self) -> str:
        """The open section of projects that leave the list, else an empty text."""
        return next((heading.value for heading in self.sections if heading.kind == "called_off"), "")
