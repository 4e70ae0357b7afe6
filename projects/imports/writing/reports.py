"""The month workbook of a unit: its projects to report with last month beside, free cells to fill, the project hidden in each row."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from leaders.organisations.models import Unit
from projects.imports.system_ids import report_id
from projects.imports.writing.layouts import Exported
from projects.imports.writing.pages import WAN, Page, as_bytes, instructions, new_workbook, note_as_of
from projects.progress.filling.queries import SheetRow, UnitSheet, unit_sheets
from yichuan_tracker.web.downloads import as_of_line

LOCKED, SUM, FREE, AMOUNT = ("locked", ""), ("locked", WAN), ("free", ""), ("free", WAN)
HEADINGS = (
    "序号", "项目名称", "年度计划（万元）", "累计至上月（万元）", "上月形象进度", "当月计划（万元）", "当月完成（万元）", "形象进度",
    "存在问题", "异常说明", "系统标识（勿改）",
)  # fmt: skip
WIDTHS = [6, 30, 14, 14, 30, 14, 14, 36, 26, 26, 18]
KEYS = [LOCKED, LOCKED, SUM, SUM, LOCKED]
OPEN = [*KEYS, AMOUNT, AMOUNT, FREE, FREE, FREE, LOCKED]
CLOSED = [*KEYS, SUM, SUM, LOCKED, LOCKED, LOCKED, LOCKED]
FIRST_ROW = 4
LINES = (
    "1. 只填白底的格子：当月计划、当月完成、形象进度、存在问题、异常说明。灰底的格子供对照，不要改；已报的项目整行灰底。",
    "2. 金额填万元。当月没有完成投资的填 0，不要空着；核减填负数，并在“异常说明”里写明原因。",
    "3. 形象进度写干到了什么程度，一两句话，不要照抄上月。",
    "4. 数字或文字与上月雷同、累计超过年度计划、当月突增、有投资无进展等，请在“异常说明”里写明原因，否则收不进去。",
    "5. 暂时不报的项目整行空着即可；不要增删行列，不要改隐藏的系统标识（认项目用）。工作表的保护没有密码。",
    "6. 填好后交重点办汇总，或由本单位填报人登录平台，在“月报”里上传；先看读到了什么，确认才上报。",
)


def unit_workbook(sheet: UnitSheet, at: datetime.datetime) -> Exported:
    """`sheet` as an .xlsx."""
    workbook = new_workbook()
    page = Page(workbook, "月报", WIDTHS)
    page.put(1, 1, f"{sheet.unit}{sheet.label}重点项目月报", "title")
    page.merge(1, 1, 1, len(WIDTHS) - 1)
    page.put(2, 1, "白底的格子填写，单位：万元；填法见“填表说明”。", "note")
    page.merge(2, 1, 2, len(WIDTHS) - 1)
    page.headings(3, 1, [(heading,) for heading in HEADINGS])
    for number, row in enumerate(sheet.rows, start=1):
        page.row(FIRST_ROW - 1 + number, _values(number, row, at), OPEN if row.is_editable else CLOSED)
    page.print_setup(1, 3, f"C{FIRST_ROW}")
    page.sheet.column_dimensions[get_column_letter(len(WIDTHS))].hidden = True
    page.sheet.protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows"):
        setattr(page.sheet.protection, allowed, False)
    if sheet.rows:
        _validate(page.sheet, FIRST_ROW + len(sheet.rows) - 1)
    note_as_of(workbook, as_of_line(at, f"{sheet.label}已报 {sheet.filed}/{len(sheet.rows)}"))
    instructions(workbook, LINES)
    return Exported(f"{sheet.unit}{sheet.label}月报.xlsx", as_bytes(workbook))


def zip_of_workbooks(
    units: Collection[Unit], month: datetime.date, today: datetime.date, at: datetime.datetime
) -> Iterator[bytes]:
    """A ZIP of all their workbooks, piece by piece as they are made; what they say is read at once."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for sheet in unit_sheets(units, month, today):
            exported = unit_workbook(sheet, at)
            archive.writestr(exported.file_name.replace("/", "／"), exported.content)
            yield outlet.take()
    yield outlet.take()


class _Outlet(io.RawIOBase):
    """What was written to it and not taken yet."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self.parts = b"".join(self.parts), []
        return taken


def _values(number: int, row: SheetRow, at: datetime.datetime) -> list[Any]:
    report = row.report
    return [
        number,
        row.project.name,
        row.plan_wan,
        row.done_before_wan,
        row.before.progress if row.before else None,
        report.planned_wan if report else None,
        report.done_wan if report else None,
        report.progress or None if report else None,
        report.issues or None if report else None,
        report.note or None if report else None,
        report_id(row.project.pk, row.month, report.version if report else 0, at),
    ]


def _validate(sheet: Any, last: int) -> None:
    amount = DataValidation("decimal", operator="between", formula1="-99999999", formula2="99999999", allow_blank=True)
    reason = DataValidation("textLength", operator="lessThanOrEqual", formula1="500", allow_blank=True)
    for rule, first, final, words in (
        (amount, "F", "G", "请只填数字，单位万元；没有完成投资的填 0。"),
        (reason, "J", "J", "异常说明最多 500 字。"),
    ):
        rule.showErrorMessage, rule.errorTitle, rule.error = True, "填写有误", words
        sheet.add_data_validation(rule)
        rule.add(f"{first}{FIRST_ROW}:{final}{last}")
