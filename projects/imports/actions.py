"""From a workbook to the register: kept, read, matched, looked at, confirmed. Or in one go, for the command and the demo."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import record
from leaders.audit.rules import text_line
from projects.imports.access import may_import, may_upload
from projects.imports.applying import ChangedMeanwhile, lock_and_check, summary
from projects.imports.correcting import carry_corrections
from projects.imports.kinds import KINDS
from projects.imports.matching.result import Plan
from projects.imports.models import CLOSED_STATES, BatchState, ImportBatch, RowAction
from projects.imports.reading.child import read_in_child
from projects.imports.reading.kinds import PROJECTS
from projects.imports.reading.problems import problem
from projects.imports.staged import State, is_unmoved, looked_at, register_state, staged_plan
from projects.imports.staging import (
    LIMITS,
    as_document,
    find_or_propose_list,
    is_refused,
    keep_review,
    keep_rows,
    kept_rows,
    link_new_projects,
    match_reading,
    proposals_of,
    remember_columns,
    remembered_columns,
    review_again,
    rows_of,
    setting_of,
    under_own_name,
    without_rows,
)
from projects.registry.models import ProjectList
from yichuan_tracker.collector import collector_paused

Answers = Mapping[str, str]
# How often a file is matched anew because somebody wrote in between.
ATTEMPTS = 3


# ---- in one go --------------------------------------------------------------------------------------------------


@collector_paused()
def import_file(
    path: str | Path,
    *,
    project_list: ProjectList | str | None,
    year: int,
    by: User | None,
    at: datetime.datetime,
    dry_run: bool = False,
    answers: Answers | None = None,
    sheet: str | None = None,
    kind: str = PROJECTS,
) -> dict[str, Any]:
    """Read, match and apply a file; returns the object that the command prints.

    `project_list` may be a key or a name; a list that is not there is created with the rows. Nothing is written when the
    file is refused, a question is open, nothing would change, or with `dry_run`. Raises PermissionDenied.
    """
    _allow(by)
    answers = dict(answers or {})
    reading = read_in_child(
        path, limits=LIMITS, year=year, sheet=sheet, answers=answers, remembered=remembered_columns(), kind=kind
    )
    for attempt in range(ATTEMPTS):
        target = find_or_propose_list(project_list, year) if isinstance(project_list, str) else project_list
        setting: dict[str, Any] = {"project_list": target, "year": year, "at": at, "answers": answers, "uploader": by}
        plan = match_reading(rows_of(reading), reading, **setting)
        batch = None
        if plan.writes and not (dry_run or plan.is_open or is_refused(reading)):
            try:
                batch = _apply_at_once(Path(path), reading, plan, year, answers, by=by, at=at)
            except ChangedMeanwhile:
                if attempt + 1 == ATTEMPTS:
                    raise
                continue
        break
    applied = not (dry_run or plan.is_open or is_refused(reading))
    return as_document(reading, plan) | {"applied": applied, "batch": batch.pk if batch else None}


def _apply_at_once(
    path: Path,
    reading: dict[str, Any],
    plan: Plan,
    year: int,
    answers: dict[str, str],
    *,
    by: User | None,
    at: datetime.datetime,
) -> ImportBatch:
    writer = KINDS[reading.get("kind", PROJECTS)]
    batch, writing = None, writer.prepare(plan, by=by, at=at)
    try:
        with transaction.atomic(), path.open("rb") as stream:
            batch = _new_batch(File(stream), path.name, reading["sha256"], year, by=by, at=at)
            batch.answers, batch.kind = answers, reading.get("kind", PROJECTS)
            lock_and_check(plan)
            batch.written = writer.write(plan, writing, batch, by=by, at=at)
            _close(batch, reading, plan, by=by, at=at)
            keep_rows(batch, plan)
    except BaseException:
        if batch is not None:
            batch.file.delete(save=False)
        raise
    return batch


# ---- step by step -----------------------------------------------------------------------------------------------


@transaction.atomic
def upload_workbook(
    file: Any,
    *,
    project_list: ProjectList | None,
    new_list: Mapping[str, Any] | None = None,
    year: int,
    sheet: str = "",
    kind: str = PROJECTS,
    by: User,
    at: datetime.datetime,
) -> ImportBatch:
    """Keep the file as it came. Raises ValidationError when it is too large or empty, PermissionDenied."""
    if not may_upload(by, kind):
        raise PermissionDenied
    if not file.size:
        raise ValidationError({"file": "文件是空的，请重新选择。"})
    if file.size > LIMITS.file_bytes:
        size = LIMITS.file_bytes // 1024 // 1024
        message = (
            f"文件有 {file.size / 1024 / 1024:.1f} MB，超过 {size} MB 的上限。"
            "多半是图片或成千上万个空格子撑大的：请另存一份，只留要导入的工作表，删去图片后再上传。"
        )
        raise ValidationError({"file": ValidationError(message, code="too_large")})
    whole = hashlib.sha256()
    for chunk in file.chunks():
        whole.update(chunk)
    batch = _new_batch(file, file.name, whole.hexdigest(), year, by=by, at=at)
    batch.project_list = project_list
    batch.proposed_list = dict(new_list or {})
    batch.sheet, batch.kind = sheet, kind
    batch.save()
    record("create", batch, by=by, at=at, changes=[text_line("file", "原文件", None, batch.file_name)])
    return batch


def start_reading(batch: ImportBatch, *, by: User, at: datetime.datetime, now: datetime.datetime) -> ImportBatch:
    """Mark that a reader is at work since `now` (real time). Raises ValidationError when one is, or nothing is left to read."""
    _allow(by, batch)
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.state in CLOSED_STATES:
            raise ValidationError(f"这一批{batch.get_state_display()}，不能再读。请重新上传文件。")
        if batch.state == BatchState.READING and not batch.is_lost(now):
            raise ValidationError("正在读取，请稍候。")
        batch.state, batch.state_at = BatchState.READING, now
        batch.save(update_fields=["state", "state_at"])
        record("change", batch, by=by, at=at, changes=[text_line("state", "状态", None, "读取中")])
    return batch


@collector_paused()
def read_batch(batch: ImportBatch, *, by: User | None, at: datetime.datetime, now: datetime.datetime) -> ImportBatch:
    """Read the kept file in a child process, match it and keep the rows for review; or say why it cannot be read.

    A batch that was given up meanwhile stays so.
    """
    _allow(by, batch)
    with under_own_name(batch) as path:
        reading = read_in_child(
            path,
            limits=LIMITS,
            year=batch.year,
            sheet=batch.sheet or None,
            answers=batch.answers,
            remembered=remembered_columns(),
            kind=batch.kind,
        )
    if is_refused(reading):
        with transaction.atomic():
            if _is_closed_meanwhile(batch):
                return batch
            # What was typed in place of cells waits for a reading that finds its rows again.
            batch.rows.filter(corrections={}).delete()
            batch.reading, batch.counts = without_rows(reading), {}
            batch.state, batch.state_at = BatchState.REFUSED, now
            batch.save()
        return batch
    rows = rows_of(reading)
    carry_corrections(batch, rows, reading)
    state = register_state(at.date(), looked_at(rows, KINDS[batch.kind]))
    plan = match_reading(rows, reading, **setting_of(batch, at))
    with transaction.atomic():
        if not _is_closed_meanwhile(batch):
            keep_review(batch, reading, plan, now, state)
    return batch


def _is_closed_meanwhile(batch: ImportBatch) -> bool:
    """Whether somebody discarded the batch while it was read; held until the transaction ends."""
    batch.state = ImportBatch.objects.select_for_update().values_list("state", flat=True).get(pk=batch.pk)
    return batch.state in CLOSED_STATES


@transaction.atomic
def fail_reading(batch: ImportBatch, *, by: User | None, at: datetime.datetime, now: datetime.datetime) -> ImportBatch:
    """The reader stopped for a reason that is ours, not the file's."""
    _allow(by, batch)
    if _is_closed_meanwhile(batch):
        return batch
    message = "读取程序出错，没有读完，什么也没有写入。"
    cure = "请点“重新读取”；仍不行请把文件和上传时间告诉系统管理员。"
    batch.reading = {"sheets": [], "problems": [problem("error", message, cure)]}
    batch.state, batch.state_at = BatchState.REFUSED, now
    batch.save()
    record("change", batch, by=by, at=at, changes=[text_line("state", "状态", None, "读取出错")])
    return batch


