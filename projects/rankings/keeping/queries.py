import datetime
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from leaders.organisations.models import Unit
from leaders.organisations.rules import UnitKind
from projects.rankings.models import Board, BoardKind, BoardMember

NAMED = (BoardKind.TOWNSHIPS, BoardKind.LEAD_UNITS)


def boards_with_counts(today: datetime.date) -> QuerySet[Board]:
    """All boards in their order, with how many `members_now` each names today. One query."""
    now = Q(members__starts_on__lte=today) & (Q(members__ends_on__isnull=True) | Q(members__ends_on__gte=today))
    return Board.objects.annotate(members_now=Count("members", filter=now)).order_by("position", "pk")


@dataclass(frozen=True)
class MemberLine:
    member: BoardMember
    is_now: bool


def member_lines(board: Board, today: datetime.date) -> list[MemberLine]:
    """Who stands on the board first, then who did, by name. One query."""
    rows = board.members.select_related("unit", "board").order_by("unit__name", "starts_on")
    lines = [MemberLine(row, row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)) for row in rows]
    return sorted(lines, key=lambda line: not line.is_now)


def units_for(board: Board) -> QuerySet[Unit]:
    """Who may stand on the board."""
    is_township = Q(kind=UnitKind.TOWNSHIP)
    return Unit.objects.active().filter(is_township if board.kind == BoardKind.TOWNSHIPS else ~is_township)
