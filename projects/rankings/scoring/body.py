"""The month score of a unit, township or group: its projects' scores and its own work."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from projects.rankings.scoring.facts import PointFact, Source
from projects.rankings.scoring.items import ItemScore
from projects.rankings.scoring.points import CappedPoints, cap_points, given_points
from projects.rankings.scoring.project import ProjectScore
from projects.rankings.scoring.scheme import OwnItem, Scheme
from projects.rankings.scoring.sums import total, weighted_mean
from projects.rankings.scoring.wording import equals, joined, plain, weighted
from yichuan_tracker.money import product, round_half_up

TOO_FEW = "项目数不足，不参与排名"
VETOED = "一票否决，不参与排名："


@dataclass(frozen=True)
class OwnWork:
    """What a body did of its own work: `done` out of `due`; nothing due, no item. `code` is the scheme's own item."""

    code: str
    done: Fraction
    due: Fraction
    told: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class MemberScore:
    """A project as it counts in a body: `counted` is the unrounded score taken into the mean, `weight` its weight."""

    project_id: int
    name: str
    counted: Fraction
    score: Decimal | None
    weight: Decimal
    note: str = ""


@dataclass(frozen=True)
class BodyScore:
    """A body's score of a month. `projects_part` and `own_part` are out of 100 and unrounded, None when there is none;
    `exact` and `score` are None without any scored project."""

    kind: str
    body_id: int
    name: str
    month: datetime.date
    members: tuple[MemberScore, ...]
    projects_part: Fraction | None
    own_items: tuple[ItemScore, ...]
    own_part: Fraction | None
    points: CappedPoints
    exact: Fraction | None
    score: Decimal | None
    formula: str
    is_ranked: bool
    note: str
    annual_plan_wan: Decimal
    cumulative_wan: Decimal
    investment_rate: Fraction | None
    milestone_rate: Fraction | None
    red_lights: int

    @property
    def project_count(self) -> int:
        return len(self.members)


def score_body(
    *,
    kind: str,
    body_id: int,
    name: str,
    month: datetime.date,
    projects: Iterable[ProjectScore],
    scheme: Scheme,
    own: Iterable[OwnWork] = (),
    points: Iterable[PointFact] = (),
    veto: str = "",
) -> BodyScore:
    """0.80 × weighted mean of the projects' scores + 0.20 × own work, plus capped points, rounded once.

    A part that does not apply drops out with its share. A project is counted once, however often it is named; one
    without any applicable item is not counted. Fewer than scheme.body.min_projects: scored, not ranked.
    """
    scored = _once(projects)
    members = tuple(_member(score, scheme) for score in scored)
    projects_part = weighted_mean([(member.weight, member.counted) for member in members])
    by_code = {work.code: work for work in own}
    own_items = tuple(_own_item(item, by_code.get(item.code)) for item in scheme.body.own_items)
    own_part = weighted_mean([(item.weight, item.s * 100) for item in own_items if item.s is not None])
    capped = cap_points(given_points(points), scheme)
    base = _blend(projects_part, own_part, scheme)
    exact = None if base is None else base + Fraction(capped.total)
    plan = sum((score.annual_plan_wan or Decimal(0) for score in scored), Decimal(0))
    # What stands against a plan: a project without one would lift the rate of its unit.
    done = sum((score.cumulative_wan for score in scored if score.annual_plan_wan), Decimal(0))
    rates = [(Decimal(1), score.milestone_rate) for score in scored if score.milestone_rate is not None]
    too_few = len(members) < scheme.body.min_projects
    return BodyScore(
        kind=kind,
        body_id=body_id,
        name=name,
        month=month,
        members=members,
        projects_part=projects_part,
        own_items=own_items,
        own_part=own_part,
        points=capped,
        exact=exact,
        score=None if exact is None else round_half_up(exact, scheme.places),
        formula=_formula(
            members=members,
            projects_part=projects_part,
            own_items=own_items,
            own_part=own_part,
            points=capped,
            exact=exact,
            scheme=scheme,
        ),
        is_ranked=not too_few and exact is not None and not veto,
        note=f"{VETOED}{veto}" if veto else TOO_FEW if too_few else "",
        annual_plan_wan=plan,
        cumulative_wan=done,
        investment_rate=Fraction(done) / Fraction(plan) if plan else None,
        milestone_rate=weighted_mean(rates),
        red_lights=sum(score.red_lights for score in scored),
    )


