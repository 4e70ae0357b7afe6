"""The score of a year: pure, marks and published months in, score out. Each part opens down to what it was made of."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import TextChoices

from projects.rankings.scoring.points import CappedPoints, PointLine, cap_points
from projects.rankings.scoring.scheme import AnnualRule
from projects.rankings.scoring.wording import equals, plain
from yichuan_tracker.money import round_half_up

MONTHS = "months"


class MarkKind(TextChoices):
    OBSERVATION = "observation", "半年观摩"
    GOALS = "goals", "年终：年度目标"
    ONSITE = "onsite", "年终：现场核查"
    POINTS = "points", "全年加减分"


@dataclass(frozen=True)
class MonthMark:
    """A published month of the subject: which edition of which run, its frozen row, and the score printed there."""

    month: datetime.date
    edition: int
    row_id: int
    score: Decimal


@dataclass(frozen=True)
class Mark:
    """What people gave: a mark of 0 to 100, or plus and minus points; each with reason, evidence and who gave it."""

    id: int
    kind: str
    value: Decimal
    reason: str
    evidence: str = ""
    giver: str = ""


@dataclass(frozen=True)
class Part:
    """One part of the year's score, out of 100; `value` None: it does not apply, for `told`."""

    code: str
    name: str
    share: Decimal
    value: Fraction | None
    told: str

    @property
    def value_text(self) -> str:
        return "—" if self.value is None else plain(self.value)


@dataclass(frozen=True)
class AnnualScore:
    """`exact` is Σ share × part / Σ share over the parts that apply, plus capped points; `score` is it rounded once."""

    subject_type: str
    subject_id: int
    name: str
    months: tuple[MonthMark, ...]
    marks: tuple[Mark, ...]
    parts: tuple[Part, ...]
    points: CappedPoints
    exact: Fraction | None
    score: Decimal | None
    formula: str
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class YearLine:
    """A row of a board of the year as its table prints it; `parts` are out of 100, None where a part does not apply."""

    place: int | None
    is_tied: bool
    name: str
    months: int
    parts: tuple[Decimal | None, ...]
    points: Decimal
    score: Decimal | None
    note: str = ""


# Heading and number format; the four parts are those of AnnualScore.
YEAR_COLUMNS = (
    ("名次", ""),
    ("对象", ""),
    ("有效月份", ""),
    ("月考评平均", "0.00"),
    ("半年观摩", "0.00"),
    ("年度目标", "0.00"),
    ("现场核查", "0.00"),
    ("加减分", "0.00"),
    ("年度得分", "0.00"),
)


def year_line(place: int | None, score: AnnualScore, *, is_tied: bool, note: str) -> YearLine:
    parts = tuple(None if part.value is None else round_half_up(part.value) for part in score.parts)
    return YearLine(place, is_tied, score.name, len(score.months), parts, score.points.total, score.score, note)


def year_cells(line: YearLine) -> list[Any]:
    """The line under YEAR_COLUMNS, as values."""
    return [line.place, line.name, line.months, *line.parts, line.points, line.score]


def score_year(
    subject: tuple[str, int, str],
    months: Iterable[MonthMark],
    marks: Iterable[Mark],
    rule: AnnualRule,
    *,
    given: frozenset[str],
    places: int = 2,
) -> AnnualScore:
    """`given` are the kinds of mark that anybody was given this year: a subject that lacks one of them has a gap, one that
    nobody has drops out for all."""
    valid = tuple(sorted(months, key=lambda one: one.month))
    told_marks = tuple(sorted(marks, key=lambda one: one.id))
    shares = {
        MarkKind.OBSERVATION: rule.observation_share,
        MarkKind.GOALS: rule.goals_share,
        MarkKind.ONSITE: rule.onsite_share,
    }
    parts = (_months_part(valid, rule), *(_mark_part(kind, share, told_marks) for kind, share in shares.items()))
    applying = [part for part in parts if part.value is not None and part.share]
    whole = sum((Fraction(part.share) for part in applying), Fraction(0))
    base = (
        sum((Fraction(part.share) * (part.value or 0) for part in applying), Fraction(0)) / whole
        if whole and valid
        else None
    )
    lines = [
        PointLine(MarkKind.POINTS.label, one.value, one.reason, one.evidence, one.giver)
        for one in told_marks
        if one.kind == MarkKind.POINTS
    ]
    points = cap_points(lines, rule)
    exact = None if base is None else base + Fraction(points.total)
    score = None if exact is None else round_half_up(exact, places)
    gaps = tuple(part.name for part in parts if part.value is None and part.code in given)
    kind, pk, name = subject
    return AnnualScore(
        kind, pk, name, valid, told_marks, parts, points, exact, score, _formula(applying, points, exact, score), gaps
    )


def _months_part(months: tuple[MonthMark, ...], rule: AnnualRule) -> Part:
    name = "月考评平均"
    if not months:
        return Part(MONTHS, name, rule.months_share, None, "没有已发布的有效月份，不计年度得分")
    total = sum((Fraction(one.score) for one in months), Fraction(0))
    mean = total / len(months)
    scores = "＋".join(str(one.score) for one in months)
    return Part(MONTHS, name, rule.months_share, mean, f"（{scores}）÷ {len(months)} 个月 {equals(mean)}")


def _mark_part(kind: MarkKind, share: Decimal, marks: tuple[Mark, ...]) -> Part:
    given = [one for one in marks if one.kind == kind]
    if not given:
        return Part(kind.value, kind.label, share, None, "没有登记，不参与计算")
    mean = sum((Fraction(one.value) for one in given), Fraction(0)) / len(given)
    told = "；".join(f"{plain(one.value)}（{one.reason}）" for one in given)
    return Part(kind.value, kind.label, share, mean, told if len(given) == 1 else f"{told}，平均 {plain(mean)}")


def _formula(parts: list[Part], points: CappedPoints, exact: Fraction | None, score: Decimal | None) -> str:
    if exact is None:
        return "没有有效月份，不计分"
    summands = "＋".join(f"{plain(part.share)} × {plain(part.value or 0)}" for part in parts)
    whole = plain(sum((part.share for part in parts), Decimal(0)))
    text = f"（{summands}）÷ {whole} {equals(exact - Fraction(points.total))}"
    if points.formula:
        text += f"；{points.formula}"
    return f"{text}；四舍五入得 {score} 分"
