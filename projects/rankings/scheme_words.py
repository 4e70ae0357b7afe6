"""The scheme in Chinese, made from its data: what is printed and what is computed cannot differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from projects.rankings.models import Scheme
from projects.rankings.queries import scheme_rules
from projects.rankings.scoring.scheme import TIE_BREAKS, SchemeItem
from projects.rankings.scoring.wording import plain
from projects.status.rules import LightThresholds


@dataclass(frozen=True)
class SchemeTables:
    items: list[tuple[str, str, str, str]]  # code, name, weight, how
    points: list[tuple[str, str]]
    rules: list[tuple[str, str]]


HOW: Mapping[str, str] = {
    "A1": "累计完成投资占年度计划的比例 ÷ 序时进度，最高按 1 计；单位报了逐月计划的以其为序时，否则为 月份/12。没有年度计划的不适用",
    "A2": "当月完成投资 ÷ 当月计划投资，最高按 1 计；没有当月计划的不适用",
    "B": "当年到期节点按权重平均：{steps}",
    "C": "当年到期的开工、竣工：{steps}；两者都到期的取平均。续建项目在建得 {building}，未经批准停工得 {stopped}",
    "D": "（已办结 ＋ {tolerated} × 有效容缺）÷ 应办手续",
    "E": "应入库的项目已入库得 1，否则得 0",
    "F": "到期问题中按期销号的比例；没有到期问题的不适用",
    "G": "按时报送得 {on_time}，逾期得 {late}，退回 {returned_times} 次及以上得 {returned}，未报得 {not_filed}",
}
STEP_UNITS = {"B": "天", "C": "个月"}


def scheme_tables(scheme: Scheme) -> SchemeTables:
    rules = scheme_rules(scheme)
    items = [(item.code, item.name, plain(item.weight), how_words(item)) for item in rules.items]
    points = [(rule.name, f"{rule.points:+}".rstrip("0").rstrip(".")) for rule in rules.point_rules]
    body, lights = rules.body, rules.lights
    own = "、".join(f"{item.name} {plain(item.weight)}" for item in body.own_items)
    ties = "、".join(TIE_BREAKS[name] for name in rules.tie_breaks)
    lines = [
        ("项目得分", "100 × 各适用考评项得分之和 ÷ 适用分值之和；不适用的考评项不进分子也不进分母"),
        ("加减分", f"加分最高 {plain(rules.plus_cap)} 分，减分最多 {plain(rules.minus_cap)} 分"),
        ("一票否决", "弄虚作假或发生较大事故的，不参与排名，单列"),
        (
            "单位和指挥部（专班）",
            f"{plain(body.projects_share)} × 所属项目得分平均 ＋ {plain(body.own_share)} × 自身工作（{own}）",
        ),
        ("项目权重", _weights(rules.body.weights_by_size, body.size_steps)),
        ("参与排名", f"所属项目不少于 {body.min_projects} 个"),
        ("并列", f"得分保留 {rules.places} 位小数，相同的{'依次比较' + ties if ties else '名次并列，后一名次空出'}"),
        ("投资进度灯", _progress_light(lights)),
    ]
    return SchemeTables(items, points, lines)


def _progress_light(lights: LightThresholds) -> str:
    yellow, red = plain(lights.progress_yellow_points), plain(lights.progress_red_points)
    return f"落后序时超过 {yellow} 个百分点亮黄灯，超过 {red} 个百分点亮红灯"


def how_words(item: SchemeItem) -> str:
    """The item's formula in words with its parameters put in."""
    numbers = {key: plain(item.number(key)) for key, value in item.params.items() if not isinstance(value, list)}
    if "steps" in item.params:
        numbers["steps"] = _steps(item)
    return HOW[item.code].format(**numbers)


def _steps(item: SchemeItem) -> str:
    scale, unit = item.late_scale(), STEP_UNITS[item.code]
    words = [
        f"按期得 {plain(worth)}" if limit == 0 else f"逾期 {limit} {unit}以内得 {plain(worth)}"
        for limit, worth in scale.steps
    ]
    return "，".join([*words, f"再晚得 {plain(scale.later)}", f"未完成得 {plain(scale.not_done)}"])


def _weights(by_size: bool, steps: tuple[tuple[Decimal, Decimal], ...]) -> str:
    if not by_size:
        return "每个项目权重相同"
    return "，".join(f"总投资 {plain(start)} 万元起 {plain(weight)}" for start, weight in steps)
