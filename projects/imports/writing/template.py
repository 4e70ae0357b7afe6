"""Our own flat template: one heading row, words to choose from, locked keys, a hidden column by which the project is known again."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from projects.imports.system_ids import project_id
from projects.imports.writing.pages import WAN, Page, instructions
from projects.imports.writing.queries import Entry, Listing
from projects.imports.writing.rules import (
    TEMPLATE_EDITION,
    TERM,
    contact_cells,
    month_cell,
    nature_cell,
    people_cell,
    place_cell,
    serial_cell,
    started_mark,
    term_cell,
    unit_cell,
    units_cell,
)
from projects.registry.rules import Nature, YearLabel

LOCKED, FREE, AMOUNT = ("locked", ""), ("free", ""), ("free", WAN)
CHOICES = "选项"
SPARE_ROWS = 100
WIDTHS = [6, 28, 26, 10, 12, 10, 20, 14, 36, *[13] * 5, *[14] * 4, 18, 18, 14, 20, 20, 12, 14, 9, 14]
STYLES = [LOCKED, FREE, LOCKED, *[FREE] * 6, *[AMOUNT] * 5, *[FREE] * 13]
# The column with choices (by number) and whether another word is accepted as well.
CHOSEN = {4: ("label", False), 5: ("sector", True), 6: ("nature", False), 8: ("township", True), 21: ("unit", True)}
YES, NO = "是", "否"
STARTED = 26


def _headings(year: int) -> list[str]:
    return [
        "序号", "项目名称", "项目代码", "年度类别", "行业领域", "建设性质", "建设单位", "建设地点", "建设规模及主要建设内容",
        "总投资（万元）", "政府投资（万元）", "企业投资（万元）", f"截至{year - 1}年底累计完成投资（万元）",
        f"{year}年计划投资（万元）", "计划开工时间", "计划竣工时间", "实际开工时间", "实际竣工时间", "上半年目标", "下半年目标",
        "责任单位", "配合单位", "分包领导", "责任人", "联系电话", "是否开工", "备注",
    ]  # fmt: skip


def write_template(workbook: Workbook, listing: Listing, words: dict[str, list[str]], at: datetime.datetime) -> None:
    """The list, the instructions, and a hidden sheet with the words to choose from. `words`: known sectors and units."""
    last_columns = [(TERM, 14, FREE)] if listing.has_terms else []
    last_columns.append(("系统标识（勿改）", 16, LOCKED))
    names, widths, last_styles = zip(*last_columns, strict=True)
    styles = [*STYLES, *last_styles]
    page = Page(workbook, "清单", [*WIDTHS, *widths])
    page.headings(1, 1, [(heading,) for heading in (*_headings(listing.year), *names)])
    for row, entry in enumerate(listing.entries, start=2):
        term = [term_cell(entry.member.valid_until)] if listing.has_terms else []
        page.row(row, [*_values(entry, listing.townships), *term, project_id(entry.project.pk, at)], styles)
    last = len(listing.entries) + 1
    for row in range(last + 1, last + 1 + SPARE_ROWS):
        page.row(row, [None] * page.count, [("free", number_format) for _, number_format in styles])
    page.print_setup(1, 1, "C2")
    page.sheet.column_dimensions[get_column_letter(page.count)].hidden = True
    _protect(page.sheet)
    instructions(workbook, _lines(listing))
    found = words | {"label": YearLabel.labels, "township": listing.townships}
    found["nature"] = [nature.label for nature in Nature if nature != Nature.OTHER]
    _offer(workbook, page.sheet, found, last + SPARE_ROWS)


def _lines(listing: Listing) -> list[str]:
    project_list = listing.project_list
    return [
        "1. 白底的格子可以改，改项目名称就是给项目改名；灰底的序号、项目代码和隐藏的系统标识不要改，是认项目用的。",
        "2. 空着的格子表示不改动，不会清空系统里已有的内容。",
        "3. 有下拉的列请从下拉中选；金额一律填万元；时间写成“2023年3月”。",
        "4. 新增项目填在下面的空行里；复制一行改成新项目的，改了名称就按新项目认；删去一行不会把项目调出清单，调出请在系统里办理。",
        "5. 改好后在系统的“导入”里上传，先看改了什么，确认才写入。工作表的保护没有密码。",
        "6. 格子上的批注写着表格放不下的内容（如第二个责任人），请到系统里改。",
        f"模板第 {TEMPLATE_EDITION} 版；{project_list.name}（{project_list.key}），第 {project_list.version} 次修改。",
    ]


def _protect(sheet: Any) -> None:
    """Locked cells are locked against slips, not against people: there is no password."""
    protection = sheet.protection
    protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows", "sort", "autoFilter", "insertRows"):
        setattr(protection, allowed, False)


def _offer(workbook: Workbook, sheet: Any, words: dict[str, list[str]], last: int) -> None:
    """Choices below the columns' headings, taken from a hidden sheet: a list in the rule itself ends at 255 characters."""
    page = Page(workbook, CHOICES, [24] * len(CHOSEN))
    page.sheet.sheet_state = "hidden"
    for at, (column, (key, is_open)) in enumerate(CHOSEN.items(), start=1):
        if not words[key]:
            continue
        for row, word in enumerate(words[key], start=1):
            page.put(row, at, word)
        letter = get_column_letter(at)
        rule = DataValidation("list", formula1=f"'{CHOICES}'!${letter}$1:${letter}${len(words[key])}", allow_blank=True)
        _attach(sheet, rule, column, last, is_open)
    _attach(sheet, DataValidation("list", formula1=f'"{YES},{NO}"', allow_blank=True), STARTED, last, False)


def _attach(sheet: Any, rule: Any, column: int, last: int, is_open: bool) -> None:
    rule.showErrorMessage = True
    rule.errorStyle = "warning" if is_open else "stop"
    rule.errorTitle = "不在可选的内容里"
    rule.error = "请从下拉中选择。" + ("确是新的，可以继续，导入时会再问一次。" if is_open else "")
    sheet.add_data_validation(rule)
    letter = get_column_letter(column)
    rule.add(f"{letter}2:{letter}{last}")


def _values(entry: Entry, townships: Sequence[str]) -> list[Any]:
    project, plan = entry.project, entry.plan
    contact, phone = contact_cells(entry.contacts)
    return [
        serial_cell(entry.member.serial),
        project.name,
        entry.code,
        entry.label or None,
        entry.sector or None,
        nature_cell(project.nature),
        project.owner,
        place_cell(project.location, entry.township, townships),
        project.content,
        project.total_wan,
        project.government_wan,
        project.private_wan,
        plan.done_before_wan if plan else None,
        plan.plan_wan if plan else None,
        month_cell(project.planned_start_on),
        month_cell(project.planned_end_on),
        month_cell(project.actual_start_on),
        month_cell(project.actual_end_on),
        plan.goal_first_half if plan else None,
        plan.goal_second_half if plan else None,
        unit_cell(entry.units, is_clear=entry.is_clear("units")),
        units_cell(entry.supporting, is_clear=entry.is_clear("supporting")),
        people_cell(entry.leaders, is_clear=entry.is_clear("leaders")),
        contact,
        phone,
        started_mark(project.state, YES, NO),
        project.remark,
    ]
