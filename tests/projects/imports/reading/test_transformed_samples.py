"""The samples in other clothes: moved, unmerged, as text, full-width, broken lines, old formats. The values stay."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from projects.imports.reading.understand import read_workbook
from tests.projects.imports.reading.test_samples import SAMPLES, agree

Grid = tuple[str, dict[tuple[int, int], Any], list[tuple[int, int, int, int]]]
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def grids(path: Path) -> list[Grid]:
    book = openpyxl.load_workbook(path)
    return [
        (
            sheet.title,
            {
                (c.row, c.column): c.value
                for row in sheet.iter_rows()
                for c in row
                if c.value is not None and not str(c.value).startswith("=")
            },
            [(m.min_row, m.min_col, m.max_row, m.max_col) for m in sheet.merged_cells.ranges],
        )
        for sheet in book
    ]


def moved(grid: Grid) -> Grid:
    name, cells, merges = grid
    return (
        name,
        {(r + 3, c + 2): v for (r, c), v in cells.items()},
        [(a + 3, b + 2, c + 3, d + 2) for a, b, c, d in merges],
    )


def unmerged(grid: Grid) -> Grid:
    return grid[0], grid[1], []


def merged_across_only(grid: Grid) -> Grid:
    return grid[0], grid[1], [area for area in grid[2] if area[3] > area[1]]


def as_text(grid: Grid) -> Grid:
    return grid[0], {place: str(value) for place, value in grid[1].items()}, grid[2]


def with_blank_rows(grid: Grid) -> Grid:
    name, cells, merges = grid

    def down(row: int) -> int:
        return row + (row > 10) + 2 * (row > 15)

    return name, {(down(r), c): v for (r, c), v in cells.items()}, [(down(a), b, down(c), d) for a, b, c, d in merges]


def with_full_width_headings(grid: Grid) -> Grid:
    name, cells, merges = grid
    return (
        name,
        {p: v.translate(FULL_WIDTH) if isinstance(v, str) and p[0] <= 5 else v for p, v in cells.items()},
        merges,
    )


def with_broken_lines(grid: Grid) -> Grid:
    name, cells, merges = grid

    def broken(place: tuple[int, int], value: Any) -> Any:
        if isinstance(value, str) and place[0] <= 5 and len(value) >= 4 and not value.startswith("单位"):
            return value[: len(value) // 2] + "\n" + value[len(value) // 2 :]
        return value

    return name, {place: broken(place, value) for place, value in cells.items()}, merges


def with_signatures(grid: Grid) -> Grid:
    name, cells, merges = grid
    last = max(row for row, _ in cells)
    return (
        name,
        cells
        | {(last + 1, 1): "注：以上数据截至6月25日。", (last + 3, 1): "填表人：张某", (last + 3, 6): "审核人：李某"},
        merges,
    )


def write_xlsx(sheets: list[Grid], path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cells, merges in sheets:
        sheet = book.create_sheet(name)
        for (row, column), value in cells.items():
            sheet.cell(row, column, value)
        for first, left, last, right in merges:
            sheet.merge_cells(start_row=first, start_column=left, end_row=last, end_column=right)
    book.save(path)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "change",
    [
        moved,
        unmerged,
        merged_across_only,
        as_text,
        with_blank_rows,
        with_full_width_headings,
        with_broken_lines,
        with_signatures,
    ],
)
def test_sample_changed_in_shape_gives_the_same_values(
    tmp_path: Path, sample: Path, change: Callable[[Grid], Grid]
) -> None:
    sheets = [change(grid) for grid in grids(sample)]
    path = tmp_path / sample.name
    write_xlsx(sheets, path)
    agree(read_workbook(path), json.loads(sample.with_suffix(".expected.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_sample_as_old_xls_gives_the_same_values(tmp_path: Path, sample: Path) -> None:
    book = xlwt.Workbook()
    for name, cells, merges in grids(sample):
        sheet = book.add_sheet(name)
        for first, left, last, right in merges:
            sheet.merge(first - 1, last - 1, left - 1, right - 1)
        for (row, column), value in cells.items():
            sheet.write(row - 1, column - 1, value)
    path = tmp_path / "清单.xls"
    book.save(str(path))
    agree(read_workbook(path), json.loads(sample.with_suffix(".expected.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "sample", [path for path in SAMPLES if "一部一表" not in path.name], ids=lambda path: path.stem
)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_sample_as_csv_gives_the_same_values(tmp_path: Path, sample: Path, encoding: str) -> None:
    _, cells, _ = grids(sample)[0]
    rows, columns = max(row for row, _ in cells), max(column for _, column in cells)
    path = tmp_path / (sample.stem + ".csv")
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream)
        for row in range(1, rows + 1):
            writer.writerow([cells.get((row, column), "") for column in range(1, columns + 1)])
    agree(read_workbook(path), json.loads(sample.with_suffix(".expected.json").read_text(encoding="utf-8")))
