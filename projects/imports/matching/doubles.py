"""A project that stands in two rows of the file: rows of other months add theirs, other rows are one or are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from projects.imports.matching import values as read
from projects.imports.matching.months import months_in
from projects.imports.matching.result import FOLDED, RowPlan
from projects.imports.models import RowAction
from projects.imports.reading.problems import option, question_id

# What two rows may differ in and still say the same of one project.
BESIDES = frozenset({"serial", "section", "system_id"})
# What belongs to the month that a row tells, and so differs from month to month.
OF_THE_MONTH = BESIDES | {
    "row_month",
    "months",
    "issue",
    "year_done_wan",
    "year_done_month",
    "done_total_wan",
    "entered",
}


def settle_doubles(rows: Iterable[RowPlan], answers: Mapping[str, str]) -> None:
    """A project that stands in two rows is taken once. Of rows of a month each, one speaks for the project and the others
    add their months; other rows that say different things of it are asked."""
    first: dict[Any, RowPlan] = {}
    for row in rows:
        if row.parked or row.is_open:
            continue
        key = row.project_pk or _key_of_new(row)
        earlier = first.setdefault(key, row)
        if earlier is row:
            continue
        if _tell_other_months(earlier, row):
            first[key] = _folded(earlier, row)
        else:
            _settle(row, earlier, answers)


def _key_of_new(row: RowPlan) -> Any:
    return read.code_of(row.values.get("code", "")) or (read.key_of_name(row.name), row.values.get("unit", ""))


def _tell_other_months(one: RowPlan, other: RowPlan) -> bool:
    """Whether two sheets, or two rows that name their month, tell different months of the project: where both tell a month, they
    must say the same of it. A row without months is that of the list itself; of rows of months beside it, all but the months
    must stand there too."""
    tellers = (*one.earlier, one)
    known = {month: said for row in tellers for month, said in months_in(row.values).items()}
    months = months_in(other.values)
    lists = [row for row in (*tellers, other) if not _last(row)]
    return (
        len(lists) <= 1
        and (
            other.sheet not in {row.sheet for row in tellers}
            or all("row_month" in row.values for row in (*tellers, other) if _last(row))
        )
        and _last(other) not in {_last(row) for row in tellers}
        and all(known[month] == months[month] for month in known.keys() & months.keys())
        and all(_lasting(row) <= _lasting(lists[0]) for row in (*tellers, other) if lists)
    )


def _last(row: RowPlan) -> str:
    """The last month that the row tells, by itself or as a sum up to it."""
    return max([*months_in(row.values), row.values.get("year_done_month", "")])


def _lasting(row: RowPlan) -> set[tuple[str, str]]:
    """What the row says whatever the month."""
    return {(key, repr(value)) for key, value in row.values.items() if key not in OF_THE_MONTH}


def _folded(one: RowPlan, other: RowPlan) -> RowPlan:
    """The row that speaks for the project from here on: of the list, else of the last month."""
    rows = sorted([*one.earlier, one, other], key=_last)
    speaker = rows.pop(-1 if _last(rows[0]) else 0)
    one.earlier, speaker.earlier = [], rows
    for row in rows:
        row.problems[:] = [said for said in row.problems if said.get("about") not in FOLDED]
        row.action, row.project_pk = RowAction.SAME, speaker.project_pk
        row.say(
            "note",
            f"与“{speaker.sheet}”第 {speaker.row} 行是同一个项目，这一行只取各月的数，其余以那一行为准。",
            about="folded" if _lasting(row) <= _lasting(speaker) else "outdated",
        )
    return speaker


def _settle(row: RowPlan, earlier: RowPlan, answers: Mapping[str, str]) -> None:
    place = f"“{earlier.sheet}”第 {earlier.row} 行" if earlier.sheet != row.sheet else f"第 {earlier.row} 行"
    asked = question_id("double", row.sheet, row.row, read.key_of_name(row.name), earlier.sheet, earlier.row)
    answer = answers.get(asked) or answers.get("*", "")
    if _says_the_same(row, earlier) or answer == "same":
        row.action, row.project_pk = RowAction.SAME, earlier.project_pk
        row.say(
            "warning",
            f"与{place}是同一个项目，只按一个项目计，本行没有另外导入。",
            "如确为两个项目，请区分名称后重新导入。",
        )
        return
    if answer == "new" and not row.project_pk:
        return
    if answer == "park":
        row.park_as_answered()
        return
    row.is_open = True
    options = [option("same", f"是同一个，以{place}为准")]
    if not row.project_pk:
        options.append(option("new", "不是，是两个项目"))
    row.say(
        "question",
        f"“{row.name}”在文件中出现两次（{place}），内容不同。是同一个项目吗？",
        "选“是同一个”，只导入先出现的一行。",
        id=asked,
        options=[*options, option("park", "先不导入这一行")],
    )


def _says_the_same(one: RowPlan, other: RowPlan) -> bool:
    return {key: value for key, value in one.values.items() if key not in BESIDES} == {
        key: value for key, value in other.values.items() if key not in BESIDES
    }
