"""What holds for the result of reading any file: the interface's shapes, and nothing that disappears."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from projects.imports.reading.content import ROW_UNIT
from projects.imports.reading.fields import DATES, MONEY
from projects.imports.reading.grid import Sheet, cell_name
from projects.imports.reading.limits import Limits
from projects.imports.reading.problems import Refused
from projects.imports.reading.text import BLANK_WORDS
from projects.imports.reading.units import stated_unit
from projects.imports.reading.workbook import open_workbook

HAN = re.compile("[\u4e00-\u9fff]")
AMOUNT = re.compile(r"-?\d+\.\d\d")
MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
CELL = re.compile(r"[A-Z]{1,3}\d+")
PERMIT_STATES = {"未启动", "材料准备", "已受理", "容缺预审", "已办结", "不需要", "退件", "超期", "失效"}
LISTS = {"leaders", "supporting_units", "flags"}


def assert_sound(path: Path, result: dict[str, Any]) -> None:
    """Every shape of the interface, every sheet named, every row of every sheet in exactly one place."""
    json.dumps(result, ensure_ascii=False).encode("utf-8")
    assert result["file"] == path.name
    assert re.fullmatch("[0-9a-f]{64}", result["sha256"])
    for entry in result["problems"]:
        _check_problem(entry)
    for sheet in result["sheets"]:
        _check_sheet(sheet)
    try:
        sheets = open_workbook(path, Limits())
    except Refused:
        assert result["sheets"] == []
        assert [entry["level"] for entry in result["problems"]] == ["error"]
        return
    named = Counter(sheet.name for sheet in sheets)
    assert named.keys() >= {sheet["name"] for sheet in result["sheets"]}
    if not any(entry["level"] == "error" and not result["sheets"] for entry in result["problems"]):
        assert named.keys() == {sheet["name"] for sheet in result["sheets"]}
    for sheet in sheets:
        if named[sheet.name] == 1 and any(one["name"] == sheet.name for one in result["sheets"]):
            _check_rows(sheet, result)


def _check_problem(entry: dict[str, Any]) -> None:
    assert entry["level"] in {"error", "question", "warning", "note"}
    assert HAN.search(entry["message"])
    assert HAN.search(entry["cure"])
    assert entry["cell"] == "" or CELL.fullmatch(entry["cell"])
    assert entry["sheet"] or not entry["cell"]
    if entry["level"] == "question":
        assert entry["id"]
        assert entry["options"]
        assert all(choice["value"] and choice["label"] for choice in entry["options"])


def _check_sheet(sheet: dict[str, Any]) -> None:
    assert sheet["status"] in {"read", "skipped", "refused"}
    assert bool(sheet["why"]) == (sheet["status"] != "read")
    assert all(entry["why"] for entry in [*sheet["ignored"], *sheet["skipped_rows"]])
    if sheet["status"] != "read":
        assert sheet["rows"] == []
        return
    if sheet["header_rows"]:  # cards have none
        first, last = sheet["header_rows"]
        assert first <= last < min((row["row"] for row in sheet["rows"]), default=last + 1)
    assert sheet["read"]["count"] == len(sheet["rows"])
    for column in sheet["columns"]:
        assert column["heading"]
        assert ("unit" in column) == (column["field"] in MONEY)
    for row in sheet["rows"]:
        _check_values(row["values"])


def _check_values(values: dict[str, Any]) -> None:
    # A row of a ledger that has a form may lack its name: it is parked, to be corrected.
    assert values["name"].strip() if "form" not in values else values.keys() - {"form"}
    for key, value in values.items():
        assert value not in ("", None, [], {}), f"{key} is blank and must be absent"
        if key in MONEY:
            assert AMOUNT.fullmatch(value), (key, value)
        elif key in DATES:
            assert MONTH.fullmatch(value), (key, value)
        elif key in LISTS:
            assert len(value) == len(set(value))
        elif key == "months":
            for month, said in value.items():
                assert MONTH.fullmatch(month)
                assert said.keys() <= {"planned_wan", "done_wan", "entered_wan", "progress"}
        elif key == "milestones":
            assert all(DAY.fullmatch(node["due"]) and node["text"] for node in value)
        elif key == "permits":
            assert all(said.get("state", "未启动") in PERMIT_STATES for said in value.values())
        else:
            assert isinstance(value, str | bool) or all(isinstance(name, str) for name in value)


def _check_rows(sheet: Sheet, result: dict[str, Any]) -> None:
    parts = [part for part in result["sheets"] if part["name"] == sheet.name]
    if any(part.get("turned") and not part["header_rows"] for part in parts):
        _check_cards(sheet, parts, result["problems"])
        return
    if any(part.get("turned") for part in parts):
        assert not set(_columns_with_text(sheet)) - _places_told(parts)
        return
    heads = [row for part in parts for row in part["header_rows"]]
    places = Counter(row["row"] for part in parts for row in {row["row"]: row for row in part["rows"]}.values())
    skipped = Counter(entry["row"] for part in parts for entry in part["skipped_rows"])
    beside = len({tuple(part["header_rows"]) for part in parts if part["header_rows"]}) < len(parts)
    assert beside or max([*places.values(), *skipped.values(), 0]) <= 1
    assert not places.keys() & skipped.keys()
    said = {entry["row"] for entry in result["problems"] if entry["sheet"] == sheet.name and entry.get("row")}
    inside = {
        row
        for part in parts
        if part["header_rows"]
        for row in range(part["header_rows"][0], part["header_rows"][1] + 1)
    }
    filled = {row for row in sheet.rows if not heads or row > min(heads)} - inside
    lost = filled - places.keys() - skipped.keys() - said
    assert not lost, f"rows {sorted(lost)} of {sheet.name} disappeared"


def _check_cards(sheet: Sheet, parts: list[dict[str, Any]], said: list[dict[str, Any]]) -> None:
    """Every cell of a card is a label, the value of a field, says nothing, or stands beside a label that is left out."""
    skipped = {entry["row"] for part in parts for entry in part["skipped_rows"]}
    read = {cell for part in parts for row in part["rows"] for cell in row["cells"].values()}
    read |= {entry["cell"] for entry in said if entry["sheet"] == sheet.name}
    left_out = {entry["heading"].split("/")[-1] for part in parts for entry in part["ignored"]}
    labels = left_out | {text for part in parts for one in part["columns"] for text in one["heading"].split("/")}
    states_units = any(entry["why"] == ROW_UNIT for part in parts for entry in part["ignored"])
    for row in sheet.rows.keys() - skipped:
        before = ""
        for column, value in sorted(sheet.rows[row].items()):
            text = re.sub(r"\s+", "", str(value))
            place = cell_name(row, column)
            found = place in read or text in labels or before in left_out or text in BLANK_WORDS
            assert found or (states_units and stated_unit([text])), f"{place} disappeared"
            before = text


def _columns_with_text(sheet: Sheet) -> list[int]:
    """Columns of a table that lies on its side, whose titles stand in the first."""
    return sorted({column for cells in sheet.rows.values() for column in cells})


def _places_told(parts: list[dict[str, Any]]) -> set[int]:
    told = {row["row"] for part in parts for row in [*part["rows"], *part["skipped_rows"]]}
    return told | {head for part in parts for head in part["header_rows"]}
