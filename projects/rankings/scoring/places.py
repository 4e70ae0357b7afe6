"""Places on a board: competition ranking 1-2-2-4 on the rounded score, ties marked 并列."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from typing import Any, NamedTuple

from projects.rankings.scoring.body import BodyScore
from projects.rankings.scoring.project import ProjectScore


class RankRow(NamedTuple):
    """What a place is decided by. `key` names the subject for good ("project:17"): it settles only the order in which
    rows of one place are listed."""

    key: str
    name: str
    score: Decimal | None
    is_ranked: bool = True
    note: str = ""
    investment_rate: Fraction | None = None
    milestone_rate: Fraction | None = None
    red_lights: int = 0


class Placed(NamedTuple):
    """A row with its `place` (None: listed apart, `row.note` says why), whether tied, and its `position` in it."""

    row: RankRow
    position: int
    place: int | None
    is_tied: bool

    @property
    def place_text(self) -> str:
        """As boards print it: 2, 2（并列）, or a dash."""
        if self.place is None:
            return "—"
        return f"{self.place}（并列）" if self.is_tied else str(self.place)


def project_row(score: ProjectScore) -> RankRow:
    return _row(f"project:{score.project_id}", score)


def body_row(score: BodyScore) -> RankRow:
    return _row(f"{score.kind}:{score.body_id}", score)


def rank(rows: Iterable[RankRow], tie_breaks: Sequence[str] = ()) -> list[Placed]:
    """The board in order: ranked rows by place, then those listed apart by score. Never depends on the order given.

    `tie_breaks` (investment_rate, milestone_rate, fewer_red_lights) part equal scores; whoever is equal in all of them
    shares the place. A row without the rate comes after one with it.
    """
    # By key first: sorting by merit leaves rows of equal merit in that order.
    listed = sorted(rows, key=lambda row: row.key)
    apart = [row for row in listed if not row.is_ranked or row.score is None]
    judged = [(_merit(row, tie_breaks), row) for row in listed if row.is_ranked and row.score is not None]
    judged.sort(key=_first, reverse=True)
    placed: list[Placed] = []
    for _, group in itertools.groupby(judged, key=_first):
        equals = [row for _, row in group]
        place = len(placed) + 1
        placed += [Placed(row, place + step, place, len(equals) > 1) for step, row in enumerate(equals)]
    apart.sort(key=lambda row: _known(row.score), reverse=True)
    return placed + [Placed(row, position, None, False) for position, row in enumerate(apart, start=len(placed) + 1)]


_first = itemgetter(0)


def _row(key: str, score: ProjectScore | BodyScore) -> RankRow:
    return RankRow(
        key=key,
        name=score.name,
        score=score.score,
        is_ranked=score.is_ranked,
        note=score.note,
        investment_rate=score.investment_rate,
        milestone_rate=score.milestone_rate,
        red_lights=score.red_lights,
    )


def _merit(row: RankRow, tie_breaks: Sequence[str]) -> tuple[Any, ...]:
    """Greater is better."""
    return row.score, *(_TIE_BREAKS[name](row) for name in tie_breaks)


_TIE_BREAKS: Mapping[str, Callable[[RankRow], Any]] = {
    "investment_rate": lambda row: _known(row.investment_rate),
    "milestone_rate": lambda row: _known(row.milestone_rate),
    "fewer_red_lights": lambda row: -row.red_lights,
}


def _known(value: Decimal | Fraction | None) -> tuple[bool, Decimal | Fraction]:
    """In the order of the values, None below all of them."""
    return (False, Decimal(0)) if value is None else (True, value)
