"""What a row says of the course of things: milestones, permits, and whether the statistics bureau has it."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

from leaders.names import squeeze
from projects.imports.matching import values as read
from projects.imports.matching.known import Known, Record
from projects.imports.matching.names import Names
from projects.imports.matching.particulars import compare, create
from projects.imports.matching.result import RowPlan
from projects.milestones.models import Milestone
from projects.permits.models import Permit
from projects.permits.rules import COMPUTED_STATES, GRANT_FIELDS, DatedPermit, PermitState, left_behind, permit_deadline
from projects.progress.models import StatisticsEntry
from projects.registry.models import Project
from yichuan_tracker.months import first_day, last_day

PERMIT_STATES = {label: value for value, label in PermitState.choices}


# ---- milestones -------------------------------------------------------------------------------------------------


def match_milestones(row: RowPlan, known: Known) -> None:
    """Milestones that are not there yet. A due date that stands is never moved by a file: that is a request of its own."""
    nodes = row.values.get("milestones")
    if not nodes:
        return
    cells = {"name": row.cell("milestones"), "due_on": row.cell("milestones")}
    # The file states the original plan, whatever was approved since.
    there = Counter(
        (node["original_on"] or node["due_on"], squeeze(node["name"]))
        for node in known.milestones.get(row.project_pk or 0, ())
    )
    fresh = []
    for node in nodes:
        if not node.get("due"):
            row.say(
                "warning",
                f"节点“{node['text']}”看不出期限，没有导入。",
                "请写明月份，如“6月底前：……”。",
                key="milestones",
            )
            continue
        due_on = read.day(row, "milestones", node["due"])
        name = read.text(row, "milestones", node["text"], 200, "节点")
        if due_on is None:
            continue
        if there[due_on, squeeze(name)]:
            there[due_on, squeeze(name)] -= 1
        else:
            fresh.append((due_on, name))
    left = {name: due_on for (due_on, name), count in there.items() if count}
    for due_on, name in fresh:
        if (other := left.pop(squeeze(name), None)) is not None:
            row.say(
                "warning",
                f"节点“{name}”已登记，原定 {other}，表中是 {due_on}；原定日期不因导入而改动。",
                "确要调整的，请在节点页提出。",
                key="milestones",
            )
            continue
        create(row, Milestone, {"name": name, "due_on": due_on}, cells, prefix=f"{due_on}.{name[:20]}.")


# ---- permits ----------------------------------------------------------------------------------------------------


# Field of a permit → the part of its columns that says it; the others are said by 办理情况.
PERMIT_CELLS = {"due_on": "due", "obtained_on": "on", "document_number": "number"}


def match_permits(row: RowPlan, known: Known, names: Names, today: datetime.date) -> None:
    """One permit for every column; where the file gives no deadline, or the county's, the county's rule stands. No order of
    states is asked."""
    there = known.permits.get(row.project_pk or 0, {})
    # In an order of its own: PostgreSQL gives a kept row's keys back in another than the file's.
    for name, said in sorted((row.values.get("permits") or {}).items()):
        kind, key = names.permit_type(name), f"permits.{name}"
        record = there.get(kind.pk) if kind.pk else None
        found = _permit(row, name, said, today, record)
        left = _left(record, found, today)
        found |= left
        cells = {field: row.cell(f"{key}.{PERMIT_CELLS.get(field, '')}") or row.cell(key) for field in found}
        cells |= dict.fromkeys(left, row.cell(key))
        by_rule = permit_deadline(_planned_start(row, known), known.deadlines) if kind.is_before_start else None
        if found.get("due_on") == by_rule and (record is None or record["due_on"] is None):
            found.pop("due_on", None)
        if record is None:
            if found:
                permit = create(row, Permit, found, cells, prefix=f"{name}.", label=f"{name}：").values
                permit["permit_type"] = kind
            continue
        written = said.get("on_date") or said.get("on", "")
        if found.get("obtained_on") and read.same_day(record["obtained_on"], found["obtained_on"], written):
            del found["obtained_on"]
        if found.get("state") == record["state"]:
            found.pop("reason", None)
        compare(row, Permit, record, found, cells, prefix=f"{name}.", label=f"{name}：")


def _left(record: Record | None, found: dict[str, Any], today: datetime.date) -> dict[str, Any]:
    """What the file's state makes untrue of the permit: of a grant whatever still stands in the cells beside it."""
    if record is None or found.get("state", record["state"]) == record["state"]:
        return {}
    standing = DatedPermit(None, record["obtained_on"], record["valid_until"], record["owed_until"], record["state"])
    left = left_behind(standing, found["state"], today)
    return {name: empty for name, empty in left.items() if name in GRANT_FIELDS or name not in found}


