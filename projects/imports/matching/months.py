"""What a row says of the months: each month's own figures, and what a cumulative figure adds to them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from types import MappingProxyType
from typing import Any, ClassVar

from projects.imports.matching import values as read
from projects.imports.matching.known import Known, Record
from projects.imports.matching.particulars import compare, create
from projects.imports.matching.result import RowPlan, Stamp
from projects.progress.models import MonthReport, StatisticsFigure
from projects.progress.rules import FILED_STATES, ReportState
from yichuan_tracker.money import format_wan
from yichuan_tracker.months import month_key, month_label, month_range, next_month, previous_month, span_label

# What a row says of months; most lists of projects say none of it.
OF_MONTHS = frozenset({"months", "year_done_wan", "issue"})
# Month → fields of its report.
Told = dict[datetime.date, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of a project, by month: those that stand, then also what the file adds (`in_file`); `row` writes it."""

    row: RowPlan
    standing: list[Record]
    # As in the county's own table: accepted at once.
    stamps: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {
            "state": ReportState.ACCEPTED,
            "submitted_at": Stamp.AT,
            "submitter": Stamp.BY,
            "accepted_at": Stamp.AT,
            "accepter": Stamp.BY,
        }
    )

    def add(self, values: dict[str, Any], cells: dict[str, str]) -> None:
        shown = {name: value for name, value in values.items() if name not in ("month", "covers_from")}
        span = span_label(values["covers_from"], values["month"])
        report = create(self.row, MonthReport, shown, cells, prefix=f"{month_key(values['month'])}.", label=span)
        report.values |= {**values, **self.stamps}
        unsaid = {"done_wan": None, "planned_wan": None, "progress": "", "issues": ""}
        self.standing.append(unsaid | values | {"state": ReportState.ACCEPTED, "in_file": True})
        self.standing.sort(key=itemgetter("month"))

    def change(self, there: Record, differing: dict[str, Any], cells: dict[str, str]) -> None:
        label = span_label(there["covers_from"], there["month"])
        times = {name: value for name, value in self.stamps.items() if name.endswith("_at")}
        prefix, hidden = f"{month_key(there['month'])}.", frozenset(times)
        compare(self.row, MonthReport, there, differing | times, cells, prefix=prefix, label=label, hidden=hidden)
        self.standing[self.standing.index(there)] = there | differing | {"in_file": True}

    def overlapping(self, first: datetime.date, last: datetime.date) -> list[Record]:
        return [one for one in self.standing if one["covers_from"] <= last and first <= one["month"]]


def match_months(row: RowPlan, known: Known, at: datetime.datetime) -> None:
    """Month reports as the county's own table states them. What a unit filed itself is never overwritten."""
    if not row.earlier and OF_MONTHS.isdisjoint(row.values):
        return
    reports = Reports(row, list(known.reports.get(row.project_pk or 0, ())))
    for teller in (*row.earlier, row):
        months = _months(teller, at)
        if not any("done_wan" in found for found in months.values()):
            _match_to_date(reports, teller, months, known, at)
        for month, found in months.items():
            _match_report(reports, teller, month, month, found)
        _match_earlier(reports, teller, months)


def _months(teller: RowPlan, at: datetime.datetime) -> Told:
    """Month → fields of its report; months to come and months of which only a plan is known are left out."""
    months: Told = {}
    for written, said in sorted(months_in(teller.values).items()):
        month = read.month(written)
        if month is None or ("done_wan" not in said and "progress" not in said):
            continue
        if month > at.date():
            teller.say(
                "warning", f"{month_label(month)}还没有到，这个月的数字没有导入。", "请核对表头的月份。", key="months"
            )
            continue
        found: dict[str, Any] = {}
        for key in ("planned_wan", "done_wan"):
            if key in said:
                amount = read.amount(teller, _key(written, key), said[key], negative=key == "done_wan")
                if amount is not None:
                    found[key] = amount
        if said.get("progress"):
            found["progress"] = str(said["progress"])
        months[month] = found
    if months and teller.values.get("issue"):
        months[max(months)]["issues"] = str(teller.values["issue"])
    elif teller.values.get("issue"):
        teller.say(
            "note",
            "存在问题没有对应的月份，没有登记到月报。",
            "需要跟踪的，请录入问题台账。",
            key="issue",
            about="issue",
        )
    return months


