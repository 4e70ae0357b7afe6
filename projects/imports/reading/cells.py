"""From a cell to the values of a row, one function per kind of column."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from projects.imports.reading.amounts import read_amount
from projects.imports.reading.asking import Asking, at, option
from projects.imports.reading.content import national_code
from projects.imports.reading.dates import month_of_row, read_when
from projects.imports.reading.days import DayReader
from projects.imports.reading.fields import DATES, MONEY, NATURES
from projects.imports.reading.grid import Sheet, Value, cell_name
from projects.imports.reading.marks import read_mark, read_permit, read_since, read_state
from projects.imports.reading.meaning import Column, Setting
from projects.imports.reading.nodes import due_of, read_nodes
from projects.imports.reading.pairs import line_kind
from projects.imports.reading.people import (
    read_contact,
    read_owner_and_person,
    read_people,
    read_phones,
    read_unit_and_person,
    read_units,
)
from projects.imports.reading.row import Row, plain_text
from projects.imports.reading.sections import read_label
from projects.imports.reading.text import clean, is_blank_word, one_line, tight

SHORTENED = re.compile(r"\d(?:\.\d{1,9})?E\+\d+")  # 1.39E+10
LONG_TEXTS = frozenset({"content", "issue", "remark", "goal_h1", "goal_h2", "goal_year"})


class CellReader:
    """Reads the cells of one sheet; knows its year and month."""

    def __init__(self, sheet: Sheet, setting: Setting, asking: Asking) -> None:
        self.sheet, self.setting, self.asking = sheet.name, setting, asking
        self.number_units = sheet.number_units
        self.days = DayReader(sheet.name, setting, asking)

    def reader_for(self, field: str) -> Callable[[Row, Column, Value], None]:
        """The function that reads cells of a field."""
        if field in MONEY:
            return self.money
        if field in DATES:
            return self.days.day
        special: dict[str, Callable[[Row, Column, Value], None]] = {
            "period": self.days.period,
            "valid_from": self.days.term,
            "valid_until": self.days.term,
            "leaders": self.leaders,
            "unit": self.unit,
            "supporting_units": self.supporting,
            "unit_contact": self.unit_and_contact,
            "owner_contact": self.owner_and_contact,
            "contact": self.contact,
            "phone": self.phone,
            "code": self.code,
            "started": self.state,
            "entered": self.state,
            "milestones": self.milestones,
            "permits": self.permit,
            "flags": self.flag,
            "label": self.label,
            "months.progress": self.progress,
            "line": self.line,
            "row_month": self.row_month,
        }
        return special.get(field, self.plain)

    def _at(self, row: Row, column: Column, value: object) -> dict[str, Any]:
        return at(self.sheet, row.number, column.number, value)

    def plain(self, row: Row, column: Column, value: Value) -> None:
        text = plain_text(value)
        text = clean(text) if column.meaning.field in LONG_TEXTS else one_line(text)
        if column.meaning.field == "serial":
            text = tight(text).rstrip(".、")  # `1.` and `1、` are typed numbering, `１` a digit of full width
        if text and not is_blank_word(text):
            row.put(column.meaning.field, text, column.number)

    def label(self, row: Row, column: Column, value: Value) -> None:
        if column.meaning.flag:  # one of several columns, ticked
            if read_mark(value):
                row.put("label", column.meaning.flag, column.number)
            return
        text = re.sub(r"(?:类)?项目$|类$", "", tight(plain_text(value)))
        if label := read_label(text):
            row.put("label", label, column.number)
        elif NATURES.fullmatch(text):
            row.put("nature", text, column.number)
        elif text and not is_blank_word(text):
            row.tell(
                self.asking.warn(
                    f"“{text}”不是续建、新开工、竣工投产或前期，按空白处理。",
                    "请在原表改正，或导入后补填。",
                    **self._at(row, column, value),
                )
            )

    def money(self, row: Row, column: Column, value: Value) -> None:
        unit = self.number_units.get((row.number, column.number), column.money_unit)
        amount = read_amount(value, unit)
        if amount.doubt:
            answer, entry = self.asking.ask(
                ("cell", self.sheet, row.number, column.number, value),
                f"“{column.heading}”里的“{value}”{amount.doubt}。",
                [option("blank", "当作空白")],
                free="金额（如 3200万元）",
                **self._at(row, column, value),
            )
            row.tell(entry)
            amount = read_amount(None if answer in (None, "blank") else answer, column.money_unit)
        if amount.wan is None:
            return
        if amount.wan < 0:
            row.tell(self.asking.warn(f"“{column.heading}”是负数。", "请核对原表。", **self._at(row, column, value)))
        if amount.aside:
            row.tell(self.asking.note(f"括号里的“{amount.aside}”没有读入。", **self._at(row, column, value)))
        field = column.meaning.field
        if field == "months.line_wan":
            field = f"months.{row.line or 'done_wan'}"
        if field.startswith("months."):
            self._monthly(row, column, field.partition(".")[2], str(amount.wan))
            if field == "months.entered_wan":
                row.put("entered_wan", str(amount.wan), column.number)
        else:
            row.put(field, str(amount.wan), column.number)
            row.amounts[field] = amount.wan
            if field == "year_done_wan" and (month := column.meaning.month or row.month):
                row.values["year_done_month"] = month

    def line(self, row: Row, _column: Column, value: Value) -> None:
        row.line = line_kind(plain_text(value))

    def row_month(self, row: Row, column: Column, value: Value) -> None:
        row.month = month_of_row(value, self.setting.year)
        if row.month:
            row.put("row_month", row.month, column.number)

    def _monthly(self, row: Row, column: Column, key: str, value: str) -> None:
        month = column.meaning.month or row.month
        if not month:
            why = f"这一行看不出是哪年哪月，“{column.heading}”没有读入。"
            row.tell(self.asking.warn(why, "请在原表写明，如“2023年5月”。", **self._at(row, column, value)))
            return
        row.values.setdefault("months", {}).setdefault(month, {})[key] = value
        row.cells[f"months.{month}.{key}"] = cell_name(row.number, column.number)

    def progress(self, row: Row, column: Column, value: Value) -> None:
        text = clean(plain_text(value))
        if text and not is_blank_word(text):
            self._monthly(row, column, "progress", text)

    def leaders(self, row: Row, column: Column, value: Value) -> None:
        names, doubtful = read_people(plain_text(value))
        if names:
            known = row.values.get("leaders", [])
            row.values["leaders"] = known + [name for name in names if name not in known]
            row.cells.setdefault("leaders", cell_name(row.number, column.number))
        for said, cure, words in (
            ("不像一个人名。", "请核对；导入后可在人员名册里改。", [word for word in doubtful if word in names]),
            ("不是人名，没有读入。", "要登记人，请写姓名。", [word for word in doubtful if word not in names]),
        ):
            if words:
                row.tell(self.asking.warn(f"“{'、'.join(words)}”{said}", cure, **self._at(row, column, value)))

    def unit(self, row: Row, column: Column, value: Value) -> None:
        units = read_units(plain_text(value))
        if not units:
            return
        row.put("unit", units[0], column.number)
        self._support(row, column, units[1:])

    def unit_and_contact(self, row: Row, column: Column, value: Value) -> None:
        units, name, phone = read_unit_and_person(plain_text(value))
        for field, text in (("unit", units[0] if units else ""), ("contact", name), ("phone", phone)):
            if text:
                row.put(field, text, column.number)
        self._support(row, column, units[1:])

    def owner_and_contact(self, row: Row, column: Column, value: Value) -> None:
        units, name, phone = read_owner_and_person(plain_text(value))
        for field, text in (("owner", "、".join(units)), ("contact", name), ("phone", phone)):
            if text and field not in row.values:
                row.put(field, text, column.number)

    def supporting(self, row: Row, column: Column, value: Value) -> None:
        self._support(row, column, read_units(plain_text(value)))

    def _support(self, row: Row, column: Column, units: tuple[str, ...]) -> None:
        if units:
            known = row.values.get("supporting_units", [])
            row.values["supporting_units"] = known + [unit for unit in units if unit not in known]
            row.cells.setdefault("supporting_units", cell_name(row.number, column.number))

    def contact(self, row: Row, column: Column, value: Value) -> None:
        name, phone = read_contact(plain_text(value))
        if name:
            row.put("contact", name, column.number)
        if phone and "phone" not in row.values:
            row.put("phone", phone, column.number)

    def phone(self, row: Row, column: Column, value: Value) -> None:
        text = plain_text(value)
        if SHORTENED.fullmatch(tight(text)):
            row.tell(
                self.asking.warn(
                    "电话被 Excel 存成了科学计数，后面的数位已丢失，没有读入。",
                    "请把该列设成“文本”格式，重新填写电话后上传。",
                    **self._at(row, column, value),
                )
            )
            return
        phones = "、".join(read_phones(text)) or one_line(text)
        if phones and not is_blank_word(phones):
            row.put("phone", phones, column.number)

    def code(self, row: Row, column: Column, value: Value) -> None:
        text = tight(plain_text(value)).upper().lstrip("'")
        if not re.search(r"\d", text):  # 办理中, 未赋码, 待定
            return
        if isinstance(value, Decimal) and len(text) > 15:
            row.tell(
                self.asking.warn(
                    "项目代码被 Excel 存成了数字，末尾的数位已丢失，没有读入。",
                    "请把该列设成“文本”格式，重新填写代码后上传。",
                    **self._at(row, column, value),
                )
            )
            return
        row.put("code", national_code(text), column.number)

    def state(self, row: Row, column: Column, value: Value) -> None:
        field = column.meaning.field
        if column.meaning.flag:  # 未开工 beside 已开工
            if read_mark(value):
                row.put(field, False, column.number)
            return
        said = read_state(value, "开工" if field == "started" else "(?:入库|入统|纳统)")
        if said is None and isinstance(value, str):
            when = read_when(value)
            said = True if when.first and when.first.month and not re.match("预计|计划|拟", tight(value)) else None
        if said is not None:
            row.put(field, said, column.number)
            if said:
                self._since(row, column, value)
        elif not (isinstance(value, str) and is_blank_word(value)):
            row.tell(
                self.asking.warn(
                    f"“{column.heading}”里的“{value}”看不出是或否，按空白处理。",
                    "请改成 √ 或 ×。",
                    **self._at(row, column, value),
                )
            )

    def _since(self, row: Row, column: Column, value: Value) -> None:
        """Since when: `已开工（3月）` is an actual start, `已入库（2023.4）` the day of the entry."""
        point, is_exact = read_since(value)
        if point is None:
            return
        month = point.text(self.setting.year)
        if not is_exact or not month:
            why = "没有写年份" if is_exact else "不是确切的时间"
            note = f"“{column.heading}”里的“{value}”{why}，只按“是”读，时间没有读入。"
            row.tell(self.asking.note(note, **self._at(row, column, value)))
        elif column.meaning.field == "entered":
            row.put("entered", f"{month}-{point.day:02d}" if point.day else month, column.number)
        elif "actual_starts" not in row.values:
            row.put("actual_starts", month, column.number)

    def milestones(self, row: Row, column: Column, value: Value) -> None:
        if read_mark(value) is not None:
            return
        if column.meaning.part in ("text", "due"):
            row.nodes.setdefault(column.meaning.index, {})[column.meaning.part] = column, value
            return
        self._put_nodes(row, column, value, read_nodes(plain_text(value), self.setting.year, column.meaning.due))

    def finish(self, row: Row) -> None:
        """Put together the milestones whose text and date stand in two cells."""
        for cells in row.nodes.values():
            if "text" not in cells:
                continue
            column, value = cells["text"]
            due = ""
            if "due" in cells:
                when = self.days.when(row, *cells["due"])
                due = due_of(when.last or when.first, self.setting.year)
            found = read_nodes(plain_text(value), self.setting.year, None)
            self._put_nodes(row, column, value, tuple((own or due, text) for own, text in found))
        row.nodes = {}

    def _put_nodes(self, row: Row, column: Column, value: Value, found: tuple[tuple[str, str], ...]) -> None:
        nodes = row.values.setdefault("milestones", [])
        for due, text in found:
            if due:
                nodes.append({"due": due, "text": text})
            elif self.setting.year is None:
                self.days.year_wanted = self.days.year_wanted or (row.number, column.number, value)
            else:
                row.tell(
                    self.asking.warn(
                        f"节点“{text}”没有写月份，没有读入。",
                        "请在原表写明月份，或导入后补填。",
                        **self._at(row, column, value),
                    )
                )
        if nodes:
            row.cells.setdefault("milestones", cell_name(row.number, column.number))
        else:
            del row.values["milestones"]

    def permit(self, row: Row, column: Column, value: Value) -> None:
        meaning = column.meaning
        permits = row.values.setdefault("permits", {})
        entry = permits.setdefault(meaning.permit, {})
        if meaning.part in ("state", "plan"):
            self._permit_state(row, column, value, entry)
        elif meaning.part == "number":
            text = one_line(plain_text(value))
            if text and not is_blank_word(text):
                entry["number"] = text
        else:
            when = self.days.when(row, column, value)
            if when.first and when.first.month:
                entry[meaning.part] = when.first.text(self.setting.year)
                if when.first.day:
                    entry[f"{meaning.part}_date"] = f"{entry[meaning.part]}-{when.first.day:02d}"
                if meaning.part == "on":
                    entry.setdefault("state", "已办结")
        if not entry:
            del permits[meaning.permit]
        else:
            key, cell = f"permits.{meaning.permit}", cell_name(row.number, column.number)
            if meaning.part == "state":
                row.cells[key] = cell
            elif meaning.part == "plan":
                row.cells.setdefault(key, cell)
                row.cells.setdefault(f"{key}.due", cell)
            else:
                row.cells.setdefault(key, cell)
                row.cells[f"{key}.{meaning.part}"] = cell
        if not permits:
            del row.values["permits"]

    def _permit_state(self, row: Row, column: Column, value: Value, entry: dict[str, str]) -> None:
        planned = column.meaning.part == "plan"
        state, doubt = read_permit(value, self.setting.year, planned=planned)
        if state:
            entry.update(state | entry if planned else state)
        if doubt and doubt.choices:
            when = self.days.when(row, column, value)
            if when.first:
                entry["due" if planned else "on"] = when.first.text()
        elif doubt:
            row.tell(
                self.asking.warn(
                    f"“{meaning_of(column)}”里的“{value}”{doubt.doubt}，按空白处理。",
                    "请改成 √、×、办理中、容缺、不需要或办结的年月；是期限的，请写成“2023年8月底前”这样。",
                    **self._at(row, column, value),
                )
            )

    def flag(self, row: Row, column: Column, value: Value) -> None:
        if read_mark(value):
            row.values.setdefault("flags", []).append(column.meaning.flag)
            row.cells.setdefault("flags", cell_name(row.number, column.number))


def meaning_of(column: Column) -> str:
    """The heading as a person calls it."""
    return column.meaning.permit or column.heading
