"""What a row says of the project itself, of its codes, its place in the list and its plan of the year."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db import models

from projects.imports.matching import values as read
from projects.imports.matching.known import Known, Record
from projects.imports.matching.names import Names
from projects.imports.matching.result import Creation, RowPlan, Told, created_lines, line
from projects.registry.models import Membership, Project, ProjectCode, YearPlan
from projects.registry.rules import (
    STARTED_STATES,
    ListKind,
    Nature,
    ProjectState,
    YearLabel,
    pinyin_initials,
)
from yichuan_tracker.months import last_day

# Reader's key → field, for what needs no looking up.
AMOUNTS = {"total_wan": "total_wan", "gov_wan": "government_wan", "private_wan": "private_wan"}
DATES = {
    "starts": "planned_start_on",
    "ends": "planned_end_on",
    "actual_starts": "actual_start_on",
    "actual_ends": "actual_end_on",
}
TEXTS = {"content": "content", "owner": "owner", "remark": "remark"}
FLAGS = {"省重点": "is_provincial_key", "市重点": "is_city_key", "招商": "is_invited", "招商引资": "is_invited"}
NATURES = {label: value for value, label in Nature.choices} | {"技术改造": Nature.UPGRADE, "重建": Nature.REBUILD}
LABELS = {label: value for value, label in YearLabel.choices}
BEFORE_START = frozenset({ProjectState.CONCEIVED, ProjectState.RESERVED, ProjectState.PREPARING})
STARTED_LABELS = frozenset({YearLabel.CONTINUED, YearLabel.COMPLETION})

GOALS = {"goal_year": "goal", "goal_h1": "goal_first_half", "goal_h2": "goal_second_half"}
# What a blank cell clears, where a person says so for the column; of a township also where in it.
CLEARED: dict[Any, dict[str, str]] = {
    Project: AMOUNTS | DATES | TEXTS | {"township": "township", "sector": "sector", "nature": "nature"},
    YearPlan: GOALS | {"done_before_wan": "done_before_wan"},
    Membership: {"stage": "stage", "batch": "batch", "valid_until": "valid_until"},
}

Cells = dict[str, str]


class Before(NamedTuple):
    """What is known before the row is looked at: a new project's state, the file's year and day, the year's label."""

    first_state: str
    year: int
    as_of: datetime.date
    label: str


def match_project(row: RowPlan, known: Known, names: Names, kind: str) -> None:
    """Creates the row's project or changes it; `row.project_pk` says which. `kind` is the kind of list."""
    record = known.projects.get(row.project_pk) if row.project_pk else None
    found, cells = _given(row, names)
    _refuse_days_to_come(row, found, known.today)
    first = ProjectState.RESERVED if kind == ListKind.THREE_BATCHES else ProjectState.PREPARING
    label = known.plans.get(row.project_pk or 0, {}).get("label", "")
    _start(row, found, cells, record, Before(first, known.year, known.as_of, label))
    _refuse_turned_dates(row, found, record)
    if record is None:
        created = {"name": row.name} | found
        key = read.key_of_name(row.name)
        row.namesakes = len(known.by_name.get(key, ()))
        lines = created_lines(Project, created, {"name": row.cell("name")} | cells)
        row.create(Project, created | {"name_key": key, "pinyin": pinyin_initials(row.name)}, lines)
        return
    if read.key_of_name(row.name) != record["name_key"]:
        found = {"name": row.name, "name_key": read.key_of_name(row.name), "pinyin": pinyin_initials(row.name)} | found
    cells["name"] = row.cell("name")
    clear(row, Project, found, cells)
    compare(row, Project, record, found, cells, hidden={"name_key", "pinyin"}, related=names.related)


def match_code(row: RowPlan, known: Known) -> None:
    code = read.code_of(row.values.get("code", ""))
    if not code or (row.project_pk and code in known.codes[row.project_pk]):
        return
    if code in known.code_owner and known.code_owner[code] != row.project_pk:
        row.say("warning", f"项目代码 {code} 已登记在别的项目名下，没有再登记。", "请核对两个项目的代码。", key="code")
        return
    known.code_owner[code] = row.project_pk or 0
    create(row, ProjectCode, {"code": code[:30]}, {"code": row.cell("code")}, prefix=f"{code}.")


