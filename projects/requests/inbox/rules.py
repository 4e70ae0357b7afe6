"""The four kinds of request and what they have in common, whatever each slice calls it."""

import datetime
from collections.abc import Mapping

from django.db.models import TextChoices

from projects.periods.rules import ExceptionState
from projects.progress.rules import CorrectionState
from projects.registry.plans.rules import RevisionState
from projects.requests.rules import RequestKind, Verdict


class Source(TextChoices):
    CHANGE = "change", "变更申请"
    PLAN = "plan", "调整年度计划"
    CORRECTION = "correction", "更正月报"
    EXCEPTION = "exception", "临时开放"


class Tab(TextChoices):
    WAITING = "waiting", "待审批"
    MINE = "mine", "我的申请"
    DONE = "done", "已办"


# What the slices call a verdict.
STATES: Mapping[str, Mapping[str, str]] = {
    Source.CHANGE: {verdict: verdict for verdict in Verdict},
    Source.PLAN: {
        Verdict.PENDING: RevisionState.REQUESTED,
        Verdict.APPROVED: RevisionState.APPROVED,
        Verdict.REJECTED: RevisionState.REFUSED,
        Verdict.WITHDRAWN: RevisionState.WITHDRAWN,
    },
    Source.CORRECTION: {
        Verdict.PENDING: CorrectionState.ASKED,
        Verdict.APPROVED: CorrectionState.APPROVED,
        Verdict.REJECTED: CorrectionState.REFUSED,
        Verdict.WITHDRAWN: CorrectionState.WITHDRAWN,
    },
    Source.EXCEPTION: {
        Verdict.PENDING: ExceptionState.ASKED,
        Verdict.APPROVED: ExceptionState.GRANTED,
        Verdict.REJECTED: ExceptionState.REFUSED,
        Verdict.WITHDRAWN: ExceptionState.REVOKED,
    },
}


def days_beyond(until: datetime.date | None, today: datetime.date) -> int:
    """How many days the day is past; 0 on the day itself, before it and without one."""
    return max(0, (today - until).days) if until else 0


# To choose among: the other sources, and each matter of a change.
KINDS = [
    (Source.CHANGE.label, [*RequestKind.choices]),
    ("计划与月报", [(one.value, one.label) for one in (Source.PLAN, Source.CORRECTION, Source.EXCEPTION)]),
]
