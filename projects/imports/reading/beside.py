"""Tables that stand beside each other on one sheet, and a gap that is none."""

from __future__ import annotations

import itertools
import re
from typing import Any

from projects.imports.reading.headings import classify
from projects.imports.reading.meaning import Column
from projects.imports.reading.tables import PLAIN, UNIT_LINE, Table
from projects.imports.reading.text import tight


def split_side_by_side(columns: list[Column]) -> list[list[Column]]:
    """Tables that stand beside each other under the same heading rows, one list of columns each."""
    names = [index for index, column in enumerate(columns) if classify(column.tiers, PLAIN).field == "name"]
    groups: list[list[Column]] = [[]]
    repeats = {columns[index].tiers for index in names}
    cuts: set[int] = set()
    if len(names) > 1 and len(repeats) == 1:
        for first, second in itertools.pairwise(names):
            lead = next((i for i in range(first + 1, second + 1) if columns[i].tiers == columns[0].tiers), second)
            cuts.add(lead)
    for index, column in enumerate(columns):
        if index and (index in cuts or column.number > columns[index - 1].number + 1):
            groups.append([])
        groups[-1].append(column)
    return groups


def one_table(table: Table, groups: list[list[Any]]) -> bool:
    """Whether a gap between headings is only a column whose heading was left blank.

    What stands behind an empty column under a title of its own is another table.
    """
    return all(
        second[0].number - first[-1].number == 2
        and not _looks_like_summary(second)
        and not (_is_empty(table, first[-1].number + 1) and _has_own_title(table, second[0].number))
        for first, second in itertools.pairwise(groups)
    )


def _is_empty(table: Table, column: int) -> bool:
    return all(column not in cells for row, cells in table.sheet.rows.items() if table.top <= row <= table.last)


def _has_own_title(table: Table, column: int) -> bool:
    above = [table.sheet.rows[row].get(column) for row in range(1, table.top) if row in table.sheet.rows]
    return any(isinstance(text, str) and len(text) > 2 and not UNIT_LINE.search(tight(text)) for text in above)


def _looks_like_summary(columns: list[Any]) -> bool:
    return any(re.search("个数|项目数|人数|次数|数量|合计|占比", column.heading) for column in columns)


def without_double_rows(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tables side by side share their sheet rows: a row read by one is not a skipped row of the other."""
    if len(results) < 2:
        return results
    taken: set[int] = {row["row"] for one in results for row in one["rows"]}
    for one in results:
        one["skipped_rows"] = [entry for entry in one["skipped_rows"] if entry["row"] not in taken]
        taken.update(entry["row"] for entry in one["skipped_rows"])
    return results
