"""A scheme taken apart into the numbers that a person may set, each with its Chinese name, and put together again. Pure.

What may be set follows from the shape of the scheme itself: a number that is added there and not named here has no label,
and the tests say so.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from projects.rankings.scoring.frozen import from_json, to_json
from projects.rankings.scoring.items import item_rule
from projects.rankings.scoring.printed import scheme_tables
from projects.rankings.scoring.scheme import (
    DEFAULT_ITEMS,
    DEFAULT_POINT_RULES,
    PROPOSED_LIGHTS,
    TIE_BREAKS,
    BodyRule,
    Scheme,
)
from projects.rankings.scoring.wording import plain

# What the page asks for apart, or never: they name the formula.
_HEAD = ("name", "edition", "first_month")
_CODED = ("items", "point_rules", "own_items")
_STEPS = ("steps", "size_steps", "yellow_steps", "red_steps")
_STREAKS: Mapping[str, str] = {"yellow_steps": "黄灯及以上", "red_steps": "红灯"}
TIES = 3

# (label, unit) by the last part of a path; a whole path where the last part is said of several things.
LABELS: Mapping[str, tuple[str, str]] = {
    "weight": ("分值", "分"),
    "name": ("名称", ""),
    "tolerated": ("有效容缺计", ""),
    "later": ("逾期更久计", ""),
    "not_done": ("未完成计", ""),
    "building": ("续建项目在建计", ""),
    "stopped": ("续建项目未经批准停工计", ""),
    "on_time": ("按期报送计", ""),
    "late": ("迟报计", ""),
    "returned_times": ("退回几次起扣", "次"),
    "returned": ("退回达到次数计", ""),
    "not_filed": ("未报计", ""),
    "points": ("加减分", "分"),
    "threshold": ("达到", "百分点"),
    "plus_cap": ("加分最高", "分"),
    "minus_cap": ("减分最多", "分"),
    "veto_causes": ("一票否决的情形", ""),
    "vetoed_counts_as": ("被否决的项目在单位得分中计", "分"),
    "projects_share": ("项目得分占比", ""),
    "own_share": ("自身工作占比", ""),
    "min_projects": ("参与排名的最少项目数", "个"),
    "weights_by_size": ("项目按总投资规模加权", ""),
    "with_points": ("项目得分含加减分", ""),
    "months_share": ("月考评平均占", "%"),
    "observation_share": ("半年观摩占", "%"),
    "goals_share": ("年终年度目标占", "%"),
    "onsite_share": ("年终现场核查占", "%"),
    "places": ("得分保留小数", "位"),
    "objection_days": ("试算后征求意见", "个工作日"),
    "progress_yellow_points": ("投资进度黄灯：落后超过", "百分点"),
    "progress_red_points": ("投资进度红灯：落后超过", "百分点"),
    "start_red_months": ("开工红灯：超过计划月份", "个月"),
    "entry_min_wan": ("应入库的总投资", "万元"),
    "entry_yellow_months": ("入库黄灯：开工满", "个月"),
    "entry_red_months": ("入库红灯：开工满", "个月"),
    "milestone_red_days": ("节点红灯：逾期超过", "天"),
    "changes_count": ("加减分和连续亮灯按改后的灯", ""),
}


@dataclass(frozen=True)
class Entry:
    """One thing of a scheme that may be set. `kind` is number, count, tick, text or tie; `value` None is left empty."""

    path: str
    label: str
    unit: str
    kind: str
    value: Any
    is_optional: bool = False


@dataclass(frozen=True)
class Section:
    """Entries that stand together, and what they say: the printed rule."""

    title: str
    entries: tuple[Entry, ...]
    rule: str


def sections(scheme: Scheme) -> list[Section]:
    """The scheme as a form lays it out. A formula that the scheme does not use is offered with weight 0."""
    found = {entry.path: entry for entry in entries(scheme)}
    tables = scheme_tables(scheme)
    rules = dict(tables.rules)
    points = "；".join(f"{name} {worth} 分" for name, worth in tables.points)
    used = {item.code: item_rule(item) for item in scheme.items}
    layout: list[tuple[str, tuple[str, ...], str]] = [
        (f"{item.code} {item.name}", (f"items.{item.code}.",), used.get(item.code, "分值为 0：这一项不考"))
        for item in (*scheme.items, *(one for one in DEFAULT_ITEMS if one.code not in used))
    ]
    layout += [
        ("加减分", ("point_rules.", "plus_cap", "minus_cap"), f"{points}。{rules['加减分']}"),
        ("一票否决", ("veto_causes", "body.vetoed_counts_as"), rules["一票否决"]),
        ("名次", ("places", "tie_breaks.", "body.min_projects"), f"{rules['并列']}。参与排名：{rules['参与排名']}"),
        ("征求意见", ("objection_days",), rules["征求意见"]),
        (
            "单位和指挥部（专班）",
            ("body.projects_share", "body.own", "body.with_points"),
            rules["单位和指挥部（专班）"],
        ),
        ("项目权重", ("body.weights_by_size", "body.size_steps."), rules["项目权重"]),
        ("年底总账", ("annual.",), rules["年底总账"]),
        ("亮灯", ("lights.",), "；".join(rules[name] for name in rules if name.endswith("灯"))),
    ]
    return [
        Section(title, tuple(entry for path, entry in found.items() if path.startswith(starts)), rule)
        for title, starts, rule in layout
    ]


def entries(scheme: Scheme) -> list[Entry]:
    shape = _offered(scheme)
    return [_entry(path, value, shape) for path, value in _leaves(shape) if not _is_fixed(path, value)]


def with_values(scheme: Scheme, values: Mapping[str, Any]) -> Scheme:
    """The scheme with `values` (path → number, text, tick, None) set in it; weight or points 0 drop what they stand for.

    Raises KeyError for a path that the scheme has not got.
    """
    shape = copy.deepcopy(_offered(scheme))
    for path, value in values.items():
        *way, last = path.split(".")
        place: Any = shape
        for part in way:
            place = place[int(part) if isinstance(place, list) else part]
        index = int(last) if isinstance(place, list) else last
        if isinstance(place, dict) and index not in place:
            raise KeyError(path)
        place[index] = str(value) if isinstance(value, Decimal) else value
    return from_json(Scheme, _listed(shape))


def proposed(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with which a draft begins: those of the scheme it is copied from, and the proposed steps of lights that
    stay on where it is silent. Steps that were taken out are not proposed again."""
    lights = to_json(PROPOSED_LIGHTS)
    return {**parameters, "lights": {name: lights[name] for name in _STREAKS} | parameters.get("lights", {})}