def _planned_start(row: RowPlan, known: Known) -> datetime.date | None:
    """The project's planned start, as it will be."""
    if row.new_project is not None:
        return row.new_project.get("planned_start_on")
    moved = [change.values for change in row.changes if change.model is Project and change.values]
    found = next((values for values in moved if "planned_start_on" in values), known.projects.get(row.project_pk or 0))
    return found["planned_start_on"] if found else None


def _permit(
    row: RowPlan, name: str, said: dict[str, str], today: datetime.date, record: Record | None
) -> dict[str, Any]:
    """The fields of a permit as its cells give them."""
    key = f"permits.{name}"
    found = _permit_state(row, name, said, record)
    for part, field in (("on", "obtained_on"), ("due", "due_on")):
        if said.get(part) and (day := read.day(row, key, said.get(f"{part}_date") or said[part])) is not None:
            found[field] = day
    if "obtained_on" in found and first_day(found["obtained_on"]) > today:
        day = found.pop("obtained_on")
        granted = found.get("state") == PermitState.GRANTED and bool(found.pop("state"))
        left = "日期和“已办结”都没有导入" if granted else "日期没有导入"
        cure = "还没有办结的，请在原表写明“预计”或改成应办时限；日期写错的，请改正后重新导入。"
        row.say("warning", f"{name}的办结日期 {day} 还没有到，{left}。", cure, key=key)
    elif "obtained_on" in found:
        found["obtained_on"] = min(found["obtained_on"], today)
    if said.get("number"):
        found["document_number"] = read.text(row, key, said["number"], 80, "文号")
    return found


def _permit_state(row: RowPlan, name: str, said: dict[str, str], record: Record | None) -> dict[str, Any]:
    """State and what belongs to it. 容缺 without its deadline is 已受理, unless it is known; what follows from dates is said."""
    found: dict[str, Any] = {}
    key, state = f"permits.{name}", PERMIT_STATES.get(said.get("state", ""))
    if state in COMPUTED_STATES:
        words = f"{name}写的是“{said['state']}”，平台按时限和有效期推算，状态没有导入。"
        row.say("note", words, "办到哪一步请写“已受理”“已办结”等。", key=key)
        return found
    if state == PermitState.TOLERATED:
        until = read.day(row, key, said["until"]) if "until" in said else None
        if until is not None:
            found["owed_until"] = until
            if "papers" in said:
                found["owed_papers"] = read.text(row, key, said["papers"], 300, "所欠材料")
        elif record is None or record["state"] != state:
            state, found["reason"] = PermitState.ACCEPTED, "容缺办理，补齐期限待填"
    elif state == PermitState.NOT_NEEDED:
        found["reason"] = "导入的表中为“不需要”"
    return found | ({"state": state} if state is not None else {})


# ---- 入库 -------------------------------------------------------------------------------------------------------


def match_entry(row: RowPlan, known: Known, at: datetime.datetime) -> None:
    """√ says that it is entered by the sheet's month at the latest; a date says when."""
    said = row.values.get("entered")
    if said is None:
        return
    record = known.entries.get(row.project_pk or 0)
    if said is False:
        if record is not None:
            row.say(
                "warning", f"表中为未入库，台账里 {record['entered_on']} 已入库，没有改动。", "请核对。", key="entered"
            )
        return
    found: dict[str, Any] = {"is_day_known": False}
    if isinstance(said, str):
        day = read.day(row, "entered", said)
        if day is None:
            return
        if first_day(day) > at.date():
            row.say("warning", f"入库时间 {said} 还没有到，没有导入。", "请核对年份，在这里改正。", key="entered")
            return
        found = {"entered_on": day, "is_day_known": len(said) > 7}
    elif record is not None:
        return
    else:
        months = [month for written in row.values.get("months") or {} if (month := read.month(written)) is not None]
        found["entered_on"] = last_day(max(months)) if months else known.as_of
    found["entered_on"] = min(found["entered_on"], at.date())
    cells = {"entered_on": row.cell("entered")}
    if record is None:
        create(row, StatisticsEntry, found, cells)
    elif first_day(record["entered_on"]) != first_day(found["entered_on"]):
        compare(row, StatisticsEntry, record, found, cells)
