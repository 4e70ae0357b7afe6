"""From a path to sheets: the one door through which every kind of file comes in."""

from __future__ import annotations

from pathlib import Path

from projects.imports.reading.grid import Sheet
from projects.imports.reading.limits import Limits
from projects.imports.reading.preflight import decide_kind, open_archive
from projects.imports.reading.xlsx import read_xlsx


def open_workbook(path: Path, limits: Limits) -> list[Sheet]:
    """All sheets of a .xlsx, .xls, .ods or .csv file. Raises Refused with the reason and the way out."""
    sheets = _open(path, limits)
    for sheet in sheets:
        sheet.tidy_merges()
    return sheets


def _open(path: Path, limits: Limits) -> list[Sheet]:
    kind = decide_kind(path, limits)
    if kind == "zip":
        archive, read, inside = open_archive(path, limits)
        with archive:
            if inside == "xlsx":
                return read_xlsx(archive, read, limits)
            from projects.imports.reading.ods import read_ods

            return read_ods(read("content.xml"), limits)
    if kind == "ole":
        from projects.imports.reading.xls import read_xls

        return read_xls(path, limits)
    from projects.imports.reading.separated import read_separated

    return read_separated(path, limits)
