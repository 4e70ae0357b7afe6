"""What a leader reads off a frozen score: where the points were lost, how the year went, where the row stands. Pure."""

import datetime
import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from projects.rankings.scoring.body import BodyScore
from projects.rankings.scoring.scheme import BodyRule
from yichuan_tracker.money import round_half_up

REASONS = 3
MINUS, VETO = "minus", "veto"
NAMES = {MINUS: "减分", VETO: "一票否决"}
BAND = 5


@dataclass(frozen=True)
class ItemLine:
    """Of a frozen ItemScore, what losses are counted of."""

    code: str
    name: str
    weight: Decimal
    applies: bool
    points: Fraction | None = None


@dataclass(frozen=True)
class PointSums:
    plus: Decimal
    minus: Decimal


@dataclass(frozen=True)
class ScoreLine:
    """Of a frozen ProjectScore, what losses are counted of: read in a tenth of the time of the whole."""

    project_id: int
    name: str
    items: tuple[ItemLine, ...]
    applicable_weight: Decimal
    points: PointSums
    is_ranked: bool
    exact: Fraction | None = None


# {item's code: points lost of 100}; 100 − their sum + plus points = the unrounded score.
Losses = dict[str, Fraction]


def project_losses(score: ScoreLine) -> Losses:
    """What a project lost, item by item, and by minus points; items that do not apply lose nothing."""
    whole = Fraction(score.applicable_weight)
    applying = [item for item in score.items if item.applies and item.points is not None]
    losses = {item.code: 100 * (Fraction(item.weight) - (item.points or 0)) / whole for item in applying}
    return losses | ({MINUS: -Fraction(score.points.minus)} if score.points.minus else {})


def body_losses(body: BodyScore, scores: Mapping[int, ScoreLine], rule: BodyRule) -> Losses:
    """What a unit or group lost: its projects' losses by their weight, its own work's, and its own minus points."""
    losses: dict[str, Fraction] = defaultdict(Fraction)
    own = [item for item in body.own_items if item.applies]
    whole = Fraction(rule.projects_share) + (Fraction(rule.own_share) if own else 0)
    members = [member for member in body.members if member.project_id in scores]
    weights = sum((Fraction(member.weight) for member in members), Fraction(0))
    for member in members:
        share = Fraction(rule.projects_share) / whole * Fraction(member.weight) / weights
        for code, lost in _member_losses(scores[member.project_id], member.counted, rule).items():
            losses[code] += share * lost
    due = sum((Fraction(item.weight) for item in own), Fraction(0))
    for item in own:
        losses[item.code] += Fraction(rule.own_share) / whole * 100 * (Fraction(item.weight) - (item.points or 0)) / due
    if body.points.minus:
        losses[MINUS] -= Fraction(body.points.minus)
    return dict(losses)


def _member_losses(score: ScoreLine, counted: Fraction, rule: BodyRule) -> Losses:
    if not score.is_ranked:
        return {VETO: 100 - counted}
    losses = project_losses(score)
    return losses if rule.with_points else {code: lost for code, lost in losses.items() if code != MINUS}


# ---- three reasons ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reason:
    """One of the largest losses, beside the month before and the board's median (None: there is none to compare with).
    `told` is what stands behind it."""

    name: str
    lost: Decimal
    before: Decimal | None
    median: Decimal | None
    told: str = ""

    @property
    def sentence(self) -> str:
        """节点失 7.50 分，比上月多失 2.50 分，比本榜中位多失 3.00 分。"""
        parts = [f"{self.name}失 {self.lost} 分"]
        for other, words in ((self.before, "上月"), (self.median, "本榜中位")):
            if other is not None:
                parts.append(_compared(self.lost, other, words))
        return f"{'，'.join(parts)}。"


def _compared(lost: Decimal, other: Decimal, words: str) -> str:
    if lost == other:
        return f"与{words}相同"
    return f"比{words}{'多' if lost > other else '少'}失 {abs(lost - other)} 分"


