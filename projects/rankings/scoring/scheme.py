"""The scheme (考评办法) as data. Nothing here is a constant of the program: DEFAULT_SCHEME only fills a new table."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from projects.milestones.rules import LateScale
from projects.rankings.scoring.frozen import from_json, to_json
from projects.rankings.scoring.wording import plain
from projects.status.rules import DEFAULT_THRESHOLDS, LightThresholds

ITEM_PARAMETERS: Mapping[str, frozenset[str]] = {
    "A1": frozenset(),
    "A2": frozenset(),
    "B": frozenset({"steps", "later", "not_done"}),
    "C": frozenset({"steps", "later", "not_done", "building", "stopped"}),
    "D": frozenset({"tolerated"}),
    "E": frozenset(),
    "F": frozenset(),
    "G": frozenset({"on_time", "late", "returned_times", "returned", "not_filed"}),
}
# Parameters that are no worth in [0, 1].
_COUNTS = frozenset({"steps", "returned_times"})


@dataclass(frozen=True)
class SchemeItem:
    """One item: its code names the formula (A1, A2, B … G), the rest is the county's."""

    code: str
    name: str
    weight: Decimal
    params: Mapping[str, Any] = field(default_factory=dict)

    def number(self, key: str) -> Decimal:
        """A parameter as a number; JSON may hold it as text or as a number."""
        return Decimal(str(self.params[key]))

    @cached_property
    def worths(self) -> Mapping[str, Fraction]:
        """The parameters that are a worth in [0, 1]."""
        return {key: Fraction(self.number(key)) for key in ITEM_PARAMETERS[self.code] - _COUNTS}

    @cached_property
    def late_scale(self) -> LateScale:
        """The parameters steps, later and not_done."""
        steps = tuple((int(limit), Decimal(str(worth))) for limit, worth in self.params["steps"])
        return LateScale(steps, self.number("later"), self.number("not_done"))


@dataclass(frozen=True)
class PointRule:
    """A plus or minus that the facts themselves bring about; `threshold` is in 百分点 where the rule has one."""

    code: str
    name: str
    points: Decimal
    threshold: Decimal | None = None


@dataclass(frozen=True)
class OwnItem:
    """One part of a unit's or group's own work."""

    code: str
    name: str
    weight: Decimal


@dataclass(frozen=True)
class BodyRule:
    """How a unit's or group's score is made of its projects' scores and its own work."""

    projects_share: Decimal = Decimal("0.80")
    own_share: Decimal = Decimal("0.20")
    own_items: tuple[OwnItem, ...] = (
        OwnItem("reports", "报送", Decimal(5)),
        OwnItem("rectification", "督查整改", Decimal(10)),
        OwnItem("meetings", "例会和保障", Decimal(5)),
    )
    min_projects: int = 2
    weights_by_size: bool = False
    # (from 万元, weight): below 1 亿 1.0, 1–5 亿 1.2, 5–10 亿 1.5, from 10 亿 2.0.
    size_steps: tuple[tuple[Decimal, Decimal], ...] = (
        (Decimal(0), Decimal("1.0")),
        (Decimal(10_000), Decimal("1.2")),
        (Decimal(50_000), Decimal("1.5")),
        (Decimal(100_000), Decimal("2.0")),
    )
    with_points: bool = True
    vetoed_counts_as: Decimal = Decimal(0)

    def project_weight(self, total_wan: Decimal | None) -> Decimal:
        """1, or by size of total investment; an unknown size weighs least."""
        if not self.weights_by_size:
            return Decimal(1)
        known = total_wan or Decimal(0)
        return next((weight for start, weight in reversed(self.size_steps) if known >= start), self.size_steps[0][1])


@dataclass(frozen=True)
class AnnualRule:
    """年底总账: shares of 100 of the mean of the months, the half-year observation and the year-end check; the caps of the
    year's own plus and minus points."""

    months_share: Decimal = Decimal(60)
    observation_share: Decimal = Decimal(10)
    goals_share: Decimal = Decimal(20)
    onsite_share: Decimal = Decimal(10)
    plus_cap: Decimal = Decimal(5)
    minus_cap: Decimal = Decimal(15)

    @property
    def sentence(self) -> str:
        return (
            f"年底总账 ＝ 有效月份平均 × {plain(self.months_share)}% ＋ 半年观摩 × {plain(self.observation_share)}% ＋ "
            f"年终（年度目标 × {plain(self.goals_share)}% ＋ 现场核查 × {plain(self.onsite_share)}%）＋ 全年加减分"
            f"（加分最高 {plain(self.plus_cap)} 分，减分最多 {plain(self.minus_cap)} 分）；都没有登记的一项不参与计算，按其余各项折算"
        )