def answer_questions(
    batch: ImportBatch, answers: Answers, *, by: User, at: datetime.datetime, now: datetime.datetime
) -> ImportBatch:
    """Keep the answers and start reading anew with them. Raises ValidationError when there is none, PermissionDenied."""
    _allow(by, batch)
    given = {key: value.strip() for key, value in answers.items() if value.strip()}
    if not given:
        raise ValidationError("还没有选择答案。请至少回答一个问题，再点“提交回答”。")
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        _refuse_closed(batch)
        batch.answers = batch.answers | given
        batch.save(update_fields=["answers"])
        record("change", batch, by=by, at=at, changes=[text_line("answers", "回答", None, f"{len(given)} 个问题")])
        return start_reading(batch, by=by, at=at, now=now)


def choose_columns(
    batch: ImportBatch,
    shape: str,
    columns: Mapping[str, str],
    *,
    by: User,
    at: datetime.datetime,
    now: datetime.datetime,
) -> ImportBatch:
    """Remember what a person says that columns (letter → field) of this heading mean, and read anew."""
    _allow(by)
    with transaction.atomic():
        _refuse_closed(batch)
        remember_columns(shape, columns, by=by, at=at)
        told = "、".join(f"{letter} 列：{field}" for letter, field in columns.items())
        record("change", batch, by=by, at=at, changes=[text_line("columns", "列的含义", None, told)])
        return start_reading(batch, by=by, at=at, now=now)


