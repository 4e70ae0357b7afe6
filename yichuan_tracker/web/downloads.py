"""Files that leave the system: workbooks without traps, and answers that a browser stores under a Chinese name."""

import datetime
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

R = TypeVar("R", bound=HttpResponseBase)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_CELL = 32_767
A4 = 9  # as workbooks number paper sizes
MAX_EXACT = 10**15  # Excel keeps 15 digits of a number.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_FIRST_EXCEL_DAY = datetime.date(1900, 3, 1)  # Earlier days are shifted by one between WPS, Excel and LibreOffice.

_LINE = Side(style="thin", color="B8C2CE")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="E6ECF3")
_HEAD_ALIGNMENT = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TEXT_ALIGNMENT = Alignment(vertical="center", wrap_text=True)
_NUMBER_ALIGNMENT = Alignment(vertical="center")


@dataclass(frozen=True)
class SheetColumn:
    """`number_format` as Excel writes it ("#,##0.00"); `width` in characters, 0 for one that fits the heading."""

    label: str
    number_format: str = ""
    width: float = 0


@dataclass(frozen=True)
class Sheet:
    """One sheet: a heading row, which stays in view and is repeated on each printed page, and the rows below it. `foot` is
    a line under the rows, out of reach of the sheet's filter."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Any]]
    foot: str = ""


def as_of_line(at: datetime.datetime | datetime.date, *completeness: str) -> str:
    """What a sheet of figures says under them: as of when, and how much of what is owed had come in by then."""
    moment = f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if isinstance(at, datetime.datetime) else f"{at} 当时掌握的情况"
    said = f"数据截至 {moment}"
    return f"注：{'；'.join([said, *filter(None, completeness)])}。"


def attachment(filename: str, content: bytes, content_type: str) -> HttpResponse:
    """A file to be stored under `filename`, never shown inside the browser."""
    return _to_be_stored(HttpResponse(content, content_type=content_type), filename)


def streamed(filename: str, pieces: Iterable[bytes], content_type: str) -> StreamingHttpResponse:
    """The same of a file that is sent while it is made."""
    return _to_be_stored(StreamingHttpResponse(pieces, content_type=content_type), filename)


def _to_be_stored(response: R, filename: str) -> R:
    name = _NOT_IN_FILE_NAMES.sub("_", filename).strip(". ") or "下载"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    # Should a browser open it all the same, nothing in it runs.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def xlsx_response(filename: str, sheets: Iterable[Sheet]) -> HttpResponse:
    """A workbook as attachment. `filename` ends in .xlsx."""
    return attachment(filename, xlsx_bytes(sheets), XLSX)


def xlsx_bytes(sheets: Iterable[Sheet]) -> bytes:
    """The workbook: A4 across, one page wide. Text stays text, whatever it begins with; there are no live formulas."""
    workbook = Workbook(write_only=True)
    titles: set[str] = set()
    for sheet in sheets:
        titles.add(title := sheet_title(sheet.title, titles))
        _write_sheet(workbook.create_sheet(title), sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def sheet_title(wanted: str, taken: Iterable[str] = ()) -> str:
    """A title that Excel accepts (31 characters, none of []:*?/\\) and that differs from those taken, case aside."""
    base = _NOT_IN_TITLES.sub(" ", wanted).strip(" '")[:31] or "数据"
    used = {title.casefold() for title in taken}
    title, number = base, 1
    while title.casefold() in used:
        number += 1
        title = f"{base[: 31 - len(str(number)) - 2]}({number})"
    return title


def plain(value: Any) -> Any:
    """The value as a cell can hold it: control characters removed, text cut at Excel's limit, local time."""
    if value is None or isinstance(value, bool):
        return {True: "是", False: "否", None: None}[value]
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
        return value if value.date() >= _FIRST_EXCEL_DAY else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, datetime.date):
        return value if value >= _FIRST_EXCEL_DAY else value.isoformat()
    if isinstance(value, int):
        return value if abs(value) < MAX_EXACT else str(value)
    if isinstance(value, Decimal):
        return value if value.is_finite() and abs(value) < MAX_EXACT else str(value)
    text = _UNWRITABLE.sub("", str(value))
    return text if len(text) * 2 <= MAX_CELL else text.encode("utf-16-le")[: MAX_CELL * 2].decode("utf-16-le", "ignore")


def _write_sheet(worksheet: Any, sheet: Sheet) -> None:
    count = len(sheet.columns)
    worksheet.freeze_panes = "B2" if count > 1 else "A2"
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = A4
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.print_title_rows = "1:1"
    worksheet.oddHeader.center.text = sheet.title.replace("&", "&&")
    worksheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    for number, column in enumerate(sheet.columns, start=1):
        worksheet.column_dimensions[get_column_letter(number)].width = column.width or _width(column)
    worksheet.append([_head_cell(worksheet, column.label) for column in sheet.columns])
    formats = [column.number_format for column in sheet.columns]
    rows, styles = 1, _Styles()
    for row in sheet.rows:
        worksheet.append([_cell(worksheet, value, shape, styles) for value, shape in zip(row, formats, strict=True)])
        rows += 1
    worksheet.auto_filter.ref = f"A1:{get_column_letter(max(count, 1))}{rows}"
    if sheet.foot:
        worksheet.append([])
        worksheet.append([WriteOnlyCell(worksheet, plain(sheet.foot))])


def _width(column: SheetColumn) -> float:
    widest = sum(2 if ord(character) > 0x2E80 else 1 for character in column.label) + 4
    return max(widest, 14 if column.number_format else 10)


def _head_cell(worksheet: Any, label: str) -> Any:
    cell = _cell(worksheet, label, "", _Styles())
    cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _HEAD_ALIGNMENT
    return cell


# (type of value, number format) → openpyxl's style of such a cell. Setting border and alignment anew for each cell took more
# time than writing the workbook.
_Styles = dict[tuple[type, str], Any]


def _cell(worksheet: Any, value: Any, number_format: str, styles: _Styles) -> Any:
    value = plain(value)
    cell: Any = WriteOnlyCell(worksheet, value)
    is_text = isinstance(value, str)
    if is_text:
        cell.data_type = "s"  # "=1+1" and "#N/A" are what somebody typed, not a formula and not an error.
    kind = type(value), number_format
    if kind in styles:
        cell._style = styles[kind]
        return cell
    cell.border = _BORDER
    cell.alignment = _TEXT_ALIGNMENT if is_text else _NUMBER_ALIGNMENT
    if number_format and not is_text:
        cell.number_format = number_format
    styles[kind] = cell._style
    return cell
