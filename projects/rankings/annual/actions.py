import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete, record
from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Unit
from projects.rankings.annual.access import may_run_year
from projects.rankings.annual.models import AnnualMark, AnnualRow, AnnualRun
from projects.rankings.annual.queries import (
    annual_boards,
    annual_digest,
    annual_lines,
    marks_of_year,
    months_listed,
    opened_year,
    released_months,
    rules_of_year,
    touched_months,
)
from projects.rankings.annual.rules import MarkKind
from projects.rankings.models import RankingRun, RunState
from projects.rankings.queries import boards_to_freeze
from projects.rankings.scoring.frozen import to_json
from yichuan_tracker.months import month_label


@transaction.atomic
def give_mark(
    year: int,
    kind: MarkKind,
    subject: Unit | WorkingGroup,
    *,
    value: Decimal,
    reason: str,
    evidence: str,
    by: User,
    at: datetime.datetime,
) -> AnnualMark:
    """A mark of 0 to 100 for the observation or the year-end check, or plus and minus points of the year.

    Raises ValidationError (out of range, nothing said, year published), PermissionDenied.
    """
    _require_office(by)
    _require_open(year)
    if kind == MarkKind.POINTS and not value:
        raise ValidationError({"value": "加减分不能为 0；加分写正数，减分写负数。"})
    if kind != MarkKind.POINTS and not 0 <= value <= 100:
        raise ValidationError({"value": "按百分制打分，应在 0 到 100 之间。"})
    mark = AnnualMark(year=year, kind=kind, value=value, reason=reason, evidence=evidence, giver=by)
    if isinstance(subject, Unit):
        mark.unit = subject
    else:
        mark.group = subject
    return create(mark, by=by, at=at)


@transaction.atomic
def take_back_mark(mark: AnnualMark, *, by: User, at: datetime.datetime) -> None:
    """Only while the year is not published; the history keeps it. Raises ValidationError, PermissionDenied."""
    _require_office(by)
    _require_open(mark.year)
    delete(mark, by=by, at=at)


@transaction.atomic
def compute_year(year: int, *, by: User, at: datetime.datetime) -> AnnualRun:
    """Sum up the year from its released months alone; takes the place of the trial before. After a release it is a new
    edition. Raises ValidationError (no scheme, no released month, a month that was touched, waits for release),
    PermissionDenied."""
    _require_office(by)
    scheme, months = rules_of_year(year), released_months(year)
    if scheme is None:
        raise ValidationError(f"{year}年没有可用的考评办法。")
    if not months:
        raise ValidationError(f"{year}年还没有已发布的月考评；年底总账只从已发布的月份计算。")
    if touched := touched_months(months):
        raise ValidationError(f"{month_label(touched[0].month)}考评的数据与发布时的校验值不一致，请告知系统管理员。")
    run = _trial_of(year, at)
    lines = annual_lines(months, year, scheme)
    run.computed_at = at
    run.frozen = {
        "scheme": to_json(scheme),
        "months": months_listed(months),
        "marks": list(marks_of_year(year).values_list("pk", flat=True)),
        "boards": boards_to_freeze(annual_boards(year)),
    }
    run.save()
    AnnualRow.objects.bulk_create(
        AnnualRow(
            run=run,
            board=line.board,
            position=line.position,
            rank=line.rank,
            is_tied=line.is_tied,
            subject_type=line.score.subject_type,
            subject_id=line.score.subject_id,
            subject_name=line.score.name,
            score=line.score.score,
            note=line.note,
            detail=to_json(line.score),
        )
        for line in lines
    )
    run.sha256 = annual_digest(run)
    run.save(update_fields=["sha256"])
    record("trial", run, by=by, at=at, reason=f"第{run.edition}版，{len(months)} 个月")
    return run


