"""Workbooks in which cells say something else than their column means: other units, signs, digits, dates, merged headings."""

import datetime
import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from tests.projects.imports.reading.test_ledgers import BOOKS

SAMPLES = Path(__file__).resolve().parents[4] / "fixtures" / "samples"
# Where headings and the first rows stand: mistakes there do the most.
UPPER_ROWS = 8
WORDS: list[Any] = [
    "", " ", "-", "—", "/", "无", "待定", "√", "×", "是", "否", "合计", "小计", "合 计（3个）", "一、续建项目（58个）", "（二）交通类", "单位：亿元",
    "项目名称", "总投资（万元）", "责任单位", "序号", "备注", "填表人：张三", "注：以上为6月底数据", "\u202e倒写", "\u200b", "零\u200b宽", "甲" * 3000,
    "第一行\n第二行\n\n第四行", "=1+1", "#REF!", "#N/A", "'001", "TRUE", True, 0, -1, 10**15, 1e-7, float(2**70),
    "1.2.3", "1e999", "１２．５", "3,2,00", "--5", "+5", "（800）", "约5000", "5000-6000", "1/3", "50%", "五千", "1.2亿元", "5000万", "30000000元", "12万亿",
    "2023.13", "2023.2.30", "2023年", "13月", "2023-06-31", "1899.1", "2023.10", 2023.1, 45078, -45078, "2023年3月—2022年1月", "6月31日", "9999.12", "上半年",
    "2023.3-", "-2024.12", "二〇二三年六月", "Q5", "0月", "32日", "5个工作日内", datetime.datetime(1900, 1, 1), datetime.datetime(9999, 12, 31),
    datetime.time(8, 30), "张三、、李四", "（牵头）", "县水利局（牵头）、（配合）", "13900000001", "张三13900000001", "2302-410329-04-01-12345X", "2023-001",
]  # fmt: skip
AMENDED: list[Callable[[str], str]] = [
    lambda text: text + "万",
    lambda text: text + "亿元",
    lambda text: "-" + text,
    lambda text: f"（{text}）",
    lambda text: text * 3,
    lambda text: text[: len(text) // 2],
    lambda text: text[::-1],
    " ".join,
    "\n".join,
    lambda text: text.translate(str.maketrans("0123456789.", "０１２３４５６７８９．")),
    lambda text: text.replace("年", "").replace("月", ""),
    lambda text: text.replace("（", "(").replace("）", "］"),
    lambda text: text.replace("万元", "亿元"),
]


@lru_cache
def originals() -> list[tuple[str, bytes]]:
    """(kind, workbook) of every family."""
    found = [("projects", path.read_bytes()) for path in sorted(SAMPLES.glob("*.xlsx"))]
    for kind, rows, merges, _ in BOOKS.values():
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        for area in merges:
            book.active.merge_cells(area)
        stream = io.BytesIO()
        book.save(stream)
        found.append((kind, stream.getvalue()))
    return found


Change = tuple[str, float, float, int, int]


def mistyped(data: bytes, changes: list[Change]) -> bytes:
    """The workbook with cells typed over (`put`, `amend`), taken (`copy`, `blank`) or merged (`merge`, `part`). A change is (what,
    share of the rows, share of the columns, which word, how far); two in three are made in the upper rows."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[len(changes) % len(book.worksheets)]
    for what, down, across, which, far in changes:
        deep = min(sheet.max_row, UPPER_ROWS) if which % 3 else sheet.max_row
        row, column = 1 + int(down * deep), 1 + int(across * sheet.max_column)
        _change(sheet, what, row, column, which, far)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _change(sheet: Any, what: str, row: int, column: int, which: int, far: int) -> None:
    if what == "part":
        areas = sorted(sheet.merged_cells.ranges, key=str)
        if areas:
            sheet.merged_cells.remove(areas[which % len(areas)])
        return
    if what == "merge":
        last = f"{get_column_letter(column + far % 5)}{row + far // 5 % 4}"
        sheet.merge_cells(f"{get_column_letter(column)}{row}:{last}")
        return
    cell = sheet.cell(row, column)
    if isinstance(cell, openpyxl.cell.cell.MergedCell):
        return
    if what == "put":
        cell.value = WORDS[which % len(WORDS)]
    elif what == "amend":
        cell.value = AMENDED[which % len(AMENDED)](str(cell.value or ""))[:32000]
    elif what == "copy":
        other = sheet.cell(row, column + 1 + far % 3)
        cell.value = None if isinstance(other, openpyxl.cell.cell.MergedCell) else other.value
    else:
        cell.value = None
