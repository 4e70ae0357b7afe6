"""Walking down the rows of a table: each becomes a project, is passed over with a reason, or is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from projects.imports.reading.asking import Asking, at, option
from projects.imports.reading.belonging import Belonging
from projects.imports.reading.cells import CellReader
from projects.imports.reading.content import code_in_remark
from projects.imports.reading.fields import IGNORED, MONEY
from projects.imports.reading.grid import Value
from projects.imports.reading.meaning import Column
from projects.imports.reading.outline import PART_TOTAL, Outline
from projects.imports.reading.pairs import line_kind
from projects.imports.reading.problems import ERROR, Problem
from projects.imports.reading.row import Row
from projects.imports.reading.sections import read_total
from projects.imports.reading.tables import Table, as_text, body_rows, is_heading_word
from projects.imports.reading.text import clean, is_blank_word, one_line, tight

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
DITTO = frozenset({"同上", "同前", "〃", "′′", '"', "''", "”", "“"})
SMALL_HEADS = re.compile(
    r"姓名|单位|部门|职务|名称|类别|数量|金额|个数|项目数|人数|次数|领导|领导姓名|合计|总投资|投资额|占比|比例"
)
NUMBERED_NAME = re.compile(r"(\d{1,3})[、.．](?=\D)\s*")
HEAD_ONLY = re.compile(
    r"^(?:序号|姓名|职务|备注|单位|部门|类别|名称)$|名称$|电话|方式|个数|项目数|数量|金额|时间$|领导$|单位$"
)


@dataclass
class Body:
    """What came out of the rows of one table."""

    outline: Outline
    rows: list[Row] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)


class BodyReader:
    """One pass over the rows of a table."""

    def __init__(self, table: Table, reader: CellReader, asking: Asking) -> None:
        self.table, self.reader, self.asking = table, reader, asking
        self.sheet = table.sheet
        self.columns = {column.number: column for column in table.columns}
        self.read = [
            (c.number, c, reader.reader_for(c.meaning.field)) for c in table.columns if c.meaning.field != IGNORED
        ]
        # Which line and which month it is decides what follows.
        self.read.sort(key=lambda entry: entry[1].meaning.field not in ("line", "row_month"))
        self.has_codes = any(column.meaning.field == "code" for column in table.columns)
        self.line = next((c.number for c in table.columns if c.meaning.field == "line"), None)
        self.month = table.month_of_row
        self.outline = Outline(table)
        self.name, self.serial = self.outline.name, self.outline.serial
        self.body = Body(self.outline)
        self.belonging = Belonging(table, self.outline, asking)
        self.anchors = self._merged_anchors()
        self.lines = self.anchors.get(self.name, {})  # further rows of a project → its first
        self.own_totals = {first: number for number, first in self.lines.items() if self._is_own_total(number)}
        self.above: dict[int, Value] = {}  # the cells of the last project

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
            elif self.body.rows and self._heads_another_table(number):
                self._leave_rest(number)
                break
            else:
                self.one_row(number)
        self.outline.close()
        self._take_numbers_off()
        return self.body

    def _take_numbers_off(self) -> None:
        """`1、甲项目`, `2、乙项目` without a column of serial numbers: the number stands in the cell of the name."""
        found = [NUMBERED_NAME.match(row.values["name"]) for row in self.body.rows]
        if self.serial is not None or not found or None in found:
            return
        for row, match in zip(self.body.rows, found, strict=True):
            if match:
                row.values["serial"], row.values["name"] = match[1], row.values["name"][match.end() :]

    def _heads_another_table(self, number: int) -> bool:
        """A row below the projects that holds nothing but heads of columns (`单位 | 姓名 | 电话`)."""
        written = self.sheet.rows[number].values()
        if not all(isinstance(value, str) for value in written):
            return False
        texts = [tight(as_name(value)) for value in written if not _empty(value)]
        return (
            len(texts) >= 2
            and all(len(text) <= 12 for text in texts)
            and all(SMALL_HEADS.fullmatch(text) or is_heading_word(text) for text in texts)
            and any(HEAD_ONLY.search(text) for text in texts)
        )

    def _leave_rest(self, number: int) -> None:
        for row in body_rows(self.sheet, number, self.table.last):
            self.skip(row, "表格下方的另一张表")
        first = min(self.sheet.rows[number])
        self.asking.warn(
            f"第 {number} 行起是另一张表，没有读。",
            "要导入它，请放到单独的工作表里重新上传。",
            **at(self.sheet.name, number, first, self.sheet.rows[number][first]),
        )

    def skip(self, row: int, why: str) -> None:
        self.body.skipped.append({"row": row, "why": why})

    def one_row(self, number: int) -> None:
        cells = self.sheet.rows[number]
        inside = {column: cells[column] for column in self.columns if column in cells and not _empty(cells[column])}
        if not inside:
            self.skip(number, "表格以外的内容" if any(not _empty(value) for value in cells.values()) else "空行")
            return
        anchor = self.lines.get(number, 0)
        goes_on = anchor and self.name not in inside and self.body.rows and self.body.rows[-1].number >= anchor
        if goes_on and self.own_totals.get(anchor) == number:
            self._sum_up(number, inside)
            return
        if why := self.outline.why_no_project(number, inside):
            self.skip(number, why)
            return
        if self.month in inside and read_total(tight(as_name(inside[self.month]))):
            self.skip(number, "各月的小计")
            return
        if self.month in inside and self.name not in inside and self.body.rows:
            inside[self.name] = self.body.rows[-1].values["name"]  # a further month of the project above
        if goes_on and self.name not in inside:
            self._continue(number, inside)
            return
        if self.line in inside and self._is_second_line(inside):
            self._continue(number, inside)
            return
        if why := self.belonging.why_not(number, inside, self.body.rows):
            self.skip(number, why)
            return
        self._project(number, inside)

    def _is_second_line(self, inside: dict[int, Value]) -> bool:
        """The line of what was done, below the line of what was planned: no name, or the same name once more."""
        if not self.body.rows:
            return False
        name = inside.get(self.name)
        above = self.body.rows[-1]
        return name is None or (
            one_line(as_name(name)) == above.values["name"]
            and bool(above.line)
            and line_kind(as_name(inside[self.line or 0])) not in ("", above.line)
        )

    def _filled(self, number: int, inside: dict[int, Value]) -> dict[int, Value]:
        """The row with texts of cells merged downwards; money is never copied from one project to the next."""
        filled = self._dittoed(inside)
        for column, covered in self.anchors.items():
            anchor = covered.get(number)
            if anchor is None or column in filled:
                continue
            value = self.sheet.value(anchor, column)
            if value is None or _empty(value):
                continue
            if self._fills(column):
                filled[column] = value
            elif self.columns[column].meaning.field in MONEY and self.month is None:
                self.asking.warn(
                    f"第 {anchor} 行的“{self.columns[column].heading}”与第 {number} 行合并，金额只记在第 {anchor} 行。",
                    "请在原表把金额拆到每个项目。",
                    **at(self.sheet.name, number, column, value),
                )
        return filled

    def _dittoed(self, inside: dict[int, Value]) -> dict[int, Value]:
        """The row with what stands in the project above in place of `同上` and `〃`."""
        return {
            column: self.above.get(column, value) if _is_ditto(value) and self._fills(column) else value
            for column, value in inside.items()
        }

    def _fills(self, column: int) -> bool:
        return self.columns[column].meaning.field in FILLED_DOWN

    def _project(self, number: int, inside: dict[int, Value]) -> None:
        name = inside.get(self.name)
        text = one_line(as_name(name)) if name is not None else ""
        if not text or is_blank_word(text):
            self._nameless(number, inside)
            return
        others = [c for c in inside if c not in {self.name, self.serial} and self.columns[c].meaning.field not in MONEY]
        unnumbered = self.outline.has_serials and self.serial not in inside and not others
        if unnumbered and self.outline.opens_by_sum(number, inside, text):
            self.skip(number, "分节标题")
            return
        if unnumbered and not self._lone_is_project(number, text):
            return
        row = Row(number)
        row.values.update(self.outline.values())
        filled = self.above = self._filled(number, inside)
        for column, meaning, read in self.read:
            value = filled.get(column)
            if value is None:
                continue
            if (number, column) in self.sheet.errors:
                self._error_cell(row, meaning, value)
            else:
                read(row, meaning, value)
        self.reader.finish(row)
        row.put("name", text, self.name)
        if "remark" in row.values and not self.has_codes and (code := code_in_remark(row.values["remark"])):
            row.values["code"], row.cells["code"] = code, row.cells["remark"]
        self._section_label(row)
        self._unstored(row)
        if row.month and self.body.rows and self.body.rows[-1].values["name"] == text:
            row.go_on_from(self.body.rows[-1])
        self.body.rows.append(row)
        self.outline.tally.amounts.append(row.amounts)

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
        rest = self._rest(number, inside)
        self.body.refused.append(
            self.asking.say(
                ERROR,
                f"第 {number} 行有内容，但没有项目名称。",
                "请在这里补上项目名称，或在原表补上后重新上传。",
                **at(self.sheet.name, number, self.name, inside[column]),
                values=rest.values,
                cells=rest.cells,
            )
        )

    def _rest(self, number: int, inside: dict[int, Value]) -> Row:
        """What a row without a name says besides, for whoever adds the name later; its doubts are not asked."""
        row, quiet = Row(number), CellReader(self.sheet, self.reader.setting, Asking())
        row.values.update(self.outline.values())
        for column, value in self._filled(number, inside).items():
            field_name = self.columns[column].meaning.field
            if field_name != IGNORED and (number, column) not in self.sheet.errors:
                quiet.reader_for(field_name)(row, self.columns[column], value)
        return row

    def _section_label(self, row: Row) -> None:
        """The section beats 建设性质 for the label of the year."""
        label = self.outline.values().get("label")
        if label:
            row.values["label"] = label
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

    def _is_own_total(self, number: int) -> bool:
        cells = self.sheet.rows[number]
        return any(PART_TOTAL.fullmatch(as_text(cells[column])) for column in self.columns if column in cells)

    def _sum_up(self, number: int, inside: dict[int, Value]) -> None:
        """The line `小计` of a project in phases: its figures are the project's, not those of the first phase."""
        row, more = self.body.rows[-1], Row(number)
        more.month = row.month
        for column, meaning, read in self.read:
            if meaning.meaning.field in MONEY and column in inside and (number, column) not in self.sheet.errors:
                read(more, meaning, inside[column])
        row.overrule(more)
        for off, stated, added in self.outline.off_from_lines(row.number, number):
            row.tell(
                self.asking.warn(
                    f"第 {number} 行小计的“{off.heading}”是 {stated:.2f} 万元，这个项目各行相加是 {added:.2f} 万元，按小计读。",
                    "请核对原表。",
                    **at(self.sheet.name, number, off.number, inside[off.number]),
                )
            )
        self.skip(number, "项目各行的小计")

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
        self.reader.finish(more)
        row.join(more)
        summed = self.outline.of_line(self.own_totals.get(self.lines.get(number, 0), 0))
        for key, wan in more.amounts.items():
            if key in row.amounts and row.amounts[key] != wan and key not in summed:
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


def _is_ditto(value: Value) -> bool:
    return isinstance(value, str) and tight(value) in DITTO


def _empty(value: Value) -> bool:
    return isinstance(value, str) and not clean(value)


def as_name(value: Value) -> str:
    """The name cell as text."""
    return value if isinstance(value, str) else format(value, "f") if isinstance(value, Decimal) else str(value)
