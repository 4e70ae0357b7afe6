import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete, record
from leaders.organisations.models import Unit
from projects.rankings.access import may_run_rankings
from projects.rankings.boards import BoardRow
from projects.rankings.facts import period_dates
from projects.rankings.models import (
    Adjustment,
    Board,
    FrozenScore,
    Objection,
    RankingRow,
    RankingRun,
    RunState,
    Scheme,
    Verdict,
)
from projects.rankings.month import compute_month
from projects.rankings.objections.queries import objections_to_freeze
from projects.rankings.queries import (
    boards_of,
    boards_to_freeze,
    completeness,
    digest_of,
    members_of,
    ranks_of,
    run_before,
    scheme_in_force,
    scheme_rules,
)
from projects.rankings.scoring.frozen import to_json
from projects.registry.models import Project
from yichuan_tracker.months import last_day, month_label


@transaction.atomic
def compute_trial(month: datetime.date, *, by: User, at: datetime.datetime) -> RankingRun:
    """试算: all boards of the month from the facts as they stand now.

    A trial takes the place of the trial before it. After a release it is a new edition (更正): the old one stays. Raises
    ValidationError when the month is not over, has no scheme or waits for release, PermissionDenied.
    """
    if not may_run_rankings(by):
        raise PermissionDenied
    if at.date() < last_day(month):
        raise ValidationError(f"{month_label(month)}还没有结束，月末（{last_day(month)}）起才能试算。")
    scheme = scheme_in_force(month)
    if scheme is None:
        raise ValidationError(f"{month_label(month)}没有可用的考评办法，请先载入或新建考评办法。")
    # Two first trials of a month at once would both want to be its first edition: one waits here for the other.
    Scheme.objects.select_for_update().get(pk=scheme.pk)
    run = _trial_of(month, at)
    rules = scheme_rules(scheme)
    _, closing_on = period_dates(month)
    run.entered_until = timezone.make_aware(datetime.datetime.combine(closing_on, datetime.time.max))
    run.scheme, run.computed_at, run.before = scheme, at, run_before(run)
    facts, scores, boards = compute_month(month, rules, entered_until=run.entered_until)
    run.frozen = {
        "scheme": to_json(rules),
        "gaps": dict(completeness(scores.values()).gaps),
        "projects": len(scores),
        "points": _points_of(month),
        "members": to_json(members_of(month)),
        "boards": boards_to_freeze(board for board, _ in boards),
        "before": run.before.sha256 if run.before else "",
    }
    run.save()
    FrozenScore.objects.bulk_create(
        (
            FrozenScore(run=run, project_id=pk, facts=to_json(facts.projects[pk]), detail=to_json(score))
            for pk, score in scores.items()
        ),
        batch_size=200,
    )
    last_ranks = ranks_of(run.before)
    rows = (_row(run, board, line, last_ranks) for board, lines in boards for line in lines)
    RankingRow.objects.bulk_create(rows, batch_size=200)
    run.sha256 = digest_of(run)
    run.save(update_fields=["sha256"])
    record("trial", run, by=by, at=at, reason=f"第{run.edition}版，{len(scores)} 个项目")
    return run


def _trial_of(month: datetime.date, at: datetime.datetime) -> RankingRun:
    """The month's trial, emptied, or a new one; locked against another trial at the same moment."""
    # Locked as it is read: a run that is being published at this moment is seen published.
    run = RankingRun.objects.select_for_update().filter(month=month).order_by("-edition").first()
    if run is None or run.state == RunState.RELEASED:
        return RankingRun(month=month, edition=run.edition + 1 if run else 1, computed_at=at)
    if run.state == RunState.PUBLISHED:
        raise ValidationError(f"{month_label(month)}考评已发布、待签发；要重新试算，请先撤回发布。")
    run.rows.all().delete()
    run.scores.all().delete()
    run.version += 1
    return run