@transaction.atomic
def publish_year(run: AnnualRun, *, by: User, at: datetime.datetime, version: int | None) -> AnnualRun:
    """From here on nothing of it changes; another office account releases it.

    Raises ValidationError before the year is over, while months or marks differ from what was computed, or while a mark
    that others have is missing; Conflict, PermissionDenied.
    """
    _require_office(by)
    current = AnnualRun.objects.select_for_update().get(pk=run.pk)
    if current.state != RunState.TRIAL:
        raise ValidationError("只有试算中的年底总账可以发布。")
    if at.date() <= datetime.date(run.year, 12, 31):
        raise ValidationError(f"{run.year}年还没有结束，年底总账在 12 月 31 日之后才能发布。")
    _require_fresh(current)
    missing = [
        f"{row.subject_name}缺{'、'.join(gaps)}" for row in current.rows.all() if (gaps := opened_year(row).gaps)
    ]
    if missing:
        raise ValidationError(f"有的单位有、有的没有，不公平，请先补齐：{'；'.join(missing[:5])}。")
    values = {"state": RunState.PUBLISHED, "publisher": by, "published_at": at}
    return change(current, values, by=by, at=at, version=version, action="publish")


@transaction.atomic
def withdraw_year(run: AnnualRun, *, by: User, at: datetime.datetime, version: int | None, reason: str) -> AnnualRun:
    """Back to a trial, for a reason, before the release only. Raises ValidationError, Conflict, PermissionDenied."""
    _require_office(by)
    _require_published(run)
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤回的理由。"})
    values = {"state": RunState.TRIAL, "publisher": None, "published_at": None}
    return change(run, values, by=by, at=at, version=version, reason=reason, action="withdraw")


@transaction.atomic
def release_year(run: AnnualRun, *, by: User, at: datetime.datetime, version: int | None) -> AnnualRun:
    """签发. Not by its publisher, and not if the year or one of its months was touched or corrected since.

    Raises ValidationError, Conflict, PermissionDenied.
    """
    _require_office(by)
    current = _require_published(run)
    if current.publisher_id == by.pk:
        raise ValidationError("发布人不能自己签发，请由重点办另一个账号签发。")
    _require_fresh(current)
    if annual_digest(current) != current.sha256:
        raise ValidationError("年底总账与计算时的校验值不一致，不能签发；请撤回后重新计算，并告知系统管理员。")
    values = {"state": RunState.RELEASED, "releaser": by, "released_at": at}
    return change(current, values, by=by, at=at, version=version, action="release")


def _trial_of(year: int, at: datetime.datetime) -> AnnualRun:
    run = AnnualRun.objects.select_for_update().filter(year=year).order_by("-edition").first()
    if run is None or run.state == RunState.RELEASED:
        return AnnualRun(year=year, edition=run.edition + 1 if run else 1, computed_at=at)
    if run.state == RunState.PUBLISHED:
        raise ValidationError(f"{year}年底总账已发布、待签发；要重新计算，请先撤回。")
    run.rows.all().delete()
    run.version += 1
    return run


def _require_office(by: User) -> None:
    if not may_run_year(by):
        raise PermissionDenied


def _require_open(year: int) -> None:
    if AnnualRun.objects.filter(year=year, state=RunState.PUBLISHED).exists():
        raise ValidationError(f"{year}年底总账待签发，打分不能再改；请先撤回发布。")


def _require_published(run: AnnualRun) -> AnnualRun:
    current = AnnualRun.objects.select_for_update().get(pk=run.pk)
    if current.state != RunState.PUBLISHED:
        raise ValidationError("只有待签发的年底总账可以撤回或签发。")
    return current


def _require_fresh(run: AnnualRun) -> None:
    months: list[RankingRun] = released_months(run.year)
    if months_listed(months) != run.frozen["months"]:
        raise ValidationError("计算之后又有月份发布或更正；请重新计算，核对后再发布。")
    if list(marks_of_year(run.year).values_list("pk", flat=True)) != run.frozen["marks"]:
        raise ValidationError("计算之后打分有增减；请重新计算，核对后再发布。")
