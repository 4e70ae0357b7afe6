"""A small table that lies on its side: the heads of the columns stand below each other, and each project has a column."""

from __future__ import annotations

from projects.imports.reading.grid import Sheet, Value
from projects.imports.reading.laid import Laid, Place
from projects.imports.reading.tables import UNIT_LINE, as_text, is_heading_word, is_name_heading
from projects.imports.reading.text import tight

MOST_COLUMNS = 60
FEWEST_HEADS = 4


def turn(sheet: Sheet) -> Laid | None:
    """The sheet with its table set upright below the rows of title; None where no table lies there. A column calls its project.

    The table starts in the row of the projects' names: what is row 4, column C of the sheet becomes row titles + 3, column 4.
    """
    found = next(
        ((row, column) for row in sorted(sheet.rows)[:MOST_COLUMNS] if (column := _name_column(sheet, row))), None
    )
    if found is None:
        return None
    top, lead = found
    while _is_of_table(sheet.rows.get(top - 1, {}), lead, sheet.rows[found[0]]):
        top -= 1  # 序号 or `项目一` above the names
    heads = [row for row in sheet.rows if row >= top and lead in sheet.rows[row]]
    known = [row for row in heads if is_heading_word(tight(str(sheet.rows[row][lead])))]
    widest = max(column for cells in sheet.rows.values() for column in cells)
    if max(*heads, widest) > MOST_COLUMNS or len(known) < max(FEWEST_HEADS, len(heads) // 2):
        return None
    titles = top - 1

    def place(row: int, column: int) -> Place:
        return (row, column) if row < top else (titles + column, row)

    turned = Sheet(sheet.name, sheet.hidden, is_laid=True)
    for row, cells in sheet.rows.items():
        for column, value in cells.items():
            turned.place(*place(row, column), value)
    turned.merges = [(*place(a[0], a[1]), *place(a[2], a[3])) for a in sheet.merges if a[0] >= top or a[2] < top]
    turned.errors = {place(*cell): told for cell, told in sheet.errors.items()}
    turned.unstored = {place(*cell) for cell in sheet.unstored}
    turned.number_units = {place(*cell): unit for cell, unit in sheet.number_units.items()}
    turned.hidden_rows = {titles + column for column in sheet.hidden_columns}
    turned.hidden_columns = {row for row in sheet.hidden_rows if row >= top}

    def back(row: int, column: int) -> Place:
        return (column, row - titles) if row > titles else (row, column)

    return Laid(turned, back, lambda row: row - titles if row > titles else None)


def _is_of_table(above: dict[int, Value], lead: int, names: dict[int, Value]) -> bool:
    """Whether the row above the names is a head with what it heads, or has a cell over every project: no title does."""
    if len(above) < 2 or lead not in above or any(UNIT_LINE.search(as_text(value)) for value in above.values()):
        return False
    return is_heading_word(as_text(above[lead])) or {column for column in names if column > lead} <= above.keys()


def _name_column(sheet: Sheet, row: int) -> int:
    """The first column, or the second behind one of groups, where it heads a row of at least one project's name; else 0."""
    columns = sorted(sheet.rows[row])
    for lead in columns[:2] if len(columns) > 1 else ():
        text = sheet.rows[row][lead]
        if isinstance(text, str) and lead < columns[-1] and is_name_heading(tight(text)):
            return lead
    return 0
