"""What a row says of the months: each month's own figures, and what a cumulative figure adds to them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from projects.imports.matching import values as read
from projects.imports.matching.known import Known, Record
from projects.imports.matching.particulars import compare, create
from projects.imports.matching.result import RowPlan, Stamp
from projects.progress.models import MonthReport
from projects.progress.rules import FILED_STATES, ReportState
from yichuan_tracker.money import format_wan
from yichuan_tracker.months import month_key, month_label, next_month, previous_month, span_label


def match_months(row: RowPlan, known: Known, at: datetime.datetime) -> None:
    """Month reports as the county's own table states them: accepted at once. What a unit filed itself is never overwritten."""
    stamps = {
        "state": ReportState.ACCEPTED,
        "submitted_at": Stamp.AT,
        "submitter": Stamp.BY,
        "accepted_at": Stamp.AT,
        "accepter": Stamp.BY,
    }
    reports = known.reports.get(row.project_pk or 0, [])
    months = _months(row, at)
    if not any("done_wan" in found for found in months.values()):
        _match_to_date(row, months, known, stamps, at)
    for month, found in months.items():
        _match_report(row, month, month, found, cells=_cells(row, month, found), reports=reports, stamps=stamps)
    _match_earlier(row, months, reports, stamps)


def _months(row: RowPlan, at: datetime.datetime) -> dict[datetime.date, dict[str, Any]]:
    """Month → fields of its report; months to come and months of which only a plan is known are left out."""
    months: dict[datetime.date, dict[str, Any]] = {}
    for written, said in sorted((row.values.get("months") or {}).items()):
        month = read.month(written)
        if month is None or ("done_wan" not in said and "progress" not in said):
            continue
        if month > at.date():
            row.say(
                "warning", f"{month_label(month)}还没有到，这个月的数字没有导入。", "请核对表头的月份。", key="months"
            )
            continue
        found: dict[str, Any] = {}
        for key in ("planned_wan", "done_wan"):
            if key in said:
                amount = read.amount(row, _key(written, key), said[key], negative=key == "done_wan")
                if amount is not None:
                    found[key] = amount
        if said.get("progress"):
            found["progress"] = str(said["progress"])
        months[month] = found
    if months and row.values.get("issue"):
        months[max(months)]["issues"] = str(row.values["issue"])
    elif row.values.get("issue"):
        row.say(
            "note",
            "存在问题没有对应的月份，没有登记到月报。",
            "需要跟踪的，请录入问题台账。",
            key="issue",
            about="issue",
        )
    return months


def _match_report(
    row: RowPlan,
    covers_from: datetime.date,
    month: datetime.date,
    found: dict[str, Any],
    *,
    cells: dict[str, str],
    reports: list[Record],
    stamps: dict[str, Any],
) -> None:
    """What the file says of the months `covers_from`–`month` as one report."""
    label = span_label(covers_from, month)
    key = "year_done_wan" if cells.get("done_wan") == row.cell("year_done_wan") else _key(month_key(month), "done_wan")
    there = next((one for one in reports if one["covers_from"] <= month and covers_from <= one["month"]), None)
    if there is None:
        _new_report(row, {"month": month, "covers_from": covers_from, **found}, stamps, cells)
        return
    if (there["covers_from"], there["month"]) != (covers_from, month):
        row.say(
            "warning",
            f"已有{span_label(there['covers_from'], there['month'])}合在一起的月报，{label}的数字没有导入，以免重复计算。",
            "请先核对那一份月报。",
            key=key,
        )
        return
    differing = {name: value for name, value in found.items() if not _is_same(name, there[name], value)}
    if not differing:
        return
    if not _is_taken_over(there):
        row.say(
            "warning",
            f"{label}月报已由单位填报，当月完成 {format_wan(there['done_wan'])} 万元；"
            f"表中是 {format_wan(found.get('done_wan'))} 万元，没有覆盖。",
            "请与填报单位核对，由重点办在月报页处理。",
            key=key,
        )
        return
    if there["settled"]:
        row.say(
            "warning",
            f"{label}月报{there['settled']}，登记的当月完成 {format_wan(there['done_wan'])} 万元；"
            f"表中是 {format_wan(found.get('done_wan'))} 万元，没有改动。",
            "审核过的数字不由导入改动；确实报错的，请在那份月报上提出更正。",
            key=key,
        )
        return
    _change_report(row, there, differing, stamps, cells)


