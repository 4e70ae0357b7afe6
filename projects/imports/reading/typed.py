"""What a person types in the browser in place of a cell, read by the same rules as the cell itself."""

from __future__ import annotations

from typing import Any

from projects.imports.reading.asking import Asking
from projects.imports.reading.cells import LONG_TEXTS, CellReader, Row
from projects.imports.reading.fields import DATES, MONEY, TITLES
from projects.imports.reading.grid import Sheet
from projects.imports.reading.kinds import PROJECTS, item_of
from projects.imports.reading.ledgers import read_item
from projects.imports.reading.meaning import Column, Meaning, Setting
from projects.imports.reading.text import is_blank_word

# Columns that give several fields, and those fields.
PARTS = {"period": ("starts", "ends"), "unit_contact": ("unit", "contact", "phone")}
SEVERAL_LINES = LONG_TEXTS | {"milestones", "progress", "name"}
_ACCEPTS = {
    "label": "续建、新开工、竣工投产或前期",
    "code": "如 2302-410329-04-01-123456",
    "leaders": "几个人用“、”隔开",
    "supporting_units": "几个单位用“、”隔开",
    "started": "√ 或 ×",
    "entered": "√、× 或入库的年月",
    "milestones": "每行一个，如 2023年6月：基础施工",
    "system_id": "由系统写出，勿改；清空则按项目名称认",
    "permits": "√、×、办理中、不需要、办结的年月、“2023-09-30前”这样的时限，或“容缺，2023-09-30前补齐：红线图”",
}


def split_key(key: str) -> tuple[str, str, str]:
    """Field, month and permit of a key: `months.2023-06.done_wan` → (`months.done_wan`, `2023-06`, ``)."""
    if key.startswith("months."):
        _, month, field = key.split(".", 2)
        return f"months.{field}", month, ""
    if key.startswith("permits."):
        return "permits", "", key.partition(".")[2]
    return key, "", ""


def keys_of(column: dict[str, Any]) -> tuple[str, ...]:
    """The keys that a column of a reading gives; none for what is not corrected cell by cell."""
    field = column["field"]
    if "title" in column:  # of a ledger that declares its fields (see ledgers.py)
        return (field,)
    if field == "row_month" or (field.startswith("months.") and not column.get("month")):
        return ()  # the month of these is another in each row
    if field.startswith("months."):
        return (f"months.{column.get('month', '')}.{field.partition('.')[2]}",)
    if field == "permits":
        return (f"permits.{column['permit']}",) if column.get("part", "state") == "state" else ()
    return PARTS.get(field, (field,) if field in TITLES and field != "flags" else ())


def title_of(key: str) -> str:
    field, month, permit = split_key(key)
    title = f"{permit}办理情况" if permit else TITLES.get(field, field)
    return f"{month} {title}" if month else title


def accepts(key: str) -> str:
    """What may be typed, in words; empty for plain texts."""
    field = split_key(key)[0]
    if field in MONEY:
        return "万元，如 3200；也可写 1.2亿"
    return "如 2023年5月" if field in DATES else _ACCEPTS.get(field, "")


def value_at(values: dict[str, Any], key: str) -> Any:
    """The value under a key, None where there is none."""
    if key.startswith("months."):
        _, month, field = key.split(".", 2)
        return values.get("months", {}).get(month, {}).get(field)
    if key.startswith("permits."):
        return values.get("permits", {}).get(key.partition(".")[2])
    return values.get(key)


def put_at(values: dict[str, Any], key: str, value: Any) -> None:
    """Set the value under a key; None takes it out."""
    holder, last = values, key
    if key.startswith("months."):
        _, month, last = key.split(".", 2)
        holder = values.setdefault("months", {}).setdefault(month, {})
    elif key.startswith("permits."):
        holder, last = values.setdefault("permits", {}), key.partition(".")[2]
    if value is None:
        holder.pop(last, None)
    elif key.startswith("permits."):
        # What is typed is where it stands; deadline and number have columns of their own.
        beside = holder.get(last, {})
        holder[last] = {part: beside[part] for part in ("due", "due_date", "number") if part in beside} | value
    else:
        holder[last] = value
    if holder is not values and not holder:
        outer, _, rest = key.partition(".")
        values[outer].pop(rest.split(".")[0], None) if outer == "months" else None
        if not values[outer]:
            del values[outer]


def as_typed(key: str, value: Any) -> str:
    """A value as a person would type it: `read_typed` finds the same again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "√" if value else "×"
    if isinstance(value, dict):
        if "until" in value:
            return f"容缺，{value['until']}前补齐" + (f"：{value['papers']}" if "papers" in value else "")
        due = value.get("due_date") or value.get("due")
        said = value.get("on_date") or value.get("on") or value.get("state")
        return str(said or (f"{due}前" if due else ""))
    if key == "milestones":
        return "\n".join(
            f"{node['due'][:4]}年{int(node['due'][5:7])}月：{node['text']}" if node.get("due") else node["text"]
            for node in value
        )
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def read_typed(key: str, text: str, year: int | None, kind: str = PROJECTS) -> tuple[Any, str]:
    """The value that the text stands for (None: blank), and what is wrong with it in words (empty: nothing)."""
    field, month, permit = split_key(key)
    if not text.strip() or is_blank_word(text):
        return None, ""
    if (item := item_of(kind, field)) is not None:
        value = read_item(item, text, year)
        return value, "" if value is not None else f"“{text}”读不出来。"
    asking = Asking()
    column = Column(1, (title_of(key),), title_of(key), meaning=Meaning(field, month=month, permit=permit))
    column.money_unit = "万元"
    row = Row(1)
    CellReader(Sheet(""), Setting(year), asking).reader_for(field)(row, column, text)
    value = value_at(row.values, key)
    if value is not None:
        return value, ""
    said = next((entry["message"].replace("，按空白处理", "") for entry in asking.problems), f"“{text}”读不出来。")
    return None, said + (f"可以写：{accepts(key)}。" if accepts(key) else "")
