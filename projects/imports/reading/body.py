"""Walking down the rows of a table: which are projects, which are sections, totals, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from projects.imports.reading.amounts import read_amount
from projects.imports.reading.asking import Asking, at, option
from projects.imports.reading.cells import CellReader, Row
from projects.imports.reading.fields import IGNORED, MONEY
from projects.imports.reading.grid import Value
from projects.imports.reading.meaning import Column
from projects.imports.reading.problems import ERROR, Problem
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
from projects.imports.reading.text import clean, is_blank_word, one_line
from projects.imports.reading.totals import Statement, Tally

QUIET = frozenset({"serial", "name", IGNORED})
FILLED_DOWN = frozenset(
    {
        "group",
        "sector",
        "label",
        "nature",
        "unit",
        "leaders",
        "township",
        "contact",
        "phone",
        "batch",
        "owner",
        "stage",
        "supporting_units",
        "code",
        "period",
        "starts",
        "ends",
    }
)
SERIAL = re.compile(r"\d+(?:[.-]\d+)*")
JOINED = frozenset({"content", "issue", "remark"})


@dataclass
class Body:
    """What came out of the rows of one table."""

    rows: list[Row] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


class BodyReader:
    """One pass over the rows of a table."""

    def __init__(self, table: Table, reader: CellReader, asking: Asking) -> None:
        self.table, self.reader, self.asking = table, reader, asking
        self.sheet = table.sheet
        self.columns = {column.number: column for column in table.columns}
        self.read = [
            (c.number, c, reader.reader_for(c.meaning.field)) for c in table.columns if c.meaning.field != IGNORED
        ]
        self.name = next(column.number for column in table.columns if column.meaning.field == "name")
        self.serial = next((column.number for column in table.columns if column.meaning.field == "serial"), None)
        self.first = min(self.columns)
        self.widest = max(self.columns)
        self.body = Body()
        self.sections: list[tuple[Heading, int]] = []
        self.since_total = 0
        self.wide = {(a[0], a[1]): a[3] - a[1] for a in self.sheet.merges if a[3] - a[1] >= 2}
        self.anchors = self._merged_anchors()
        self.has_serials = self._numbered()

    def _numbered(self) -> bool:
        """Whether projects of this table bear serial numbers."""
        if self.serial is None:
            return False
        numbers = body_rows(self.sheet, self.table.bottom + 1, self.table.last)
        return any(SERIAL.fullmatch(as_text(self.sheet.rows[row].get(self.serial))) for row in numbers)

    def _merged_anchors(self) -> dict[int, dict[int, int]]:
        """Column → row → first row, for rows covered by a cell merged downwards."""
        anchors: dict[int, dict[int, int]] = {}
        numbers = body_rows(self.sheet, self.table.bottom + 1, self.table.last)
        for column, spans in self.table.fills.items():
            covered = anchors.setdefault(column, {})
            position = 0
            for first, last in spans:
                while position < len(numbers) and numbers[position] <= first:
                    position += 1
                while position < len(numbers) and numbers[position] <= last:
                    covered[numbers[position]] = first
                    position += 1
        return anchors

    def run(self, headings_inside: dict[int, int]) -> Body:
        """Read every row; `headings_inside` are repeated headings (first row → last row) to pass over."""
        until = 0
        for number in body_rows(self.sheet, self.table.bottom + 1, self.table.last):
            if number in headings_inside:
                until = headings_inside[number]
            if number <= until:
                self.skip(number, "重复的表头")
            else:
                self.one_row(number)
        self._close_sections(0)
        return self.body

    def skip(self, row: int, why: str) -> None:
        self.body.skipped.append({"row": row, "why": why})

    def one_row(self, number: int) -> None:
        cells = self.sheet.rows[number]
        inside = {column: cells[column] for column in self.columns if column in cells and not _empty(cells[column])}
        if not inside:
            self.skip(number, "表格以外的内容" if any(not _empty(value) for value in cells.values()) else "空行")
            return
        if self._column_numbers(number, inside):
            self.skip(number, "栏次编号")
            return
        if self._structural(number, inside):
            return
        anchor = self.anchors.get(self.name, {}).get(number)
        if anchor is not None and self.name not in inside and self.body.rows and self.body.rows[-1].number >= anchor:
            self._continue(number, inside)
            return
        self._project(number, inside)

    def _column_numbers(self, number: int, inside: dict[int, Value]) -> bool:
        if number > self.table.bottom + 2 or len(inside) < 4 or self.body.rows:
            return False
        texts = [as_text(value).strip("()栏") for value in inside.values()]
        figures = [int(text) for text in texts if text.isdecimal()]
        others = [text for text in texts if not text.isdecimal()]
        return (
            len(figures) >= 3
            and figures == list(range(figures[0], figures[0] + len(figures)))
            and figures[0] in (0, 1)
            and all(re.fullmatch(r"[甲乙丙丁戊己庚辛A-Za-z]|\d+=.*", text) for text in others)
        )

    # --- rows that are no projects ---

    def _structural(self, number: int, inside: dict[int, Value]) -> bool:
        lead = min(inside)
        text = as_text(inside[lead])
        serial = as_text(inside.get(self.serial)) if self.serial is not None else ""
        numbered = bool(SERIAL.fullmatch(serial)) and not COUNT_ALONE.fullmatch(
            serial + "个" if lead != self.serial else ""
        )
        details = [c for c in inside if c > lead and self.columns[c].meaning.field not in QUIET | MONEY]
        ordinal = ""
        if BARE_ORDINAL.match(text) and lead < self.name and self.name in inside:
            ordinal, text = text, as_text(inside[self.name])
            details = [c for c in details if c != self.name]
        elif lead == self.serial and numbered and self.name in inside:
            text = as_text(inside[self.name])
        numeric_serial = numbered and self.serial is not None and self.serial in inside
        if total := self._total(inside, text, details, numeric_serial):
            self._state(number, inside, total)
            return True
        if numeric_serial:
            return False
        if re.match(r"其中(?:[:]|$|.*\d+个)", text) and not details:
            self.skip(number, "合计里的其中项")
            return True
        if is_note(text) and len(details) <= 2:
            self.skip(number, "表下说明")
            return True
        spans = self.wide.get((number, lead), 0) >= 2
        if not [c for c in details if self.columns[c].meaning.field != "remark"] and isinstance(inside[lead], str):
            alone = all(c <= self.name or self.columns[c].meaning.field in MONEY for c in inside)
            section = read_section(text, ordinal, spans and alone) if lead <= self.name or spans else None
            if section and (ordinal or lead != self.name or self._opens_section(number, inside, section, text)):
                self._open(number, inside, section, text)
                return True
            if len(inside) == 1 and (lead != self.name or spans or len(text) > 60):
                self.skip(number, "说明文字")
                return True
        return False

    def _opens_section(self, number: int, inside: dict[int, Value], section: Heading, text: str) -> bool:
        """A text in the column of names opens a section when it is counted, enumerated, merged across or stands alone.

        Among numbered projects a kind of projects without a number, beside nothing but sums, is a section too.
        """
        if (
            section.count is not None
            or section.kind == "label"
            or self.wide.get((number, self.name))
            or len(inside) == 1
        ):
            return True
        if not all(column == self.name or self.columns[column].meaning.field in MONEY for column in inside):
            return False
        return bool(ORDINAL.match(text)) or (self.has_serials and text.endswith(("类", "板块", "领域", "类项目")))

    def _total(
        self, inside: dict[int, Value], text: str, details: list[int], numbered: bool
    ) -> tuple[str, int | None] | None:
        found = read_total(text)
        if not found and self.name in inside:
            found = read_total(as_text(inside[self.name]))
        if not found or (numbered and len(details) > 1) or len(details) > 3:
            return None
        count = found[1]
        if count is None:
            for column in sorted(inside):
                counted = (
                    COUNT_ALONE.fullmatch(as_text(inside[column])) if column <= self.name or column in details else None
                )
                if counted and as_text(inside[column]).strip("共") != "" and "个" in as_text(inside[column]):
                    count = int(counted["count"])
                    break
        return text, count

    def _sums(self, inside: dict[int, Value]) -> dict[str, tuple[Decimal, Column]]:
        sums: dict[str, tuple[Decimal, Column]] = {}
        for number, value in inside.items():
            column = self.columns[number]
            if column.meaning.field in MONEY and not column.meaning.field.startswith("months."):
                wan = read_amount(value, column.money_unit).wan
                if wan is not None:
                    sums[column.meaning.field] = (wan, column)
        return sums

    def _state(self, number: int, inside: dict[int, Value], total: tuple[str, int | None]) -> None:
        text, count = total
        here = len(self.body.tally.amounts)
        small = "小计" in text
        scopes = [(start, here) for _, start in reversed(self.sections)]
        if self.since_total < here:
            scopes.append((self.since_total, here))
        statement = Statement(
            number, text, not small and not re.search(r"类|续建|新开工|竣工|前期", text), count, self._sums(inside)
        )
        statement.scopes = scopes if small else []
        if not small:
            # a grand total may stand first or last; it means all rows, or in odd places the part above it
            statement.scopes = [(0, -1), *scopes]
        self.body.statements.append(statement)
        self.since_total = here
        self.skip(number, "小计" if small else "合计")

    def _open(self, number: int, inside: dict[int, Value], section: Heading, text: str) -> None:
        self._close_sections(section.level)
        here = len(self.body.tally.amounts)
        self.sections.append((section, here))
        self.since_total = here
        self.body.statements.append(Statement(number, text, False, section.count, self._sums(inside)))
        self._opened = getattr(self, "_opened", {})
        self._opened[id(section)] = self.body.statements[-1]
        self.skip(number, "分节标题")

    def _close_sections(self, level: int) -> None:
        here = len(self.body.tally.amounts)
        while self.sections and self.sections[-1][0].level >= level:
            section, start = self.sections.pop()
            self._opened[id(section)].scopes = [(start, here)]

    # --- projects ---

    def _filled(self, number: int, inside: dict[int, Value]) -> dict[int, Value]:
        """The row with texts of cells merged downwards; money is never copied from one project to the next."""
        filled = dict(inside)
        for column, covered in self.anchors.items():
            anchor = covered.get(number)
            if anchor is None or column in filled:
                continue
            value = self.sheet.value(anchor, column)
            if value is None or _empty(value):
                continue
            field_name = self.columns[column].meaning.field
            if field_name in FILLED_DOWN:
                filled[column] = value
            elif field_name in MONEY:
                self.asking.warn(
                    f"第 {anchor} 行的“{self.columns[column].heading}”与第 {number} 行合并，金额只记在第 {anchor} 行。",
                    "请在原表把金额拆到每个项目。",
                    **at(self.sheet.name, number, column, value),
                )
        return filled

    def _project(self, number: int, inside: dict[int, Value]) -> None:
        name = inside.get(self.name)
        text = one_line(as_name(name)) if name is not None else ""
        if not text or is_blank_word(text):
            self._nameless(number, inside)
            return
        others = [c for c in inside if c not in {self.name, self.serial} and self.columns[c].meaning.field not in MONEY]
        unnumbered = self.has_serials and self.serial not in inside and not others
        if unnumbered and not self._lone_is_project(number, text):
            return
        row = Row(number)
        self._from_sections(row)
        filled = self._filled(number, inside)
        for column, meaning, read in self.read:
            value = filled.get(column)
            if value is None:
                continue
            if (number, column) in self.sheet.errors:
                self._error_cell(row, meaning, value)
            else:
                read(row, meaning, value)
        row.put("name", text, self.name)
        self._section_label(row)
        self._unstored(row)
        self.body.rows.append(row)
        self.body.tally.amounts.append(row.amounts)

    def _lone_is_project(self, number: int, text: str) -> bool:
        answer, entry = self.asking.ask(
            ("lone", self.sheet.name, number, text),
            f"第 {number} 行只有“{text}”，没有序号，也没有金额以外的内容，是项目，还是小节或说明？",
            [option("skip", "是小节或说明，跳过"), option("project", "是项目")],
            **at(self.sheet.name, number, self.name, text),
        )
        if answer == "project":
            return True
        if answer == "skip":
            self.skip(number, "按确认跳过的说明")
        elif entry is not None:
            self.body.refused.append(entry)
        return False

    def _nameless(self, number: int, inside: dict[int, Value]) -> None:
        others = [c for c in inside if c not in (self.name, self.serial)]
        telling = [c for c in others if self.columns[c].meaning.field not in (IGNORED, "remark", "group", "batch")]
        if not telling:
            self.skip(number, "只有序号的空行" if not others else "没有项目内容的行")
            return
        column = min(telling)
        self.body.refused.append(
            self.asking.say(
                ERROR,
                f"第 {number} 行有内容，但没有项目名称。",
                "请在原表补上项目名称，或删去这一行后重新上传。",
                **at(self.sheet.name, number, self.name, inside[column]),
            )
        )

    def _from_sections(self, row: Row) -> None:
        for section, _ in self.sections:
            if section.kind and section.value:
                row.values[section.kind] = section.value

    def _section_label(self, row: Row) -> None:
        """The section beats 建设性质 for the label of the year."""
        for section, _ in self.sections:
            if section.kind == "label":
                row.values["label"] = section.value
                row.cells.pop("label", None)

    def _error_cell(self, row: Row, column: Column, value: Value) -> None:
        _answer, entry = self.asking.ask(
            ("error", self.sheet.name, row.number, column.number, value),
            f"“{column.heading}”的公式出错，显示“{value}”，读不出内容。",
            [option("blank", "当作空白")],
            **at(self.sheet.name, row.number, column.number, value),
        )
        row.tell(entry)

    def _unstored(self, row: Row) -> None:
        for column in self.table.columns:
            place = (row.number, column.number)
            if place in self.sheet.unstored and column.meaning.field != IGNORED:
                _, entry = self.asking.ask(
                    ("unstored", self.sheet.name, *place),
                    f"“{column.heading}”是公式，但文件里没有保存计算结果，读不出数值。",
                    [option("blank", "当作空白")],
                    **at(self.sheet.name, row.number, column.number, ""),
                )
                row.tell(entry)

    def _continue(self, number: int, inside: dict[int, Value]) -> None:
        """A further line of a project whose name is merged over several rows."""
        row = self.body.rows[-1]
        more = Row(number)
        for column, meaning, read in self.read:
            value = inside.get(column)
            if (
                value is not None
                and column not in (self.name, self.serial)
                and (number, column) not in self.sheet.errors
            ):
                read(more, meaning, value)
        for key, value in more.values.items():
            _merge_value(row, key, value, more.cells.get(key, ""))
        for key, wan in more.amounts.items():
            if key in row.amounts and row.amounts[key] != wan:
                row.tell(
                    self.asking.warn(
                        f"同一项目的几行里有不同的金额，第 {number} 行的没有读入。",
                        "请核对原表。",
                        sheet=self.sheet.name,
                        cell=more.cells.get(key, ""),
                        value=str(wan),
                        row=number,
                    )
                )
            row.amounts.setdefault(key, wan)
        row.problems += more.problems
        self.skip(number, f"与第 {row.number} 行是同一项目（合并单元格）")


def _merge_value(row: Row, key: str, value: Any, cell: str) -> None:
    known = row.values.get(key)
    if known is None:
        row.values[key] = value
        row.cells[key] = cell
    elif isinstance(known, list):
        known.extend(item for item in value if item not in known)
    elif isinstance(known, dict):
        for inner, item in value.items():
            known.setdefault(inner, item)
    elif key in JOINED and value != known:
        row.values[key] = f"{known}\n{value}"
    elif key == "unit" and value != known:
        units = row.values.setdefault("supporting_units", [])
        if value not in units:
            units.append(value)


def _empty(value: Value) -> bool:
    return isinstance(value, str) and not clean(value)


def as_name(value: Value) -> str:
    """The name cell as text."""
    return value if isinstance(value, str) else format(value, "f") if isinstance(value, Decimal) else str(value)
