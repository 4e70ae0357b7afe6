"""Workbooks built in memory, cell by cell, for the tests of reading."""

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.soundness import assert_sound

Rows = list[list[Any]]


def save(
    folder: Path, sheets: dict[str, Rows], merges: dict[str, list[str]] | None = None, name: str = "清单.xlsx"
) -> Path:
    """An .xlsx with the given rows from A1; `merges` by sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    sheet.cell(number, column, value)
        for area in (merges or {}).get(title, []):
            sheet.merge_cells(area)
    path = folder / name
    book.save(path)
    return path


def read(
    folder: Path, rows: Rows, merges: list[str] | None = None, sheet: str = "Sheet1", **options: Any
) -> dict[str, Any]:
    """The result of reading a workbook of one sheet; whatever it says, its shape is sound and no row has disappeared."""
    path = save(folder, {sheet: rows}, {sheet: merges or []})
    result = read_workbook(path, **options)
    assert_sound(path, result)
    return result


def values(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The values of all rows of all sheets, in order."""
    return [row["values"] for sheet in result["sheets"] for row in sheet["rows"]]


def first(result: dict[str, Any]) -> dict[str, Any]:
    """The values of the first row."""
    return values(result)[0]


def problems(result: dict[str, Any], level: str) -> list[dict[str, Any]]:
    """Problems of one level."""
    return [entry for entry in result["problems"] if entry["level"] == level]


def centre_across(path: Path, sheet: str, area: str) -> None:
    """Set “Center Across Selection” on an area instead of merging it."""
    book = openpyxl.load_workbook(path)
    for row in book[sheet][area]:
        for cell in row:
            cell.alignment = Alignment(horizontal="centerContinuous")
    book.save(path)


def letter(column: int) -> str:
    """Column letter of a number."""
    return get_column_letter(column)


LIST_HEAD = [
    "序号",
    "项目名称",
    "总投资（万元）",
    "年度计划投资",
    "责任单位",
    "分包领导",
    "计划开工时间",
    "计划竣工时间",
]


def project(
    serial: object = 1,
    name: object = "甲项目",
    total: object = 500,
    plan: object = 100,
    unit: object = "县水利局",
    leader: object = "张三",
    starts: object = "2023.3",
    ends: object = "2024.12",
) -> list[object]:
    """One row under LIST_HEAD."""
    return [serial, name, total, plan, unit, leader, starts, ends]
