import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from leaders.accounts.models import User
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from leaders.organisations.rules import UnitKind
from leaders.roster.models import Leader
from projects.rankings.access import is_office, may_see_board, may_see_projects, sees_whole_board
from projects.rankings.boards import Bodies, Body, LeaderFacts
from projects.rankings.figures import RankedLine, Tally, tally
from projects.rankings.models import (
    Adjustment,
    Board,
    BoardKind,
    BoardMember,
    FrozenScore,
    RankingRow,
    RankingRun,
    RunState,
    Scheme,
    SchemeItem,
)
from projects.rankings.scoring.body import BodyScore
from projects.rankings.scoring.facts import PointFact, ProjectFacts
from projects.rankings.scoring.frozen import digest, from_json
from projects.rankings.scoring.project import ProjectScore
from projects.rankings.scoring.scheme import Scheme as SchemeRules
from projects.rankings.scoring.scheme import scheme_from_rows
from projects.rankings.sources import SOURCE_MODELS
from projects.status.rules import Colour, LightStreak, LightThresholds, light_streak
from yichuan_tracker.months import add_months, last_day

DETAIL_KINDS: Mapping[str, type] = {
    "project": ProjectScore,
    "unit": BodyScore,
    "group": BodyScore,
    "leader": LeaderFacts,
}


# ---- the scheme -------------------------------------------------------------------------------------------------


def scheme_in_force(month: datetime.date) -> Scheme | None:
    """The last edition whose first month has come."""
    items = Prefetch("items", queryset=SchemeItem.objects.order_by("position"))
    known = Scheme.objects.filter(is_draft=False, first_month__lte=month).order_by("-first_month")
    return known.prefetch_related(items).first()


def scheme_rules(scheme: Scheme) -> SchemeRules:
    """The scheme's rows as the scoring reads them. Raises ValueError naming what is wrong with them."""
    return scheme_from_rows(
        name=scheme.name,
        edition=scheme.edition,
        first_month=scheme.first_month,
        parameters=scheme.parameters,
        items=[(item.code, item.name, item.weight, item.parameters) for item in scheme.items.all()],
    )


def light_thresholds(month: datetime.date) -> LightThresholds:
    """The thresholds of the scheme in force; the usual ones where there is no scheme yet. One query: every list asks."""
    schemes = Scheme.objects.filter(is_draft=False, first_month__lte=month).order_by("-first_month")
    parameters = schemes.values_list("parameters", flat=True).first()
    return from_json(LightThresholds, (parameters or {}).get("lights", {}))


# ---- runs -------------------------------------------------------------------------------------------------------


def runs_visible_to(user: User) -> QuerySet[RankingRun]:
    runs = RankingRun.objects.select_related("scheme", "publisher", "releaser")
    if is_office(user):
        return runs
    return runs.filter(state=RunState.RELEASED) if may_see_projects(user) else runs.none()


def editions(user: User, month: datetime.date) -> list[RankingRun]:
    """Every edition of the month that the person may see, the newest first."""
    return list(runs_visible_to(user).filter(month=month).order_by("-edition"))


def last_run(month: datetime.date) -> RankingRun | None:
    return RankingRun.objects.filter(month=month).order_by("-edition").first()


def boards_for(user: User, month: datetime.date, run: RankingRun | None = None) -> list[Board]:
    """Those that the person may see of the boards that the run was computed for, under their names of then; of the month's
    boards without a run. A run of before boards were frozen has those in use at the month's end and those of its rows."""
    end = last_day(month)
    boards = Board.objects.in_force(end, end)
    if run is not None and "boards" in run.frozen:
        boards = Board.objects.filter(key__in=run.frozen["boards"])
    elif run is not None:
        boards |= Board.objects.filter(pk__in=run.rows.values("board"))
    frozen = run.frozen if run is not None else {}
    return [as_frozen(board, frozen) for board in boards.order_by("position", "pk") if may_see_board(user, board)]


