import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete
from leaders.organisations.models import Unit
from leaders.organisations.rules import UnitKind
from projects.rankings.keeping.access import may_keep_boards
from projects.rankings.keeping.rules import DAY, do_overlap
from projects.rankings.models import Board, BoardKind, BoardMember


@transaction.atomic
def create_board(board: Board, *, by: User, at: datetime.datetime) -> Board:
    """Raises ValidationError (a name or key already there, no first day, dates the wrong way round), PermissionDenied."""
    _require_office(by)
    if board.valid_from is None:
        raise ValidationError({"valid_from": "请填写启用日期：以前的月份没有这个榜。"})
    return create(board, by=by, at=at)


@transaction.atomic
def change_board(
    board: Board, values: Mapping[str, Any], *, by: User, at: datetime.datetime, version: int | None
) -> Board:
    """What is compared stays: rows of earlier months point here. Raises ValidationError, Conflict, PermissionDenied."""
    _require_office(by)
    return change(board, values, by=by, at=at, version=version)


@transaction.atomic
def add_member(
    board: Board, unit: Unit, *, starts_on: datetime.date, by: User, at: datetime.datetime, reason: str = ""
) -> BoardMember:
    """The unit is compared on the board from that day on. Where it stands on another board of townships until then, that
    ends the day before.

    Raises ValidationError (the board names nobody, a township among lead units or the reverse, on it already),
    PermissionDenied.
    """
    _require_office(by)
    # Two at once would both find the unit free: one waits here for the other.
    Unit.objects.select_for_update().get(pk=unit.pk)
    _require_fitting(board, unit)
    for other in _elsewhere(board, unit):
        if other.starts_on < starts_on and (other.ends_on is None or other.ends_on >= starts_on):
            change(other, {"ends_on": starts_on - DAY}, by=by, at=at, version=None, reason=f"改列“{board}”")
    member = BoardMember(board=board, unit=unit, starts_on=starts_on)
    _require_free(member)
    return create(member, by=by, at=at, reason=reason)


@transaction.atomic
def change_member(
    member: BoardMember,
    *,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    by: User,
    at: datetime.datetime,
    version: int | None,
) -> BoardMember:
    """Other days. Raises ValidationError (on two boards at once), Conflict, PermissionDenied."""
    _require_office(by)
    Unit.objects.select_for_update().get(pk=member.unit_id)
    values = {"starts_on": starts_on, "ends_on": ends_on}
    saved = change(member, values, by=by, at=at, version=version)
    _require_free(saved)
    return saved


@transaction.atomic
def remove_member(member: BoardMember, *, by: User, at: datetime.datetime, version: int | None) -> None:
    """What was entered by mistake; who leaves a board gets a last day. Raises Conflict, PermissionDenied."""
    _require_office(by)
    delete(member, by=by, at=at, version=version)


def _require_fitting(board: Board, unit: Unit) -> None:
    if board.kind not in {BoardKind.TOWNSHIPS, BoardKind.LEAD_UNITS}:
        raise ValidationError(f"“{board}”比的是{board.get_kind_display()}，不列成员。")
    if (unit.kind == UnitKind.TOWNSHIP) != (board.kind == BoardKind.TOWNSHIPS):
        what = "乡镇（街道）" if board.kind == BoardKind.TOWNSHIPS else "乡镇以外的单位"
        raise ValidationError({"unit": f"“{board}”只列{what}；“{unit}”是{unit.get_kind_display()}。"})


def _elsewhere(board: Board, unit: Unit) -> list[BoardMember]:
    """The unit's memberships of boards of townships: on one of them at a time."""
    rows = BoardMember.objects.filter(unit=unit, board__kind=BoardKind.TOWNSHIPS).exclude(board=board)
    return list(rows.select_related("board")) if board.kind == BoardKind.TOWNSHIPS else []


def _require_free(member: BoardMember) -> None:
    own = BoardMember.objects.filter(board=member.board, unit=member.unit).select_related("board")
    others = [*own, *_elsewhere(member.board, member.unit)]
    for other in others:
        days = (other.starts_on, other.ends_on)
        if other.pk != member.pk and do_overlap((member.starts_on, member.ends_on), days):
            until = f"到 {other.ends_on}" if other.ends_on else "起"
            raise ValidationError(
                f"“{member.unit}”从 {other.starts_on} {until}已在“{other.board}”上，同一天只能在一个榜上；请先改那一段的止日。"
            )


def _require_office(by: User) -> None:
    if not may_keep_boards(by):
        raise PermissionDenied
