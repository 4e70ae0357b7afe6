"""The county's own workbook sent back: the cells concerned coloured and commented, all problems listed on a first sheet.

Runs in the child process, under the same limits as reading. Nothing that is written here can come alive as a formula.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, is_zipfile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from projects.imports.reading.grid import Sheet, Value
from projects.imports.reading.limits import Limits
from projects.imports.reading.workbook import open_workbook

# Worst first: level → (words, colour). The words stand in the comment and in the list, so that colour never speaks alone.
LEVELS = {
    "error": ("没有导入", "F8CBAD"),
    "question": ("要回答", "FFE699"),
    "warning": ("请留意", "DDEBF7"),
    "note": ("说明", ""),
}
LIST_TITLE = "问题清单"
HEADINGS = ("序号", "种类", "工作表", "单元格", "格内内容", "原因", "怎么办")
WIDTHS = (6, 10, 20, 10, 24, 60, 50)
LONGEST_COMMENT = 2000
AUTHOR = "重点项目管理平台"
CELL = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
# What openpyxl raises over workbooks that Excel opens: such a file goes back as a plain copy of its cells.
NOT_FOR_OPENPYXL = (ValueError, TypeError, KeyError, AttributeError, IndexError, BadZipFile, OSError)


def mark_workbook(path: Path, target: Path, problems: list[dict[str, Any]], limits: Limits) -> None:
    """Write the marked copy to `target`, always .xlsx; raises Refused for what cannot be read at all."""
    sheets = open_workbook(path, limits)
    book = _own(path, sheets) or _plain_copy(sheets)
    by_name = {sheet.title: sheet for sheet in book.worksheets}
    places: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for said in problems:
        if LEVELS[said["level"]][1] and said["sheet"] in by_name and CELL.fullmatch(said["cell"]):
            places[said["sheet"], said["cell"]].append(said)
    for (name, cell), found in places.items():
        _mark(by_name[name], cell, found)
    _list(book, problems, set(by_name))
    book.save(target)


def _own(path: Path, sheets: list[Sheet]) -> Workbook | None:
    """Their workbook with its formats; None for other kinds of files and for what openpyxl does not understand."""
    if not is_zipfile(path):
        return None
    try:
        book: Workbook = load_workbook(path)
    except NOT_FOR_OPENPYXL:
        return None
    # Of a workbook in strict format openpyxl sees the sheets and none of their cells.
    seen = {sheet.title: sheet for sheet in book.worksheets}
    is_whole = all(
        not sheet.rows or ((own := seen.get(sheet.name)) and own.max_row >= max(sheet.rows)) for sheet in sheets
    )
    return book if is_whole else None


def _plain_copy(sheets: list[Sheet]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        for row, cells in sheet.rows.items():
            for column, value in cells.items():
                _put(page.cell(row, column), value)
        for first_row, first_column, last_row, last_column in sheet.merges:
            page.merge_cells(start_row=first_row, start_column=first_column, end_row=last_row, end_column=last_column)
    return book


def _put(cell: Any, value: Value) -> None:
    """Text stays text, whatever it begins with; a number that Excel would round stays text, too."""
    written: Any = value
    if isinstance(value, Decimal):
        exact = len(value.as_tuple().digits) <= 15
        written = float(value) if exact else format(value, "f")
    if isinstance(written, str):
        written = ILLEGAL_CHARACTERS_RE.sub("", written)[:32_767]
    cell.value = written
    if isinstance(written, str):
        cell.data_type = "s"


def _mark(page: Any, place: str, found: list[dict[str, Any]]) -> None:
    cell = page[place]
    if isinstance(cell, MergedCell):
        area = next(area for area in page.merged_cells.ranges if place in area)
        cell = page.cell(area.min_row, area.min_col)
    level = next(level for level in LEVELS if any(said["level"] == level for said in found))
    cell.fill = PatternFill("solid", fgColor=LEVELS[level][1])
    told = [f"【{LEVELS[said['level']][0]}】{said['message']}{said['cure']}" for said in found]
    if cell.comment is not None:
        told.insert(0, cell.comment.text)
    text = ILLEGAL_CHARACTERS_RE.sub("", "\n".join(dict.fromkeys(told)))[:LONGEST_COMMENT]
    cell.comment = Comment(text, AUTHOR, height=60 + 18 * (len(text) // 20), width=300)


def _list(book: Workbook, problems: list[dict[str, Any]], names: set[str]) -> None:
    title = next(name for name in (LIST_TITLE, *(f"{LIST_TITLE}{n}" for n in range(2, 99))) if name not in names)
    page = book.create_sheet(title, 0)
    # More than one selected sheet would be edited together.
    book.active, page.sheet_view.tabSelected = 0, True
    for sheet in book.worksheets[1:]:
        sheet.sheet_view.tabSelected = False
    page.append(HEADINGS)
    order = list(LEVELS)
    for number, said in enumerate(sorted(problems, key=lambda said: order.index(said["level"])), start=1):
        row = number + 1
        page.cell(row, 1).value = number
        words = (LEVELS[said["level"]][0], said["sheet"], said["cell"], said["value"], said["message"], said["cure"])
        for column, text in enumerate(words, start=2):
            _put(page.cell(row, column), str(text))
        if said["sheet"] in names and CELL.fullmatch(said["cell"]):
            _link(page.cell(row, 4), said["sheet"], said["cell"])
        if colour := LEVELS[said["level"]][1]:
            page.cell(row, 2).fill = PatternFill("solid", fgColor=colour)
    for column, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
        page.cell(1, column).font = Font(bold=True)
    for cells in page.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "A2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 0, True


def _link(cell: Any, sheet: str, place: str) -> None:
    quoted = sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{place}")
    cell.font = Font(color="0563C1", underline="single")
