import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.rules import Conflict
from projects.periods.actions import grant_exception, refuse_exception
from projects.progress.corrections.actions import approve_correction, refuse_correction
from projects.registry.plans.actions import approve_revision, refuse_revision
from projects.requests.access import decides_requests
from projects.requests.actions import approve, reject
from projects.requests.inbox.queries import Matter
from projects.requests.inbox.rules import Source
from projects.requests.rules import Verdict

_ACTIONS: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    Verdict.APPROVED: {
        Source.CHANGE: approve,
        Source.PLAN: approve_revision,
        Source.CORRECTION: approve_correction,
        Source.EXCEPTION: grant_exception,
    },
    Verdict.REJECTED: {
        Source.CHANGE: reject,
        Source.PLAN: refuse_revision,
        Source.CORRECTION: refuse_correction,
        Source.EXCEPTION: refuse_exception,
    },
}


@transaction.atomic
def decide_matters(
    seen: Sequence[tuple[Matter, int]], verdict: Verdict, *, note: str = "", by: User, at: datetime.datetime
) -> None:
    """Approve or reject requests of any kind, each by its own action: (request, version that the approver saw). All or none.

    Raises PermissionDenied unless `by` approves at all; ValidationError when a rejection says no reason, and one that names
    each request which cannot be decided so and why: the own ones, those for the higher approver, decided or changed
    meanwhile, not allowed by their own rule.
    """
    if not decides_requests(by):
        raise PermissionDenied
    if not seen:
        raise ValidationError("还没有选择申请，请先勾选要审批的申请。")
    if verdict == Verdict.REJECTED and not note.strip():
        raise ValidationError({"note": "请写明不批准的原因，申请人才知道怎么办。"})
    decide = _ACTIONS[verdict]
    refused = [
        refusal
        for matter, version in seen
        if (refusal := _refusal(matter, decide[matter.source], note=note, version=version, by=by, at=at))
    ]
    if refused:
        raise ValidationError(["下列申请不能处理，本次一份也没有处理；请去掉它们再办，或逐份打开处理。", *refused])


def _refusal(matter: Matter, action: Callable[..., Any], *, by: User, **details: Any) -> str:
    """Why it could not be decided; empty when it was. What its action wrote before it refused is taken back."""
    why = matter.objection(by)
    if not why:
        try:
            with transaction.atomic():
                action(matter.record, by=by, **details)
        except ValidationError as refusal:
            why = "".join(refusal.messages).rstrip("。")
        except Conflict:
            why = "打开页面后有变动，请重新看过"
    return f"{matter}：{why}。" if why else ""
