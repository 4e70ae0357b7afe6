"""Cells of dates: a month, or a period from a month to another; what is doubtful is asked once."""

from __future__ import annotations

import re
from dataclasses import replace

from projects.imports.reading.asking import Asking, at, option
from projects.imports.reading.dates import Point, When, read_term, read_when
from projects.imports.reading.grid import Value, cell_name
from projects.imports.reading.meaning import Column, Setting
from projects.imports.reading.row import Row
from projects.imports.reading.text import tight

DURATION = re.compile(
    r"(?!(?:19|20)\d\d年)(?:约)?[\d.]+(?:个)?(?:月|年|天|日历天|日)|[一二三四五六七八九十两半]+(?:个)?[月年]半?"
)
BEGUN = re.compile(r"(?P<sign>已经?|[尚还暂]?未)(?:开工|动工|开建)(?:建设)?")
FINISHED = re.compile(r"已经?(?:竣工|完工|建成|投产)(?:投产|验收)?")
WHOLE_TERM = re.compile("起止|工期|年限|周期")


# More months than between these two are a term of building, fewer the span in which one day lies.
SPAN_MONTHS = 6


def _is_term(first: Point, last: Point) -> bool:
    if not (first.year and first.month and last.year and last.month):
        return False
    return (last.year - first.year) * 12 + last.month - first.month > SPAN_MONTHS


class DayReader:
    """Reads the dates of one sheet; knows its year."""

    def __init__(self, sheet: str, setting: Setting, asking: Asking) -> None:
        self.sheet, self.setting, self.asking = sheet, setting, asking
        self.year_wanted: tuple[int, int, Value] | None = None
        self.whole_years: dict[int, bool] = {}  # column → whether a year alone means all of its months

    def day(self, row: Row, column: Column, value: Value) -> None:
        if isinstance(value, str) and self._standing(row, column, value):
            return
        when = self.when(row, column, value)
        field = column.meaning.field
        is_both = when.is_spoken or WHOLE_TERM.search(column.tiers[-1]) is not None
        if when.first and when.last and field in ("starts", "ends"):
            other = "ends" if field == "starts" else "starts"
            # 2022年3月-2024年12月 in the only column of dates is the whole term; 8-9月 says when one of the two is.
            is_both = is_both or (_is_term(when.first, when.last) and other not in row.values)
        if when.first and when.last and is_both and field in ("starts", "ends"):
            self._point(row, column, "starts", when.first, value)
            self._point(row, column, "ends", when.last, value)
            return
        is_end = field.endswith("ends")
        point = when.last or when.first if is_end else when.first or when.last
        if point is None:
            return
        self._point(row, column, field, point, value)
        if when.first and when.last and point.month and not when.is_spoken:
            row.tell(
                self.asking.warn(
                    f"“{column.heading}”里的“{value}”是一段时间，只取了{'最后' if is_end else '最前'}的一个。",
                    "请核对；起止都要登记的，请分开工、竣工两列填写。",
                    **at(self.sheet, row.number, column.number, value),
                )
            )

    def period(self, row: Row, column: Column, value: Value) -> None:
        if isinstance(value, str) and DURATION.fullmatch(tight(value)):
            row.tell(
                self.asking.note(
                    f"“{value}”是工期长短，不是起止时间，没有读入。", **at(self.sheet, row.number, column.number, value)
                )
            )
            return
        if isinstance(value, str) and self._standing(row, column, value):
            return
        when = self.when(row, column, value)
        if (
            when.first
            and when.first.month
            and when.last is None
            and not (isinstance(value, str) and re.search("开工|动工|开始", value))
        ):
            row.tell(
                self.asking.warn(
                    f"“{column.heading}”只写了一个时间，按开工时间读。",
                    "请核对。",
                    **at(self.sheet, row.number, column.number, value),
                )
            )
        last = when.last
        if when.first:
            self._point(row, column, "starts", when.first, value)
            if when.first.month is None and last is None:
                last = when.first  # `2025年` is begun and finished within it
        if last:
            self._point(row, column, "ends", last, value)

    def _standing(self, row: Row, column: Column, value: str) -> bool:
        """Whether words stand in place of the date: 已开工 and 未开工 say that it has begun or not, 已竣工 too, but not when."""
        begun, finished = BEGUN.fullmatch(tight(value)), FINISHED.fullmatch(tight(value))
        if (begun or finished) and "started" not in row.values:
            row.put("started", finished is not None or (begun is not None and "未" not in begun["sign"]), column.number)
        if finished:
            row.tell(
                self.asking.warn(
                    f"“{column.heading}”里的“{value}”没有写是哪年哪月，竣工没有登记。",
                    "请在原表写明竣工的年月（如“2023年5月”，列名写“实际竣工时间”）后重新上传，或导入后补填。",
                    **at(self.sheet, row.number, column.number, value),
                )
            )
        return bool(begun or finished)

    def term(self, row: Row, column: Column, value: Value) -> None:
        """How long a whitelist protects. What tells no day is left to matching: only there the kind of list is known."""
        first, last = read_term(value)
        if column.meaning.field == "valid_from":
            first, last = last, ""
        for field, text in (("valid_from", first), ("valid_until", last)):
            if text:
                row.put(field, text, column.number)

    def when(self, row: Row, column: Column, value: Value) -> When:
        when = read_when(value)
        if when.choices:
            answer, entry = self.asking.ask(
                ("cell", self.sheet, row.number, column.number, value),
                f"“{column.heading}”里的数值 {value} {when.doubt}。",
                [option(choice, choice) for choice in when.choices],
                **at(self.sheet, row.number, column.number, value),
            )
            row.tell(entry)
            return When(Point(int(answer[:4]), int(answer[5:]))) if answer else When()
        if when.doubt:
            row.tell(
                self.asking.warn(
                    f"“{column.heading}”里的“{value}”{when.doubt}，按空白处理。",
                    "请在原表改成“2023年5月”这样的写法后重新上传，或导入后补填。",
                    **at(self.sheet, row.number, column.number, value),
                )
            )
        return when

    def _point(self, row: Row, column: Column, field: str, point: Point, value: Value) -> None:
        if point.month is None:
            if not self._takes_whole_years(row, column, value):
                return
            point = replace(point, month=12 if field.endswith("ends") else 1)
        text = point.text(self.setting.year)
        if text:
            row.put(field, text, column.number)
        else:
            self.year_wanted = self.year_wanted or (row.number, column.number, value)

    def _takes_whole_years(self, row: Row, column: Column, value: Value) -> bool:
        """A year without a month is asked once for all columns of that heading: any month we chose would say whether a start is late."""
        if column.number not in self.whole_years:
            answer, _ = self.asking.ask(
                ("whole years", column.heading),
                f"“{column.heading}”有的只写了年份（如“{value}”），没有月份。",
                [option("blank", "时间留空，以后补填"), option("whole", "开工按当年1月、竣工按当年12月")],
                sheet=self.sheet,
                cell=cell_name(row.number, column.number),
                value=value,
            )
            self.whole_years[column.number] = answer == "whole"
        return self.whole_years[column.number]
