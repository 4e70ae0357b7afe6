"""Which projects to go to next: red and yellow ones first, then the longest unseen; those of one township together."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from projects.status.rules import SEVERITY, Colour

SUGGESTED = 30
NOWHERE = "未登记乡镇"
NEVER = 10_000


@dataclass(frozen=True)
class Place:
    """`days` since the last visit, None when there was none; `unseen` when that is too long."""

    project_id: int
    township: str
    colour: Colour
    days: int | None
    unseen: bool


def township_of(registered: str, name: str, townships: Collection[str]) -> str:
    """Where to go: the township that is registered, else the only one that the project's name holds."""
    named = [township for township in townships if township in name]
    return registered or (named[0] if len(named) == 1 else NOWHERE)


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