def differences(before: Scheme, after: Scheme) -> list[tuple[str, str, str, str]]:
    """(path, label, old, new) of every number that is not the same, in words."""
    old = {entry.path: entry for entry in entries(before)}
    new = {entry.path: entry for entry in entries(after)}
    # What only one of the two has (a further step) is empty in the other.
    return [
        (path, _full_label(entry, after), _words(old.get(path)), _words(new.get(path)))
        for path, entry in (old | new).items()
        if _words(old.get(path)) != _words(new.get(path))
    ]


def _full_label(entry: Entry, scheme: Scheme) -> str:
    group, _, rest = entry.path.partition(".")
    code = rest.split(".")[0]
    if group == "items":
        return f"{code} {entry.label}"
    if group == "point_rules":
        rule = scheme.point_rule(code) or next(one for one in DEFAULT_POINT_RULES if one.code == code)
        return f"{rule.name}：{entry.label}" if entry.label not in {rule.name} else entry.label
    return entry.label


def _words(entry: Entry | None) -> str:
    if entry is None or entry.value in (None, ""):
        return "—"
    if entry.kind == "tick":
        return "是" if entry.value else "否"
    if entry.kind == "tie":
        return TIE_BREAKS[entry.value]
    text = plain(Decimal(str(entry.value))) if entry.kind in {"number", "count"} else str(entry.value)
    return f"{text} {entry.unit}".strip()


# ---- the shape --------------------------------------------------------------------------------------------------


def _offered(scheme: Scheme) -> dict[str, Any]:
    """The scheme's JSON with its coded rows by code, every formula there is, and one empty line after each list of steps."""
    shape = {key: value for key, value in to_json(scheme).items() if key not in _HEAD}
    shape["items"] = _by_code(shape["items"], to_json(DEFAULT_ITEMS), "weight")
    shape["point_rules"] = _by_code(shape["point_rules"], to_json(DEFAULT_POINT_RULES), "points")
    shape["body"]["own_items"] = _by_code(shape["body"]["own_items"], to_json(BodyRule().own_items), "weight")
    for steps in (shape["body"]["size_steps"], shape["lights"]["yellow_steps"], shape["lights"]["red_steps"]):
        steps.append([None, None])
    for item in shape["items"].values():
        if "steps" in item["params"]:
            item["params"]["steps"].append([None, None])
    ties = shape["tie_breaks"]
    shape["tie_breaks"] = [*ties, *[""] * (TIES - len(ties))]
    return shape | {key: to_json(getattr(scheme, key)) for key in _HEAD}


