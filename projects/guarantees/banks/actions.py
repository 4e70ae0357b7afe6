import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import Origin, change, create
from projects.guarantees.access import may_set_guarantees
from projects.guarantees.models import BankMeeting, Deal
from projects.registry.actions import add_funding, change_funding, delete_particular
from projects.registry.models import FundingSource, Project
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
def add_deal(
    meeting: BankMeeting,
    project: Project,
    values: Values,
    *,
    by: User,
    at: datetime.datetime,
    batch_id: int | None = None,
    origin: Origin | None = None,
) -> Deal:
    """A project presented: bank, agreed_wan, source, note. An agreed amount becomes a bank loan among the project's
    funding, unless `source` says which one it is; its payments are entered there and nowhere else.

    Raises PermissionDenied, ValidationError.
    """
    _allow(by)
    if meeting.archived_at is not None:
        raise ValidationError("这次对接会已经撤销，不能再添加项目；开过的请先恢复它。")
    deal = Deal(meeting=meeting, project=project, **values)
    _check_source(deal)
    created = create(deal, by=by, at=at, batch_id=batch_id, origin=origin)
    return follow_agreement(created, by=by, at=at, batch_id=batch_id)


@transaction.atomic
def change_deal(deal: Deal, values: Values, *, version: int | None, by: User, at: datetime.datetime) -> Deal:
    """Raises as `add_deal`, and Conflict."""
    _allow(by)
    _check_source(Deal(project=deal.project, source=values.get("source")))
    made = deal.source if deal.made_source else None
    changed = change(deal, values, by=by, at=at, version=version)
    if made is not None and (changed.source_id != made.pk or changed.agreed_wan is None):
        changed = change(changed, {"source": _other(changed, made), "made_source": False}, by=by, at=at, version=None)
        _forget(made, by=by, at=at)
    return follow_agreement(changed, by=by, at=at)


def follow_agreement(deal: Deal, *, by: User, at: datetime.datetime, batch_id: int | None = None) -> Deal:
    """The project's funding as the deal has it: an agreed amount without a source becomes one, and one that the deal
    made itself keeps to the amount."""
    if deal.agreed_wan is None:
        return deal
    if deal.source is None:
        note = f"{deal.meeting.held_on} {deal.meeting.name}，{deal.bank}"[:200]
        values = {"kind": FundingKind.BANK_LOAN, "planned_wan": deal.agreed_wan, "note": note}
        source = add_funding(deal.project, values, by=by, at=at, batch_id=batch_id)
        made = {"source": source, "made_source": True}
        return change(deal, made, by=by, at=at, version=None, batch_id=batch_id)
    if deal.made_source:
        change_funding(deal.source, {"planned_wan": deal.agreed_wan}, by=by, at=at, version=None)
    return deal


def release_source(deal: Deal, *, by: User, at: datetime.datetime) -> None:
    """Of a withdrawn deal: its source is free for another, and gone when the deal had made it and no money has arrived."""
    source, made = deal.source, deal.made_source
    if source is None:
        return
    change(deal, {"source": None, "made_source": False}, by=by, at=at, version=None)
    if made:
        _forget(source, by=by, at=at)


def _other(deal: Deal, made: FundingSource) -> FundingSource | None:
    return None if deal.source_id == made.pk else deal.source


def _forget(source: FundingSource, *, by: User, at: datetime.datetime) -> None:
    if not source.arrivals.exists():
        delete_particular(source, by=by, at=at, reason="对应的银企对接已撤销或改为另一笔资金来源")


def _check_source(deal: Deal) -> None:
    if deal.source is not None and deal.source.project_id != deal.project_id:
        raise ValidationError({"source": "这笔资金来源不是这个项目的，请核对。"})


def _allow(by: User) -> None:
    if not may_set_guarantees(by):
        raise PermissionDenied
