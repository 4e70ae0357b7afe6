"""Plus and minus points: those the facts bring about and those people gave, added up under their caps."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from projects.problems.rules import is_overdue
from projects.progress.rules import points_ahead
from projects.rankings.scoring.facts import PointFact, ProjectFacts, Source
from projects.rankings.scoring.scheme import AnnualRule, Scheme
from projects.rankings.scoring.wording import plain
from projects.status.rules import Colour, Light, progress_light

BY_SCHEME = "按考评办法自动计算"


class PointLine(NamedTuple):
    """One row of plus or minus points."""

    name: str
    points: Decimal
    reason: str
    evidence: str = ""
    approver: str = BY_SCHEME
    sources: tuple[Source, ...] = ()


class CappedPoints(NamedTuple):
    """The rows and their two sums, each under its own cap (加分最高, 减分最高); `total` is what the score gets."""

    lines: tuple[PointLine, ...]
    plus: Decimal
    minus: Decimal
    total: Decimal
    formula: str = ""


def light_of(facts: ProjectFacts, scheme: Scheme) -> Light:
    """The progress light at month end, the only light that costs points, with what people changed it to beside it."""
    light = progress_light(facts.cumulative_wan, facts.annual_plan_wan, facts.schedule, scheme.lights)
    return replace(light, change=facts.light_change) if facts.light_change else light


def cap_points(lines: Iterable[PointLine], caps: Scheme | AnnualRule) -> CappedPoints:
    """Plus and minus are capped each for itself, before they meet: the cap on plus does not undo minus points."""
    rows = tuple(lines)
    plus = sum((line.points for line in rows if line.points > 0), Decimal(0))
    minus = sum((line.points for line in rows if line.points < 0), Decimal(0))
    capped_plus, capped_minus = min(plus, caps.plus_cap), max(minus, -caps.minus_cap)
    parts = [_told("加分", plus, capped_plus), _told("减分", -minus, -capped_minus)]
    return CappedPoints(rows, capped_plus, capped_minus, capped_plus + capped_minus, "，".join(filter(None, parts)))


def given_points(points: Iterable[PointFact]) -> list[PointLine]:
    """The rows that people gave, in order of entry."""
    return [
        PointLine("加分" if p.points > 0 else "减分", p.points, p.reason, p.evidence, p.approver, (_source(p),))
        for p in sorted(points, key=lambda p: p.id)
    ]


def project_points(facts: ProjectFacts, scheme: Scheme, light: Light) -> CappedPoints:
    """Every plus and minus of a project in the month; `light` is its progress light."""
    return cap_points([*_by_scheme(facts, scheme, light), *given_points(facts.points)], scheme)


def _by_scheme(facts: ProjectFacts, scheme: Scheme, light: Light) -> Iterable[PointLine]:
    yield from _for_light(facts, scheme, light)
    ahead = scheme.point_rule("ahead")
    lead = points_ahead(facts.rate, facts.schedule)
    if ahead is not None and lead is not None and lead >= (ahead.threshold or 0):
        yield PointLine(
            ahead.name,
            ahead.points,
            f"超前序时 {plain(lead)} 个百分点，达到 {plain(ahead.threshold or 0)} 个百分点",
            sources=facts.sources_of("A1"),
        )
    repeat = scheme.point_rule("repeat")
    if repeat is not None and facts.has_unexplained_repeat:
        yield PointLine(
            repeat.name, repeat.points, "本月数据与上月雷同，未说明原因", sources=facts.sources_of("G", "A2")
        )
    overdue = scheme.point_rule("overdue_problem")
    if overdue is None:
        return
    for problem in sorted(facts.problems, key=lambda p: p.id):
        if is_overdue(problem.due_on, problem.closed_on, facts.month_end, problem.parked_on):
            source = Source("problem", problem.id, problem.label)
            yield PointLine(overdue.name, overdue.points, f"“{problem.label}”到期未销号", sources=(source,))


def _for_light(facts: ProjectFacts, scheme: Scheme, light: Light) -> Iterable[PointLine]:
    by_people = scheme.lights.changes_count and light.change is not None
    code = {Colour.RED: "red_light", Colour.YELLOW: "yellow_light"}.get(light.shown if by_people else light.colour)
    rule = scheme.point_rule(code) if code else None
    if rule is not None:
        told = f"{light.numbers}；改灯：{light.change.words}" if by_people and light.change else light.numbers
        yield PointLine(rule.name, rule.points, told, sources=facts.sources_of("A1"))


def _told(word: str, full: Decimal, capped: Decimal) -> str:
    if not full:
        return ""
    return f"{word} {plain(full)}" + (f"，最高计 {plain(capped)}" if capped != full else "")


def _source(point: PointFact) -> Source:
    return Source("adjustment", point.id, point.reason)