def _match_to_date(
    row: RowPlan,
    months: dict[datetime.date, dict[str, Any]],
    known: Known,
    stamps: dict[str, Any],
    at: datetime.datetime,
) -> None:
    """A cumulative figure without any month's: what it adds to the months that are there, as one report up to its month.
    Takes that month's words out of `months`."""
    if "year_done_wan" not in row.values:
        return
    total = read.amount(row, "year_done_wan", row.values["year_done_wan"], negative=True)
    if total is None:
        return
    reports = known.reports.get(row.project_pk or 0, [])
    month = read.month(row.values.get("year_done_month", ""))
    if month is None and total == _done([one for one in reports if one["month"].year == known.year]):
        return
    if month is None or month > at.date():
        row.say(
            "warning",
            f"本年累计 {format_wan(total)} 万元没有登记："
            + (f"{month_label(month)}还没有到。" if month else "表头、表名里没有写累计到哪个月。"),
            "请把表头写成“1—6月累计完成投资”的样子后重新上传。",
            key="year_done_wan",
        )
        return
    january = month.replace(month=1)
    before = [one for one in reports if january <= one["month"] < month]
    own = next((one for one in reports if one["month"] == month), None)
    start = own["covers_from"] if own else next_month(before[-1]["month"]) if before else january
    rest = total - _done(before)
    if own is None and before and not rest:
        return
    if rest < 0 or not _is_whole(before, january, start):
        row.say(
            "warning",
            f"表中至{month_label(month)}累计 {format_wan(total)} 万元，与台账中此前各月的月报对不上，没有改动。",
            "请核对累计数与各月月报。",
            key="year_done_wan",
        )
        return
    found = {"done_wan": rest, **months.pop(month, {})}
    cells = _cells(row, month, found) | {"done_wan": row.cell("year_done_wan")}
    _match_report(row, start, month, found, cells=cells, reports=reports, stamps=stamps)


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


def _match_earlier(
    row: RowPlan, months: dict[datetime.date, dict[str, Any]], reports: list[Record], stamps: dict[str, Any]
) -> None:
    """The months before the first one in the file, from its cumulative figure: one report for January to the month before."""
    if not months or "year_done_wan" not in row.values:
        return
    total = read.amount(row, "year_done_wan", row.values["year_done_wan"], negative=True)
    first, last = min(months), max(months)
    if total is None or any("done_wan" not in found for found in months.values()) or first.year != last.year:
        return
    january = datetime.date(first.year, 1, 1)
    before = total - sum((found["done_wan"] for found in months.values()), Decimal(0))
    earlier = [report for report in reports if january <= report["month"] < first]
    known_sum = _done(earlier)
    if before == known_sum:
        return
    span = span_label(january, previous_month(first)) if first > january else "此前各月"
    cells = {"done_wan": row.cell("year_done_wan")}
    whole = len(earlier) == 1 and (earlier[0]["covers_from"], earlier[0]["month"]) == (january, previous_month(first))
    if first > january and before > 0 and not earlier:
        values = {"month": previous_month(first), "covers_from": january, "done_wan": before}
        values["note"] = f"由文件中的累计数减去{span_label(first, last)}得出"
        _new_report(row, values, stamps, cells)
    elif whole and before > 0 and _is_taken_over(earlier[0]) and not earlier[0]["settled"]:
        _change_report(row, earlier[0], {"done_wan": before}, stamps, cells)
    else:
        row.say(
            "warning",
            f"表中本年累计 {format_wan(total)} 万元，减去表中各月得{span} {format_wan(before)} 万元；"
            f"台账中{span}为 {format_wan(known_sum)} 万元，没有改动。",
            "请核对累计数与各月月报。",
            key="year_done_wan",
        )


def _is_same(name: str, known: Any, value: Any) -> bool:
    return bool(known == value or (isinstance(value, str) and read.same_text(name, known, value)))


def _new_report(row: RowPlan, values: dict[str, Any], stamps: dict[str, Any], cells: dict[str, str]) -> None:
    shown = {name: value for name, value in values.items() if name not in ("month", "covers_from")}
    span = span_label(values["covers_from"], values["month"])
    report = create(row, MonthReport, shown, cells, prefix=f"{month_key(values['month'])}.", label=span)
    report.values |= values | stamps


def _change_report(
    row: RowPlan, there: Record, differing: dict[str, Any], stamps: dict[str, Any], cells: dict[str, str]
) -> None:
    label = span_label(there["covers_from"], there["month"])
    times = {name: value for name, value in stamps.items() if name.endswith("_at")}
    prefix = f"{month_key(there['month'])}."
    compare(row, MonthReport, there, differing | times, cells, prefix=prefix, label=label, hidden=frozenset(times))


def _is_taken_over(report: Record) -> bool:
    """Whether it came from a workbook: accepted without anybody ever having sent it."""
    return bool(report["state"] == ReportState.ACCEPTED and report["first_submitted_at"] is None)


def _key(month: str, field: str) -> str:
    """The reader's name of a month's cell."""
    return f"months.{month}.{field}"


def _cells(row: RowPlan, month: datetime.date, found: dict[str, Any]) -> dict[str, str]:
    cells = {name: row.cell(_key(month_key(month), name)) for name in found}
    return cells | {"issues": row.cell("issue")}
