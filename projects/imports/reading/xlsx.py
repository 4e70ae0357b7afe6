"""Reading .xlsx with one expat pass per part: exact number texts, merges, hidden parts, errors, missing results.

A ready-made reader would build the full rectangle of a sheet or lose what is noted here; this one keeps only
cells that hold something and stops at the limits while it reads.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from projects.imports.reading.grid import Sheet, column_number, parse_area
from projects.imports.reading.limits import Limits
from projects.imports.reading.numberformats import BUILT_IN_DATES, is_date_format, printed_unit, serial_date
from projects.imports.reading.problems import Refused

BROKEN_CURE = "请用 Excel 或 WPS 打开原文件，另存为“Excel 工作簿（*.xlsx）”后重新上传。"
FIFTEEN_DIGITS = 15
HIDDEN_SPAN = 16_384


class Styles:
    """What cell formats say: dates, printed units of money, centring across cells."""

    def __init__(self) -> None:
        self.dates: set[int] = set()
        self.units: dict[int, str] = {}
        self.centred: set[int] = set()


def parse_part(
    data: bytes,
    start: Callable[..., None],
    end: Callable[..., None] | None = None,
    text: Callable[..., None] | None = None,
) -> None:
    """Run expat over one part; names come without prefix. Raises Refused for a DTD or broken XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text

    def refuse_doctype(*_: object) -> None:
        raise Refused("文件里带有 DTD 声明，正常的表格不会有，已拒绝读取。", BROKEN_CURE)

    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # LookupError: an encoding nobody knows
        raise Refused(f"文件内部的 XML 已损坏（{error}），读不出内容。", BROKEN_CURE) from error


def read_xlsx(archive: zipfile.ZipFile, read: Callable[[str], bytes], limits: Limits) -> list[Sheet]:
    """Every worksheet of the workbook, hidden ones included, in the order of the tabs."""
    names = {name.lower(): name for name in archive.namelist()}
    workbook_part = _office_document(names, read)
    listed, from_1904 = _listed_sheets(read(workbook_part))
    if len(listed) > limits.sheets:
        raise Refused(
            f"工作簿有 {len(listed)} 个工作表，超过上限 {limits.sheets} 个。", "请只留下要导入的工作表后重新上传。"
        )
    folder = posixpath.dirname(workbook_part)
    targets, kinds = _relations(read, names, folder, posixpath.basename(workbook_part))
    strings = _shared_strings(read, names, targets, kinds)
    styles = _styles(read, names, targets, kinds)
    sheets = []
    room = [limits.cells]
    for name, hidden, relation in listed:
        kind = kinds.get(relation, "")
        part = names.get(targets.get(relation, "").lower())
        if kind and not kind.endswith("/worksheet"):
            continue
        sheet = Sheet(name=name, hidden=hidden)
        sheets.append(sheet)
        if part is None:
            raise Refused(f"工作表“{name}”的内容在文件里找不到，文件不完整。", BROKEN_CURE, sheet=name)
        _Worksheet(sheet, strings, styles, from_1904=from_1904, limits=limits, room=room).parse(read(part))
    return sheets


def _office_document(names: dict[str, str], read: Callable[[str], bytes]) -> str:
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.endswith("Relationship") and attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    if "_rels/.rels" in names:
        parse_part(read(names["_rels/.rels"]), start)
    for target in [*found, "xl/workbook.xml"]:
        if target.lower() in names:
            return names[target.lower()]
    raise Refused("文件里没有工作簿内容，文件不完整。", BROKEN_CURE)


def _listed_sheets(data: bytes) -> tuple[list[tuple[str, bool, str]], bool]:
    listed: list[tuple[str, bool, str]] = []
    from_1904 = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "sheet":
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            listed.append((attributes.get("name", f"Sheet{len(listed) + 1}"), hidden, relation))
        elif local == "workbookPr":
            from_1904[0] = attributes.get("date1904", "0") in ("1", "true")

    parse_part(data, start)
    return listed, from_1904[0]