@collector_paused()
def confirm_batch(
    batch: ImportBatch,
    *,
    sha256: str,
    digest: str,
    leave_open: bool = False,
    by: User,
    at: datetime.datetime,
    now: datetime.datetime,
) -> ImportBatch:
    """Apply what the reviewer saw, all in one transaction.

    `leave_open` leaves rows out that wait for an answer: they can be corrected and imported later.
    `sha256` and `digest` are those of the page. Raises ChangedMeanwhile, after the rows concerned were matched anew, when
    a record that they touch is no longer as it was; ValidationError when questions are open, or the batch is closed or
    was corrected while this was prepared; PermissionDenied.
    """
    _allow(by, batch)
    batch.refresh_from_db()
    _refuse_closed(batch)
    if batch.state != BatchState.REVIEW or sha256 != batch.sha256:
        raise ValidationError("这份文件还不能确认：请等读取完成，回答完问题后再确认。")
    for attempt in range(ATTEMPTS):
        plan, state = _plan_as_seen(batch, digest, at, now)
        if leave_open:
            plan.leave_open_rows()
        if plan.is_open:
            raise ValidationError("还有问题没有回答。请先回答，或选择“先不导入这一行”。")
        writer = KINDS[batch.kind]
        writing = writer.prepare(plan, by=by, at=at)
        try:
            with transaction.atomic():
                held = ImportBatch.objects.select_for_update()
                batch = held.get(pk=batch.pk, state=BatchState.REVIEW, review_digest=digest)
                lock_and_check(plan)
                # Also what no row changes: a unit that the file would create is there by now.
                if not is_unmoved(state, at.date()):
                    raise ChangedMeanwhile([])
                batch.written = writer.write(plan, writing, batch, by=by, at=at)
                _close(batch, batch.reading, plan, by=by, at=at)
                link_new_projects(batch, plan)
                batch.planned_writes.all().delete()
                batch.rows.filter(action=RowAction.ASK).update(action=RowAction.PARK)
            break
        except ChangedMeanwhile:
            # Matched anew: when what moved is nothing to this file, the next attempt writes it.
            if attempt + 1 == ATTEMPTS:
                raise ChangedMeanwhile(review_again(batch, *_match_again(batch, at), now)) from None
        except ImportBatch.DoesNotExist as error:
            raise ValidationError("这一批刚刚已由别人改动、确认或放弃，还没有写入。请核对后再确认。") from error
    return batch


