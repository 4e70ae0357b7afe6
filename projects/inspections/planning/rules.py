"""Which projects to go to next: red and yellow ones first, then the longest unseen; those of one township together."""

from collections.abc import Iterable
from dataclasses import dataclass

from projects.status.rules import SEVERITY, Colour

SUGGESTED = 30
NEVER = 10_000


@dataclass(frozen=True)
class Place:
    """`days` since the last visit, None when there was none; `unseen` when that is too long."""

    project_id: int
    township: str
    colour: Colour
    days: int | None
    unseen: bool


def suggested(places: Iterable[Place]) -> list[tuple[str, list[Place]]]:
    """Townships with their places to go to, the most pressing township first; at most SUGGESTED places."""
    worth = [place for place in places if place.unseen or SEVERITY[place.colour] >= SEVERITY[Colour.YELLOW]]
    found: dict[str, list[Place]] = {}
    for place in sorted(worth, key=_pressing)[:SUGGESTED]:
        found.setdefault(place.township, []).append(place)
    return list(found.items())


def _pressing(place: Place) -> tuple[int, int, int]:
    severity = SEVERITY[place.colour] if SEVERITY[place.colour] >= SEVERITY[Colour.YELLOW] else 0
    return -severity, -(NEVER if place.days is None else place.days), place.project_id
