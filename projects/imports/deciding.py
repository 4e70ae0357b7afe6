"""What a person decides on the review page about values that were read well: kept with the batch, as answers are."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import record
from leaders.audit.rules import text_line
from projects.imports.access import may_import
from projects.imports.correcting import match_again
from projects.imports.matching.edits import ALL_ROWS, FILE, KEEP
from projects.imports.models import BatchState, ImportBatch
from projects.imports.reading.fields import TITLES
from projects.imports.rules import CLEARABLE
from yichuan_tracker.collector import collector_paused

CLEAR = "clear"


@collector_paused()
@transaction.atomic
def decide(
    batch: ImportBatch, answers: Mapping[str, str], *, by: User, at: datetime.datetime, now: datetime.datetime
) -> ImportBatch:
    """Keep answers that need no reading again (`blank:<field>`, `edit:*`, a row's edit) and lay the rows beside the register anew (see
    `match_again`).

    Raises ValidationError when nothing differs or the batch is not under review, PermissionDenied.
    """
    if not may_import(by):
        raise PermissionDenied
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state not in (BatchState.REVIEW, BatchState.UNCHANGED):
        raise ValidationError(f"这一批{batch.get_state_display()}，不能再选择。")
    given = {key: value for key, value in answers.items() if batch.answers.get(key, KEEP) != value}
    if not given:
        raise ValidationError("没有改动任何选择。")
    if ALL_ROWS in given:
        batch.answers = {key: value for key, value in batch.answers.items() if value not in (KEEP, FILE)}
    batch.answers |= given
    batch.save(update_fields=["answers"])
    lines = [text_line(key, _title(key), None, _WORDS[value]) for key, value in given.items()]
    record("change", batch, by=by, at=at, changes=lines)
    match_again(batch, at=at, now=now)
    batch.refresh_from_db()
    return batch


_WORDS = {KEEP: "保留原值", FILE: "用文件里的", CLEAR: "清除原值"}


def _title(key: str) -> str:
    kind, _, field = key.partition(":")
    if kind == "blank":
        return f"“{TITLES[field]}”的空白格"
    return "平台上改过的值（全部行）" if key == ALL_ROWS else "平台上改过的值"


def blank_answers(chosen: list[str], shown: list[str]) -> dict[str, str]:
    """The answers for the columns that a page showed, of which `chosen` clear."""
    return {f"blank:{key}": CLEAR if key in chosen else KEEP for key in shown if key in CLEARABLE}
