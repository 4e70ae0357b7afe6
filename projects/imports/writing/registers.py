"""The ledger of problems and the record of inspections as the county's own tables, each row with its hidden id, so that what is
edited in them comes back through the import, and nothing else."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from leaders.roster.models import Leader
from leaders.roster.queries import known_leaders
from projects.imports.kinds.inspections import ID as VISIT
from projects.imports.kinds.problems import ID as PROBLEM
from projects.imports.system_ids import record_id
from projects.imports.writing.layouts import Exported
from projects.imports.writing.pages import Page, as_bytes, instructions, new_workbook, note_as_of
from projects.imports.writing.rules import Written, units_cell
from projects.inspections.models import Finding, Inspection
from projects.inspections.queries import inspectors
from projects.inspections.rechecks.queries import told_findings, told_rechecks
from projects.problems.models import Problem
from projects.problems.queries import active_problems
from projects.problems.rules import ProblemCategory, ProblemSource, ProblemState
from yichuan_tracker.months import last_day, month_label
from yichuan_tracker.web.downloads import as_of_line

FREE, DAY, LOCKED = ("free", ""), ("free", "yyyy-mm-dd"), ("locked", "")
HEAD = "系统标识（勿改）"
LINE_POINTS = 15
YES, NO = "是", "否"
# (heading, width, style) of each column.
PROBLEM_COLUMNS = (
    ("反映时间", 12, DAY), ("来源", 12, FREE), ("项目名称", 28, FREE), ("反映人", 12, FREE), ("存在问题", 40, FREE),
    ("问题类别", 10, FREE), ("交办领导", 10, FREE), ("牵头单位", 18, FREE), ("配合单位", 22, FREE), ("办理时限", 12, DAY),
    ("办理情况", 40, FREE), ("办结时间", 12, DAY), ("是否销号", 10, FREE), (HEAD, 18, LOCKED),
)  # fmt: skip
VISIT_COLUMNS = (
    ("日期", 12, DAY), ("督查人员", 24, FREE), ("项目", 28, FREE), ("现场情况", 40, FREE), ("发现问题", 40, FREE),
    ("整改时限", 12, DAY), ("责任单位", 18, FREE), ("复查情况", 24, FREE), (HEAD, 18, LOCKED),
)  # fmt: skip
LINES = (
    "1. 改哪一格，导入后就改哪一处；没有改的格子、空着的格子都不会改动平台上的内容。",
    "2. “复查情况”格里的批注是平台上后来的复查和办理状态，随办理变动，不用抄进格里。",
    "3. 新加的行写在最后（“注”的上面、下面都可以），“系统标识”留空；不要改已有行的系统标识，排序时请整行一起排。",
    "4. 平台上已销号的问题不再改动；这里写“是”的，导入后列入“待核查”，由他人核查销号。",
    "5. 在“导入”里上传，“内容”选同名的一项；先看读到了什么、会改什么，确认才写入，以后可以整批撤销。",
)


def problem_ledger(at: datetime.datetime) -> Exported:
    """问题台账 of all projects in use, the oldest first. Four queries."""
    problems = active_problems().select_related("assigner", "leader").prefetch_related("parts__unit")
    known = known_leaders()
    rows = [
        [*_problem_cells(problem, known), record_id(PROBLEM, problem.pk, at=at)]
        for problem in problems.order_by("raised_on", "pk")
    ]
    words = {"B": [str(label) for label in ProblemSource.labels], "F": [str(label) for label in ProblemCategory.labels]}
    words["M"] = [YES, NO]
    content = _workbook("问题台账", PROBLEM_COLUMNS, rows, words, at)
    return Exported("问题台账.xlsx", content)


def _problem_cells(problem: Problem, known: Any) -> list[Any]:
    leader = problem.assigner or problem.leader
    waits = problem.state in (ProblemState.ANSWERED, ProblemState.VERIFYING)
    done_on = problem.answered_at.date() if waits and problem.answered_at else problem.closed_on
    return [
        problem.raised_on,
        problem.get_source_display(),
        problem.project.name,
        problem.raised_by or None,
        problem.text,
        problem.get_category_display() or None,
        "、".join(filter(None, [_leader_cell(leader, known), problem.other_assigners])) if leader else None,
        problem.unit.name if problem.unit else None,
        units_cell([part.unit.name for part in problem.parts.all()]),
        problem.due_on,
        problem.answer or None,
        done_on,
        YES if problem.state == ProblemState.CLOSED else NO,
    ]


def _leader_cell(leader: Leader, known: Any) -> str:
    """The name; with the post where two share it."""
    return leader.name if known.get(leader.name) == leader else f"{leader.name}（{leader.post}）"


def inspection_record(month: datetime.date, at: datetime.datetime) -> Exported:
    """督查记录表 of a month: a row per finding, one for a visit without any. Three queries."""
    visits = Inspection.objects.filter(
        archived_at__isnull=True, inspected_on__gte=month, inspected_on__lte=last_day(month)
    )
    visits = visits.select_related("project", "leader", "unit", "group").prefetch_related(
        Prefetch("findings", told_findings().order_by("pk"))
    )
    rows = [
        [
            *_visit_cells(visit),
            *_finding_cells(finding),
            record_id(VISIT, visit.pk, finding.pk if finding else 0, at=at),
        ]
        for visit in visits.order_by("inspected_on", "pk")
        for finding in [*visit.findings.all()] or (None,)
    ]
    title = f"{month_label(month)}督查记录表"
    return Exported(f"{title}.xlsx", _workbook(title, VISIT_COLUMNS, rows, {}, at))


def _visit_cells(visit: Inspection) -> list[Any]:
    who = "、".join(part for part in (inspectors(visit), visit.people) if part)
    return [visit.inspected_on, who, visit.project.name, visit.situation]


def _finding_cells(finding: Finding | None) -> list[Any]:
    if finding is None:
        return [None, None, None, None]
    problem = finding.problem
    unit = problem.unit.name if problem and problem.unit else None
    # What moves on without the record stands in the note: written in the cell it would come back as words of the record.
    recheck = Written(finding.recheck or None, told_rechecks(finding))
    return [finding.text, problem.due_on if problem else None, unit, recheck]


def _lines_of(row: Sequence[Any], columns: Sequence[tuple[str, float, tuple[str, str]]]) -> int:
    """How many lines the longest text takes in its column; a Chinese character is as wide as two."""
    texts = (
        (value.value if isinstance(value, Written) else value, width)
        for value, (_, width, _) in zip(row, columns, strict=True)
    )
    taken = [
        sum(max(1, math.ceil(sum(1 + (not one.isascii()) for one in part) / (width - 2))) for part in text.split("\n"))
        for text, width in texts
        if isinstance(text, str)
    ]
    return max(taken[:-1], default=1)  # The last is the hidden id.


def _workbook(
    title: str,
    columns: Sequence[tuple[str, float, tuple[str, str]]],
    rows: Iterable[Sequence[Any]],
    words: dict[str, list[str]],
    at: datetime.datetime,
) -> bytes:
    """One heading row, the rows, the hidden column, as of when, the title on paper only; `words`: column letter → what to choose from,
    another word is taken as well."""
    workbook = new_workbook()
    page = Page(workbook, title, [width for _, width, _ in columns])
    page.headings(1, 1, [(heading,) for heading, _, _ in columns])
    last = 1
    for last, row in enumerate(rows, start=2):
        page.row(last, row, [style for _, _, style in columns])
        if (lines := _lines_of(row, columns)) > 1:  # Not every program makes the row as high as its text.
            page.sheet.row_dimensions[last].height = LINE_POINTS * lines
    page.print_setup(1, 1, "D2")
    page.sheet.oddHeader.center.text = title
    page.sheet.column_dimensions[get_column_letter(len(columns))].hidden = True
    for letter, listed in words.items():
        rule = DataValidation("list", formula1=f'"{",".join(listed)}"', allow_blank=True, showErrorMessage=False)
        page.sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{last + 100}")
    note_as_of(workbook, as_of_line(at))
    instructions(workbook, LINES)
    return as_bytes(workbook)
