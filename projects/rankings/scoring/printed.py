"""The scheme in Chinese, made from its data: what is printed and what is computed cannot differ."""

from dataclasses import dataclass
from decimal import Decimal

from projects.rankings.scoring.items import item_rule
from projects.rankings.scoring.scheme import TIE_BREAKS, PointRule, Scheme
from projects.rankings.scoring.wording import plain
from projects.status.rules import LightThresholds, streak_rule


@dataclass(frozen=True)
class SchemeTables:
    items: list[tuple[str, str, str, str]]  # code, name, weight, how
    points: list[tuple[str, str]]
    rules: list[tuple[str, str]]


def scheme_tables(rules: Scheme) -> SchemeTables:
    """What the pages print of a scheme: its items, its rules, its usual plus and minus points."""
    items = [(item.code, item.name, plain(item.weight), item_rule(item)) for item in rules.items]
    points = [
        (_point_name(rule), f"{'+' if rule.points > 0 else ''}{plain(rule.points)}") for rule in rules.point_rules
    ]
    body, lights = rules.body, rules.lights
    own = "、".join(f"{item.name} {plain(item.weight)}" for item in body.own_items)
    ties = "、".join(TIE_BREAKS[name] for name in rules.tie_breaks)
    lines = [
        ("项目得分", "100 × 各适用考评项得分之和 ÷ 适用分值之和；不适用的考评项不进分子也不进分母"),
        ("加减分", f"加分最高 {plain(rules.plus_cap)} 分，减分最多 {plain(rules.minus_cap)} 分"),
        (
            "一票否决",
            f"{rules.veto_causes}的，不参与排名，单列；在所属单位的项目得分中计 {plain(body.vetoed_counts_as)} 分",
        ),
        (
            "单位和指挥部（专班）",
            f"{plain(body.projects_share)} × 所属项目得分（{'含' if body.with_points else '不含'}加减分）平均 ＋ {plain(body.own_share)} × 自身工作（{own}）",
        ),
        ("项目权重", _weights(rules.body.weights_by_size, body.size_steps)),
        ("参与排名", f"所属项目不少于 {body.min_projects} 个"),
        ("并列", f"得分保留 {rules.places} 位小数，相同的{'依次比较' + ties if ties else '名次并列，后一名次空出'}"),
        ("征求意见", f"试算后征求单位意见，为期 {rules.objection_days} 个工作日；意见没有答复完不发布"),
        ("年底总账", rules.annual.sentence.partition("＝")[2].strip()),
        ("投资进度灯", _progress_light(lights)),
        ("开工灯", f"超过计划开工月份未开工亮黄灯，超过 {lights.start_red_months} 个月亮红灯"),
        ("入库灯", _entry_light(lights)),
        (
            "改灯",
            "经批准改灯的，算出的灯仍在旁边；"
            + ("加减分和连续亮灯按改后的灯" if lights.changes_count else "加减分和连续亮灯仍按算出的灯"),
        ),
        ("连续亮灯", f"投资进度灯{streak_rule(lights)}"),
        ("节点灯", f"逾期 {lights.milestone_red_days} 天以内亮黄灯，超过亮红灯；逾期完成的保持黄灯"),
    ]
    return SchemeTables(items, points, lines)


def _point_name(rule: PointRule) -> str:
    return rule.name if rule.threshold is None else f"{rule.name} {plain(rule.threshold)} 个百分点及以上"


def _progress_light(lights: LightThresholds) -> str:
    yellow, red = plain(lights.progress_yellow_points), plain(lights.progress_red_points)
    return f"落后序时超过 {yellow} 个百分点亮黄灯，超过 {red} 个百分点亮红灯"


def _entry_light(lights: LightThresholds) -> str:
    return (
        f"总投资 {plain(lights.entry_min_wan)} 万元及以上的，开工满 {lights.entry_yellow_months} 个月未入库亮黄灯，"
        f"满 {lights.entry_red_months} 个月亮红灯"
    )


def _weights(by_size: bool, steps: tuple[tuple[Decimal, Decimal], ...]) -> str:
    if not by_size:
        return "每个项目权重相同"
    return "，".join(f"总投资 {plain(start)} 万元起 {plain(weight)}" for start, weight in steps)
