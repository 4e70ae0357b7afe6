"""History lines as data: what changed between two states of a record."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils import timezone

from yichuan_tracker import money

ACTION_WORDS = {
    "create": "新建",
    "change": "修改",
    "archive": "归档",
    "restore": "恢复",
    "delete": "删除",
    "import": "导入",
    "submit": "上报",
    "accept": "审核通过",
    "return": "退回",
    "withdraw": "撤回",
    "approve": "批准",
    "refuse": "不批准",
    "correct": "更正",
    "assign": "交办",
    "sign": "签收",
    "handle": "办理",
    "feedback": "反馈",
    "park": "挂账",
    "escalate": "催办",
    "recheck": "复查",
    "close": "销号",
    "reopen": "重新打开",
    "sign_in": "登录",
    "sign_in_failed": "登录失败",
    "lock_out": "登录锁定",
    "sign_out": "退出",
    "grant": "授予角色",
    "revoke": "收回角色",
    "password": "修改密码",
    "reset": "重置密码",
    "deactivate": "停用账号",
    "trial": "试算",
    "publish": "发布",
    "release": "签发",
    "issue": "印发",
    "join": "列入清单",
    "leave": "调出清单",
    "export": "导出",
    "undo": "撤销",
    "agenda": "生成议程",
    "hold": "召开",
}


@dataclass(frozen=True)
class Beside:
    """Something edited with a record that is no field of it, in both versions, as people read it. `raw` is what its form
    would post for the current version; None when it cannot be chosen with one click."""

    name: str
    label: str
    current: str
    typed: str
    raw: str | None = None


class Conflict(Exception):
    """Somebody else changed the record since the page was opened.

    `current` is the record as it is now, `typed` the values that were to be saved (field name → value), `beside` what hangs
    on it and was to be saved with it."""

    def __init__(self, current: models.Model, typed: dict[str, Any], beside: Sequence[Beside] = ()) -> None:
        super().__init__(f"{current._meta.verbose_name}“{current}”已被他人修改")
        self.current = current
        self.typed = typed
        self.beside = list(beside)


def text_line(field: str, label: str, old: str | None, new: str | None) -> dict[str, Any]:
    """A line about something that is no field of the record itself (its aliases, a role)."""
    return {"field": field, "label": label, "type": "text", "old": old, "new": new}


def aliases_line(old: Iterable[str] | None, new: Iterable[str]) -> list[dict[str, Any]]:
    """The line of history about a record's aliases, if they differ; `old` is None of a new record."""
    if set(old or ()) == set(new):
        return []
    return [text_line("aliases", "别名", None if old is None else "、".join(old), "、".join(new))]


def tracked_fields(obj: models.Model) -> "list[models.Field[Any, Any]]":
    """The fields of which history tells: those that people edit, and `tracked_too`."""
    hidden = getattr(obj, "untracked_fields", frozenset()) | {"id", "version"}
    also: frozenset[str] = getattr(obj, "tracked_too", frozenset())
    fields = obj._meta.concrete_fields
    return [one for one in fields if one.name not in hidden and (one.editable or one.name in also)]


def typed_value(field: "models.Field[Any, Any]", value: Any) -> Any:
    """A field's value as JSON: amounts as text, dates in ISO form, a related record and a choice as {id, name}.

    Names are kept with it: a line of 2023 is read as it was written, whatever the words are by then."""
    if value is None or value == "" or (type(value) is str and not field.choices):
        return value
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    if field.choices:
        return {"id": value, "name": _choices(field).get(value, str(value))}
    if isinstance(value, Decimal):
        places = getattr(field, "decimal_places", None)
        return str(value if places is None else value.quantize(Decimal(1).scaleb(-places)))
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, str | int | bool | list | dict):
        return value
    return str(value)


@lru_cache(256)
def _choices(field: "models.Field[Any, Any]") -> dict[Any, str]:
    return {value: str(words) for value, words in field.flatchoices}


def plain_value(field: "models.Field[Any, Any]", told: Any) -> Any:
    """What the field's `attname` holds, from `typed_value`."""
    return field.to_python(told["id"] if isinstance(told, dict) and "id" in told else told)


def field_type(field: "models.Field[Any, Any]") -> str:
    """How `old` and `new` of a history line are to be read and shown."""
    if isinstance(field, models.ForeignKey):
        return "record"
    if field.choices:
        return "choice"
    if isinstance(field, models.DecimalField):
        return "wan" if field.name.endswith("_wan") else "number"
    if isinstance(field, models.DateTimeField):
        return "moment"
    if isinstance(field, models.DateField):
        return "date"
    if isinstance(field, models.BooleanField):
        return "bool"
    return "text"