def _by_code(rows: list[dict[str, Any]], known: list[dict[str, Any]], worth: str) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in rows} | {
        row["code"]: row | {worth: "0"} for row in known if row["code"] not in {one["code"] for one in rows}
    }


def _listed(shape: dict[str, Any]) -> dict[str, Any]:
    """The JSON of the scheme again, without what stands at 0 and without empty lines."""
    for item in shape["items"].values():
        if "steps" in item["params"]:
            item["params"]["steps"] = _filled(item["params"]["steps"])
    body = shape["body"]
    body["size_steps"] = _filled(body["size_steps"])
    lights = shape["lights"]
    lights |= {name: _filled(lights[name]) for name in ("yellow_steps", "red_steps")}
    body["own_items"] = _used(body["own_items"], "weight")
    ties = [name for name in shape["tie_breaks"] if name]
    return shape | {
        "items": _used(shape["items"], "weight"),
        "point_rules": _used(shape["point_rules"], "points"),
        "tie_breaks": ties,
    }


def _used(rows: Mapping[str, dict[str, Any]], worth: str) -> list[dict[str, Any]]:
    return [row for row in rows.values() if Decimal(str(row[worth])) != 0]


def _filled(steps: list[list[Any]]) -> list[list[Any]]:
    """A step of which one half is empty counts as none: half a rule cannot be computed."""
    return [step for step in steps if not {None, ""} & set(step)]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _leaves(entry, f"{path}.{key}".strip("."))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _leaves(entry, f"{path}.{index}")
    else:
        yield path, value


def _is_fixed(path: str, value: Any) -> bool:
    last = path.rpartition(".")[2]
    return path in _HEAD or last == "code" or (last == "threshold" and value is None)


def _entry(path: str, value: Any, shape: dict[str, Any]) -> Entry:
    parts = path.split(".")
    if len(parts) > 2 and parts[-3] in _STEPS:
        return _step_entry(parts, value)
    if parts[0] == "tie_breaks":
        return Entry(path, f"得分相同时第{'一二三'[int(parts[1])]}步比较", "", "tie", value, is_optional=True)
    label, unit = LABELS[parts[-1]]
    if parts[0] == "annual" and parts[-1] in {"plus_cap", "minus_cap"}:
        label = f"全年{label}"
    if parts[0] == "point_rules" or "own_items" in parts:
        rows = shape["point_rules"] if parts[0] == "point_rules" else shape["body"]["own_items"]
        name = rows[parts[-2]]["name"]
        label = {"points": name, "weight": name, "threshold": f"{name}：达到"}.get(parts[-1], f"“{name}”的名称")
    return Entry(path, label, unit, _kind(parts[-1], value), value)


def _step_entry(parts: list[str], value: Any) -> Entry:
    number, is_limit = int(parts[-2]) + 1, parts[-1] == "0"
    if parts[-3] == "size_steps":
        label, unit = (f"第 {number} 档总投资从", "万元") if is_limit else (f"第 {number} 档权重", "")
        return Entry(".".join(parts), label, unit, "number", value, is_optional=True)
    if parts[-3] in _STREAKS:
        label = f"第 {number} 步：{_STREAKS[parts[-3]]}连续满" if is_limit else f"第 {number} 步：怎么办"
        kind, unit = ("count", "个月") if is_limit else ("text", "")
        return Entry(".".join(parts), label, unit, kind, value, is_optional=True)
    unit = "天" if parts[1] == "B" else "个月"
    label = f"第 {number} 档逾期不超过" if is_limit else f"第 {number} 档计"
    kind = "count" if is_limit else "number"
    return Entry(".".join(parts), label, unit if is_limit else "", kind, value, is_optional=True)


def _kind(last: str, value: Any) -> str:
    if isinstance(value, bool):
        return "tick"
    if isinstance(value, int):
        return "count"
    return "text" if last in {"name", "veto_causes"} else "number"
