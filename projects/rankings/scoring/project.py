"""The month score of one project."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from projects.rankings.scoring.facts import ProjectFacts
from projects.rankings.scoring.items import ItemScore, score_item
from projects.rankings.scoring.points import CappedPoints, light_of, project_points
from projects.rankings.scoring.scheme import Scheme
from projects.rankings.scoring.sums import total
from projects.rankings.scoring.wording import equals, joined, plain
from projects.status.rules import Colour, Light
from yichuan_tracker.money import ratio, round_half_up


class ProjectScore(NamedTuple):
    """A project's score of a month, opening to its items.

    `base` is 100 × Σ points / Σ weight over the items that apply (unrounded), `exact` adds the capped points, `score`
    is `exact` rounded once. All three are None when no item applies. `gaps` are what the completeness check names.
    """

    project_id: int
    name: str
    month: datetime.date
    items: tuple[ItemScore, ...]
    item_points: Fraction
    applicable_weight: Decimal
    base: Fraction | None
    base_score: Decimal | None
    points: CappedPoints
    exact: Fraction | None
    score: Decimal | None
    formula: str
    is_ranked: bool
    note: str
    gaps: tuple[str, ...]
    progress_light: Light
    total_wan: Decimal | None = None
    annual_plan_wan: Decimal | None = None
    cumulative_wan: Decimal = Decimal(0)
    investment_rate: Fraction | None = None
    milestone_rate: Fraction | None = None

    @property
    def red_lights(self) -> int:
        return int(self.progress_light.colour == Colour.RED)

    def item(self, code: str) -> ItemScore:
        return next(item for item in self.items if item.code == code)


def score_project(facts: ProjectFacts, scheme: Scheme) -> ProjectScore:
    """The score of the project's month under the scheme. Exact until the one rounding (half up, scheme.places)."""
    items = tuple(score_item(facts, item) for item in scheme.items)
    applying, dropped = [item for item in items if item.applies], [item for item in items if not item.applies]
    item_points = total(item.points for item in applying if item.points is not None)
    weight = sum((item.weight for item in applying), Decimal(0))
    base = ratio(100 * item_points, weight) if weight else None
    light = light_of(facts, scheme)
    points = project_points(facts, scheme, light)
    exact = None if base is None else total((base, points.total))
    score = None if exact is None else round_half_up(exact, scheme.places)
    return ProjectScore(
        project_id=facts.project_id,
        name=facts.name,
        month=facts.month,
        items=items,
        item_points=item_points,
        applicable_weight=weight,
        base=base,
        base_score=None if base is None else round_half_up(base, scheme.places),
        points=points,
        exact=exact,
        score=score,
        formula=_formula(applying=applying, dropped=dropped, weight=weight, base=base, points=points, score=score),
        is_ranked=base is not None and not facts.veto,
        note=_note(facts, base),
        gaps=_gaps(facts),
        progress_light=light,
        total_wan=facts.total_wan,
        annual_plan_wan=facts.annual_plan_wan,
        cumulative_wan=facts.cumulative_wan,
        investment_rate=facts.rate,
        milestone_rate=next((item.s for item in items if item.code == "B"), None),
    )


def _formula(
    *,
    applying: Sequence[ItemScore],
    dropped: Sequence[ItemScore],
    weight: Decimal,
    base: Fraction | None,
    points: CappedPoints,
    score: Decimal | None,
) -> str:
    """The sum in Chinese with its numbers, its denominator shown and the items that dropped out named."""
    if base is None:
        return "没有适用的考评项，不计分"
    got = joined([item.points for item in applying if item.points is not None])
    text = f"100 ×（{got}）÷ 适用分值 {plain(weight)} {equals(base)}"
    if dropped:
        text += f"（{'、'.join([f'{item.code} {item.name}' for item in dropped])}不适用）"
    if points.formula:
        text += f"；{points.formula}"
    return f"{text}；四舍五入得 {score} 分"


def _note(facts: ProjectFacts, base: Fraction | None) -> str:
    if facts.veto:
        return f"一票否决，不参与排名：{facts.veto}"
    return "没有适用的考评项，不参与排名" if base is None else ""


def _gaps(facts: ProjectFacts) -> tuple[str, ...]:
    gaps = []
    if not facts.annual_plan_wan:
        gaps.append("没有年度计划投资（或为零）")
    report = facts.report
    if report is not None and (report.filed_on is None or report.filed_on > report.closing_on or not report.stands):
        gaps.append("本月尚未提交")
    return tuple(gaps)