def cell_of(line: Mapping[str, Any], origin: Mapping[str, Any] | None) -> dict[str, str] | None:
    """{sheet, cell} from which a line's value was imported; `origin` is that of its entry: {"sheet": …} for lines that name
    their cell themselves, or {field: {sheet, cell}}."""
    if not origin:
        return None
    if "cell" in line and isinstance(origin.get("sheet"), str):
        return placed(str(line["cell"]), origin["sheet"])
    found = origin.get(str(line.get("field")))
    return found if isinstance(found, dict) and {"sheet", "cell"} <= found.keys() else None


def placed(cell: str, sheet: str) -> dict[str, str]:
    """{sheet, cell} of a cell as a row of `sheet` names it: "F3", or of another sheet "5月!F3"."""
    other, _, own = cell.rpartition("!")
    return {"sheet": other or sheet, "cell": own}


EMPTY = "（空）"


def shown_value(kind: str, value: Any) -> str:
    """`old` or `new` of a line of `field_type` kind, as people read it; dates and amounts as everywhere on the screens."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, dict) and "name" in value:
        return str(value["name"])
    if kind == "wan":
        return f"{money.format_wan(Decimal(value))} 万元"
    if kind == "bool":
        return "是" if value else "否"
    if kind == "moment":
        moment = timezone.localtime(datetime.datetime.fromisoformat(value))
        return f"{moment:%Y-%m-%d %H:%M}"
    return str(value)


def shown_line(line: dict[str, Any]) -> str:
    """A line of history in one sentence, for tables and exports: "计划投资：100.00 万元 → 200.00 万元"."""
    old, new = (shown_value(line["type"], line[side]) for side in ("old", "new"))
    if line["old"] in (None, ""):
        return f"{line['label']}：{new}"
    return f"{line['label']}：{old} → {new}"


# ---- what was known on a day ------------------------------------------------------------------------------------

Values = Mapping[str, Any]


class Happened(Enum):
    """What a line of history tells of one record."""

    MADE = "made"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Event:
    """One record's part of one line of history; `lines` as stored: {field, old, new}."""

    what: Happened
    lines: Sequence[Values] = ()


def told_by_record(
    changes: Iterable[Values], object_type: str, object_id: int | None
) -> dict[tuple[str, int], list[Values]]:
    """The lines of an entry about (object_type, object_id) by the record that they tell of: an import tells of several."""
    told: dict[tuple[str, int], list[Values]] = {}
    for line in changes:
        key = line.get("object", object_type), line.get("object_id", object_id or 0)
        told.setdefault(key, []).append(line)
    return told or {(object_type, object_id or 0): []}


def tells_of_making(model: type[models.Model], lines: Iterable[Values]) -> bool:
    """Whether lines of an import tell of a new record: something was empty before that is never empty."""
    always = {one.name for one in tracked_fields(model()) if not (one.null or one.blank)}
    return any(line["old"] is None and own_name(line) in always for line in lines)


def known_values(obj: models.Model) -> Values:
    """A record as history would tell it: typed values by field, without what is empty."""
    found = {field.name: typed_value(field, getattr(obj, field.name)) for field in tracked_fields(obj)}
    return {name: value for name, value in found.items() if not _is_nothing(value)}


def step_back(after: Values | None, event: Event) -> Values | None:
    """A record before the event, from what it was after it; None where there was no record.

    A change of a record that is gone without a trace of its removal tells the changed fields only.
    """
    if event.what is Happened.MADE:
        return None
    old = {own_name(line): line["old"] for line in event.lines}
    before = old if event.what is Happened.REMOVED else {**(after or {}), **old}
    return {name: value for name, value in before.items() if not _is_nothing(value)}


def replay_back(now: Values | None, events: Iterable[Event]) -> Values | None:
    """A record before all of the events, which are given the latest first."""
    known = now
    for event in events:
        known = step_back(known, event)
    return known


def replaced_by(events: Iterable[Event]) -> Values | None:
    """{field: its value before all of the events, which are given the latest first}, of the fields that they changed; None
    where there was no record before them."""
    found: dict[str, Any] = {}
    for event in events:
        if event.what is Happened.MADE:
            return None
        found |= {own_name(line): line["old"] for line in event.lines}
    return found


def own_name(line: Values) -> str:
    """`plan_wan` of "yearplan.2023.plan_wan": an import tells of what hangs on a project in the project's line."""
    return str(line["field"]).rsplit(".", 1)[-1]


def _is_nothing(value: Any) -> bool:
    return value is None or value == "" or value is False
