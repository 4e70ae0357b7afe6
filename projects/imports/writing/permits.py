"""Procedures (K5): a row per project, and for each procedure 应办时限 | 办理情况 | 文号 under its name."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from openpyxl import Workbook

from projects.imports.reading.marks import read_permit
from projects.imports.reading.text import one_line
from projects.imports.writing.pages import Page
from projects.imports.writing.queries import Listing
from projects.imports.writing.rules import BLANK, Written, serial_cell, title_of, unit_cell
from projects.permits.models import Permit
from projects.permits.rules import PermitState
from yichuan_tracker.web.downloads import sheet_title

TEXT, CENTRE, DAY = ("text", ""), ("centre", ""), ("centre", "yyyy-mm-dd")
PARENT, PARTS = "手续办理情况", ("应办时限", "办理情况", "文号")
FIRST_ROW = 5


def write_permits(workbook: Workbook, listing: Listing) -> None:
    """Kinds that some project of the list has, in the catalogue's order. Two queries more."""
    cells: dict[int, dict[int, Any]] = defaultdict(dict)
    kinds = {}
    permits = Permit.objects.with_deadline().filter(project__in=[entry.project.pk for entry in listing.entries])
    for permit in permits.select_related("permit_type").order_by("permit_type__position", "permit_type"):
        kinds[permit.permit_type_id] = permit.permit_type
        cells[permit.project_id][permit.permit_type_id] = permit
    page = Page(workbook, sheet_title("手续", []), [6, 34, 20, *[12, 18, 16] * len(kinds)])
    page.put(1, 1, title_of(listing.project_list.name, listing.year, "手续办理情况"), "title")
    page.merge(1, 1, 1, page.count)
    spec = [(name,) for name in ("序号", "项目名称", "责任单位")]
    page.headings(2, 3, [*spec, *((PARENT, kind.name, part) for kind in kinds.values() for part in PARTS)])
    page.print_setup(2, 4, "D5")
    styles = [CENTRE, TEXT, TEXT, *[DAY, TEXT, TEXT] * len(kinds)]
    for row, entry in enumerate(listing.entries, start=FIRST_ROW):
        values: list[Any] = [
            serial_cell(entry.member.serial),
            entry.project.name,
            unit_cell(entry.units, is_clear=entry.is_clear("units")),
        ]
        for pk in kinds:
            values += _permit_cells(cells[entry.project.pk].get(pk))
        page.row(row, values, styles)


def _permit_cells(permit: Any) -> tuple[Written, Written, Written]:
    if permit is None:
        return BLANK, BLANK, BLANK
    number = permit.document_number
    kept = Written(number) if one_line(number) == number else Written(note=number)
    # A day that follows from the planned start moves with it: in the cell it would come back as a day that somebody set.
    due = Written(permit.due_on, f"{permit.deadline_on}，按计划开工推算" if permit.deadline_on != permit.due_on else "")
    return due, standing_cell(permit), kept if number else BLANK


def standing_cell(permit: Permit) -> Written:
    """Where it stands, in words that are read back as the same: 2023-03-05取得; 容缺，2023-09-30前补齐：红线图."""
    state = PermitState(permit.state)
    said = {"state": state.label}
    text = str(state.label)
    if state == PermitState.GRANTED and permit.obtained_on:
        text, said = f"{permit.obtained_on}取得", said | {"on_date": permit.obtained_on.isoformat()}
    elif state == PermitState.TOLERATED and permit.owed_until:
        text, said = f"容缺，{permit.owed_until}前补齐", said | {"until": permit.owed_until.isoformat()}
        if permit.owed_papers:
            text, said = f"{text}：{permit.owed_papers}", said | {"papers": permit.owed_papers}
    found, _ = read_permit(text)
    is_same = found is not None and {key: value for key, value in found.items() if key != "on"} == said
    return Written(text) if is_same else Written(note=text)
