"""Workbooks of any size with the columns of the county's flat list."""

from pathlib import Path

import openpyxl

from projects.demo.county import SAMPLES

SAMPLE = SAMPLES / "重点项目-平表.xlsx"
COLUMNS = 12
NAME, LEADER = 1, 8


def write_workbook(path: Path, rows: int) -> Path:
    """`rows` projects × 12 columns; beyond the sample's 141 its rows come again under other names and numbers."""
    source = openpyxl.load_workbook(SAMPLE, read_only=True).active
    assert source is not None
    head, *sample = [row[:COLUMNS] for row in source.iter_rows(values_only=True)]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("重点项目")
    sheet.append(head)
    for number in range(rows):
        turn, row = number // len(sample) + 1, list(sample[number % len(sample)])
        row[0] = f"2023-{number + 1:05}"
        if turn > 1:
            row[NAME] = f"{row[NAME]}{turn}号"
        sheet.append(row)
    book.save(path)
    return path


def leaders_named() -> set[str]:
    """Everybody whom the sample's column of leaders names."""
    source = openpyxl.load_workbook(SAMPLE, read_only=True).active
    assert source is not None
    cells = (row[LEADER] for row in source.iter_rows(min_row=2, values_only=True))
    return {name for cell in cells if cell for name in str(cell).replace("、", " ").split()}