def match_year_plan(row: RowPlan, known: Known) -> None:
    found: dict[str, Any] = {}
    cells: Cells = {}
    for key, field in (("plan_wan", "plan_wan"), ("done_before_wan", "done_before_wan")):
        if key in row.values and (amount := read.amount(row, key, row.values[key])) is not None:
            found[field], cells[field] = amount, row.cell(key)
    if (label := row.values.get("label")) and label in LABELS:
        found["label"], cells["label"] = LABELS[label], row.cell("label")
    for key, field in GOALS.items():
        if key in row.values:
            found[field], cells[field] = str(row.values[key]), row.cell(key)
    prefix, label = f"{known.year}.", f"{known.year}年"
    record = known.plans.get(row.project_pk) if row.project_pk else None
    if record is not None:
        clear(row, YearPlan, found, cells)
    if not found:
        return
    if record is None:
        lines = created_lines(YearPlan, found, cells, prefix=prefix, label=label)
        row.create(YearPlan, found | {"year": known.year}, lines)
        return
    compare(row, YearPlan, record, found, cells, prefix=prefix, label=label)


# ---- of the project itself --------------------------------------------------------------------------------------


def _given(row: RowPlan, names: Names) -> tuple[dict[str, Any], Cells]:
    """The project's fields as the row gives them, and the cell of each."""
    values = row.values
    said: list[tuple[str, str, Any]] = []
    said += [(key, field, read.amount(row, key, values[key])) for key, field in AMOUNTS.items() if key in values]
    said += [(key, field, read.day(row, key, values[key])) for key, field in DATES.items() if key in values]
    said += [(key, field, _text(row, key, field)) for key, field in TEXTS.items() if key in values]
    said += [("flags", FLAGS[flag], True) for flag in values.get("flags", ()) if flag in FLAGS]
    if "nature" in values:
        said.append(("nature", "nature", NATURES.get(values["nature"], Nature.OTHER)))
    if "sector" in values:
        said.append(("sector", "sector", names.sector(values["sector"])))
    if "township" in values:
        township, place = names.township(values["township"])
        where = read.text(row, "township", place, 200, "建设地点") if place else None
        said += [("township", "township", township), ("township", "location", where)]
    kept = [(key, field, value) for key, field, value in said if value is not None]
    return {field: value for _, field, value in kept}, {field: row.cell(key) for key, field, _ in kept}


def _text(row: RowPlan, key: str, field: str) -> str:
    model_field: Any = Project._meta.get_field(field)
    return read.text(row, key, row.values[key], model_field.max_length or 10_000, str(model_field.verbose_name))


def _start(row: RowPlan, found: dict[str, Any], cells: Cells, record: Record | None, before: Before) -> None:
    """The state that √, 实际开工 or the year's label tell of. A list that says less than is known changes nothing."""
    known_state = record["state"] if record else before.first_state
    planned = found.get("planned_start_on") or (record["planned_start_on"] if record else None)
    state = known_state
    if "actual_end_on" in found and state in BEFORE_START | {ProjectState.BUILDING}:
        state = ProjectState.COMPLETED
    elif row.values.get("started") is False and state in STARTED_STATES:
        row.say(
            "warning", "表中为未开工，台账里已开工，没有改动。", "请核对；确未开工的，在项目页更正状态。", key="started"
        )
    elif state in BEFORE_START and _says_started(row, found, planned, before):
        state = ProjectState.BUILDING
    place = row.cell("started") or row.cell("label")
    if record is None or state != known_state:
        found["state"], cells["state"] = state, place
    is_dated = "actual_start_on" in found or (record is not None and record["actual_start_on"] is not None)
    if state in STARTED_STATES and not is_dated and planned is not None:
        found["actual_start_on"], cells["actual_start_on"] = (
            min(planned, last_day(_sheet_month(row) or before.as_of)),
            place,
        )
        row.say("note", "按计划开工月记为实际开工", key="starts", about="start")