def reports_of(projects: Iterable[ProjectScore]) -> OwnWork:
    """报送 as a body's own work: the mean of its projects' item G where it applies."""
    told = [(score.name, item) for score in _once(projects) for item in score.items if item.code == "G"]
    items = [(name, item) for name, item in told if item.s is not None]
    done = total(item.s for _, item in items if item.s is not None)
    sources = tuple(source._replace(label=f"{name} {source.label}") for name, item in items for source in item.sources)
    return OwnWork("reports", done, Fraction(len(items)), f"{len(items)} 个项目的报送得分合计 {plain(done)}", sources)


def _once(projects: Iterable[ProjectScore]) -> list[ProjectScore]:
    """Each scored project once, in order of name, so that the order of rows is of no consequence."""
    by_id = {score.project_id: score for score in projects if score.exact is not None}
    return sorted(by_id.values(), key=lambda score: (score.name, score.project_id))


def _member(score: ProjectScore, scheme: Scheme) -> MemberScore:
    body = scheme.body
    counted = (score.exact if body.with_points else score.base) or Fraction(0)
    note = ""
    if not score.is_ranked:
        counted, note = Fraction(body.vetoed_counts_as), f"{score.note}；计 {plain(body.vetoed_counts_as)} 分"
    return MemberScore(score.project_id, score.name, counted, score.score, body.project_weight(score.total_wan), note)


def _own_item(item: OwnItem, work: OwnWork | None) -> ItemScore:
    if work is None or work.due <= 0:
        return ItemScore(item.code, item.name, item.weight, False, "本月没有应完成的事项，不参与计算")
    s = min(Fraction(1), max(Fraction(0), work.done / work.due))
    working = f"{work.told or f'完成 {plain(work.done)}'} ÷ 应完成 {plain(work.due)} {equals(s)}"
    points = product(item.weight, s)
    return ItemScore(
        code=item.code,
        name=item.name,
        weight=item.weight,
        applies=True,
        reason="本月有应完成的事项",
        s=s,
        points=points,
        formula=f"{working}；{weighted(item.weight, s, points)}",
        sources=work.sources,
    )


def _blend(projects_part: Fraction | None, own_part: Fraction | None, scheme: Scheme) -> Fraction | None:
    if projects_part is None:
        return None
    shares = [(scheme.body.projects_share, projects_part)]
    if own_part is not None:
        shares.append((scheme.body.own_share, own_part))
    return weighted_mean(shares)


def _formula(
    *,
    members: tuple[MemberScore, ...],
    projects_part: Fraction | None,
    own_items: tuple[ItemScore, ...],
    own_part: Fraction | None,
    points: CappedPoints,
    exact: Fraction | None,
    scheme: Scheme,
) -> str:
    if projects_part is None or exact is None:
        return "没有可计分的项目，不计分"
    body = scheme.body
    how = "按规模加权平均" if body.weights_by_size else "平均"
    text = f"{len(members)} 个项目得分{how} {equals(projects_part)}"
    if own_part is None:
        text += "；自身工作本月没有应完成的事项，只计项目得分"
    else:
        applying = [item for item in own_items if item.applies]
        got = joined([item.points or Fraction(0) for item in applying])
        weight = plain(sum((item.weight for item in applying), Decimal(0)))
        text += (
            f"；自身工作 100 ×（{got}）÷ {weight} {equals(own_part)}；"
            f"{plain(body.projects_share)} × {plain(projects_part)}＋{plain(body.own_share)} × {plain(own_part)} "
            f"{equals(exact - Fraction(points.total))}"
        )
    if points.formula:
        text += f"；{points.formula}"
    return f"{text}；四舍五入得 {round_half_up(exact, scheme.places)} 分"