def _match_report(
    reports: Reports,
    teller: RowPlan,
    covers_from: datetime.date,
    month: datetime.date,
    found: dict[str, Any],
    *,
    amount: str = "",
) -> None:
    """What `teller` says of the months `covers_from`–`month` as one report; `amount`: the field that says the money, if not
    the month's own."""
    label, key = span_label(covers_from, month), amount or _key(month_key(month), "done_wan")
    cells = {name: reports.row.cell_in(teller, _key(month_key(month), name)) for name in found}
    cells |= {"issues": reports.row.cell_in(teller, "issue"), "done_wan": reports.row.cell_in(teller, key)}
    there = next(iter(reports.overlapping(covers_from, month)), None)
    if there is None:
        reports.add({"month": month, "covers_from": covers_from, **found}, cells)
        return
    if (there["covers_from"], there["month"]) != (covers_from, month):
        teller.say(
            "warning",
            f"已有{span_label(there['covers_from'], there['month'])}合在一起的月报，{label}的数字没有导入，以免重复计算。",
            "请先核对那一份月报。",
            key=key,
        )
        return
    differing = {name: value for name, value in found.items() if not _is_same(name, there[name], value)}
    if not differing:
        return
    if "in_file" in there:
        teller.say(
            "warning",
            f"文件里另有一处写{label}完成 {format_wan(there['done_wan'])} 万元，"
            f"这里是 {format_wan(found.get('done_wan'))} 万元，没有导入。",
            "请核对两处的数字。",
            key=key,
        )
        return
    if not _is_taken_over(there):
        teller.say(
            "warning",
            f"{label}月报已由单位填报，当月完成 {format_wan(there['done_wan'])} 万元；"
            f"表中是 {format_wan(found.get('done_wan'))} 万元，没有覆盖。",
            "请与填报单位核对，由重点办在月报页处理。",
            key=key,
        )
        return
    if there["settled"]:
        teller.say(
            "warning",
            f"{label}月报{there['settled']}，登记的当月完成 {format_wan(there['done_wan'])} 万元；"
            f"表中是 {format_wan(found.get('done_wan'))} 万元，没有改动。",
            "审核过的数字不由导入改动；确实报错的，请在那份月报上提出更正。",
            key=key,
        )
        return
    reports.change(there, differing, cells)


def _match_to_date(reports: Reports, teller: RowPlan, months: Told, known: Known, at: datetime.datetime) -> None:
    """A cumulative figure without any month's: what it adds to the months that are there, as one report up to its month.
    Takes that month's words out of `months`."""
    if "year_done_wan" not in teller.values:
        return
    total = read.amount(teller, "year_done_wan", teller.values["year_done_wan"], negative=True)
    if total is None:
        return
    month = read.month(teller.values.get("year_done_month", ""))
    if month is None and total == _done([one for one in reports.standing if one["month"].year == known.year]):
        return
    if month is None or month > at.date():
        teller.say(
            "warning",
            f"本年累计 {format_wan(total)} 万元没有登记："
            + (f"{month_label(month)}还没有到。" if month else "表头、表名里没有写累计到哪个月。"),
            "请把表头写成“1—6月累计完成投资”的样子后重新上传。",
            key="year_done_wan",
        )
        return
    january = month.replace(month=1)
    before = [one for one in reports.standing if january <= one["month"] < month]
    own = next((one for one in reports.standing if one["month"] == month), None)
    start = own["covers_from"] if own else next_month(before[-1]["month"]) if before else january
    rest = total - _done(before)
    if own is None and before and not rest:
        return
    if rest < 0 or not _is_whole(before, january, start):
        teller.say(
            "warning",
            f"表中至{month_label(month)}累计 {format_wan(total)} 万元，与台账中此前各月的月报对不上，没有改动。",
            "请核对累计数与各月月报。",
            key="year_done_wan",
        )
        return
    found = {"done_wan": rest, **months.pop(month, {})}
    _match_report(reports, teller, start, month, found, amount="year_done_wan")


def _done(reports: list[Record]) -> Decimal:
    """What those of them that are filed add up to."""
    filed = (report for report in reports if report["state"] in FILED_STATES)
    return sum((report["done_wan"] or Decimal(0) for report in filed), Decimal(0))


