import datetime
import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from projects.rankings.models import FrozenScore, RankingRow, RankingRun
from projects.rankings.queries import opened
from projects.rankings.reading.causes import Change, body_change, project_change
from projects.rankings.reading.rules import (
    MINUS,
    Band,
    Losses,
    Reason,
    ScoreLine,
    TrendPoint,
    bands,
    bands_chart,
    body_losses,
    project_losses,
    reasons,
    standing_sentence,
    trend_chart,
    trend_sentence,
    worst_projects,
)
from projects.rankings.scoring.body import BodyScore
from projects.rankings.scoring.frozen import from_json
from projects.rankings.scoring.scheme import Scheme
from yichuan_tracker.money import round_half_up


@dataclass(frozen=True)
class Reading:
    """What stands above an opened score. Empty lists where there is nothing to tell."""

    moved: int | None
    last_rank: int | None
    ranked: int
    reasons: list[Reason]
    trend: list[TrendPoint]
    bands: list[Band]
    standing: str
    before: RankingRun | None = None
    change: Change | None = None

    @property
    def trend_text(self) -> str:
        return trend_sentence(self.trend) if self.trend else ""

    @property
    def trend_chart(self) -> dict[str, Any] | None:
        """A single month is no trend."""
        return trend_chart(self.trend) if len(self.trend) > 1 else None

    @property
    def bands_chart(self) -> dict[str, Any] | None:
        return bands_chart(self.bands) if len(self.bands) > 1 else None


def reading_of(row: RankingRow) -> Reading:
    """The row of a board of units, groups or projects beside its board and the months before. Seven queries, from frozen
    rows alone."""
    others = list(row.run.rows.filter(board=row.board).order_by("position"))
    scheme = from_json(Scheme, row.run.frozen["scheme"])
    losses, lines = _losses(row.run, others, scheme)
    before = row.run.before
    last = before.rows.filter(board=row.board, **_subject(row)).first() if before else None
    last_losses = None
    if before is not None and last is not None:
        found, _ = _losses(before, [last], from_json(Scheme, before.frozen["scheme"]))
        last_losses = found[last.pk]
    scores = [one.score for one in others if one.rank is not None and one.score is not None]
    own = row.score
    return Reading(
        moved=row.moved,
        last_rank=row.last_rank,
        ranked=len(scores),
        reasons=reasons(
            losses[row.pk], last_losses, list(losses.values()), _names(scheme), _told(row, losses[row.pk], lines)
        ),
        trend=trend_of(row),
        bands=bands(scores, own) if scores and own is not None else [],
        standing=standing_sentence(scores, own) if len(scores) > 1 and own is not None else "",
        before=before,
        change=_change(before, last, row) if before is not None and last is not None else None,
    )


def _change(before: RankingRun, last: RankingRow, row: RankingRow) -> Change | None:
    """The row's score taken apart against the month before, both as they were frozen."""
    if row.subject_type == "project":
        return project_change(opened(last), opened(row))
    rules = (from_json(Scheme, before.frozen["scheme"]).body, from_json(Scheme, row.run.frozen["scheme"]).body)
    return body_change(opened(last), opened(row), rules)


def _subject(row: RankingRow) -> dict[str, Any]:
    return {"subject_type": row.subject_type, "subject_id": row.subject_id}


def _losses(
    run: RankingRun, rows: Iterable[RankingRow], scheme: Scheme
) -> tuple[dict[int, Losses], dict[int, ScoreLine]]:
    """{row: what it lost} and, of a board of bodies, {project: its line}; rows without a score are left out but for
    their own emptiness. One query."""
    rows = list(rows)
    if all(row.subject_type == "project" for row in rows):
        lines = {row.pk: from_json(ScoreLine, row.detail) for row in rows}
        return {pk: project_losses(line) for pk, line in lines.items()}, {}
    bodies: dict[int, BodyScore] = {row.pk: opened(row) for row in rows}
    ids = {member.project_id for body in bodies.values() for member in body.members}
    details = FrozenScore.objects.filter(run=run, project__in=ids).values_list("project_id", "detail")
    known = {pk: from_json(ScoreLine, detail) for pk, detail in details}
    return {pk: body_losses(body, known, scheme.body) for pk, body in bodies.items()}, known


def _names(scheme: Scheme) -> dict[str, str]:
    items = {item.code: item.name for item in scheme.items}
    return items | {item.code: item.name for item in scheme.body.own_items}


def _told(row: RankingRow, own: Losses, lines: dict[int, ScoreLine]) -> dict[str, str]:
    """{item: what is behind the loss}: a project's formula, a body's worst projects."""
    detail = opened(row)
    minus = {MINUS: "；".join(line.reason for line in detail.points.lines if line.points < 0)}
    if not isinstance(detail, BodyScore):
        return {item.code: item.formula for item in detail.items} | minus
    members = [lines[one.project_id] for one in detail.members if one.project_id in lines]
    own_work = {item.code: item.formula for item in detail.own_items}
    behind = {code: worst_projects(code, members) for code in own}
    return behind | own_work | {MINUS: minus[MINUS] or behind.get(MINUS, "")}


def trend_of(row: RankingRow) -> list[TrendPoint]:
    """The row's published months of the year up to its run's, each in the newest edition released when the run was
    computed; its own run's own edition. One query."""
    run = row.run
    published = Q(run__released_at__lte=run.computed_at, run__month__year=run.month.year, run__month__lt=run.month)
    rows = RankingRow.objects.filter(published | Q(run=run), board=row.board)
    found = rows.order_by("run__month", "run__edition", "position").values_list(
        "run__month", "run__edition", "subject_type", "subject_id", "rank", "score"
    )
    months: dict[datetime.date, dict[int, list[tuple[Any, ...]]]] = defaultdict(lambda: defaultdict(list))
    for month, edition, *rest in found:
        months[month][edition].append(tuple(rest))
    points = []
    for month, editions in months.items():
        board = editions[max(editions)]
        scores = [score for *_, rank, score in board if rank is not None and score is not None]
        own = next((line for line in board if line[:2] == (row.subject_type, row.subject_id)), None)
        if own is not None and own[3] is not None and scores:
            points.append(TrendPoint(month, own[3], own[2], len(scores), _median(scores)))
    return points


def _median(scores: list[Decimal]) -> Decimal:
    return round_half_up(statistics.median(scores))
