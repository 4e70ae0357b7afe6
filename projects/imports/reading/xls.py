"""Reading old .xls (and .et): values by calamine, everything else from the records themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from io import BytesIO
from pathlib import Path

from projects.imports.reading.biff import OLD, SheetNotes, read_notes
from projects.imports.reading.grid import Sheet, Value, cell_name
from projects.imports.reading.limits import Limits
from projects.imports.reading.ole import CompoundFile, broken
from projects.imports.reading.preflight import MACRO, SAVE_AS
from projects.imports.reading.problems import Refused
from projects.imports.reading.xlsx import plain_number

LARGEST_RECTANGLE = 4_000_000
NOT_TABLES = (
    ("WordDocument", "Word 文档"),
    ("PowerPoint Document", "演示文稿"),
    ("__properties_version1.0", "邮件"),
    ("VisioDocument", "Visio 图"),
)


def read_xls(path: Path, limits: Limits) -> list[Sheet]:
    """Every worksheet in the order of the tabs. Raises Refused: encrypted, macros, no workbook, broken, too large."""
    data = path.read_bytes()
    container = CompoundFile(data)
    names = set(container.entries)
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise Refused("文件加了密码，系统读不了。", "请打开文件，去掉密码后另存，再重新上传。")
    for name, what in NOT_TABLES:
        if name in names:
            raise Refused(f"这不是表格，而是{what}。", "请把其中的表格复制到 Excel，存为 .xlsx 后上传。")
    if names & {"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA"}:
        raise Refused(MACRO, "请另存为“Excel 工作簿（*.xlsx）”（不带宏）后重新上传。")
    book = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in names), None)
    if book is None:
        raise Refused("文件里没有工作簿内容，不是系统能读的表格。", SAVE_AS)
    stream = container.stream(book)
    if int.from_bytes(stream[:2], "little") in OLD:
        raise Refused("这是 Excel 4.0 以前的旧格式，系统不能读。", SAVE_AS)
    return _values(data, read_notes(stream, limits, broken()))


def _values(data: bytes, notes: list[SheetNotes]) -> list[Sheet]:
    for number, one in enumerate(notes, start=1):
        _refuse_sparse(number, one)
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        listed = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        sheets = []
        for index, metadata in enumerate(listed):
            about = notes[index] if index < len(notes) else SheetNotes()
            sheet = Sheet(
                metadata.name,
                metadata.visible != SheetVisibleEnum.Visible,
                merges=about.merges,
                hidden_rows=about.hidden_rows,
                hidden_columns=about.hidden_columns,
                errors=about.errors,
                unstored=about.unstored,
                centred=about.centred,
            )
            source = workbook.get_sheet_by_name(metadata.name)
            _fill(sheet, source.to_python(skip_empty_area=False) if about.cells else [])
            sheets.append(sheet)
    except (CalamineError, OSError, ValueError) as error:
        raise broken() from error
    except BaseException as error:  # calamine's panics derive from BaseException
        if type(error).__name__ != "PanicException":
            raise
        raise broken() from error
    return sheets


def _refuse_sparse(number: int, notes: SheetNotes) -> None:
    """The reader builds the whole rectangle: one stray cell far away must not fill the memory."""
    if notes.rows and max(notes.rows) * max(notes.columns) > LARGEST_RECTANGLE:
        cell = cell_name(max(notes.rows), max(notes.columns))
        raise Refused(
            f"第 {number} 个工作表在表格以外很远的地方（到 {cell}）还有内容。",
            "请删去表格以外的内容，或另存为 .xlsx 后重新上传。",
            sheet=f"第 {number} 个工作表",
            cell=cell,
        )


def _fill(sheet: Sheet, rows: Sequence[Sequence[object]]) -> None:
    for number, row in enumerate(rows, start=1):
        filled = {column: value for column, raw in enumerate(row, start=1) if (value := _plain(raw)) is not None}
        if filled:
            sheet.rows[number] = filled
    for (number, column), text in sheet.errors.items():
        sheet.place(number, column, text)


def _plain(raw: object) -> Value | None:
    if isinstance(raw, str):
        return raw if raw.strip() else None
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, (int, float)):
        try:
            return plain_number(repr(raw))
        except InvalidOperation:
            return None
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, timedelta):
        return Decimal(raw.days)
    return raw.isoformat() if isinstance(raw, time) else None