def _relations(
    read: Callable[[str], bytes],
    names: dict[str, str],
    folder: str,
    base: str,
) -> tuple[dict[str, str], dict[str, str]]:
    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}
    part = names.get(posixpath.join(folder, "_rels", base + ".rels").lower())
    if part is None:
        raise Refused("文件里缺少工作表的目录，文件不完整。", BROKEN_CURE)

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.endswith("Relationship") and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            targets[attributes.get("Id", "")] = path
            kinds[attributes.get("Id", "")] = attributes.get("Type", "")

    parse_part(read(part), start)
    return targets, kinds


def _part_of_kind(names: dict[str, str], targets: dict[str, str], kinds: dict[str, str], ending: str) -> str | None:
    return next((names.get(targets[key].lower()) for key, kind in kinds.items() if kind.endswith(ending)), None)


def _shared_strings(
    read: Callable[[str], bytes], names: dict[str, str], targets: dict[str, str], kinds: dict[str, str]
) -> list[str]:
    strings: list[str] = []
    part = _part_of_kind(names, targets, kinds, "/sharedStrings")
    if part is None:
        return strings
    pieces: list[str] = []
    state = {"t": False, "phonetic": False}

    def start(name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            pieces.clear()
        elif local == "t":
            state["t"] = not state["phonetic"]
        elif local == "rPh":
            state["phonetic"] = True

    def end(name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            strings.append("".join(pieces))
        elif local == "t":
            state["t"] = False
        elif local == "rPh":
            state["phonetic"] = False

    def text(data: str) -> None:
        if state["t"]:
            pieces.append(data)

    parse_part(read(part), start, end, text)
    return strings


def _styles(
    read: Callable[[str], bytes], names: dict[str, str], targets: dict[str, str], kinds: dict[str, str]
) -> Styles:
    styles = Styles()
    part = _part_of_kind(names, targets, kinds, "/styles")
    if part is None:
        return styles
    codes: dict[int, str] = {}
    state = {"inside": False, "index": -1}

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "numFmt":
            codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif local == "cellXfs":
            state["inside"] = True
        elif local == "xf" and state["inside"]:
            state["index"] += 1
            number = _whole(attributes.get("numFmtId"))
            code = codes.get(number)
            if is_date_format(code) if code is not None else number in BUILT_IN_DATES:
                styles.dates.add(state["index"])
            elif code and printed_unit(code):
                styles.units[state["index"]] = printed_unit(code)
        elif local == "alignment" and state["inside"] and attributes.get("horizontal") == "centerContinuous":
            styles.centred.add(state["index"])

    def end(name: str) -> None:
        if name.rpartition(":")[2] == "cellXfs":
            state["inside"] = False

    parse_part(read(part), start, end)
    return styles


@lru_cache(maxsize=4096)
def _whole(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0


class _Worksheet:
    """State of one pass over a worksheet part."""

    def __init__(
        self, sheet: Sheet, strings: list[str], styles: Styles, *, from_1904: bool, limits: Limits, room: list[int]
    ) -> None:
        self.sheet, self.strings, self.styles = sheet, strings, styles
        self.from_1904, self.limits, self.room = from_1904, limits, room
        self.row = self.column = 0
        self.cell: dict[str, str] = {}
        self.formula = self.collecting = self.phonetic = False
        self.pieces: list[str] = []
        self.used_columns: set[int] = set()
        self.locals: dict[str, str] = {}

    def parse(self, data: bytes) -> None:
        parse_part(data, self.start, self.end, self.text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = self.locals.get(name) or self.locals.setdefault(name, name.rpartition(":")[2])
        if local == "c":
            self.cell, self.formula = attributes, False
            self.pieces.clear()
        elif local in {"v", "t"}:
            self.collecting = not self.phonetic
        elif local == "f":
            self.formula = True
        elif local == "row":
            self.row = _whole(attributes.get("r")) or self.row + 1
            self.column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.sheet.hidden_rows.add(self.row)
        elif local == "rPh":
            self.phonetic = True
        elif local == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = _whole(attributes.get("min")), _whole(attributes.get("max"))
            self.sheet.hidden_columns.update(range(first, min(last, HIDDEN_SPAN) + 1))
        elif local == "mergeCell":
            area = parse_area(attributes.get("ref", ""))
            if area and len(self.sheet.merges) < self.limits.cells:
                self.sheet.merges.append(area)

    def text(self, data: str) -> None:
        if self.collecting:
            self.pieces.append(data)

    def end(self, name: str) -> None:
        local = self.locals[name]
        if local == "c":
            self.end_cell()
        elif local in {"v", "t"}:
            self.collecting = False
        elif local == "rPh":
            self.phonetic = False

    def end_cell(self) -> None:
        self.move_to(self.cell.get("r"))
        style = _whole(self.cell.get("s"))
        if style in self.styles.centred and self.row <= 60:
            self.sheet.centred.add((self.row, self.column))
        raw = "".join(self.pieces)
        if raw.strip():
            self.store(self.cell.get("t", "n"), style, raw)
        elif self.formula:
            self.sheet.unstored.add((self.row, self.column))

    def move_to(self, reference: str | None) -> None:
        if reference:
            letters = reference.rstrip("0123456789")
            self.column = column_number(letters) or self.column + 1
            # A cell knows its own row; <row r> may be missing.
            self.row = _whole(reference[len(letters) :]) or self.row
        else:
            self.column += 1

    def store(self, kind: str, style: int, raw: str) -> None:
        self.check_room()
        sheet, row, column = self.sheet, self.row, self.column
        if kind == "s":
            index = _whole(raw)
            raw = self.strings[index] if 0 <= index < len(self.strings) else ""
            if raw.strip():
                sheet.place(row, column, raw)
        elif kind in {"inlineStr", "str"}:
            sheet.place(row, column, raw)
        elif kind == "b":
            sheet.place(row, column, raw.strip() == "1")
        elif kind == "e":
            sheet.errors[row, column] = raw.strip()
            sheet.place(row, column, raw.strip())
        else:
            self.store_number((row, column), style, raw.strip())

    def check_room(self) -> None:
        """Raises Refused where one more cell is beyond a limit."""
        self.room[0] -= 1
        if self.room[0] < 0:
            raise Refused(
                f"工作簿里有内容的单元格超过 {self.limits.cells} 个。", "请分成几个文件上传。", sheet=self.sheet.name
            )
        sheet = self.sheet
        if self.row not in sheet.rows and len(sheet.rows) >= self.limits.rows:
            raise Refused(
                f"工作表“{sheet.name}”有内容的行超过 {self.limits.rows} 行。", "请分成几个文件上传。", sheet=sheet.name
            )
        if self.column in self.used_columns:
            return
        self.used_columns.add(self.column)
        if len(self.used_columns) > self.limits.columns:
            raise Refused(
                f"工作表“{sheet.name}”有内容的列超过 {self.limits.columns} 列。",
                "请删去不用导入的列后重新上传。",
                sheet=sheet.name,
            )

    def store_number(self, place: tuple[int, int], style: int, raw: str) -> None:
        value: Any
        try:
            value = plain_number(raw)
        except InvalidOperation:
            value = raw  # t="d" and whatever else somebody's exporter wrote
        if isinstance(value, Decimal):
            if style in self.styles.dates:
                value = serial_date(value, from_1904=self.from_1904) or value
            elif style in self.styles.units:
                self.sheet.number_units[place] = self.styles.units[style]
        self.sheet.place(*place, value)


def plain_number(raw: str) -> Decimal:
    """The number Excel shows: 15 significant digits, no exponent. Raises InvalidOperation for anything else."""
    number = Decimal(raw)
    if not number.is_finite() or number.adjusted() > 30 or number.adjusted() < -30:
        raise InvalidOperation
    digits = len(number.as_tuple().digits)
    if digits > FIFTEEN_DIGITS:
        number = number.quantize(Decimal(1).scaleb(number.adjusted() - FIFTEEN_DIGITS + 1)).normalize()
    return number + 0 if number.as_tuple().exponent == 0 else Decimal(format(number.normalize(), "f"))