@dataclass(frozen=True)
class Scheme:
    """One edition of the scheme, in force from `first_month` on."""

    name: str
    edition: int
    first_month: datetime.date
    items: tuple[SchemeItem, ...]
    point_rules: tuple[PointRule, ...] = ()
    plus_cap: Decimal = Decimal(5)
    minus_cap: Decimal = Decimal(15)
    body: BodyRule = BodyRule()
    lights: LightThresholds = DEFAULT_THRESHOLDS
    # Empty: equal scores share a place. In their order: investment_rate, milestone_rate, fewer_red_lights.
    tie_breaks: tuple[str, ...] = ()
    places: int = 2
    veto_causes: str = "弄虚作假或发生较大事故"
    # 工作日 between the opening of a trial to the units' comments and the last day for them.
    objection_days: int = 3
    annual: AnnualRule = AnnualRule()

    def item(self, code: str) -> SchemeItem:
        return next(item for item in self.items if item.code == code)

    def point_rule(self, code: str) -> PointRule | None:
        return self._point_rules.get(code)

    @cached_property
    def _point_rules(self) -> Mapping[str, PointRule]:
        return {rule.code: rule for rule in reversed(self.point_rules)}


DEFAULT_ITEMS = (
    SchemeItem("A1", "年度投资进度", Decimal(25)),
    SchemeItem("A2", "当月投资", Decimal(10)),
    SchemeItem("B", "节点", Decimal(25), {"steps": [[0, "1"], [30, "0.7"]], "later": "0.4", "not_done": "0"}),
    SchemeItem(
        "C",
        "开工/竣工",
        Decimal(15),
        {
            "steps": [[0, "1"], [1, "0.8"], [3, "0.5"]],
            "later": "0",
            "not_done": "0",
            "building": "1",
            "stopped": "0",
        },
    ),
    SchemeItem("D", "手续", Decimal(10), {"tolerated": "0.6"}),
    SchemeItem("E", "入库", Decimal(5)),
    SchemeItem("F", "问题", Decimal(5)),
    SchemeItem(
        "G",
        "报送",
        Decimal(5),
        {"on_time": "1", "late": "0.5", "returned_times": 2, "returned": "0.5", "not_filed": "0"},
    ),
)
DEFAULT_POINT_RULES = (
    PointRule("red_light", "投资进度红灯", Decimal(-2)),
    PointRule("yellow_light", "投资进度黄灯", Decimal(-1)),
    PointRule("repeat", "数据与上月雷同且未说明", Decimal(-1)),
    PointRule("overdue_problem", "问题逾期未销号", Decimal("-0.5")),
    PointRule("ahead", "超前序时进度", Decimal(1), Decimal(10)),
    # Given by people, one row each with reason, evidence and approver; these are the usual amounts.
    PointRule("criticism", "督查通报批评", Decimal(-2)),
    PointRule("commendation", "通报表扬", Decimal(2)),
)


# What is proposed to follow from lights that stay on; in force only as a scheme's own words.
PROPOSED_LIGHTS = LightThresholds(
    yellow_steps=((2, "按红灯督办"),), red_steps=((2, "约谈责任单位"), (3, "提请县政府挂牌督办"))
)


def default_scheme(first_month: datetime.date) -> Scheme:
    """The default scheme, edition 1, in force from `first_month`."""
    return Scheme(
        "重点项目月考评办法（默认）", 1, first_month, DEFAULT_ITEMS, DEFAULT_POINT_RULES, lights=PROPOSED_LIGHTS
    )


_ROW_FIELDS = frozenset({"name", "edition", "first_month", "items"})


def scheme_parameters(scheme: Scheme) -> dict[str, Any]:
    """What of a scheme is no row of its own: caps, point rules, shares, light thresholds, ties. JSON."""
    return {key: value for key, value in to_json(scheme).items() if key not in _ROW_FIELDS}


def scheme_from_rows(
    *,
    name: str,
    edition: int,
    first_month: datetime.date,
    parameters: Mapping[str, Any],
    items: Iterable[tuple[str, str, Decimal, Mapping[str, Any]]],
) -> Scheme:
    """A scheme from its table rows; `items` are (code, name, weight, parameters) in the order of the printed scheme.

    Raises ValueError naming everything that is wrong with it (Chinese).
    """
    written = {key: value for key, value in parameters.items() if key not in _ROW_FIELDS}
    head = {"name": name, "edition": edition, "first_month": first_month.isoformat(), "items": []}
    bare = from_json(Scheme, {**written, **head})
    rows = tuple(
        SchemeItem(code, item_name, Decimal(weight), dict(params)) for code, item_name, weight, params in items
    )
    scheme = replace(bare, items=rows)
    if faults := scheme_faults(scheme):
        raise ValueError("；".join(faults))
    return scheme


