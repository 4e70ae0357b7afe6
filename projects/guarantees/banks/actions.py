import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create
from projects.guarantees.access import may_set_guarantees
from projects.guarantees.models import BankMeeting, Deal
from projects.registry.actions import add_funding
from projects.registry.models import Project
from projects.registry.rules import FundingKind

Values = Mapping[str, Any]


@transaction.atomic
def create_bank_meeting(values: Values, *, by: User, at: datetime.datetime) -> BankMeeting:
    """A 银企对接会 that was held or is planned. Raises PermissionDenied, ValidationError."""
    _allow(by)
    return create(BankMeeting(**values), by=by, at=at)


@transaction.atomic
def change_bank_meeting(
    meeting: BankMeeting, values: Values, *, version: int | None, by: User, at: datetime.datetime
) -> BankMeeting:
    """Raises PermissionDenied, ValidationError, Conflict."""
    _allow(by)
    return change(meeting, values, by=by, at=at, version=version)


@transaction.atomic
def add_deal(meeting: BankMeeting, project: Project, values: Values, *, by: User, at: datetime.datetime) -> Deal:
    """A project presented: bank, agreed_wan, source, note. An agreed amount becomes a bank loan among the project's
    funding, unless `source` says which one it is; its payments are entered there and nowhere else.

    Raises PermissionDenied, ValidationError.
    """
    _allow(by)
    deal = Deal(meeting=meeting, project=project, **values)
    _check_source(deal)
    created = create(deal, by=by, at=at)
    return _with_source(created, by=by, at=at)


@transaction.atomic
def change_deal(deal: Deal, values: Values, *, version: int | None, by: User, at: datetime.datetime) -> Deal:
    """Raises as `add_deal`, and Conflict."""
    _allow(by)
    _check_source(Deal(project=deal.project, source=values.get("source")))
    changed = change(deal, values, by=by, at=at, version=version)
    return _with_source(changed, by=by, at=at)


def _with_source(deal: Deal, *, by: User, at: datetime.datetime) -> Deal:
    if deal.agreed_wan is None or deal.source_id is not None:
        return deal
    note = f"{deal.meeting.held_on} {deal.meeting.name}，{deal.bank}"[:200]
    values = {"kind": FundingKind.BANK_LOAN, "planned_wan": deal.agreed_wan, "note": note}
    source = add_funding(deal.project, values, by=by, at=at)
    return change(deal, {"source": source}, by=by, at=at, version=None)


def _check_source(deal: Deal) -> None:
    if deal.source is not None and deal.source.project_id != deal.project_id:
        raise ValidationError({"source": "这笔资金来源不是这个项目的，请核对。"})


def _allow(by: User) -> None:
    if not may_set_guarantees(by):
        raise PermissionDenied
