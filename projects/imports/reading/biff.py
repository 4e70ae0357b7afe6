"""What the records of an old .xls say besides values: extents, merges, hidden parts, errors, centring, encryption."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from projects.imports.reading.grid import Area
from projects.imports.reading.limits import Limits
from projects.imports.reading.preflight import MACRO
from projects.imports.reading.problems import Refused

ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
MACRO_SHEET = 1  # Excel 4.0 macros, which need no project to run
BOF, EOF, BOUNDSHEET, FILEPASS, MERGED, ROW, COLINFO, XF = 0x809, 0x0A, 0x85, 0x2F, 0xE5, 0x208, 0x7D, 0xE0
FORMULA, BOOLERR, BLANK, MULBLANK, MULRK = 0x06, 0x205, 0x201, 0xBE, 0xBD
SINGLE_CELLS = frozenset({FORMULA, BOOLERR, 0x203, 0x204, 0x27E, 0xFD, 0xD6})
CENTRED_ACROSS = 6
LAST_HEADING_ROW = 60
OLD = frozenset({0x0009, 0x0209, 0x0409})


@dataclass
class SheetNotes:
    """Notes on one worksheet; rows and columns from 1."""

    merges: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unstored: set[tuple[int, int]] = field(default_factory=set)
    centred: set[tuple[int, int]] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    cells: int = 0


def _records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        yield kind, stream[position + 4 : position + 4 + length]
        position += 4 + length


def read_notes(stream: bytes, limits: Limits, broken: Refused) -> list[SheetNotes]:
    """Notes for each worksheet in the order of the tabs. Raises Refused: encrypted, broken, beyond the limits."""
    try:
        places, centred = _globals(stream)
        if len(places) > limits.sheets:
            raise Refused(
                f"工作簿有 {len(places)} 个工作表，超过上限 {limits.sheets} 个。", "请只留下要导入的工作表后重新上传。"
            )
        return [_sheet(stream, place, centred, limits) for place in places]
    except struct.error as error:
        raise broken from error


def _globals(stream: bytes) -> tuple[list[int], set[int]]:
    places: list[int] = []
    centred: set[int] = set()
    formats = 0
    for kind, data in _records(stream, 0):
        if kind == FILEPASS:
            raise Refused("文件加了密码，系统读不了。", "请打开文件，去掉密码后另存，再重新上传。")
        if kind == BOUNDSHEET:
            place, _, sheet_kind = struct.unpack_from("<IBB", data)
            if sheet_kind == MACRO_SHEET:
                raise Refused(MACRO, "请另存为“Excel 工作簿（*.xlsx）”（不带宏）后重新上传。")
            if sheet_kind == 0:
                places.append(place)
        elif kind == XF:
            if len(data) >= 7 and data[6] & 7 == CENTRED_ACROSS:
                centred.add(formats)
            formats += 1
        elif kind == EOF:
            break
    return places, centred


def _sheet(stream: bytes, place: int, centred: set[int], limits: Limits) -> SheetNotes:
    notes = SheetNotes()
    depth = 0
    for kind, data in _records(stream, place):
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1:
            _take(notes, kind, data, centred)
            if len(notes.rows) > limits.rows or notes.cells > limits.cells:
                raise Refused(f"有内容的行超过 {limits.rows} 行。", "请分成几个文件上传。")
            if len(notes.columns) > limits.columns:
                raise Refused(f"有内容的列超过 {limits.columns} 列。", "请删去不用导入的列后重新上传。")
    return notes


def _take(notes: SheetNotes, kind: int, data: bytes, centred: set[int]) -> None:
    if kind in SINGLE_CELLS or kind == BLANK:
        row, column, style = struct.unpack_from("<HHH", data)
        if style in centred and row < LAST_HEADING_ROW:
            notes.centred.add((row + 1, column + 1))
        if kind != BLANK:
            _value(notes, kind, data, row + 1, column + 1)
    elif kind in MULTIPLE:
        MULTIPLE[kind](notes, data, centred)


def _take_blanks(notes: SheetNotes, data: bytes, centred: set[int]) -> None:
    row, first = struct.unpack_from("<HH", data)
    for index in range((len(data) - 6) // 2):
        if row < LAST_HEADING_ROW and struct.unpack_from("<H", data, 4 + 2 * index)[0] in centred:
            notes.centred.add((row + 1, first + 1 + index))


def _take_numbers(notes: SheetNotes, data: bytes, _: set[int]) -> None:
    row, first = struct.unpack_from("<HH", data)
    count = (len(data) - 6) // 6
    notes.rows.add(row + 1)
    notes.columns.update(range(first + 1, first + 1 + count))
    notes.cells += count


def _take_merges(notes: SheetNotes, data: bytes, _: set[int]) -> None:
    for index in range(struct.unpack_from("<H", data)[0]):
        top, bottom, left, right = struct.unpack_from("<HHHH", data, 2 + 8 * index)
        notes.merges.append((top + 1, left + 1, bottom + 1, right + 1))


def _take_row(notes: SheetNotes, data: bytes, _: set[int]) -> None:
    if struct.unpack_from("<H", data, 12)[0] & 0x20:
        notes.hidden_rows.add(struct.unpack_from("<H", data)[0] + 1)


def _take_columns(notes: SheetNotes, data: bytes, _: set[int]) -> None:
    first, last, _width, _style, options = struct.unpack_from("<HHHHH", data)
    if options & 1:
        notes.hidden_columns.update(range(first + 1, min(last, 255) + 2))


MULTIPLE = {
    MULBLANK: _take_blanks,
    MULRK: _take_numbers,
    MERGED: _take_merges,
    ROW: _take_row,
    COLINFO: _take_columns,
}


def _value(notes: SheetNotes, kind: int, data: bytes, row: int, column: int) -> None:
    notes.rows.add(row)
    notes.columns.add(column)
    notes.cells += 1
    if kind == BOOLERR and len(data) >= 8 and data[7]:
        notes.errors[row, column] = ERRORS.get(data[6], "#VALUE!")
    elif kind == FORMULA and len(data) >= 14 and data[12:14] == b"\xff\xff":
        if data[6] == 2:
            notes.errors[row, column] = ERRORS.get(data[8], "#VALUE!")
        elif data[6] == 3:
            notes.unstored.add((row, column))
