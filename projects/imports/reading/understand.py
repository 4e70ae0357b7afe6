"""From a file to the JSON object of what it says: sheets, rows, problems, questions."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from projects.imports.reading.asking import Asking
from projects.imports.reading.kinds import FORMS, LISTS, PILES, PROJECTS
from projects.imports.reading.ledgers import read_ledger
from projects.imports.reading.limits import Limits
from projects.imports.reading.pile import is_pile, open_pile
from projects.imports.reading.problems import Refused
from projects.imports.reading.sheets import SheetReader
from projects.imports.reading.tables import as_text
from projects.imports.reading.units import stated_unit
from projects.imports.reading.workbook import open_workbook

# The sheet, hidden, on which the system notes when a workbook of its own left (see writing/pages.py).
MARK_SHEET = "系统标识"


def read_workbook(
    path: str | Path,
    *,
    year: int | None = None,
    sheet: str | None = None,
    answers: dict[str, Any] | None = None,
    limits: Limits | None = None,
    remembered: dict[str, dict[str, str]] | None = None,
    kind: str = PROJECTS,
) -> dict[str, Any]:
    """What the workbook says. A file that cannot be read gives no sheets and one problem of level `error`.

    `answers` maps question ids to answers, `remembered` heading shapes to {column letter: field}; `kind` is a key of
    kinds.FORMS or kinds.LISTS. `mark` is there when the system wrote the workbook. Nothing is raised
    for a bad file; OSError when it is not there.
    """
    path = Path(path)
    asking = Asking(answers, remembered)
    result: dict[str, Any] = {"file": path.name, "sha256": _digest(path), "sheets": [], "problems": asking.problems}
    if kind != PROJECTS:
        result["kind"] = kind
    try:
        if kind in PILES and is_pile(path):
            result["sheets"] = _read_pile(path, kind, year, asking, limits or Limits())
            _say_when_empty(result, asking, kind)
            return result
        found = open_workbook(path, limits or Limits())
        if mark := next((one for one in found if one.name == MARK_SHEET and len(found) > 1), None):
            found.remove(mark)
            result["mark"] = as_text(mark.value(1, 1))
        if sheet is not None and all(one.name != sheet for one in found):
            names = "、".join(f"“{one.name}”" for one in found)
            raise Refused(f"文件里没有名为“{sheet}”的工作表，只有{names}。", "请改选其中一个工作表。", sheet=sheet)
        wanted = [one for one in found if sheet is None or one.name == sheet]
        reader = SheetReader(path.stem, year, _workbook_unit(found), asking, chosen=sheet is not None)
        for one in wanted:
            if kind not in LISTS:
                result["sheets"] += read_ledger(one, FORMS[kind], kind, year, asking)
            else:
                result["sheets"] += reader.read(one)
        _say_when_empty(result, asking, kind)
    except Refused as refusal:
        result["sheets"] = []
        asking.problems.append(refusal.problem)
    return result


def _read_pile(path: Path, kind: str, year: int | None, asking: Asking, limits: Limits) -> list[dict[str, Any]]:
    """The sheets of many workbooks; each is called by its file and its own name."""
    read: list[dict[str, Any]] = []
    for name, sheets in open_pile(path, limits):
        if isinstance(sheets, Refused):
            place = {"sheet": name, "cell": "", "value": ""}
            asking.problems.append(sheets.problem | place | {"message": f"“{name}”没有读：{sheets}"})
            continue
        tables: list[dict[str, Any]] = []
        for one in sheets:
            one.name = f"{name} {one.name}"
            tables += read_ledger(one, FORMS[kind], kind, year, asking)
        if not any(table["status"] == "read" for table in tables):
            whys = "；".join(dict.fromkeys(table["why"] for table in tables if table["why"])) or "里面没有表格"
            asking.warn(f"“{name}”没有读：{whys}。", "不是要导入的文件，不用管；是的，请核对后单独上传。", sheet=name)
        read += tables
    return read


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _workbook_unit(sheets: list[Any]) -> str:
    """The unit of money that a sheet of instructions states for the whole workbook."""
    for one in sheets:
        if any(word in one.name for word in ("说明", "要求", "须知")) or len(one.rows) <= 12:
            texts = [value for row in list(one.rows)[:40] for value in one.rows[row].values() if isinstance(value, str)]
            if any("说明" in text or "填报" in text for text in [one.name, *texts]) and (unit := stated_unit(texts)):
                return unit
    return ""


def _say_when_empty(result: dict[str, Any], asking: Asking, kind: str) -> None:
    if any(one["rows"] for one in result["sheets"]) or any(entry["level"] == "error" for entry in asking.problems):
        return
    whys = "；".join(f"“{one['name']}”：{one['why']}" for one in result["sheets"] if one["why"]) or "没有工作表"
    if kind in LISTS:
        own = (entry["cure"] for entry in asking.problems if entry["level"] == "warning" and not entry["cell"])
        what, cure = LISTS[kind]
        cure = next(own, cure)
    else:
        what = "可导入的内容"
        cure = "；或者".join(form.way_out for form in FORMS[kind])
    asking.say("error", f"没有从文件里读到任何{what}（{whys}）。", cure)
