"""One sheet: what it is, its tables, and the object that is returned for each of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from projects.imports.reading.asking import Asking, at, option
from projects.imports.reading.beside import one_table, split_side_by_side, without_double_rows
from projects.imports.reading.body import Body, BodyReader
from projects.imports.reading.cards import read_cards
from projects.imports.reading.cells import CellReader
from projects.imports.reading.columns import ask_entered, decide_columns
from projects.imports.reading.content import last_month_told
from projects.imports.reading.fields import IGNORED, MONEY
from projects.imports.reading.given import given_by_sheet, own_titles, titles_over
from projects.imports.reading.grid import Sheet, cell_name, column_letters
from projects.imports.reading.headings import classify
from projects.imports.reading.laid import labels_below_each_other, lay_back
from projects.imports.reading.meaning import Column, Setting
from projects.imports.reading.recognition import (
    counts_projects,
    figures_above,
    is_name_column,
    is_summary,
    other_ledger,
    passed_over,
    skipped,
    told_column,
    why_no_table,
    why_not_second,
    without_heading,
)
from projects.imports.reading.setting import infer_month, infer_years
from projects.imports.reading.sizes import check_sizes
from projects.imports.reading.tables import (
    Table,
    as_text,
    find_headings,
    find_nameless_heading,
    merge_fills,
    read_columns,
    same_heading,
)
from projects.imports.reading.totals import reconcile
from projects.imports.reading.turned import turn
from projects.imports.reading.units import is_open, settle_units, sheet_lines, stated_unit


class SheetReader:
    """Reads the sheets of one workbook one after the other."""

    def __init__(self, file_stem: str, year: int | None, workbook_unit: str, asking: Asking, *, chosen: bool) -> None:
        self.stem, self.year, self.unit, self.asking, self.chosen = file_stem, year, workbook_unit, asking, chosen
        self.named: dict[str, dict[str, str]] = {}
        self.cards = False

    def read(self, sheet: Sheet) -> list[dict[str, Any]]:
        """One object per table of the sheet; a sheet without one gives a single skipped object."""
        if sheet.hidden and not self.chosen:
            self.asking.note(
                f"工作表“{sheet.name}”是隐藏的，没有读。",
                cure="要导入它，请取消隐藏或在导入时指定这个工作表。",
                sheet=sheet.name,
            )
            return [skipped(sheet, "隐藏的工作表", "hidden")]
        if not sheet.rows:
            return [skipped(sheet, "空的工作表", "empty")]
        if labels_below_each_other(sheet) and (read := self._read_laid(sheet)):
            return read
        headings = find_headings(sheet)
        tables, repeated = self._tables(sheet, headings)
        if not tables and (nameless := self._ask_name(sheet)):
            tables = [nameless]
        if not tables:
            why, kind = why_no_table(sheet)
            block = find_nameless_heading(sheet)
            if block and (other := other_ledger(read_columns(sheet, *block))):
                why, kind = f"是{other[1]}，不是项目清单", other[0]
            return [skipped(sheet, why, kind)]
        if other := other_ledger(tables[0].columns):
            self.asking.note(f"工作表“{sheet.name}”是{other[1]}，不是项目清单，没有读。", sheet=sheet.name)
            return [skipped(sheet, f"是{other[1]}，不是项目清单", other[0])]
        own = next(
            (group for group in split_side_by_side(tables[0].columns) if any(is_name_column(c) for c in group)),
            tables[0].columns,
        )
        if counts_projects(tables[0], own):
            return [skipped(sheet, "是汇总表，没有逐个列出的项目", "summary")]
        self._note_hidden(sheet)
        return self._read_tables(sheet, tables, repeated)

    def _read_laid(self, sheet: Sheet) -> list[dict[str, Any]]:
        """A sheet of cards, or a list on its side; empty where it is neither."""
        repeated: dict[int, int] = {}
        if cards := read_cards(sheet):
            laid, tables = cards, [cards.table] if cards.table else []
            words = "是项目卡片（一个项目一张表），左边的格当栏目、右边的格当内容来读。"
            cure = "请对照原表核对；其余这样的工作表也照此读，不再提示。"
        elif turned := turn(sheet):
            laid, (tables, repeated) = turned, self._tables(turned.sheet, find_headings(turned.sheet))
            words = "是横着排的（一列一个项目），读的时候把行列对调了。"
            cure = "下面说的第 N 行是原表的第 N 列，单元格仍按原表的位置写。"
        else:
            return []
        if cards and not tables:
            why = "项目卡片左右并排，分不清哪一格是谁的"
            self.asking.warn(
                f"工作表“{sheet.name}”{why}，没有读。",
                "请改成上下排列，或一张卡片一个工作表，再上传。",
                sheet=sheet.name,
            )
            return [skipped(sheet, why, "unknown")]
        if not tables:
            return []
        if cards is None or not self.cards:
            self.asking.note(f"工作表“{sheet.name}”{words}", cure=cure, sheet=sheet.name)
        self.cards = self.cards or cards is not None
        for row, column in laid.strays:
            value = sheet.value(row, column)
            self.asking.warn(
                "旁边没有栏目名，没有读。", "要导入它，请在它左边写上栏目名。", **at(sheet.name, row, column, value)
            )
        said = len(self.asking.problems)
        return lay_back(self._read_tables(laid.sheet, tables, repeated), self.asking.problems[said:], laid)

    def _tables(self, sheet: Sheet, headings: list[tuple[int, int]]) -> tuple[list[Table], dict[int, int]]:
        """The tables of the sheet, and where a heading is printed again on the next page: first row → last row."""
        tables: list[Table] = []
        repeated: dict[int, int] = {}
        for top, bottom in headings:
            if tables and (again := same_heading(tables[-1], top)):
                repeated[top] = again
                continue
            columns = read_columns(sheet, top, bottom)
            if tables and [c.tiers for c in columns] == [c.tiers for c in tables[-1].columns]:
                repeated[top] = bottom
                continue
            if tables:
                tables[-1].last = titles_over(sheet, top, tables[-1].bottom) - 1
            tables.append(Table(sheet, top, bottom, columns, max(sheet.rows)))
        return tables, repeated

    def _ask_name(self, sheet: Sheet) -> Table | None:
        """A list whose column of names bears no known heading: ask which it is; summaries have none."""
        block = find_nameless_heading(sheet)
        if block is None:
            return None
        table = Table(sheet, *block, read_columns(sheet, *block), max(sheet.rows))
        above = "".join(as_text(value) for row in range(1, block[1] + 1) for value in sheet.rows.get(row, {}).values())
        if other_ledger(table.columns) or re.search("个数|项目数|汇总|统计表", above):
            return None
        known = self.asking.remembered.get(table.shape, {})
        if "name" in known.values():
            return table
        wordy = [
            c
            for c in table.columns
            if classify(c.tiers, Setting()).field in {"", IGNORED, "content", "township", "owner"}
        ]
        answer, _ = self.asking.ask(
            ("name", table.shape),
            "没有找到“项目名称”这一列，请指出哪一列是项目名称。",
            [option(column_letters(c.number), table.called(c)) for c in wordy] + [option("none", "不是项目清单")],
            sheet=sheet.name,
            cell=cell_name(block[1], table.columns[0].number),
        )
        if answer is None or answer == "none":
            return None
        self.asking.remembered = self.asking.remembered | {table.shape: known | {answer: "name"}}
        self.named[table.shape] = {answer: "name"}
        return table

    def _note_hidden(self, sheet: Sheet) -> None:
        rows = sorted(row for row in sheet.hidden_rows if row in sheet.rows)
        if rows:
            shown = "、".join(str(row) for row in rows[:20]) + ("等" if len(rows) > 20 else "")
            self.asking.note(
                f"第 {shown} 行在原表里是隐藏的，也读入了。", cure="不需要导入的，请在原表删去。", sheet=sheet.name
            )
        columns = sorted(
            column for column in sheet.hidden_columns if any(column in cells for cells in sheet.rows.values())
        )
        if columns:
            shown = "、".join(column_letters(column) for column in columns[:20])
            self.asking.note(
                f"{shown} 列在原表里是隐藏的，也读入了。", cure="不需要导入的，请在原表删去。", sheet=sheet.name
            )

    def _read_tables(self, sheet: Sheet, tables: list[Table], repeated: dict[int, int]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = []
        lines = sheet_lines(sheet, 1, tables[0].top - 1)
        above = 0
        for table in tables:
            if table is not tables[0]:
                lines = sheet_lines(sheet, table.top - 3, table.top - 1) + lines
            first, above = above + 1, table.last
            if table is not tables[0] and (why := why_not_second(sheet, table)):
                results.append(self._pass_over(table, why))
                continue
            groups = split_side_by_side(table.columns)
            own = [group for group in groups if any(is_name_column(column) for column in group)]
            beside = [column for group in groups if group not in own for column in group]
            own = own or [table.columns]
            if len(own) == 1:
                beside = [] if one_table(table, groups) else beside
                own = [table.columns] if not beside else own
            for group in own:
                part = Table(sheet, table.top, table.bottom, group, table.last)
                titles = own_titles(sheet, first, table.top - 1, group, own)
                results.append(self._read_table(part, lines, titles, repeated, beside if group is own[0] else []))
                if table is not tables[0] and group is own[0]:
                    results[-1]["skipped_rows"][:0] = [
                        {"row": row, "why": "表格上方的标题"} for row in range(first, table.top) if row in sheet.rows
                    ]
        results[0]["skipped_rows"] = figures_above(sheet, tables[0].top) + results[0]["skipped_rows"]
        return without_double_rows(results)

    def _pass_over(self, table: Table, why: str) -> dict[str, Any]:
        self.asking.warn(
            f"第 {table.top} 行起{why}，没有读。",
            "要导入它，请放到单独的工作表里重新上传。",
            sheet=table.sheet.name,
            cell=cell_name(table.top, table.columns[0].number),
            value=table.columns[0].heading,
        )
        return passed_over(table, why, "unknown")

    def _setting(self, table: Table, lines: list[str]) -> Setting:
        titles = [table.sheet.name, *lines]
        written = infer_years(titles, table.columns, self.stem)
        year = self.year or written
        if self.year and written and written != self.year:
            answer, _ = self.asking.ask(
                ("year", table.sheet.name, written, self.year),
                f"表上写的是 {written} 年，导入时选的是 {self.year} 年，不一致。",
                [
                    option(str(written), f"按表上的 {written} 年读"),
                    option(str(self.year), f"按选定的 {self.year} 年读"),
                ],
                sheet=table.sheet.name,
                value=str(written),
            )
            year = int(answer) if answer else written
        return Setting(year, infer_month(titles, table.columns))

    def _read_table(
        self, table: Table, lines: list[str], titles: list[str], repeated: dict[int, int], beside: list[Any]
    ) -> dict[str, Any]:
        sheet = table.sheet
        setting = self._setting(table, lines)
        line_unit = stated_unit(lines)
        named = self.named.get(table.shape, {})
        decided = named | decide_columns(table, setting, line_unit or self.unit, self.asking)
        setting = self._ask_month(table, setting)
        ask_entered(table, setting, self.asking)
        unit = settle_units(table, line_unit, self.unit, self.asking)
        table.fills = merge_fills(sheet, table.columns, table.bottom + 1, table.last)
        reader = CellReader(sheet, setting, self.asking)
        if not any(column.meaning.field == "name" for column in table.columns):
            return passed_over(table, "项目名称是哪一列还要确认", "unknown")
        body = BodyReader(table, reader, self.asking).run(repeated)
        if is_summary(table, body):
            return passed_over(table, "是汇总表，没有逐个列出的项目", "summary")
        self._after(table, body, reader, given_by_sheet(table, lines, titles))
        stated, read = reconcile(
            sheet.name, body.outline.statements, body.outline.tally, min(c.number for c in table.columns), self.asking
        )
        return {
            "name": sheet.name,
            "status": "read",
            "why": "",
            "kind": "projects",
            "year": setting.year,
            "month": setting.month_text,
            "header_rows": [table.top, table.bottom],
            "heading_shape": table.shape,
            "money_unit": unit,
            "columns": [told_column(column) for column in table.columns if column.meaning.field != IGNORED],
            "ignored": [
                {"column": column_letters(column.number), "heading": column.heading, "why": column.meaning.why}
                for column in table.columns
                if column.meaning.field == IGNORED
            ]
            + [{"column": column_letters(c.number), "heading": c.heading, "why": "旁边的另一张表"} for c in beside]
            + without_heading(table, body, beside),
            "decided": decided,
            "skipped_rows": body.skipped,
            "stated": stated,
            "read": read,
            "rows": [row.as_dict() for row in body.rows],
        }

    def _ask_month(self, table: Table, setting: Setting) -> Setting:
        """Monthly columns that do not say which month: ask once, and leave them out until then."""
        if table.month_of_row is not None:
            return setting
        waiting = [c for c in table.columns if c.meaning.field.startswith("months.") and not c.meaning.month]
        if waiting and all(c.meaning.field == "months.progress" for c in waiting):
            last = last_month_told(table)
            for column in waiting if last else []:
                column.meaning = replace(column.meaning, month=last)
            if not last:
                self._leave_progress(table, waiting)
            waiting = []
        if not waiting:
            return setting
        answer, _ = self.asking.ask(
            ("month", table.sheet.name, table.shape),
            "表里有当月的进度，但没有写是哪一年哪一月。",
            [option(IGNORED, "不导入当月进度")],
            free="年月（如 2023-06）",
            sheet=table.sheet.name,
            cell=cell_name(table.bottom, waiting[0].number),
            value=waiting[0].heading,
        )
        found = re.fullmatch(r"(20\d{2})-(0[1-9]|1[0-2])", answer or "")
        for column in waiting:
            month = answer if found and answer else ""
            why = "" if found else "没有写明是哪个月"
            column.meaning = replace(
                column.meaning, month=month, field=column.meaning.field if found else IGNORED, why=why
            )
        return Setting(int(found[1]), int(found[2])) if found else setting

    def _leave_progress(self, table: Table, columns: list[Column]) -> None:
        """Words on the progress of no month in particular have no place; that is no reason to hold up the list."""
        for column in columns:
            column.meaning = replace(column.meaning, field=IGNORED, why="没有写明是哪个月")
        self.asking.warn(
            f"“{columns[0].heading}”没有写明是哪一年哪一月，没有读入。",
            "要导入它，请在表题里写明月份（如“6月份进展情况”）后重新上传，或在月报里填写。",
            sheet=table.sheet.name,
            cell=cell_name(table.bottom, columns[0].number),
            value=columns[0].heading,
        )

    def _after(self, table: Table, body: Body, reader: CellReader, given: dict[str, str]) -> None:
        for row in body.rows:
            for field, said in given.items():
                row.values.setdefault(field, said)
        if not any(is_open(self.asking, table, column) for column in table.columns if column.meaning.field in MONEY):
            check_sizes(body.rows, table.sheet.name, self.asking)
        if reader.days.year_wanted:
            row_number, column, value = reader.days.year_wanted
            self.asking.warn(
                "有的时间只写了月份，而表上、文件名上都没有年份，这些时间没有读入。",
                "导入时请选定年度。",
                sheet=table.sheet.name,
                cell=cell_name(row_number, column),
                value=value,
            )
