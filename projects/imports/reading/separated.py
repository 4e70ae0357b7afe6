"""Reading .csv and tab-separated text in UTF-8, UTF-16 or GB18030."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from decimal import Decimal
from io import StringIO
from pathlib import Path

from projects.imports.reading.grid import Sheet, Value
from projects.imports.reading.limits import Limits
from projects.imports.reading.problems import Refused

NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?")
TYPED_MONTH = re.compile(r"(?:19|20)\d{2}\.\d{2}")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
CURE = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传。"
LONGEST_CELL = 32_767


def read_separated(path: Path, limits: Limits) -> list[Sheet]:
    """The one sheet of a text file. Raises Refused for text that is no table and for too many rows or columns."""
    text = _decode(path.read_bytes())
    if CONTROL.search(text):
        raise Refused("文件里有乱码或二进制内容，不是能读的表格。", CURE)
    sheet = Sheet(name=path.stem)
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    try:
        _fill(sheet, rows, limits)
    except csv.Error as error:
        raise Refused("文本表格的引号没有成对，或有一格太长，读不下去。", CURE) from error
    return [sheet]


def _fill(sheet: Sheet, rows: Iterable[list[str]], limits: Limits) -> None:
    cells = 0
    for number, row in enumerate(rows, start=1):
        filled = {column: _typed(text) for column, text in enumerate(row, start=1) if text.strip()}
        if not filled:
            continue
        cells += len(filled)
        if len(sheet.rows) >= limits.rows or cells > limits.cells:
            raise Refused(f"有内容的行超过 {limits.rows} 行。", "请分成几个文件上传。")
        if len(filled) > limits.columns:
            raise Refused(f"有内容的列超过 {limits.columns} 列。", "请删去不用导入的列后重新上传。")
        sheet.rows[number] = filled


def _decode(data: bytes) -> str:
    encodings = ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("文件不是表格，或文字编码认不出来。", CURE)


def _delimiter(text: str) -> str:
    lines = [line for line in text.splitlines()[:40] if line.strip()]
    counts = {sign: sum(line.count(sign) for line in lines) for sign in ",\t;"}
    return max(counts, key=lambda sign: counts[sign])


def _typed(text: str) -> Value:
    """Numbers as numbers; `2023.10` stays text, because here the zero was kept and October is meant."""
    bare = text.strip().strip("\ufeff")
    if NUMBER.fullmatch(bare) and not TYPED_MONTH.fullmatch(bare):
        return Decimal(bare)
    # Excel's way of keeping a number as text in a .csv
    if quoted := re.fullmatch(r'="(.*)"', bare):
        return quoted[1]
    return text.removeprefix("\t")