def boards_to_freeze(boards: Iterable[Board]) -> dict[str, list[str]]:
    """{key: [name, kind, kind of list]}: what of the boards a run is made with and shown by."""
    return {board.key: [board.name, board.kind, board.list_kind] for board in boards}


def as_frozen(board: Board, frozen: Mapping[str, Any]) -> Board:
    """The board, to be shown, under the name that a run was frozen with; with the present one where it has none."""
    board.name = frozen.get("boards", {}).get(board.key, [board.name])[0]
    return board


@dataclass(frozen=True)
class BoardLine:
    """A row of a board as the page and the export show it."""

    row: RankingRow
    detail: Any
    streak: LightStreak | None = None

    @property
    def note(self) -> str:
        """What is said beside the figures: why it is not ranked, what follows from its lights, what a light was changed to."""
        light = getattr(self.detail, "progress_light", None)
        change = f"改为{light.change.colour.label}：{light.change.words}" if light and light.change else ""
        return "；".join(filter(None, [self.row.note, self.streak.words if self.streak else "", change]))


def board_lines(run: RankingRun, board: Board, user: User) -> list[BoardLine]:
    """The board's rows in order, at most three queries; on a board that is not public a leader finds only the own line."""
    rows = run.rows.filter(board=board).order_by("position")
    if not sees_whole_board(user, board):
        rows = rows.filter(subject_type="leader", subject_id=user.leader_id or 0)
    streaks = streaks_of(run) if board.kind == BoardKind.PROJECTS else {}
    return [BoardLine(row, opened(row), streaks.get(row.subject_id)) for row in rows]


def run_before(run: RankingRun) -> RankingRun | None:
    """The last month of the year that is published before the run's, in its newest edition: what a trial made now is
    compared with. What a run was compared with stands in `before`."""
    earlier = RankingRun.objects.filter(month__lt=run.month, month__year=run.month.year, state=RunState.RELEASED)
    return earlier.order_by("-month", "-edition").first()


def ranks_of(run: RankingRun | None) -> dict[tuple[int, str, int], int | None]:
    """{(board, subject type, subject): rank}; empty without a run."""
    rows = RankingRow.objects.filter(run=run).values_list("board", "subject_type", "subject_id", "rank")
    return {(board, kind, pk): place for board, kind, pk, place in rows} if run else {}


def opened(row: RankingRow) -> Any:
    """The score or facts that the row was frozen with: ProjectScore, BodyScore or LeaderFacts."""
    return from_json(DETAIL_KINDS[row.subject_type], row.detail)


class FrozenMonth:
    """The facts that a run was frozen with, read once, and what the boards' rows sum up to. One query."""

    def __init__(self, run: RankingRun) -> None:
        rows = run.scores.order_by("project").values_list("project_id", "facts", "detail")
        self.facts: dict[int, ProjectFacts] = {}
        self.lights: dict[int, Colour] = {}
        for pk, facts, detail in rows:
            self.facts[pk] = from_json(ProjectFacts, facts)
            self.lights[pk] = Colour(detail["progress_light"]["colour"])

    def tally_of(self, projects: Iterable[int]) -> Tally:
        return tally([self.facts[pk] for pk in projects if pk in self.facts], self.lights)


def ranked_lines(rows: Iterable[RankingRow], month: FrozenMonth) -> list[RankedLine]:
    """Rows of a board of units, groups or projects as the county's ranking table has them, every figure from what was
    frozen."""
    lines = []
    for row in rows:
        detail = opened(row)
        members = [one.project_id for one in detail.members] if isinstance(detail, BodyScore) else [row.subject_id]
        lines.append(
            RankedLine(
                row.rank,
                row.is_tied,
                row.subject_name,
                month.tally_of(members),
                detail.points.total,
                row.score,
                row.last_rank,
                row.note,
            )
        )
    return lines


