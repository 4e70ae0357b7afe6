"""A sheet that is written cell by cell: merges, styles, what is printed. No live formulas; text stays text."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter

from projects.imports.reading.understand import MARK_SHEET
from projects.imports.system_ids import workbook_mark
from projects.imports.writing.rules import Written
from yichuan_tracker.web.downloads import A4, plain

WAN, YI, SHARE = "#,##0.00", "0.00####", "0.0"
AUTHOR = "重点项目管理平台"
_LINE = Side(style="thin", color="808080")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(vertical="center", wrap_text=True)
_SHADE = PatternFill("solid", fgColor="E6ECF3")
_LOCKED = PatternFill("solid", fgColor="F2F2F2")


class Page:
    """One sheet of `count` columns. `put` writes a cell, `merge` joins cells; rows and columns count from 1."""

    def __init__(self, workbook: Workbook, title: str, widths: Sequence[float]) -> None:
        self.sheet: Any = workbook.create_sheet(title)
        self.count = len(widths)
        self._made: dict[tuple[str, str], Any] = {}
        for number, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width

    def put(self, row: int, column: int, value: Any, style: str = "text", number_format: str = "") -> None:
        """`style`: title, note, head, section, text, centre, locked or free (text that may be typed over)."""
        cell = self.sheet.cell(row, column)
        written = value if isinstance(value, Written) else Written(value)
        content = plain(written.value)
        cell.value = content
        cell._style = copy(self._style(style, number_format if not isinstance(content, str) else "@"))
        if isinstance(content, str):
            cell.data_type = "s"  # "=1+1" and "#N/A" are what somebody typed, not a formula and not an error.
        if written.note:
            cell.comment = Comment(plain(written.note), AUTHOR, height=120, width=260)

    def row(self, number: int, values: Iterable[Any], styles: Sequence[tuple[str, str]]) -> None:
        """Values from the first column on; `styles` are (style, number format) per column."""
        for column, (value, (style, number_format)) in enumerate(zip(values, styles, strict=True), start=1):
            self.put(number, column, value, style, number_format)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)

    def headings(self, top: int, tiers: int, spec: Sequence[tuple[str, ...]]) -> None:
        """Headings of several tiers: each column names its own from above; equal neighbours are joined, the last goes down."""
        grid = [[names[min(tier, len(names) - 1)] for names in spec] for tier in range(tiers)]
        for tier, names in enumerate(grid):
            for column, name in enumerate(names, start=1):
                is_new = tier < len(spec[column - 1]) and (
                    column == 1 or spec[column - 1][: tier + 1] != spec[column - 2][: tier + 1]
                )
                self.put(top + tier, column, name if is_new else None, "head")
        for column, own in enumerate(spec, start=1):
            self.merge(top + len(own) - 1, column, top + tiers - 1, column)
            for tier in range(len(own) - 1):
                if column > 1 and spec[column - 2][: tier + 1] == own[: tier + 1]:
                    continue
                last = column
                while last < len(spec) and len(spec[last]) > tier + 1 and spec[last][: tier + 1] == own[: tier + 1]:
                    last += 1
                self.merge(top + tier, column, top + tier, last)

    def print_setup(self, first: int, last: int, frozen: str) -> None:
        """A4 across, one page wide; the heading rows are repeated on each page and stay in view."""
        sheet = self.sheet
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = f"{first}:{last}"
        sheet.freeze_panes = frozen
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"

    def _style(self, name: str, number_format: str) -> Any:
        if (name, number_format) not in self._made:
            sample = self.sheet.cell(1, 1)
            kept = copy(sample._style)
            _dress(sample, name, number_format)
            self._made[name, number_format] = copy(sample._style)
            sample._style = kept
        return self._made[name, number_format]


def _dress(cell: Any, name: str, number_format: str) -> None:
    cell.border = Border() if name in ("title", "note") else _BORDER
    cell.font = Font(bold=name in ("title", "head", "section"), size=16 if name == "title" else 11)
    cell.alignment = _CENTRE if name in ("title", "head", "centre") else _LEFT
    cell.fill = _SHADE if name == "head" else _LOCKED if name == "locked" else PatternFill()
    cell.protection = Protection(locked=name != "free")
    cell.number_format = number_format or "General"


def new_workbook() -> Workbook:
    """A workbook without sheets."""
    workbook = Workbook()
    for sheet in workbook.worksheets:
        workbook.remove(sheet)
    return workbook


def note_as_of(workbook: Workbook, line: str) -> None:
    """Under the rows of every sheet to be seen, a note: as of when, and how complete. The import passes notes over."""
    for sheet in workbook.worksheets:
        if sheet.sheet_state == "visible":
            sheet.cell(sheet.max_row + 2, 1, line)


def note_moment(workbook: Workbook, at: datetime.datetime) -> None:
    """When it leaves, on a hidden sheet: what is edited on the pages after that, the workbook does not know when it comes back."""
    sheet = workbook.create_sheet(MARK_SHEET)
    sheet["A1"], sheet.sheet_state = workbook_mark(at), "veryHidden"


def as_bytes(workbook: Workbook) -> bytes:
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def instructions(workbook: Workbook, lines: Iterable[str]) -> None:
    """填表说明: one line a row, nothing else."""
    page = Page(workbook, "填表说明", [100])
    page.put(1, 1, "填表说明", "title")
    for number, line in enumerate(lines, start=2):
        page.put(number, 1, line, "note")
    page.print_setup(1, 1, "A2")