def reasons(
    own: Losses, before: Losses | None, board: Sequence[Losses], names: Mapping[str, str], told: Mapping[str, str]
) -> list[Reason]:
    """The REASONS largest losses, the largest first. `board` are the losses of every row; its median is taken over the
    rows to which the item applies."""
    worst = sorted((code for code in own if round_half_up(own[code]) > 0), key=lambda code: (-own[code], code))
    return [
        Reason(
            names.get(code, NAMES.get(code, code)),
            round_half_up(own[code]),
            None if before is None or code not in before else round_half_up(before[code]),
            _median([losses[code] for losses in board if code in losses]) if len(board) > 1 else None,
            told.get(code, ""),
        )
        for code in worst[:REASONS]
    ]


def worst_projects(code: str, scores: Iterable[ScoreLine]) -> str:
    """19 个项目中 12 个在这一项失分，失分最多的是…: what a body's loss is made of."""
    # Everybody could have had minus points; an item concerns only those to whom it applies.
    missing = Fraction(0) if code == MINUS else None
    losses = [(project_losses(score).get(code, missing), score.name) for score in scores]
    counted = [(lost, name) for lost, name in losses if lost is not None]
    losing = sorted(((lost, name) for lost, name in counted if lost > 0), key=lambda entry: (-entry[0], entry[1]))
    if not losing:
        return ""
    return (
        f"{len(counted)} 个项目中 {len(losing)} 个在这一项失分，最多的是{'、'.join(name for _, name in losing[:2])}。"
    )


def _median(values: Sequence[Fraction]) -> Decimal | None:
    return round_half_up(statistics.median(values)) if values else None


# ---- the year and the board -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TrendPoint:
    """A published month: the row's score and place, of how many ranked, and the board's median score."""

    month: datetime.date
    score: Decimal
    place: int | None
    ranked: int
    median: Decimal


def trend_sentence(points: Sequence[TrendPoint]) -> str:
    """The year so far in a sentence; `points` in order of months, at least one."""
    last = points[-1]
    if len(points) == 1:
        return f"今年公布过 1 个月：{last.month.month} 月 {last.score} 分{_placed(last)}。"
    best, worst = max(points, key=lambda one: one.score), min(points, key=lambda one: one.score)
    step = last.score - points[-2].score
    change = "持平" if not step else f"{'升' if step > 0 else '降'} {abs(step)} 分"
    return (
        f"今年公布过 {len(points)} 个月：最高 {best.month.month} 月 {best.score} 分{_placed(best)}，"
        f"最低 {worst.month.month} 月 {worst.score} 分{_placed(worst)}；{last.month.month} 月 {last.score} 分{_placed(last)}，"
        f"比 {points[-2].month.month} 月{change}。"
    )


def _placed(point: TrendPoint) -> str:
    return "" if point.place is None else f"（第 {point.place} 名，共 {point.ranked} 个）"


@dataclass(frozen=True)
class Band:
    """Scores from `start` on and below `start` + BAND; `is_own`: the row's score is one of them."""

    start: int
    count: int
    is_own: bool

    @property
    def label(self) -> str:
        return f"{self.start}–{self.start + BAND}"


def bands(scores: Sequence[Decimal], own: Decimal) -> list[Band]:
    """How many rows lie in each band, from the lowest to the highest, empty ones between them included."""
    starts = [_start(score) for score in scores]
    return [
        Band(start, starts.count(start), start == _start(own)) for start in range(min(starts), max(starts) + 1, BAND)
    ]


def _start(score: Decimal) -> int:
    return math.floor(score / BAND) * BAND


def standing_sentence(scores: Sequence[Decimal], own: Decimal) -> str:
    """本榜 13 个，中位 86.39 分；本月 89.99 分，高于其中 12 个。"""
    below = sum(score < own for score in scores)
    return f"本榜 {len(scores)} 个，中位 {_median([Fraction(one) for one in scores])} 分；本月 {own} 分，高于其中 {below} 个。"


def trend_chart(points: Sequence[TrendPoint]) -> dict[str, Any]:
    """What the script draws; the same numbers stand in the table behind it."""
    return {
        "kind": "line",
        "labels": [f"{point.month.month}月" for point in points],
        "series": [
            {"name": "得分", "values": [float(point.score) for point in points]},
            {"name": "本榜中位", "values": [float(point.median) for point in points], "dashed": True},
        ],
    }


def bands_chart(found: Sequence[Band]) -> dict[str, Any]:
    return {
        "kind": "bar",
        "labels": [band.label for band in found],
        "series": [{"name": "个数", "values": [band.count for band in found]}],
        "own": next((number for number, band in enumerate(found) if band.is_own), None),
    }
