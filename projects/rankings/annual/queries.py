import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from leaders.accounts.models import User
from projects.rankings.access import may_see_board
from projects.rankings.annual.models import AnnualMark, AnnualRow, AnnualRun
from projects.rankings.annual.rules import AnnualScore, Mark, MonthMark, YearLine, score_year, year_line
from projects.rankings.models import Board, BoardKind, RankingRow, RankingRun, RunState
from projects.rankings.queries import as_frozen, digest_of, scheme_in_force, scheme_rules
from projects.rankings.scoring.frozen import digest, from_json
from projects.rankings.scoring.places import RankRow, rank
from projects.rankings.scoring.scheme import Scheme
from projects.registry.access import is_office, may_see_projects

BOARDS = (BoardKind.LEAD_UNITS, BoardKind.TOWNSHIPS, BoardKind.GROUPS, BoardKind.PROJECTS)
BODIES = frozenset({"unit", "group"})
DECEMBER = 12


def annual_runs_visible_to(user: User) -> QuerySet[AnnualRun]:
    runs = AnnualRun.objects.select_related("publisher", "releaser").order_by("-year", "-edition")
    if is_office(user):
        return runs
    return runs.filter(state=RunState.RELEASED) if may_see_projects(user) else runs.none()


def rules_of_year(year: int) -> Scheme | None:
    """The scheme in force in December: a year is summed up by the rules it ends with."""
    scheme = scheme_in_force(datetime.date(year, DECEMBER, 1))
    return scheme_rules(scheme) if scheme else None


def released_months(year: int) -> list[RankingRun]:
    """Each released month of the year in its newest edition, in order."""
    runs = RankingRun.objects.filter(month__year=year, state=RunState.RELEASED).order_by("month", "edition")
    return list({run.month: run for run in runs}.values())


def touched_months(runs: list[RankingRun]) -> list[RankingRun]:
    """Those whose frozen data are not what they were released with."""
    return [run for run in runs if digest_of(run) != run.sha256]


def annual_boards(year: int) -> list[Board]:
    """Of units, townships, groups and projects, those in use on any day of the year."""
    return list(_boards_of_year(year))


def _boards_of_year(year: int) -> QuerySet[Board]:
    days = datetime.date(year, 1, 1), datetime.date(year, DECEMBER, 31)
    return Board.objects.in_force(*days).filter(kind__in=BOARDS)


def annual_boards_for(user: User, year: int, run: AnnualRun | None) -> list[Board]:
    """Of the year's boards those that the person may see; with the run, also those that it was computed for."""
    boards = _boards_of_year(year)
    if run is not None and "boards" in run.frozen:
        boards = Board.objects.filter(key__in=run.frozen["boards"])
    elif run is not None:
        boards |= Board.objects.filter(pk__in=run.rows.values("board"))
    frozen = run.frozen if run is not None else {}
    return [as_frozen(board, frozen) for board in boards.order_by("position", "pk") if may_see_board(user, board)]


def marks_of_year(year: int) -> QuerySet[AnnualMark]:
    return AnnualMark.objects.filter(year=year).select_related("unit", "group", "giver").order_by("pk")


@dataclass(frozen=True)
class AnnualLine:
    """A row of a board of the year, before it is written."""

    board: Board
    position: int
    rank: int | None
    is_tied: bool
    note: str
    score: AnnualScore


def annual_lines(months: list[RankingRun], year: int, scheme: Scheme) -> list[AnnualLine]:
    """All boards of the year from its frozen months and marks. Three queries."""
    marks: dict[tuple[str, int], list[Mark]] = defaultdict(list)
    for row in marks_of_year(year):
        marks[row.subject_key].append(Mark(row.pk, row.kind, row.value, row.reason, row.evidence, str(row.giver)))
    # Projects are given no marks: what units have is no gap of theirs.
    given: dict[str, set[str]] = defaultdict(set)
    for (kind, _), own in marks.items():
        given["body" if kind in BODIES else kind] |= {one.kind for one in own}
    boards = annual_boards(year)
    found = _months_by_board(months, boards)
    lines = []
    for board in boards:
        scores = {
            f"{kind}:{pk}": score_year(
                (kind, pk, name),
                valid,
                marks[(kind, pk)],
                scheme.annual,
                given=frozenset(given["body" if kind in BODIES else kind]),
                places=scheme.places,
            )
            for (kind, pk), (name, valid) in found[board.pk].items()
        }
        rows = [RankRow(key, one.name, one.score, one.score is not None) for key, one in scores.items()]
        lines += [
            AnnualLine(
                board,
                placed.position,
                placed.place,
                placed.is_tied,
                _note(scores[placed.row.key]),
                scores[placed.row.key],
            )
            for placed in rank(rows)
        ]
    return lines


def _months_by_board(
    months: list[RankingRun], boards: list[Board]
) -> Mapping[int, dict[tuple[str, int], tuple[str, list[MonthMark]]]]:
    """{board: {(kind, id): (name as last printed, its valid months)}}. A month is valid for who was ranked in it."""
    found: dict[int, dict[tuple[str, int], tuple[str, list[MonthMark]]]] = defaultdict(dict)
    editions = {run.pk: run for run in months}
    rows = RankingRow.objects.filter(run__in=months, board__in=boards).order_by("run__month", "position")
    for pk, run, board, kind, subject, name, score, place in rows.values_list(
        "pk", "run", "board", "subject_type", "subject_id", "subject_name", "score", "rank"
    ):
        _, valid = found[board].get((kind, subject), ("", []))
        if place is not None and score is not None:
            valid = [*valid, MonthMark(editions[run].month, editions[run].edition, pk, score)]
        found[board][kind, subject] = (name, valid)
    return found


def _note(score: AnnualScore) -> str:
    if score.score is None:
        return "没有有效月份，不参与排名"
    return f"缺{'、'.join(score.gaps)}" if score.gaps else ""


def annual_digest(run: AnnualRun) -> str:
    """SHA-256 over the year's rows and the months they were made of, read back from the database."""
    rows = run.rows.values_list(
        "board__key", "position", "rank", "is_tied", "subject_type", "subject_id", "subject_name", "score", "note", "detail"
    )  # fmt: skip
    return digest(
        {
            "year": run.year,
            "edition": run.edition,
            "frozen": run.frozen,
            "rows": sorted((list(row) for row in rows), key=lambda row: row[:2]),
        }
    )


def year_lines(run: AnnualRun, board: Board) -> list[YearLine]:
    """A board of the year as its table prints it. One query."""
    return [
        year_line(row.rank, opened_year(row), is_tied=row.is_tied, note=row.note)
        for row in run.rows.filter(board=board).order_by("position")
    ]


def last_released_year(year: int) -> AnnualRun | None:
    """The newest released edition of the year's sum."""
    return AnnualRun.objects.filter(year=year, state=RunState.RELEASED).order_by("-edition").first()


def opened_year(row: AnnualRow) -> AnnualScore:
    return from_json(AnnualScore, row.detail)


def months_listed(months: list[RankingRun]) -> list[dict[str, Any]]:
    """What a year is made of, as it is frozen: the month, its edition and its checksum."""
    return [
        {"month": run.month.isoformat(), "edition": run.edition, "run": run.pk, "sha256": run.sha256} for run in months
    ]