def scheme_faults(scheme: Scheme) -> list[str]:
    """What stands in the way of computing with the scheme, in Chinese; empty when nothing does."""
    codes = [item.code for item in scheme.items]
    faults = [f"考评项 {code} 出现了 {codes.count(code)} 次" for code in sorted(set(codes)) if codes.count(code) > 1]
    for item in scheme.items:
        faults += _item_faults(item)
    if scheme.body.projects_share < 0 or scheme.body.own_share < 0 or not scheme.body.projects_share:
        faults.append("单位得分中项目得分的占比应大于 0，自身工作的占比不得为负数")
    if scheme.plus_cap < 0 or scheme.minus_cap < 0:
        faults.append("加分、减分的上限都应写成不小于 0 的数")
    faults += _body_faults(scheme.body) + _light_faults(scheme.lights)
    if not 0 <= scheme.places <= 4:
        faults.append("得分保留的小数位数应在 0 到 4 之间")
    year = scheme.annual
    shares = (year.months_share, year.observation_share, year.goals_share, year.onsite_share)
    if min(shares) < 0 or sum(shares) != 100:
        faults.append(f"年底总账各部分的占比应合计 100，现在合计 {plain(sum(shares, Decimal(0)))}")
    if not 1 <= scheme.objection_days <= 30:
        faults.append("征求意见应为 1 到 30 个工作日")
    if len(set(scheme.tie_breaks)) < len(scheme.tie_breaks):
        faults.append("并列区分办法不能重复")
    unknown = set(scheme.tie_breaks) - set(TIE_BREAKS)
    faults += [f"不认识的并列区分办法 {name}" for name in sorted(unknown)]
    return faults


TIE_BREAKS: Mapping[str, str] = {
    "investment_rate": "投资完成率",
    "milestone_rate": "节点完成率",
    "fewer_red_lights": "红灯少者在前",
}


def _body_faults(body: BodyRule) -> list[str]:
    faults = [f"自身工作“{item.name}”的分值应大于 0" for item in body.own_items if item.weight <= 0]
    starts = [start for start, _ in body.size_steps]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        faults.append("按规模的权重应从 0 万元起，由小到大排列")
    if any(weight <= 0 for _, weight in body.size_steps):
        faults.append("按规模的权重应大于 0")
    if body.min_projects < 1:
        faults.append("参与排名的最少项目数应不少于 1")
    return faults


def _light_faults(lights: LightThresholds) -> list[str]:
    pairs = (
        ("投资进度", lights.progress_yellow_points, lights.progress_red_points),
        ("入库", lights.entry_yellow_months, lights.entry_red_months),
    )
    faults = [f"{name}红灯的界线应大于黄灯的界线" for name, yellow, red in pairs if not 0 <= yellow < red]
    for name, steps in (("黄灯", lights.yellow_steps), ("红灯", lights.red_steps)):
        limits = [limit for limit, _ in steps]
        if limits != sorted(set(limits)) or any(limit < 1 for limit in limits):
            faults.append(f"连续{name}督办的月数应从 1 起，由少到多排列")
    return faults


def _item_faults(item: SchemeItem) -> list[str]:
    if item.code not in ITEM_PARAMETERS:
        return [f"考评项 {item.code}“{item.name}”没有对应的计算公式"]
    faults = [] if item.weight > 0 else [f"考评项 {item.code} 的分值应大于 0"]
    missing = sorted(ITEM_PARAMETERS[item.code] - set(item.params))
    if missing:
        return [*faults, f"考评项 {item.code} 缺少参数：{'、'.join(missing)}"]
    worths = [item.number(key) for key in ITEM_PARAMETERS[item.code] - _COUNTS]
    if "steps" in item.params:
        scale = item.late_scale
        limits = [limit for limit, _ in scale.steps]
        downward = [worth for _, worth in scale.steps] + [scale.later, scale.not_done]
        worths += downward
        if limits != sorted(set(limits)) or downward != sorted(downward, reverse=True):
            faults.append(f"考评项 {item.code} 的逾期档次应由短到长、得分由高到低排列")
    if any(not 0 <= worth <= 1 for worth in worths):
        faults.append(f"考评项 {item.code} 的系数应在 0 和 1 之间")
    return faults
