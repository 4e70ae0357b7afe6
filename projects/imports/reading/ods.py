"""Reading .ods with one expat pass over content.xml."""

from __future__ import annotations

from datetime import date
from decimal import InvalidOperation

from projects.imports.reading.grid import Sheet, Value
from projects.imports.reading.limits import Limits
from projects.imports.reading.problems import Refused
from projects.imports.reading.xlsx import parse_part, plain_number

SILENT = frozenset({"annotation", "tracked-changes", "shapes", "ruby-text"})
FURTHEST = 1_048_576


def read_ods(content: bytes, limits: Limits) -> list[Sheet]:
    """Every sheet in the order of the tabs. Raises Refused for broken XML and beyond the limits."""
    reader = _Content(limits)
    parse_part(content, reader.start, reader.end, reader.text)
    if len(reader.sheets) > limits.sheets:
        raise Refused(
            f"工作簿有 {len(reader.sheets)} 个工作表，超过上限 {limits.sheets} 个。",
            "请只留下要导入的工作表后重新上传。",
        )
    return reader.sheets


def _times(attributes: dict[str, str], name: str) -> int:
    try:
        return max(1, min(int(attributes.get(name, "1")), FURTHEST))
    except ValueError:
        return 1


class _Content:
    """State of the pass: where we are, and what the cell at hand holds so far."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: list[Sheet] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.silent = self.depth = 0
        self.row = self.column = self.next_column = 0
        self.row_times = 1
        self.row_hidden = False
        self.cells: dict[int, Value] = {}
        self.errors: dict[int, str] = {}
        self.unstored: set[int] = set()
        self.attributes: dict[str, str] | None = None
        self.pieces: list[str] = []
        self.in_text = 0
        self.room = limits.cells

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local in SILENT:
            self.silent += 1
        if self.silent:
            return
        handler = getattr(self, "start_" + local.replace("-", "_"), None)
        if handler:
            handler(attributes)

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in SILENT:
            self.silent -= 1
        elif not self.silent:
            handler = getattr(self, "end_" + local.replace("-", "_"), None)
            if handler:
                handler()

    def text(self, data: str) -> None:
        if self.in_text and not self.silent:
            self.pieces.append(data)

    def start_style(self, attributes: dict[str, str]) -> None:
        self.style = attributes.get("style:name", "")

    def start_table_properties(self, attributes: dict[str, str]) -> None:
        if attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)

    def start_table(self, attributes: dict[str, str]) -> None:
        self.depth += 1
        hidden = attributes.get("table:style-name", "") in self.hidden_styles
        self.sheets.append(Sheet(attributes.get("table:name", f"Sheet{len(self.sheets) + 1}"), hidden=hidden))
        self.row = self.next_column = 0

    def start_table_column(self, attributes: dict[str, str]) -> None:
        times = _times(attributes, "table:number-columns-repeated")
        if (
            attributes.get("table:visibility") in {"collapse", "filter"}
            and self.sheets
            and times < self.limits.columns * 2
        ):
            self.sheets[-1].hidden_columns.update(range(self.next_column + 1, self.next_column + times + 1))
        self.next_column += times

    def start_table_row(self, attributes: dict[str, str]) -> None:
        self.row_times = _times(attributes, "table:number-rows-repeated")
        self.row_hidden = attributes.get("table:visibility") in {"collapse", "filter"}
        self.column = 0
        self.cells, self.errors, self.unstored = {}, {}, set()

    def start_table_cell(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self.pieces = []

    start_covered_table_cell = start_table_cell

    def start_p(self, _: dict[str, str]) -> None:
        if self.attributes is not None:
            if self.pieces:
                self.pieces.append("\n")
            self.in_text += 1

    def end_p(self) -> None:
        self.in_text = max(0, self.in_text - 1)

    def start_s(self, attributes: dict[str, str]) -> None:
        if self.in_text:
            self.pieces.append(" " * min(_times(attributes, "text:c"), 100))

    def start_line_break(self, _: dict[str, str]) -> None:
        if self.in_text:
            self.pieces.append("\n")

    def end_table_cell(self) -> None:
        attributes = self.attributes
        self.attributes = None
        if attributes is None or not self.sheets:
            return
        first = self.column + 1
        times = _times(attributes, "table:number-columns-repeated")
        self.column += times
        self._note_span(attributes, first)
        value = self._value(attributes, first)
        if value is None:
            return
        if len(self.cells) + times > self.limits.columns:
            sheet = self.sheets[-1].name
            raise Refused(
                f"工作表“{sheet}”有内容的列超过 {self.limits.columns} 列。",
                "请删去不用导入的列后重新上传。",
                sheet=sheet,
            )
        self.cells.update(dict.fromkeys(range(first, first + times), value))

    def end_covered_table_cell(self) -> None:
        times = _times(self.attributes or {}, "table:number-columns-repeated")
        self.attributes = None
        self.column += times

    def _note_span(self, attributes: dict[str, str], first: int) -> None:
        wide = _times(attributes, "table:number-columns-spanned")
        deep = _times(attributes, "table:number-rows-spanned")
        if wide > 1 or deep > 1:
            self.sheets[-1].merges.append((self.row + 1, first, self.row + deep, first + wide - 1))

    def _value(self, attributes: dict[str, str], first: int) -> Value | None:
        kind = attributes.get("office:value-type", "")
        shown = "".join(self.pieces)
        raw = attributes.get("office:value", "")
        if shown.startswith(("#REF!", "#N/A", "#DIV/0!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "Err:")):
            self.errors[first] = shown.strip()
            return shown.strip()
        if kind in {"float", "currency", "percentage"} and raw:
            try:
                return plain_number(raw)
            except InvalidOperation:
                return shown or None
        if kind == "date":
            return _day(attributes.get("office:date-value", "")) or shown or None
        if kind == "boolean":
            return attributes.get("office:boolean-value") == "true"
        if not shown.strip():
            if attributes.get("table:formula"):
                self.unstored.add(first)
            return None
        return shown

    def end_table_row(self) -> None:
        if not self.sheets:
            return
        sheet = self.sheets[-1]
        if self.cells:
            times = self.row_times
            self.room -= len(self.cells) * times
            if len(sheet.rows) + times > self.limits.rows or self.room < 0:
                raise Refused(
                    f"工作表“{sheet.name}”有内容的行超过 {self.limits.rows} 行。",
                    "请分成几个文件上传。",
                    sheet=sheet.name,
                )
            for number in range(self.row + 1, self.row + times + 1):
                sheet.rows[number] = dict(self.cells)
                sheet.errors.update({(number, column): text for column, text in self.errors.items()})
        sheet.unstored.update((self.row + 1, column) for column in self.unstored)
        if self.row_hidden and self.row_times <= self.limits.rows:
            sheet.hidden_rows.update(range(self.row + 1, self.row + self.row_times + 1))
        self.row += self.row_times

    def end_table(self) -> None:
        self.depth -= 1


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