def streaks_of(run: RankingRun, project_ids: Collection[int] | None = None) -> dict[int, LightStreak]:
    """{project: the progress light that was as bad for months in a row, and what follows by the scheme the run was frozen
    with}, from the run and the chain of released months that each was compared with. Two queries."""
    scores = FrozenScore.objects.filter(run__in=_chain(run))
    if project_ids is not None:
        scores = scores.filter(project__in=project_ids)
    thresholds = from_json(LightThresholds, run.frozen.get("scheme", {}).get("lights", {}))
    told: dict[int, list[tuple[datetime.date, Colour]]] = defaultdict(list)
    rows = scores.order_by("-run__month").values_list("project", "run__month", "detail__progress_light")
    for pk, month, light in rows:
        counted = light["change"]["colour"] if thresholds.changes_count and light.get("change") else light["colour"]
        # A month in which the project was not ranked ends the row.
        if add_months(month, len(told[pk])) == run.month:
            told[pk].append((month, Colour(counted)))
    found = {pk: light_streak(shown, thresholds) for pk, shown in told.items()}
    return {pk: streak for pk, streak in found.items() if streak}


def _chain(run: RankingRun) -> list[int]:
    """The run and what it was compared with, month by month back, as long as no month is missing."""
    known = {
        pk: (before, month)
        for pk, before, month in RankingRun.objects.filter(month__year=run.month.year, month__lt=run.month).values_list(
            "pk", "before", "month"
        )
    }
    chain, before, month = [run.pk], run.before_id, run.month
    while before in known and known[before][1] == add_months(month, -1):
        chain.append(before)
        before, month = known[before]
    return chain


def frozen_money(run: RankingRun, project_ids: Collection[int]) -> dict[int, tuple[Decimal | None, Decimal | None]]:
    """{project: (plan of the year, done so far), 万元} as they were counted in the run. One query."""
    rows = FrozenScore.objects.filter(run=run, project__in=project_ids)
    found = rows.values_list("project", "detail__annual_plan_wan", "detail__cumulative_wan")
    return {pk: (plan and Decimal(plan), done and Decimal(done)) for pk, plan, done in found}


def frozen_score(run: RankingRun, project_id: int) -> ProjectScore | None:
    row = FrozenScore.objects.filter(run=run, project=project_id).first()
    return from_json(ProjectScore, row.detail) if row else None


def last_released() -> RankingRun | None:
    return RankingRun.objects.filter(state=RunState.RELEASED).order_by("-month", "-edition").first()


def released_scores_of(project_id: int, year: int) -> list[tuple[RankingRun, Any]]:
    """The project's published scores of the year, the newest month first, the last edition of each."""
    rows = FrozenScore.objects.filter(project=project_id, run__month__year=year, run__state=RunState.RELEASED)
    newest: dict[datetime.date, FrozenScore] = {}
    for row in rows.select_related("run").order_by("run__month", "run__edition"):
        newest[row.run.month] = row
    return [(row.run, row.detail.get("score")) for _, row in sorted(newest.items(), reverse=True)]


# ---- what a run is made of --------------------------------------------------------------------------------------


def boards_of(month: datetime.date) -> list[Board]:
    """Those in use at the month's end."""
    return list(Board.objects.in_force(last_day(month), last_day(month)))


def members_of(month: datetime.date) -> dict[int, list[int]]:
    """{board: the units that it names at the month's end}. One query."""
    end = last_day(month)
    rows = BoardMember.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=end), starts_on__lte=end)
    members: dict[int, list[int]] = defaultdict(list)
    for board, unit in rows.order_by("board", "unit").values_list("board", "unit"):
        members[board].append(unit)
    return dict(members)


