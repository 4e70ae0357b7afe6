"""Finding the tables on a sheet: where a heading starts and ends, and which texts stand over each column."""

from __future__ import annotations

import hashlib
import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from projects.imports.reading.fields import OTHER_LEDGERS
from projects.imports.reading.grid import Area, Sheet, Value, column_letters
from projects.imports.reading.headings import UNKNOWN, classify, split_tier, split_unit, variants
from projects.imports.reading.meaning import Column, Setting
from projects.imports.reading.sections import ORDINAL, read_total
from projects.imports.reading.text import one_line, tight

MOST_TIERS = 6
LONGEST_HEADING = 60
FEWEST_KNOWN = 3
UNIT_LINE = re.compile(
    r"^\(?(?:金额|计量|投资|货币)?单位[:为]|(?:填报|报送|制表|填表|编制|报告)(?:单位|部门|时间|日期|人)[:为]|^(?:日期|时间|截至|截止|附件|表\d)[:]?"
)
# what a heading of names may look like: asked of every cell, so that few of them need the whole grammar
NAME_HINT = re.compile(
    r"名称|名\)?$|^名|^[^\u4e00-\u9fff]*(?:重点|建设|工程|拟建|重大|谋划|储备|申报|分包|包联|包保|包抓|联系|责任|督查|项目)*(?:项目|工程)$|地[点址]"
)
FIGURE = re.compile(r"(?!20\d\d$)[-+]?[\d.,/:]+%?|[√×✓✔✗○●/]")
LONGEST_STACKED = 30
LONGEST_FLAT = 20
PLAIN = Setting()


@dataclass
class Table:
    """A heading and the rows that belong to it (both ends included)."""

    sheet: Sheet
    top: int
    bottom: int
    columns: list[Column]
    last: int = 0
    fills: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def called(self, column: Column) -> str:
        """How a person finds a column: `F 列“总投资”`; where the table was set upright, by its heading alone."""
        heading = f"“{column.heading}”"
        return heading if self.sheet.is_laid else f"{column_letters(column.number)} 列{heading}"

    @property
    def month_of_row(self) -> int | None:
        """The column that says of which month each row tells, where a project has a row for every month."""
        return next((column.number for column in self.columns if column.meaning.field == "row_month"), None)

    @property
    def shape(self) -> str:
        """A short name for the texts of the heading: the same for the next file of the same layout."""
        texts = "\x1f".join(re.sub(r"\d+", "#", "\x1e".join(column.tiers)) + column.unit for column in self.columns)
        return hashlib.sha256(texts.encode()).hexdigest()[:16]


@lru_cache(maxsize=8192)
def is_heading_word(text: str) -> bool:
    """True for a text that on its own is known as the head of some column."""
    if len(text) > LONGEST_HEADING:
        return False
    bare = split_unit(text)[0]
    if not bare or re.fullmatch(r"[-\d.,%:/]+", bare):
        return False
    if any(pattern.fullmatch(bare) for _, _, pattern, _ in OTHER_LEDGERS):
        return True
    meaning = classify((bare,), PLAIN)
    return (
        bool(meaning.field and meaning.field != "ignore")
        or (not meaning.field and bool(meaning.options))
        or (meaning.field == "ignore" and meaning.why != UNKNOWN)
    )


@lru_cache(maxsize=8192)
def is_name_heading(text: str) -> bool:
    """True for the head of the column of project names."""
    return len(text) <= 30 and any(
        classify((form,), PLAIN).field == "name" for form in variants(split_unit(text)[0])[:2]
    )


def find_headings(sheet: Sheet) -> list[tuple[int, int]]:
    """First and last row of every heading on the sheet, downwards."""
    areas = _areas_by_row(sheet)
    found: list[tuple[int, int]] = []
    for row in sorted(sheet.rows):
        if found and row <= found[-1][1]:
            continue
        block = _heading_at(sheet, row, areas)
        if block and found and block[0] <= found[-1][1] + 1:
            found[-1] = (min(found[-1][0], block[0]), block[1])  # one heading whose tiers are not merged
        elif block:
            found.append(block)
    return found