def _row(
    run: RankingRun, board: Board, line: BoardRow, last_ranks: Mapping[tuple[int, str, int], int | None]
) -> RankingRow:
    placed = line.placed
    return RankingRow(
        run=run,
        board=board,
        position=placed.position,
        rank=placed.place,
        last_rank=last_ranks.get((board.pk, line.subject_type, line.subject_id)),
        is_tied=placed.is_tied,
        subject_type=line.subject_type,
        subject_id=line.subject_id,
        subject_name=placed.row.name,
        score=placed.row.score,
        note=placed.row.note[:200],
        detail=to_json(line.detail),
    )


def _points_of(month: datetime.date) -> list[int]:
    """The month's plus and minus points by number: a row is never edited, only given or taken back."""
    return list(Adjustment.objects.filter(month=month).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def publish_run(run: RankingRun, *, by: User, at: datetime.datetime, version: int | None) -> RankingRun:
    """From here on nothing of the run changes; another office account releases it.

    Raises ValidationError before the month has closed, for a trial of before that, of before points were given or taken
    back, a board or its members changed or the month before was released anew, by another scheme than the one in force,
    and while units may still comment or wait for an answer; Conflict, PermissionDenied.
    """
    if not may_run_rankings(by):
        raise PermissionDenied
    _require(run, RunState.TRIAL, "只有试算中的考评可以发布。")
    _, closing_on = period_dates(run.month)
    if at.date() <= closing_on:
        raise ValidationError(f"{month_label(run.month)}到 {closing_on} 关账，关账之后才能发布，以免漏掉补报的数据。")
    computed_at = RankingRun.objects.values_list("computed_at", flat=True).get(pk=run.pk)
    if timezone.localdate(computed_at) <= closing_on:
        raise ValidationError(f"这次试算做于 {closing_on} 关账之前，没有算上之后补报的数据；请重新试算，核对后再发布。")
    frozen = RankingRun.objects.get(pk=run.pk).frozen
    if frozen["points"] != _points_of(run.month):
        raise ValidationError("试算之后加减分有增减，还没有算进得分；请重新试算，核对后再发布。")
    if frozen.get("members") != to_json(members_of(run.month)):
        raise ValidationError("试算之后榜的成员有变动；请重新试算，核对后再发布。")
    if frozen.get("boards") != boards_to_freeze(boards_of(run.month)):
        raise ValidationError("试算之后榜的名称、清单种类或起止日期有改动；请重新试算，核对后再发布。")
    if run_before(run) != RankingRun.objects.select_related("before").get(pk=run.pk).before:
        raise ValidationError("试算之后上月的考评签发了新的一版，升降还是和旧的一版比的；请重新试算，核对后再发布。")
    _require_answers(run, at)
    scheme = scheme_in_force(run.month)
    if scheme is None or to_json(scheme_rules(scheme)) != run.frozen["scheme"]:
        raise ValidationError("试算之后考评办法有改动；请重新试算，核对后再发布。")
    _freeze_objections(run)
    values = {"state": RunState.PUBLISHED, "publisher": by, "published_at": at}
    return change(run, values, by=by, at=at, version=version, action="publish")


@transaction.atomic
def withdraw_run(run: RankingRun, *, by: User, at: datetime.datetime, version: int | None, reason: str) -> RankingRun:
    """Back to a trial, before the release only. Raises ValidationError, Conflict, PermissionDenied."""
    if not may_run_rankings(by):
        raise PermissionDenied
    _require(run, RunState.PUBLISHED, "只有待签发的考评可以撤回；已签发的不再改动，请试算并发布更正版。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤回的理由。"})
    values = {"state": RunState.TRIAL, "publisher": None, "published_at": None}
    return change(run, values, by=by, at=at, version=version, reason=reason, action="withdraw")