def bodies(month: datetime.date) -> Bodies:
    """Units, groups, leaders, the boards' members, and what people gave to units this month. Five queries."""
    points: dict[int, list[PointFact]] = defaultdict(list)
    vetoes: dict[int, str] = {}
    given = Adjustment.objects.filter(month=month, unit__isnull=False).select_related("approver").order_by("pk")
    for row in given:
        if row.unit_id is None:
            continue
        if row.is_veto:
            vetoes[row.unit_id] = row.reason
        else:
            points[row.unit_id].append(PointFact(row.pk, row.points, row.reason, row.evidence, str(row.approver)))
    return Bodies(
        units={
            pk: Body(pk, name, kind == UnitKind.TOWNSHIP)
            for pk, name, kind in Unit.objects.values_list("pk", "name", "kind")
        },
        groups={group.pk: Body(group.pk, group.name) for group in WorkingGroup.objects.all()},
        leaders=dict(Leader.objects.order_by("position", "pk").values_list("pk", "name")),
        members={board: frozenset(units) for board, units in members_of(month).items()},
        unit_points={pk: tuple(rows) for pk, rows in points.items()},
        unit_vetoes=vetoes,
    )


def digest_of(run: RankingRun) -> str:
    """SHA-256 over everything the run is frozen with, read back from the database: equals run.sha256 as long as nothing
    was touched. Runs of before places were frozen with the month they are compared with are checked without them."""
    with_last_rank = ["last_rank"] if "before" in run.frozen else []
    scores = run.scores.order_by("project").values_list("project", "facts", "detail")
    rows = run.rows.values_list(
        "board__key",
        "position",
        "rank",
        "is_tied",
        "subject_type",
        "subject_id",
        "subject_name",
        "score",
        "note",
        "detail",
        *with_last_rank,
    )
    return digest(
        {
            "month": run.month,
            "edition": run.edition,
            "frozen": run.frozen,
            "scores": [list(entry) for entry in scores],
            # Put in order here: databases sort keys by different alphabets, and a moved month must stay intact.
            "rows": sorted((list(row) for row in rows), key=lambda row: row[:2]),
        }
    )


@dataclass(frozen=True)
class Completeness:
    """Before publishing: which projects lack what. {gap in words: [project names]}."""

    gaps: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(len(names) for names in self.gaps.values())


def completeness(scores: Iterable[ProjectScore]) -> Completeness:
    gaps: dict[str, list[str]] = defaultdict(list)
    for score in scores:
        for gap in score.gaps:
            gaps[gap].append(score.name)
    return Completeness(dict(gaps))


def adjustments_of(month: datetime.date, user: User) -> QuerySet[Adjustment]:
    """加减分 of the month. They are part of its ranking: until it is first released only the office knows them."""
    given = Adjustment.objects.filter(month=month).select_related("project", "unit", "approver").order_by("-pk")
    return given if is_office(user) or runs_visible_to(user).filter(month=month).exists() else given.none()


# ---- what the office has yet to do --------------------------------------------------------------------------------


@dataclass(frozen=True)
class MonthStep:
    """The next step with a closed month's ranking, for this person: 试算, 核对后发布, 签发."""

    month: datetime.date
    what: str


def step_left(user: User, month: datetime.date) -> MonthStep | None:
    """None when it is released, or waits for another account than the publisher's. One query."""
    run = last_run(month)
    if run is None:
        return MonthStep(month, "试算")
    if run.state == RunState.TRIAL:
        return MonthStep(month, "核对试算后发布")
    is_others = run.state == RunState.PUBLISHED and run.publisher_id != user.pk
    return MonthStep(month, "签发") if is_others else None


# ---- sources ----------------------------------------------------------------------------------------------------


def named_by_published(project_ids: Collection[int]) -> set[tuple[str, int]]:
    """(model's name, pk) of the rows that published scores of these projects name as their sources. One query."""
    names = {kind: str(model._meta.model_name) for kind, model in SOURCE_MODELS.items()}
    published = FrozenScore.objects.filter(project__in=project_ids).exclude(run__state=RunState.TRIAL)
    return {
        (names[source["kind"]], source["id"])
        for detail in published.values_list("detail", flat=True).iterator()
        for item in detail["items"]
        for source in item["sources"]
        if source["kind"] in names
    }