def find_nameless_heading(sheet: Sheet) -> tuple[int, int] | None:
    """The first row that heads columns though none is the name of a project: at least four known words."""
    areas = _areas_by_row(sheet)
    for row in sorted(sheet.rows)[:30]:
        texts = [tight(value) for value in sheet.rows[row].values() if isinstance(value, str)]
        if len(texts) >= 4 and sum(1 for text in texts if is_heading_word(text)) >= max(4, len(texts) // 2):
            return row, _bottom(sheet, row, areas)
    return None


def _heading_at(sheet: Sheet, row: int, areas: dict[int, list[Area]]) -> tuple[int, int] | None:
    cells = sheet.rows[row]
    written = [value for value in cells.values() if isinstance(value, str)]
    if len(cells) < 2 or len(written) * 2 <= len(cells) or sum(map(len, written)) > LONGEST_HEADING * len(written):
        return None
    texts = {column: tight(value) for column, value in cells.items() if isinstance(value, str)}
    is_short = len(written) == len(cells) and all(len(value) <= LONGEST_STACKED for value in written)
    stacked = is_short and _stacked_name(sheet, row, texts)
    names = [column for column, text in texts.items() if NAME_HINT.search(text) and is_name_heading(text)]
    if not names and not stacked:
        return None
    bottom = _bottom(sheet, row, areas)
    top = _top(sheet, row, areas)
    known = sum(1 for text in texts.values() if is_heading_word(text))
    for below in range(top, bottom + 1):
        if below != row:
            known += sum(
                1
                for value in sheet.rows.get(below, {}).values()
                if isinstance(value, str) and is_heading_word(tight(value))
            )
    numbered = any(classify((text,), PLAIN).field == "serial" for text in texts.values() if len(text) <= 4)
    short = names and all(len(text) <= LONGEST_FLAT for text in texts.values())
    if known < (2 if numbered or short else min(FEWEST_KNOWN, max(2, len(texts)))):
        return None
    return top, bottom


def _stacked_name(sheet: Sheet, row: int, texts: dict[int, str]) -> bool:
    below = sheet.rows.get(row + 1, {})
    for column, text in texts.items():
        under = below.get(column)
        if (
            isinstance(under, str)
            and len(text) <= 8
            and len(under) <= 12
            and classify((text, tight(under)), PLAIN).field == "name"
            and len(texts) >= 2
        ):
            return True
    return False


def _areas_by_row(sheet: Sheet) -> dict[int, list[Area]]:
    """Merged areas by their first row; areas as wide or deep as the whole sheet say nothing."""
    found: dict[int, list[Area]] = {}
    for area in sheet.merges:
        if area[2] - area[0] <= 12:
            found.setdefault(area[0], []).append(area)
    return found


def _bottom(sheet: Sheet, row: int, areas: dict[int, list[Area]]) -> int:
    bottom = row
    for first in range(row, row + MOST_TIERS):
        if first > bottom:
            break
        for area in areas.get(first, ()):
            if sheet.value(area[0], area[1]) is None:
                continue
            if area[2] > bottom and area[2] < row + MOST_TIERS:
                bottom = area[2]
            elif (
                area[2] == bottom
                and area[3] > area[1]
                and first == bottom
                and _is_tier(sheet, bottom + 1, row, strict=False)
            ):
                bottom += 1
        if first == bottom and _is_tier(sheet, bottom + 1, row, strict=not _has_centred(sheet, first)):
            bottom += 1
    return min(bottom, row + MOST_TIERS - 1)


def _has_centred(sheet: Sheet, row: int) -> bool:
    return any(place[0] == row for place in sheet.centred)


def _is_tier(sheet: Sheet, row: int, first: int, *, strict: bool) -> bool:
    """Whether `row` is one more tier of the heading that starts at `first`."""
    cells = sheet.rows.get(row)
    if not cells or any(not isinstance(value, str) or len(value) > LONGEST_HEADING for value in cells.values()):
        return False
    texts = {column: tight(str(value)) for column, value in cells.items()}
    lead = min(texts)
    heads = sheet.rows.get(first, {})
    named = max(
        (column for column, value in heads.items() if isinstance(value, str) and is_name_heading(tight(value))),
        default=lead,
    )
    if named in texts and named in heads and not re.fullmatch(r"\(?(?:名称|名|全称)\)?", texts[named]):
        return False
    if any(FIGURE.fullmatch(text) for text in texts.values()):
        return False
    if lead <= named and (read_total(texts[lead]) or ORDINAL.match(texts[lead])):
        return False
    if _under_spans(sheet, row, set(texts), first):
        return True
    if len(texts) == 1 and len(sheet.rows.get(first, {})) > 2 and strict:
        return False
    known = 0
    for column, text in texts.items():
        above = _nearest_above(sheet, row, column, first)
        bare = split_unit(text)[0]
        if not bare:
            known += 1
            continue
        meaning = (
            classify((*(split_unit(part)[0] for part in above), bare), PLAIN) if above else classify((bare,), PLAIN)
        )
        if (
            (meaning.field and meaning.why != UNKNOWN)
            or meaning.options
            or re.fullmatch(r"其中|小计|合计|单位名称|姓名|名称|上半年|下半年|[一二三四]季度|\d{1,2}月份?", bare)
        ):
            known += 1
    names_below = any(is_name_heading(text) for text in texts.values() if text != "名称")
    return known * 2 >= len(texts) + (1 if strict else 0) and not names_below


def _under_spans(sheet: Sheet, row: int, columns: set[int], first: int) -> bool:
    """Whether the row above merges parents across exactly where this row has texts (and covers all of them)."""
    spans = [area for area in sheet.merges[:5000] if first <= area[0] <= area[2] == row - 1 and area[3] > area[1]]
    spans = [area for area in spans if sheet.value(area[0], area[1]) is not None]
    covered = {column for area in spans for column in range(area[1], min(area[3], area[1] + 60) + 1)}
    return bool(spans) and columns <= covered and all(columns & set(range(area[1], area[3] + 1)) for area in spans)


def _nearest_above(sheet: Sheet, row: int, column: int, first: int) -> tuple[str, ...]:
    tiers = []
    for above in range(first, row):
        cells = sheet.rows.get(above, {})
        reach = [number for number, value in cells.items() if number <= column and isinstance(value, str)]
        if reach:
            tiers.append(tight(str(cells[max(reach)])))
    return tuple(text for text in tiers if text)


def _top(sheet: Sheet, row: int, areas: dict[int, list[Area]]) -> int:
    top = row
    for above in range(row - 1, max(0, row - MOST_TIERS), -1):
        cells = sheet.rows.get(above)
        if not cells or len(cells) < 2 or any(not isinstance(value, str) for value in cells.values()):
            break
        texts = [tight(str(value)) for value in cells.values()]
        if any(UNIT_LINE.search(text) or len(text) > LONGEST_HEADING for text in texts):
            break
        spans = any(area[3] > area[1] for area in areas.get(above, ())) or any(
            place[0] == above for place in sheet.centred
        )
        if not spans and not any(is_heading_word(text) for text in texts):
            break
        if len(cells) > 1 and _are_titles(sheet, row, areas.get(above, ())):
            break
        top = above
    return top


def _are_titles(sheet: Sheet, row: int, areas: Sequence[Area]) -> bool:
    """Whether each of several merged texts above a heading at `row` covers a column of names: titles of tables side by side."""
    names = {c for c, value in sheet.rows[row].items() if isinstance(value, str) and is_name_heading(tight(value))}
    wide = [area for area in areas if area[3] > area[1]]
    return len(wide) > 1 and all(any(area[1] <= column <= area[3] for column in names) for area in wide)


def read_columns(sheet: Sheet, top: int, bottom: int) -> list[Column]:
    """Every column under the heading with its tiers, from the left; columns without a heading are left out."""
    spans = _texts_of_heading(sheet, top, bottom)
    numbers = sorted({column for row in spans.values() for column in row})
    columns = []
    for number in numbers:
        cells: list[tuple[tuple[int, int], str]] = []
        for row in range(top, bottom + 1):
            owner_text = spans[row].get(number)
            if owner_text and (not cells or cells[-1][0] != owner_text[0]):
                cells.append(owner_text)
        tiers: list[str] = []
        unit = ""
        for _, text in cells:
            bare, own = split_tier(text) if tiers else split_unit(text)
            unit = own or unit
            if bare and (not tiers or tiers[-1] != bare):
                tiers.append(bare)
        if tiers:
            heading = "/".join(dict.fromkeys(re.sub(r"\s+", "", one_line(text)) for _, text in cells))
            columns.append(Column(number, tuple(tiers), heading, unit))
    return columns


def same_heading(table: Table, top: int) -> int:
    """The last row of the table's heading printed once more from row `top` on, merged or not; 0 when it is another."""
    deep = table.bottom - table.top
    for below in range(deep + 1):
        first, again = (table.sheet.rows.get(row + below, {}) for row in (table.top, top))
        if {column: as_text(value) for column, value in first.items()} != {
            column: as_text(value) for column, value in again.items()
        }:
            return 0
    return top + deep


Owner = tuple[tuple[int, int], str]


def _texts_of_heading(sheet: Sheet, top: int, bottom: int) -> dict[int, dict[int, Owner]]:
    """For each row of the heading, column → (cell that holds the text, text), merges and centring spread out."""
    texts: dict[int, dict[int, Owner]] = {row: {} for row in range(top, bottom + 1)}
    widest = max((column for row in texts for column in sheet.rows.get(row, {})), default=0)
    covered: set[tuple[int, int]] = set()
    for area in sheet.merges:
        if area[0] > bottom or area[2] < top or area[1] > widest + 60:
            continue
        value = sheet.value(area[0], area[1])
        for row in range(max(top, area[0]), min(bottom, area[2]) + 1):
            for column in range(area[1], min(area[3], widest + 60) + 1):
                covered.add((row, column))
                if isinstance(value, str) and area[0] >= top:
                    texts[row][column] = ((area[0], area[1]), value)
    for row, owners in texts.items():
        for column, value in sheet.rows.get(row, {}).items():
            if (row, column) not in covered:
                owners[column] = ((row, column), str(value))
    for row in range(top, bottom + 1):
        _spread_centred(sheet, row, texts[row], covered)
    for row in range(top, bottom):
        _spread_unmerged(row, texts, covered, sheet)
    return texts


def _spread_centred(sheet: Sheet, row: int, texts: dict[int, Owner], covered: set[tuple[int, int]]) -> None:
    for column in sorted(place[1] for place in sheet.centred if place[0] == row):
        if (
            column not in texts
            and (row, column) not in covered
            and (row, column - 1) in sheet.centred
            and column - 1 in texts
        ):
            texts[column] = texts[column - 1]


def _spread_unmerged(row: int, texts: dict[int, dict[int, Owner]], covered: set[tuple[int, int]], sheet: Sheet) -> None:
    """A parent typed over the first of its columns only: the blanks to its right belong to it while the row below goes on."""
    here, below = texts[row], texts[row + 1]
    columns = sorted(set(below) | set(here))
    for before, column in itertools.pairwise(columns):
        if column in here or column != before + 1 or before not in here or column not in below or before not in below:
            continue
        parent = here[before]
        if ((row, before) in covered and parent[0] != (row, before)) or (row, column) in covered:
            continue
        # the column on the left must itself have a text of its own below the parent
        if below[before][0][0] == row + 1 and below[column][0][0] == row + 1 and not _merged_across(sheet, parent[0]):
            here[column] = parent


def _merged_across(sheet: Sheet, cell: tuple[int, int]) -> bool:
    return any((area[0], area[1]) == cell and area[3] > area[1] for area in sheet.merges[:2000])


def merge_fills(sheet: Sheet, columns: list[Column], first: int, last: int) -> dict[int, list[tuple[int, int]]]:
    """Column → row spans merged downwards within the body; overlapping areas are nonsense and left out."""
    wanted = {column.number for column in columns}
    fills: dict[int, list[tuple[int, int]]] = {}
    for area in sorted(sheet.merges):
        if area[2] > area[0] and area[0] >= first and area[0] <= last and area[1] in wanted:
            spans = fills.setdefault(area[1], [])
            if not spans or area[0] > spans[-1][1]:
                spans.append((area[0], area[2]))
    return fills


def body_rows(sheet: Sheet, first: int, last: int) -> list[int]:
    """Rows with values between two rows, both included."""
    ordered = sorted(sheet.rows)
    return ordered[bisect_left(ordered, first) : bisect_right(ordered, last)]


def as_text(value: Value | None) -> str:
    """A cell as text for comparing, blanks and widths evened out; empty for None."""
    if value is None:
        return ""
    return tight(value) if isinstance(value, str) else str(value)
