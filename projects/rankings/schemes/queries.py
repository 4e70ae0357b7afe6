import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from leaders.accounts.models import User
from projects.rankings.boards import rescored
from projects.rankings.models import BoardKind, FrozenScore, RankingRow, RankingRun, RunState, Scheme
from projects.rankings.queries import opened
from projects.rankings.scoring.facts import ProjectFacts
from projects.rankings.scoring.frozen import from_json
from projects.rankings.scoring.places import Placed, RankRow, body_row, project_row, rank
from projects.rankings.scoring.project import ProjectScore, score_project
from projects.rankings.scoring.scheme import Scheme as SchemeRules
from projects.registry.access import is_office, may_see_projects
from projects.status.rules import entry_due_on


def schemes_visible_to(user: User) -> QuerySet[Scheme]:
    """The office sees drafts; everyone who sees projects the versions that were put in force."""
    schemes = Scheme.objects.select_related("drafter", "approver").prefetch_related("items")
    if is_office(user):
        return schemes
    return schemes.filter(is_draft=False) if may_see_projects(user) else schemes.none()


def version_before(scheme: Scheme) -> Scheme | None:
    """The version that `scheme` takes the place of."""
    earlier = Scheme.objects.filter(is_draft=False, first_month__lt=scheme.first_month)
    return earlier.order_by("-first_month").prefetch_related("items").first()


def locking_run(scheme: Scheme) -> RankingRun | None:
    """A published month that was computed, or would have been, by this version: it may not change any more."""
    published = RankingRun.objects.exclude(state=RunState.TRIAL).filter(month__gte=scheme.first_month)
    if not scheme.is_draft:
        published = published.filter(scheme=scheme)
    return published.order_by("month").first()


def runs_to_try_on() -> list[RankingRun]:
    """Of each computed month the newest edition, the newest month first."""
    newest: dict[object, RankingRun] = {}
    for run in RankingRun.objects.order_by("month", "edition"):
        newest[run.month] = run
    return list(reversed(newest.values()))


@dataclass(frozen=True)
class TriedLine:
    """A row of a board as it stands and as it would stand."""

    name: str
    rank: int | None
    score: Decimal | None
    new_rank: int | None
    new_score: Decimal | None

    @property
    def moved(self) -> int | None:
        return None if self.rank is None or self.new_rank is None else self.rank - self.new_rank


@dataclass(frozen=True)
class TriedBoard:
    name: str
    lines: tuple[TriedLine, ...]

    @property
    def moved(self) -> int:
        return sum(line.rank != line.new_rank for line in self.lines)

    @property
    def rescored(self) -> int:
        return sum(line.score != line.new_score for line in self.lines)


def tried_on(run: RankingRun, scheme: SchemeRules) -> list[TriedBoard]:
    """Every board of the run as `scheme` would rank it, from the facts the run was frozen with. Two queries, no writing.

    Leaders are not scored, so their board is left out.
    """
    scores = _scores(run, scheme)
    boards: dict[str, list[RankingRow]] = {}
    for row in run.rows.exclude(board__kind=BoardKind.LEADERS).select_related("board"):
        boards.setdefault(row.board.name, []).append(row)
    return [TriedBoard(name, _lines(rows, scores, scheme)) for name, rows in boards.items()]


def _scores(run: RankingRun, scheme: SchemeRules) -> dict[int, ProjectScore]:
    found = {}
    for pk, frozen in FrozenScore.objects.filter(run=run).order_by("project").values_list("project", "facts"):
        facts = from_json(ProjectFacts, frozen)
        # The one fact that a threshold of the scheme has a part in.
        due_on = entry_due_on(facts.total_wan, facts.started_on, scheme.lights)
        found[pk] = score_project(dataclasses.replace(facts, entry_due_on=due_on), scheme)
    return found


def _lines(rows: list[RankingRow], scores: Mapping[int, ProjectScore], scheme: SchemeRules) -> tuple[TriedLine, ...]:
    before = {f"{row.subject_type}:{row.subject_id}": row for row in rows}
    lines: list[RankRow] = [
        project_row(scores[row.subject_id])
        if row.subject_type == "project"
        else body_row(rescored(opened(row), scores, scheme))
        for row in rows
    ]
    return tuple(_line(placed, before[placed.row.key]) for placed in rank(lines, scheme.tie_breaks))


def _line(placed: Placed, row: RankingRow) -> TriedLine:
    return TriedLine(row.subject_name, row.rank, row.score, placed.place, placed.row.score)