def _plan_as_seen(batch: ImportBatch, digest: str, at: datetime.datetime, now: datetime.datetime) -> tuple[Plan, State]:
    """What the page of this digest showed, as kept or, when anything moved since, matched anew; and the register's state for
    which it holds. Raises ChangedMeanwhile."""
    setting = setting_of(batch, at)
    plan = staged_plan(batch, setting["project_list"], at.date()) if digest == batch.review_digest else None
    if plan is not None:
        return plan, batch.plan["register"]
    plan, state = _match_again(batch, at)
    if plan.digest() != batch.review_digest or digest != batch.review_digest:
        raise ChangedMeanwhile(review_again(batch, plan, state, now))
    return plan, state


def _match_again(batch: ImportBatch, at: datetime.datetime) -> tuple[Plan, State]:
    """The plan as things are now, and the register's state before it was made."""
    rows = kept_rows(batch)
    state = register_state(at.date(), looked_at(rows, KINDS[batch.kind]))
    return match_reading(rows, batch.reading, **setting_of(batch, at)), state


@transaction.atomic
def discard_batch(batch: ImportBatch, *, by: User, at: datetime.datetime, now: datetime.datetime) -> ImportBatch:
    """Put the batch aside; the file stays. Raises ValidationError when it was applied, PermissionDenied."""
    _allow(by, batch)
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    _refuse_closed(batch)
    batch.state, batch.state_at = BatchState.DISCARDED, now
    batch.save(update_fields=["state", "state_at"])
    batch.planned_writes.all().delete()
    record("change", batch, by=by, at=at, changes=[text_line("state", "状态", None, "已放弃")])
    return batch


# ---- what the actions above share ---------------------------------------------------------------------------------


def _allow(by: User | None, batch: ImportBatch | None = None) -> None:
    if by is not None and not may_import(by, batch):
        raise PermissionDenied


def _refuse_closed(batch: ImportBatch) -> None:
    if batch.state in CLOSED_STATES:
        raise ValidationError(f"这一批{batch.get_state_display()}，不能再改动。需要时请重新上传文件。")


def _new_batch(file: Any, name: str, sha256: str, year: int, *, by: User | None, at: datetime.datetime) -> ImportBatch:
    batch = ImportBatch(
        file_name=Path(name).name[:200], sha256=sha256, year=year, uploader=by, uploaded_at=at, state_at=at
    )
    # Under a name of ours: what the person called it is text for the screen, never a path.
    batch.file.save(f"{sha256[:16]}{Path(name).suffix.lower()[:6]}", file, save=False)
    batch.save()
    return batch


def _close(batch: ImportBatch, reading: dict[str, Any], plan: Plan, *, by: User | None, at: datetime.datetime) -> None:
    kept = without_rows(reading)
    kept["proposals"], kept["missing"] = proposals_of(plan), plan.missing
    batch.reading, batch.counts = kept, plan.counts
    batch.project_list = plan.project_list
    batch.state, batch.applier, batch.applied_at = BatchState.APPLIED, by, at
    batch.save()
    for sheet in reading["sheets"]:
        if sheet.get("decided"):
            remember_columns(sheet["heading_shape"], sheet["decided"], by=by, at=at)
    lines = [text_line("rows", "导入", None, summary(plan.counts))]
    record("import", batch, by=by, at=at, batch_id=batch.pk, changes=lines)