def _is_whole(reports: list[Record], january: datetime.date, until: datetime.date) -> bool:
    """Whether these reports (by month) follow one another without a gap from January to the month before `until`, all filed."""
    reached = january
    for one in reports:
        if one["covers_from"] != reached or one["state"] not in FILED_STATES:
            return False
        reached = next_month(one["month"])
    return reached == until


def _match_earlier(reports: Reports, teller: RowPlan, months: Told) -> None:
    """The months that no sheet tells, from the cumulative figure: one report for January (or the month after those that the file
    tells) to the month before the first one."""
    if not months or "year_done_wan" not in teller.values:
        return
    total = read.amount(teller, "year_done_wan", teller.values["year_done_wan"], negative=True)
    first, last = min(months), max(months)
    if total is None or any("done_wan" not in found for found in months.values()) or first.year != last.year:
        return
    january = datetime.date(first.year, 1, 1)
    before = total - sum((found["done_wan"] for found in months.values()), Decimal(0))
    earlier = reports.overlapping(january, previous_month(first)) if first > january else []
    if any(one["month"] >= first for one in earlier):
        return  # months of the file lie inside that report, which was told of each of them
    known_sum = _done(earlier)
    if before == known_sum:
        return
    span = span_label(january, previous_month(first)) if first > january else "此前各月"
    cells = {"done_wan": reports.row.cell_in(teller, "year_done_wan")}
    since = next_month(earlier[-1]["month"]) if earlier else january
    is_gap = since < first and all("in_file" in one for one in earlier) and _is_whole(earlier, january, since)
    is_one_gap = is_gap and before > known_sum and len(months) == len(month_range(first, last))
    whole = len(earlier) == 1 and (earlier[0]["covers_from"], earlier[0]["month"]) == (january, previous_month(first))
    told, where = span_label(first, last), "前面的表" if any("in_file" in one for one in earlier) else "台账"
    if is_one_gap:
        values = {"month": previous_month(first), "covers_from": since, "done_wan": before - known_sum}
        values["note"] = f"由文件中的累计数减去{told}得出"
        reports.add(values, cells)
    elif whole and before > 0 and _is_taken_over(earlier[0]) and not earlier[0]["settled"]:
        reports.change(earlier[0], {"done_wan": before}, cells)
    else:
        teller.say(
            "warning",
            f"表中本年累计 {format_wan(total)} 万元，减去表中各月得{span} {format_wan(before)} 万元；"
            f"{where}中{span}为 {format_wan(known_sum)} 万元，没有改动。",
            "请核对累计数与各月月报。",
            key="year_done_wan",
        )


def _is_same(name: str, known: Any, value: Any) -> bool:
    return bool(known == value or (isinstance(value, str) and read.same_text(name, known, value)))


def _is_taken_over(report: Record) -> bool:
    """Whether it came from a workbook: accepted without anybody ever having sent it."""
    return bool(
        "in_file" not in report and report["state"] == ReportState.ACCEPTED and report["first_submitted_at"] is None
    )


def _key(month: str, field: str) -> str:
    """The reader's name of a month's cell."""
    return f"months.{month}.{field}"


def match_statistics(row: RowPlan, known: Known, today: datetime.date) -> None:
    """What the statistics bureau accepted of a month: a figure of its own, whatever the unit reports of the same month."""
    there = known.figures.get(row.project_pk or 0, {})
    tellers = (row, *row.earlier)
    said_of = {month: (teller, said) for teller in tellers for month, said in months_in(teller.values).items()}
    for written, (teller, said) in sorted(said_of.items()):
        month, key = read.month(written), _key(written, "entered_wan")
        if month is None or "entered_wan" not in said:
            continue
        amount = read.amount(teller, key, said["entered_wan"], negative=True)
        if month > today:
            words = f"{month_label(month)}还没有到，这个月的入库投资没有导入。"
            teller.say("warning", words, "请核对表头的月份。", key=key)
        elif amount is not None:
            found, cells = {"accepted_wan": amount}, {"accepted_wan": row.cell_in(teller, key)}
            prefix, label, record = f"{written}.", month_label(month), there.get(month)
            if record is None:
                figure = create(row, StatisticsFigure, found, cells, prefix=prefix, label=label)
                figure.values["month"] = month
            else:
                compare(row, StatisticsFigure, record, found, cells, prefix=prefix, label=label)


def months_in(values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """{"2023-06": what a row says of that month}"""
    return values.get("months") or {}
