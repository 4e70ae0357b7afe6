import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.rules import Conflict
from projects.periods.actions import grant_exception
from projects.progress.corrections.actions import approve_correction
from projects.registry.plans.actions import approve_revision
from projects.requests.access import decides_requests
from projects.requests.actions import approve
from projects.requests.inbox.queries import Matter
from projects.requests.inbox.rules import Source

_APPROVE: Mapping[str, Callable[..., Any]] = {
    Source.CHANGE: approve,
    Source.PLAN: approve_revision,
    Source.CORRECTION: approve_correction,
    Source.EXCEPTION: grant_exception,
}


@transaction.atomic
def approve_matters(seen: Sequence[tuple[Matter, int]], *, note: str = "", by: User, at: datetime.datetime) -> None:
    """Approve requests of any kind, each by its own action: (request, version that the approver saw). All or none.

    Raises PermissionDenied unless `by` approves at all; ValidationError that names each request which cannot be approved
    and why: the own ones, those for the higher approver, decided or changed meanwhile, not allowed by their own rule.
    """
    if not decides_requests(by):
        raise PermissionDenied
    if not seen:
        raise ValidationError("还没有选择申请，请先勾选要批准的申请。")
    refused = [refusal for matter, version in seen if (refusal := _refusal(matter, version, note, by, at))]
    if refused:
        raise ValidationError(["下列申请不能批准，本次一份也没有批准；请去掉它们再批准，或逐份打开处理。", *refused])


def _refusal(matter: Matter, version: int, note: str, by: User, at: datetime.datetime) -> str:
    """Why it could not be approved; empty when it was. What its action wrote before it refused is taken back."""
    why = matter.objection(by)
    if not why:
        try:
            with transaction.atomic():
                _APPROVE[matter.source](matter.record, note=note, version=version, by=by, at=at)
        except ValidationError as refusal:
            why = "".join(refusal.messages).rstrip("。")
        except Conflict:
            why = "打开页面后有变动，请重新看过"
    return f"{matter}：{why}。" if why else ""
