"""All boards of a month before anything of them is written: what a trial freezes."""

import datetime
from typing import NamedTuple

from projects.rankings.boards import BoardRow, board_rows, score_projects
from projects.rankings.facts import MonthFacts, facts_of_month
from projects.rankings.models import Board
from projects.rankings.queries import boards_of, bodies
from projects.rankings.scoring.project import ProjectScore
from projects.rankings.scoring.scheme import Scheme
from yichuan_tracker.collector import collector_paused


class ComputedMonth(NamedTuple):
    facts: MonthFacts
    scores: dict[int, ProjectScore]
    boards: list[tuple[Board, list[BoardRow]]]


@collector_paused()
def compute_month(month: datetime.date, scheme: Scheme, *, entered_until: datetime.datetime) -> ComputedMonth:
    """The boards in use at the month's end with their rows, by the scheme. The number of queries hangs on nothing."""
    facts = facts_of_month(month, entered_until=entered_until, thresholds=scheme.lights)
    scores, known = score_projects(facts, scheme), bodies(month)
    boards = [(board, board_rows(board, facts, scores, scheme, known)) for board in boards_of(month)]
    return ComputedMonth(facts, scores, boards)
