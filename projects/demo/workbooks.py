"""Workbooks of July that two units filled at their desks and sent back: compiled in one import, with a row that waits for its words."""

from __future__ import annotations

import datetime
import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl

from leaders.accounts.models import User
from leaders.organisations.models import Unit
from projects.imports.actions import import_file
from projects.imports.writing.actions import export_unit_workbook
from projects.progress.models import MonthReport
from projects.progress.queries import units_to_report

JULY = datetime.date(2023, 7, 1)
ROWS = ((120, 60, "基础开挖完成，进场两台旋挖钻"), (80, 35.5, "临建搭设完成，围挡全部到位"), (60, 20, ""))


def return_workbooks(*, by: User, at: datetime.datetime) -> None:
    """Of the first two units that have written nothing for July yet."""
    with tempfile.TemporaryDirectory() as folder:
        pile = Path(folder) / "七月返回的月报.zip"
        with zipfile.ZipFile(pile, "w") as archive:
            for unit in _silent_units(at)[:2]:
                exported = export_unit_workbook(unit, JULY, by=by, at=at)
                archive.writestr(exported.file_name, _filled(exported.content))
        import_file(pile, project_list=None, year=JULY.year, by=by, at=at, kind="reports")


def _silent_units(at: datetime.datetime) -> list[Unit]:
    begun = MonthReport.objects.filter(month=JULY).values("project__responsibilities__unit")
    units = units_to_report(JULY, at.date())
    spoken = set(Unit.objects.filter(pk__in=begun).values_list("pk", flat=True))
    return [unit for unit in units if unit.pk not in spoken]


def _filled(content: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["月报"]
    lines = [cell.row for cell in sheet["A"] if isinstance(cell.value, int)]
    for row, (planned, done, progress) in zip(lines, ROWS, strict=False):
        sheet[f"F{row}"], sheet[f"G{row}"], sheet[f"H{row}"] = planned, done, progress or None
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