def _says_started(row: RowPlan, found: dict[str, Any], planned: datetime.date | None, before: Before) -> bool:
    """√, an actual date, or a label, new to us, that only a project begun in an earlier year has."""
    ticked = row.values.get("started")
    if ticked is not None:
        return bool(ticked)
    of_earlier_year = planned is None or planned.year < before.year
    label = LABELS.get(row.values.get("label", ""))
    return "actual_start_on" in found or (label in STARTED_LABELS and label != before.label and of_earlier_year)


def _sheet_month(row: RowPlan) -> datetime.date | None:
    months = row.values.get("months") or {}
    return read.month(max(months)) if months else None


def _refuse_days_to_come(row: RowPlan, found: dict[str, Any], today: datetime.date) -> None:
    """What has happened has not happened in a month to come."""
    for key, field, what in (("actual_starts", "actual_start_on", "开工"), ("actual_ends", "actual_end_on", "竣工")):
        if field in found and found[field].replace(day=1) > today:
            words = f"实际{what}时间 {found.pop(field):%Y-%m} 还没有到，没有导入。"
            row.say("warning", words, f"请核对年份；是计划{what}的，请在原表写在“计划{what}时间”里。", key=key)


def _refuse_turned_dates(row: RowPlan, found: dict[str, Any], record: Record | None) -> None:
    """Two dates of which the second comes first are both left out."""
    for first, second, words in (
        ("planned_start_on", "planned_end_on", "计划"),
        ("actual_start_on", "actual_end_on", "实际"),
    ):
        start = found.get(first, record[first] if record else None)
        end = found.get(second, record[second] if record else None)
        if start and end and start > end:
            row.say(
                "warning",
                f"{words}竣工（{end:%Y-%m}）早于{words}开工（{start:%Y-%m}），这两个日期没有导入。",
                "请核对两个日期后重新导入，或在项目页填写。",
                key="ends",
            )
            found.pop(first, None)
            found.pop(second, None)


# ---- shared with the other parts of matching ----------------------------------------------------------------------


def create(
    row: RowPlan, model: type[Any], found: dict[str, Any], cells: Cells, *, prefix: str = "", label: str = ""
) -> Creation:
    return row.create(model, found, created_lines(model, found, cells, prefix=prefix, label=label))


def clear(row: RowPlan, model: type[models.Model], found: dict[str, Any], cells: Cells) -> None:
    """Add what blank cells clear in a record that is there."""
    for key, cell in row.cleared.items():
        name = CLEARED[model].get(key)
        for cleared in (name, "location") if name == "township" else (name,):
            if cleared is not None and cleared not in found:
                field: Any = model._meta.get_field(cleared)
                found[cleared], cells[cleared] = None if field.null else "", cell


def compare(
    row: RowPlan,
    model: type[Any],
    record: Record,
    found: Mapping[str, Any],
    cells: Cells,
    *,
    prefix: str = "",
    label: str = "",
    hidden: frozenset[str] | set[str] = frozenset(),
    related: Callable[[str, int], models.Model] | None = None,
) -> None:
    """A Change for what differs from the record as it is known; nothing when nothing does."""
    differing: dict[str, Any] = {}
    lines: list[Told] = []
    for name, value in found.items():
        field: Any = model._meta.get_field(name)
        old = record[field.attname]
        new = value.pk if isinstance(value, models.Model) else value
        if old == new and not (isinstance(value, models.Model) and value.pk is None):
            continue
        if isinstance(old, str) and isinstance(value, str) and read.same_text(name, old, value):
            continue
        if isinstance(value, datetime.date) and read.same_day(old, value, _written(row, name)):
            continue
        differing[name] = value
        if name not in hidden:
            shown = related(name, old) if related and field.is_relation and old is not None else old
            lines.append(line(model, name, shown, value, prefix=prefix, label=label, cell=cells.get(name, "")))
    if differing:
        row.change(model, record, differing, lines)


_WRITTEN = {field: key for key, field in DATES.items()}


def _written(row: RowPlan, field: str) -> object:
    return row.values.get(_WRITTEN.get(field, ""), "")
