import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from leaders.accounts.models import User
from leaders.audit.actions import change, create
from projects.rankings.models import Objection, RankingRun, RunState, Verdict
from projects.rankings.objections.access import is_window_open, may_answer, may_open_window
from projects.rankings.objections.queries import is_own_line
from projects.registry.models import Project


@transaction.atomic
def open_window(
    run: RankingRun, until: datetime.date, *, by: User, at: datetime.datetime, version: int | None
) -> RankingRun:
    """Show each unit its own rows of the trial and ask for comments up to `until`; a later call moves that day.

    Raises ValidationError (no trial, a day that is over), Conflict, PermissionDenied.
    """
    if not may_open_window(by):
        raise PermissionDenied
    if RankingRun.objects.select_for_update().get(pk=run.pk).state != RunState.TRIAL:
        raise ValidationError("只有试算中的考评可以征求意见。")
    # Yesterday ends it at once; nothing earlier can be meant.
    if until < timezone.localdate(at) - datetime.timedelta(days=1):
        raise ValidationError({"until": "截止日期已过；要提前截止，填昨天即可。"})
    return change(run, {"objections_until": until}, by=by, at=at, version=version)


@transaction.atomic
def object_to(run: RankingRun, project: Project | None, *, text: str, by: User, at: datetime.datetime) -> Objection:
    """A comment on a row of the person's own unit: one of its projects, or (None) the unit itself.

    Raises PermissionDenied for another unit's row, ValidationError when the window is closed or nothing was written.
    """
    current = RankingRun.objects.select_for_update().get(pk=run.pk)
    subject = ("project", project.pk) if project else ("unit", by.unit_id or 0)
    if by.unit is None or not is_own_line(by, current, *subject):
        raise PermissionDenied
    if not is_window_open(current, timezone.localdate(at)):
        raise ValidationError("征求意见已经截止，现在不能再提；有情况请直接联系重点办。")
    if not text.strip():
        raise ValidationError({"text": "请写明哪一项不对、应当是多少、依据是什么。"})
    raised = Objection(run=current, unit=by.unit, project=project, text=text.strip(), author=by, raised_at=at)
    return create(raised, by=by, at=at)


@transaction.atomic
def answer_objection(
    objection: Objection, *, accepted: bool, answer: str, by: User, at: datetime.datetime, version: int | None
) -> Objection:
    """Accepted: the facts are put right by those who keep them and the month is computed anew. Refused: with a reason.

    Raises ValidationError (answered already, nothing written, published), Conflict, PermissionDenied.
    """
    if not may_answer(by):
        raise PermissionDenied
    _require_open(objection)
    if not answer.strip():
        raise ValidationError({"answer": "请写明答复，提出的单位看得到。"})
    values = {
        "verdict": Verdict.ACCEPTED if accepted else Verdict.REFUSED,
        "answer": answer.strip(),
        "answerer": by,
        "answered_at": at,
    }
    return change(objection, values, by=by, at=at, version=version, action="approve" if accepted else "refuse")


@transaction.atomic
def withdraw_objection(objection: Objection, *, by: User, at: datetime.datetime, version: int | None) -> Objection:
    """By its author, before it was answered; it stays visible. Raises ValidationError, Conflict, PermissionDenied."""
    if objection.author_id != by.pk:
        raise PermissionDenied
    _require_open(objection)
    return change(objection, {"verdict": Verdict.WITHDRAWN}, by=by, at=at, version=version, action="withdraw")


def _require_open(objection: Objection) -> None:
    current = Objection.objects.select_for_update().select_related("run").get(pk=objection.pk)
    if current.verdict != Verdict.PENDING:
        raise ValidationError(f"这条意见{current.get_verdict_display()}，不能再处理。")
    if current.run.state != RunState.TRIAL:
        raise ValidationError("这一期考评已经发布，意见不能再改。")