@transaction.atomic
def release_run(run: RankingRun, *, by: User, at: datetime.datetime, version: int | None) -> RankingRun:
    """签发: everyone may read it now. Not by its publisher, and not if anything was touched since it was computed.

    Raises ValidationError, Conflict, PermissionDenied.
    """
    if not may_run_rankings(by):
        raise PermissionDenied
    _require(run, RunState.PUBLISHED, "只有待签发的考评可以签发。")
    if run.publisher_id == by.pk:
        raise ValidationError("发布人不能自己签发，请由重点办另一个账号签发。")
    if digest_of(run) != run.sha256:
        raise ValidationError("考评数据与计算时的校验值不一致，不能签发；请撤回后重新试算，并告知系统管理员。")
    return change(
        run,
        {"state": RunState.RELEASED, "releaser": by, "released_at": at},
        by=by,
        at=at,
        version=version,
        action="release",
    )


def _require_answers(run: RankingRun, at: datetime.datetime) -> None:
    current = RankingRun.objects.get(pk=run.pk)
    if current.objections_until is not None and timezone.localdate(at) <= current.objections_until:
        raise ValidationError(
            f"征求单位意见到 {current.objections_until} 截止，截止之后才能发布；要提前截止，请先改截止日期。"
        )
    raised = Objection.objects.filter(run=current)
    waiting = raised.filter(verdict=Verdict.PENDING).count()
    if waiting:
        raise ValidationError(f"还有 {waiting} 条单位意见没有答复，请逐条答复后再发布。")
    if raised.filter(verdict=Verdict.ACCEPTED, answered_at__gt=current.computed_at).exists():
        raise ValidationError("采纳单位意见之后还没有重新试算；请改正数据、重新试算，核对后再发布。")


def _freeze_objections(run: RankingRun) -> None:
    """What was said and answered is part of what is published: it goes under the run's checksum."""
    current = RankingRun.objects.get(pk=run.pk)
    raised = objections_to_freeze(current)
    # What was touched since it was computed keeps its old checksum, so that the release refuses it.
    if not raised or digest_of(current) != current.sha256:
        return
    current.frozen |= {"objections": raised}
    current.sha256 = digest_of(current)
    current.save(update_fields=["frozen", "sha256"])


def _require(run: RankingRun, state: RunState, message: str) -> None:
    """The run is in this state, and stays so until the transaction ends: points given in the same moment wait, or are in it."""
    if RankingRun.objects.select_for_update().get(pk=run.pk).state != state:
        raise ValidationError(message)


@transaction.atomic
def give_points(
    month: datetime.date,
    *,
    points: Decimal,
    reason: str,
    by: User,
    at: datetime.datetime,
    project: Project | None = None,
    unit: Unit | None = None,
    evidence: str = "",
    is_veto: bool = False,
) -> Adjustment:
    """加减分 or 一票否决 of a month that is not published yet. Raises ValidationError, PermissionDenied."""
    if not may_run_rankings(by):
        raise PermissionDenied
    _require_open(month)
    if not points and not is_veto:
        raise ValidationError({"points": "加减分不能为 0；加分写正数，减分写负数。"})
    row = Adjustment(
        month=month,
        project=project,
        unit=unit,
        points=points,
        reason=reason,
        evidence=evidence,
        is_veto=is_veto,
        approver=by,
    )
    return create(row, by=by, at=at)


@transaction.atomic
def take_back_points(row: Adjustment, *, by: User, at: datetime.datetime, reason: str = "") -> None:
    """Only while the month is not published; the history keeps it. Raises ValidationError, PermissionDenied."""
    if not may_run_rankings(by):
        raise PermissionDenied
    _require_open(row.month)
    delete(row, by=by, at=at, reason=reason)


def _require_open(month: datetime.date) -> None:
    last = RankingRun.objects.select_for_update().filter(month=month).order_by("-edition").first()
    if last is not None and last.state == RunState.PUBLISHED:
        raise ValidationError(f"{month_label(month)}考评待签发，加减分不能再改；请先撤回发布。")
