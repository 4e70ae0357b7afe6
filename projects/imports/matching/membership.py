"""A row's place in the list: it joins, stays, or comes back; of a whitelist also until when it protects."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

from projects.imports.matching import values as read
from projects.imports.matching.identity import PARK_OPTION
from projects.imports.matching.known import Known, Record
from projects.imports.matching.particulars import clear, compare
from projects.imports.matching.result import Plan, RowPlan, created_lines, line
from projects.imports.reading.dates import OPEN
from projects.imports.reading.problems import option, question_id
from projects.registry.models import Membership
from projects.registry.rules import ListKind, end_of_term

DAY = datetime.timedelta(days=1)
# Reader's key → field, and how much of a text fits.
PLACE = (("serial", "serial", 20), ("stage", "stage", 20), ("batch", "batch", 20), ("section", "section", 80))


class Term(NamedTuple):
    """What the row says of how long the whitelist protects; `is_open` where it says that there is no end."""

    starts: datetime.date | None = None
    ends: datetime.date | None = None
    is_open: bool = False


SILENT = Term()


def match_membership(
    row: RowPlan, known: Known, plan: Plan, position: int, answers: Mapping[str, str], *, is_list: bool
) -> None:
    """`is_list` is False for a sheet that lists months, not members: it leaves serial numbers and order alone, and lists nobody
    again who has left or whose term has run out."""
    if plan.project_list is None:
        return
    record = known.members.get(row.project_pk) if row.project_pk else None
    is_whitelist = plan.project_list.kind == ListKind.WHITELIST
    term = _term(row, answers) if is_whitelist and is_list else SILENT
    if row.waits():
        return
    if "valid_until" in row.values and not is_whitelist:
        row.say("note", "有效期没有导入", key="valid_until", about="term")
    found: dict[str, Any] = {
        field: read.text(row, key, row.values[key], longest, "该格")
        for key, field, longest in PLACE
        if key in row.values and (is_list or record is None)
    }
    if record is None:
        joined_on = known.as_of if known.members else datetime.date(known.year, 1, 1)
        _join(row, {"project_list": plan.project_list, "position": position, **found}, term, joined_on)
    elif record["left_on"] is not None or _has_run_out(record, term, known.today):
        if _comes_back(row, record, term, answers, is_list=is_list):
            place = {field: record[field] for _, field, _ in PLACE} | found
            _join_again(row, {"project_list": plan.project_list, "position": position, **place}, term, record, known)
    else:
        _keep_term(row, record, found, term, known.today)
        cells = {key: row.cell(key) for key in found}
        clear(row, Membership, found, cells)
        compare(row, Membership, record, found, cells)
        if is_list and record["position"] != position:
            plan.positions[record["id"]] = position


def _join(row: RowPlan, place: dict[str, Any], term: Term, joined_on: datetime.date) -> bool:
    """Whether it does: a term that is over before it would begin protects nobody."""
    joined_on = term.starts or joined_on
    if term.ends is not None and term.ends < joined_on:
        words = f"有效期到 {term.ends} 为止，早于列入日期 {joined_on}，没有列入清单，其余照常导入。"
        row.say("warning", words, "请核对有效期；已经延续的，写上新的日期后重新导入。", key="valid_until")
        return False
    place |= {"valid_until": term.ends} if term.ends else {}
    told = {name: value for name, value in place.items() if name != "position"}
    lines = created_lines(Membership, told, {key: row.cell(key) for key in told})
    row.create(Membership, place | {"joined_on": joined_on}, lines)
    return True


def _join_again(row: RowPlan, place: dict[str, Any], term: Term, record: Record, known: Known) -> None:
    """Another stretch; the one before keeps its days, so that who was protected then still was."""
    ended = {} if record["left_on"] is not None else end_of_term(record["valid_until"])
    earliest: datetime.date = record["left_on"] or ended["left_on"]
    joined_on = max(term.starts or known.as_of, earliest)
    if _join(row, place, term._replace(starts=None), joined_on) and ended:
        lines = [line(Membership, name, None, value) for name, value in ended.items()]
        row.change(Membership, record, ended, lines)


def _comes_back(row: RowPlan, record: Record, term: Term, answers: Mapping[str, str], *, is_list: bool) -> bool:
    """Whether a project that has left the list, or whose term has run out, is listed again: a new term says so itself, the old one
    says no. Otherwise it is asked, and until that is answered the row waits."""
    if record["left_on"] is None and (term.ends or term.is_open):
        return term.ends != record["valid_until"]
    if record["left_on"] is not None:
        left = f"该项目已于 {record['left_on']} 调出本清单（{record['left_reason'] or '没有写原因'}）"
    else:
        left = f"该项目在本清单的有效期到 {record['valid_until']} 为止，已经届满"
    if not is_list:
        row.say("warning", f"{left}，只导入进展，没有重新列入。", "要重新列入的，请在清单页面办理。")
        return False
    asked = question_id(
        "left", row.sheet, row.row, read.key_of_name(row.name), record["left_on"] or record["valid_until"]
    )
    answer = answers.get(asked) or answers.get("*", "")
    if answer in ("join", "new"):
        return True
    if answer in ("stay", "same"):
        row.say("note", f"{left}，按回答没有重新列入，其余照常导入。", "要重新列入的，请在清单页面办理。")
    elif answer == "park":
        row.park_as_answered()
    else:
        row.is_open = True
        options = [option("join", "重新列入"), option("stay", "不列入，其余照常导入"), PARK_OPTION]
        message = f"{left}，文件中仍有它。要重新列入吗？"
        row.say("question", message, "多半是沿用了旧表，选“不列入”。", id=asked, options=options)
    return False


# ---- the term of a whitelist --------------------------------------------------------------------------------------


def _term(row: RowPlan, answers: Mapping[str, str]) -> Term:
    """The term as the row's cells give it; the row waits where they tell no day (有效期一年)."""
    starts = read.day(row, "valid_from", row.values["valid_from"]) if "valid_from" in row.values else None
    said = str(row.values.get("valid_until", ""))
    if said == OPEN or "valid_until" in row.cleared:
        return Term(starts, None, is_open=True)
    if not said:
        return Term(starts)
    if (ends := read.iso_day(said)) is not None:
        return Term(starts, ends)
    asked = question_id("term", row.sheet, row.row, read.key_of_name(row.name), said)
    answer = answers.get(asked, "")
    if answer == "open":
        return Term(starts, None, is_open=True)
    if answer == "park":
        row.park_as_answered()
        return SILENT
    row.is_open = True
    row.say(
        "question",
        f"“{row.name}”的有效期写的是“{said}”，看不出到哪一天为止。",
        "请打开这一行，把“有效期至”改成到哪一天（如 2024年5月31日）；也可以先不导入。",
        key="valid_until",
        id=asked,
        options=[option("open", "没有期限"), PARK_OPTION],
    )
    return SILENT


def _has_run_out(record: Record, term: Term, today: datetime.date) -> bool:
    """Whether the stretch is over by its own term, or will be before the one that the row speaks of begins."""
    until = record["valid_until"]
    return until is not None and (until < today or (term.starts is not None and term.starts > until + DAY))


def _keep_term(row: RowPlan, record: Record, found: dict[str, Any], term: Term, today: datetime.date) -> None:
    """The end of a stretch that lasts moves with the file, never into the past: who was protected stays so for those days."""
    if term.is_open:
        found["valid_until"] = None
    if term.ends is None or term.ends == record["valid_until"]:
        return
    if term.ends < max(today, record["joined_on"]):
        known = f"到 {record['valid_until']} 为止" if record["valid_until"] else "没有期限"
        words = f"有效期写的是到 {term.ends} 为止，已经过去；台账里{known}，没有改动，已经受保护的日子不往回改。"
        row.say("warning", words, "多半是旧表；确要提前结束的，请申请调出清单。", key="valid_until")
        return
    found["valid_until"] = term.ends
