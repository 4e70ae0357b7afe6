import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create
from leaders.audit.rules import text_line
from leaders.organisations.models import Unit
from projects.permits.actions import take_steps
from projects.permits.models import Permit
from projects.permits.reviews.access import may_close, may_convene, may_give_opinion
from projects.permits.reviews.models import Opinion, Review
from projects.permits.reviews.rules import OUTCOMES, missing_in_opinion
from projects.registry.models import Project

Values = Mapping[str, Any]


@transaction.atomic
def convene(values: Values, asked: Collection[tuple[Project, Unit]], *, by: User, at: datetime.datetime) -> Review:
    """A review round that asks each department (project, unit) for its opinion.

    Raises PermissionDenied unless `by` is of the office, ValidationError when nobody is asked or the day is over.
    """
    if not may_convene(by):
        raise PermissionDenied
    if not asked:
        raise ValidationError({"asked": "请至少勾选一个部门。"})
    if values["due_on"] < at.date():
        raise ValidationError({"due_on": "意见截止日已过，请改为今天或以后。"})
    told = "；".join(f"{project}：{unit}" for project, unit in asked)
    review = create(Review(**values), by=by, at=at, also=[text_line("opinions", "征求意见", None, told)])
    Opinion.objects.bulk_create(Opinion(review=review, project=project, department=unit) for project, unit in asked)
    return review


@transaction.atomic
def give_opinion(
    opinion: Opinion, *, verdict: str, text: str, version: int | None, by: User, at: datetime.datetime
) -> Opinion:
    """A department's opinion; given anew it replaces the one before, which stays in the history.

    Raises PermissionDenied (another department's, or closed), ValidationError, Conflict.
    """
    if not may_give_opinion(by, opinion):
        raise PermissionDenied
    if wrong := missing_in_opinion(verdict, text):
        raise ValidationError(wrong)
    values = {"verdict": verdict, "text": text.strip(), "author": by, "answered_at": at}
    return change(opinion, values, by=by, at=at, version=version, action="feedback")


@transaction.atomic
def close_review(
    review: Review,
    result: str,
    outcomes: Sequence[tuple[Permit, str, Values]] = (),
    *,
    version: int | None,
    by: User,
    at: datetime.datetime,
) -> Review:
    """Close with a result; each outcome (procedure, state, what the state needs) is a step like any other. All or none.

    Raises PermissionDenied, Conflict (over the review itself), ValidationError (without a result; naming the procedures that
    were changed since they were seen, or the one whose step is refused).
    """
    if not may_close(by, review):
        raise PermissionDenied
    if not result.strip():
        raise ValidationError({"result": "请写明联审结论。"})
    if any(state not in OUTCOMES for _, state, _ in outcomes):
        raise ValidationError("联审会只定受理、容缺、退件、不需要；办结由审批部门填文号和日期。")
    take_steps(outcomes, by=by, at=at, reason=f"{review}结论")
    values = {"result": result.strip(), "closer": by, "closed_at": at}
    return change(review, values, by=by, at=at, version=version, action="close")
