"""All boards of a month from one pass over its facts: pure, nothing is read or written here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from projects.problems.rules import is_closed_on_time
from projects.rankings.facts import MonthFacts
from projects.rankings.models import Board, BoardKind
from projects.rankings.scoring.body import VETOED, BodyScore, OwnWork, reports_of, score_body
from projects.rankings.scoring.facts import PointFact, Source
from projects.rankings.scoring.places import Placed, RankRow, body_row, project_row, rank
from projects.rankings.scoring.project import ProjectScore, score_project
from projects.rankings.scoring.scheme import Scheme
from projects.status.rules import Colour
from yichuan_tracker.months import last_day


@dataclass(frozen=True)
class Body:
    """A unit or group that can stand on a board."""

    id: int
    name: str
    is_township: bool = False


@dataclass(frozen=True)
class LeaderFacts:
    """分包领导: facts without a score. Amounts in 万元."""

    leader_id: int
    name: str
    projects: tuple[tuple[int, str], ...]
    total_wan: Decimal
    annual_plan_wan: Decimal
    cumulative_wan: Decimal
    investment_rate: Fraction | None
    red_lights: int
    yellow_lights: int


class BoardRow(NamedTuple):
    subject_type: str
    subject_id: int
    placed: Placed
    detail: ProjectScore | BodyScore | LeaderFacts


@dataclass(frozen=True)
class Bodies:
    """The county's units, groups and leaders by id, the units that each board names, and the plus and minus points given
    to units."""

    units: Mapping[int, Body]
    groups: Mapping[int, Body]
    leaders: Mapping[int, str]
    members: Mapping[int, frozenset[int]]
    unit_points: Mapping[int, tuple[PointFact, ...]]
    unit_vetoes: Mapping[int, str]


def score_projects(facts: MonthFacts, scheme: Scheme) -> dict[int, ProjectScore]:
    return {pk: score_project(project, scheme) for pk, project in facts.projects.items()}


def board_rows(
    board: Board, facts: MonthFacts, scores: Mapping[int, ProjectScore], scheme: Scheme, bodies: Bodies
) -> list[BoardRow]:
    """The board's rows in order. A project counts on a board when it stands in a list of the board's kind."""
    ids = [pk for pk in scores if not board.list_kind or board.list_kind in facts.list_kinds.get(pk, set())]
    if board.kind == BoardKind.PROJECTS:
        return _project_rows(ids, scores, scheme)
    if board.kind == BoardKind.LEADERS:
        return _leader_rows(ids, facts, scores, bodies)
    members: dict[int, list[int]] = defaultdict(list)
    holders = facts.groups if board.kind == BoardKind.GROUPS else facts.lead_units
    known = bodies.groups if board.kind == BoardKind.GROUPS else bodies.units
    for pk in ids:
        body = known.get(holders.get(pk, 0))
        if body is not None and _belongs(body, board, bodies.members.get(board.pk, frozenset())):
            members[body.id].append(pk)
    kind = "group" if board.kind == BoardKind.GROUPS else "unit"
    details = {
        body_id: score_body(
            kind=kind,
            body_id=body_id,
            name=known[body_id].name,
            month=facts.month,
            projects=[scores[pk] for pk in member_ids],
            scheme=scheme,
            own=_own_work(member_ids, facts, scores),
            points=bodies.unit_points.get(body_id, ()) if kind == "unit" else (),
            veto=bodies.unit_vetoes.get(body_id, "") if kind == "unit" else "",
        )
        for body_id, member_ids in members.items()
    }
    placed = rank([body_row(detail) for detail in details.values()], scheme.tie_breaks)
    return [BoardRow(kind, body_id, row, details[body_id]) for row in placed for body_id in [_id_of(row)]]


def rescored(body: BodyScore, scores: Mapping[int, ProjectScore], scheme: Scheme) -> BodyScore:
    """A frozen body under another scheme: the same projects, own work, points and veto."""
    members = [scores[member.project_id] for member in body.members]
    own = [OwnWork(item.code, item.s, Fraction(1)) for item in body.own_items if item.s is not None]
    return score_body(
        kind=body.kind,
        body_id=body.body_id,
        name=body.name,
        month=body.month,
        projects=members,
        scheme=scheme,
        own=[*(work for work in own if work.code != "reports"), reports_of(members)],
        points=[PointFact(0, line.points, line.reason) for line in body.points.lines],
        veto=body.note.removeprefix(VETOED) if body.note.startswith(VETOED) else "",
    )


def _belongs(body: Body, board: Board, members: frozenset[int]) -> bool:
    """Townships are ranked on the boards that name them and on no other: boards are never mixed."""
    if board.kind == BoardKind.GROUPS:
        return True
    if board.kind == BoardKind.TOWNSHIPS:
        return body.id in members
    return not body.is_township and (not members or body.id in members)


def _project_rows(ids: Iterable[int], scores: Mapping[int, ProjectScore], scheme: Scheme) -> list[BoardRow]:
    placed = rank([project_row(scores[pk]) for pk in ids], scheme.tie_breaks)
    return [BoardRow("project", pk, row, scores[pk]) for row in placed for pk in [_id_of(row)]]


def _leader_rows(
    ids: Iterable[int], facts: MonthFacts, scores: Mapping[int, ProjectScore], bodies: Bodies
) -> list[BoardRow]:
    led: dict[int, list[int]] = defaultdict(list)
    for pk in ids:
        for leader in facts.leaders.get(pk, []):
            led[leader].append(pk)
    details = {pk: _leader_facts(pk, bodies.leaders[pk], [scores[one] for one in mine]) for pk, mine in led.items()}
    # In the order of the leaders' roster: nothing here ranks a leader.
    return [
        BoardRow(
            "leader",
            pk,
            Placed(RankRow(f"leader:{pk}", name, None, is_ranked=False), position, None, False),
            details[pk],
        )
        for position, (pk, name) in enumerate(
            ((pk, bodies.leaders[pk]) for pk in bodies.leaders if pk in details), start=1
        )
    ]


def _leader_facts(leader_id: int, name: str, scores: Collection[ProjectScore]) -> LeaderFacts:
    plan = sum((score.annual_plan_wan or Decimal(0) for score in scores), Decimal(0))
    done = sum((score.cumulative_wan for score in scores if score.annual_plan_wan), Decimal(0))
    colours = [score.progress_light.colour for score in scores]
    return LeaderFacts(
        leader_id,
        name,
        tuple((score.project_id, score.name) for score in scores),
        sum((score.total_wan or Decimal(0) for score in scores), Decimal(0)),
        plan,
        done,
        Fraction(done) / Fraction(plan) if plan else None,
        colours.count(Colour.RED),
        colours.count(Colour.YELLOW),
    )


def _own_work(ids: Collection[int], facts: MonthFacts, scores: Mapping[int, ProjectScore]) -> list[OwnWork]:
    """报送 and 督查整改; 例会/保障 applies once meetings are kept in the system."""
    due = [problem for pk in ids for problem in facts.rectifications.get(pk, [])]
    end = last_day(facts.month)
    closed = [p for p in due if p.due_on is not None and is_closed_on_time(p.due_on, p.closed_on, end)]
    sources = tuple(Source("problem", problem.id, problem.label) for problem in due)
    told = f"按期销号 {len(closed)} 个"
    return [
        reports_of([scores[pk] for pk in ids]),
        OwnWork("rectification", Fraction(len(closed)), Fraction(len(due)), told, sources),
    ]


def _id_of(row: Placed) -> int:
    return int(row.row.key.split(":")[1])
