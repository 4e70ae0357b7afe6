import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from leaders.accounts.models import User
from leaders.audit.actions import change, create, delete
from leaders.audit.rules import Beside, Conflict, text_line
from projects.bulletins.access import may_write
from projects.bulletins.figures import Figures, differences
from projects.bulletins.models import Bulletin, Letterhead
from projects.bulletins.queries import (
    chat_text,
    inspection_figures,
    last_edition,
    letterhead_of,
    made_files,
    month_figures,
    next_number,
    notes_of,
    runs_to_report,
    year_figures,
)
from projects.bulletins.rules import (
    SLOTS,
    BulletinKind,
    BulletinState,
    chat_fault,
    may_move,
)
from projects.bulletins.sentences import correction_text, proposed_texts
from projects.papers.models import IssuedFile
from projects.papers.queries import file_of
from projects.papers.rules import FileForm
from projects.rankings.models import RankingRun, RunState
from projects.rankings.queries import last_run
from projects.rankings.rules import digest, to_json
from yichuan_tracker.months import day_label, last_day


@transaction.atomic
def draft_month_bulletin(run: RankingRun, *, by: User, at: datetime.datetime) -> Bulletin:
    """拟稿 of the run's 月通报; after an issued one, of its correction.

    Raises ValidationError for a trial, a run that a released edition corrects, a month whose bulletin is still being drafted, or nothing to correct;
    PermissionDenied.
    """
    if not may_write(by, BulletinKind.MONTH):
        raise PermissionDenied
    # Two people drafting at once: one waits here, and then finds the other's draft.
    run = RankingRun.objects.select_for_update().get(pk=run.pk)
    if run.state == RunState.TRIAL:
        raise ValidationError("试算中的考评不能拟通报，请先发布。")
    if not runs_to_report().filter(pk=run.pk).exists():
        raise ValidationError(f"“{run}”已签发更正版，第{run.edition}版的数不再印发；请按最新一版拟通报。")
    new = Bulletin(kind=BulletinKind.MONTH, first_on=run.month, last_on=last_day(run.month), run=run)
    return _draft(new, month_figures(run), by=by, at=at)


@transaction.atomic
def draft_inspection_bulletin(
    first_on: datetime.date, last_on: datetime.date, *, by: User, at: datetime.datetime
) -> Bulletin:
    """拟稿 of the 督查通报 from `first_on` to `last_on`, as of that day's end. Raises as `draft_month_bulletin`."""
    if not may_write(by, BulletinKind.INSPECTION):
        raise PermissionDenied
    Letterhead.objects.select_for_update().get(kind=BulletinKind.INSPECTION)
    if last_on < first_on:
        raise ValidationError({"last_on": "止日早于起日，请核对。"})
    if last_on > timezone.localdate(at):
        raise ValidationError({"last_on": f"{day_label(last_on)}还没有到，督查通报只写已经过去的日子。"})
    new = Bulletin(kind=BulletinKind.INSPECTION, first_on=first_on, last_on=last_on)
    return _draft(new, inspection_figures(first_on, last_on), by=by, at=at)


def _draft(new: Bulletin, figures: Figures, *, by: User, at: datetime.datetime) -> Bulletin:
    """`new` with its figures frozen and its texts proposed; saved."""
    old = last_edition(new.kind, new.first_on, new.last_on)
    if old is not None and old.state != BulletinState.ISSUED:
        raise ValidationError(f"“{new}”正在拟稿，请接着改；要重新取数，先删去拟稿。")
    texts = proposed_texts(figures)
    if old is not None:
        changes = differences(old.figures, figures)
        # The same figures: what people wrote the first time stands, and is what they came to mend.
        texts = texts if changes else dict(old.texts)
        issued_on = day_label(old.dated_on) if old.dated_on else ""
        texts = {"correction": correction_text(changes, old.number_text, issued_on), **texts}
        new.corrects, new.edition, new.changes = old, old.edition + 1, [list(line) for line in changes]
    new.frozen = to_json(figures)
    new.sha256 = digest(new.frozen)
    new.proposed = new.texts = texts
    new.author = by
    return create(new, by=by, at=at)


def draft_correction(bulletin: Bulletin, *, by: User, at: datetime.datetime) -> Bulletin:
    """更正: a further edition from the figures of now (a month's: of its newest run). Raises as the drafting does."""
    if bulletin.kind == BulletinKind.INSPECTION:
        return draft_inspection_bulletin(bulletin.first_on, bulletin.last_on, by=by, at=at)
    run = last_run(bulletin.first_on)
    if run is None:
        raise ValidationError("找不到这个月的考评。")
    return draft_month_bulletin(run, by=by, at=at)


@transaction.atomic
def edit_bulletin(
    bulletin: Bulletin,
    texts: Mapping[str, str],
    *,
    number: int | None,
    signer: str,
    by: User,
    at: datetime.datetime,
    version: int | None,
) -> Bulletin:
    """Change a draft's texts. Figures stay: they are named, not typed.

    Raises ValidationError by slot for a figure that the data do not have or a 群发短文 that is too long, Conflict,
    PermissionDenied.
    """
    _allow(bulletin, by, BulletinState.DRAFT, "只有拟稿中的通报可以修改；待签发的请先退回，已印发的请另出更正版。")
    bulletin.texts = {name: _clean(texts.get(name, "")) for name in SLOTS if name in texts or name in bulletin.texts}
    _require_printable(bulletin)
    current = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    also = [
        text_line(name, SLOTS[name], current.texts.get(name), text)
        for name, text in bulletin.texts.items()
        if text != current.texts.get(name, "")
    ]
    values = {"texts": bulletin.texts, "number": number, "signer": signer}
    try:
        return change(bulletin, values, by=by, at=at, version=version, also=also)
    except Conflict as conflict:
        del conflict.typed["texts"]
        conflict.beside += [
            Beside(name, SLOTS[name], current.texts.get(name, ""), text, raw=current.texts.get(name, ""))
            for name, text in bulletin.texts.items()
        ]
        raise


def _clean(text: str) -> str:
    """Browsers send lines with a carriage return; blank lines at the ends say nothing."""
    return text.replace("\r\n", "\n").strip()


def _require_printable(bulletin: Bulletin) -> None:
    refused = {slot.slot: [note.text for note in slot.notes if note.is_refused] for slot in notes_of(bulletin)}
    refused = {slot: texts for slot, texts in refused.items() if texts}
    if refused:
        raise ValidationError(refused)
    if fault := chat_fault(chat_text(bulletin)):
        raise ValidationError({"chat": fault})


def send_bulletin(bulletin: Bulletin, *, by: User, at: datetime.datetime, version: int | None) -> Bulletin:
    """送签: from here on another account issues it or sends it back. Raises ValidationError, Conflict, PermissionDenied."""
    _allow(bulletin, by, BulletinState.DRAFT, "只有拟稿中的通报可以送签。")
    _require_current(bulletin)
    values = {"state": BulletinState.PENDING, "sender": by}
    return change(bulletin, values, by=by, at=at, version=version, action="submit")


def return_bulletin(bulletin: Bulletin, *, by: User, at: datetime.datetime, version: int | None) -> Bulletin:
    """Back to a draft, by whoever was to issue it or by its sender. Raises ValidationError, Conflict, PermissionDenied."""
    _allow(bulletin, by, BulletinState.PENDING, "只有待签发的通报可以退回。")
    values = {"state": BulletinState.DRAFT, "sender": None}
    return change(bulletin, values, by=by, at=at, version=version, action="return")


@transaction.atomic
def issue_bulletin(bulletin: Bulletin, *, by: User, at: datetime.datetime, version: int | None) -> Bulletin:
    """签发 and 印发: number and date are given, the files made and kept; from here on nothing changes.

    Raises ValidationError when another account has to do it, the run is not released, the data were touched or a text
    cannot be printed; Conflict, PermissionDenied.
    """
    if not may_write(by, bulletin.kind):
        raise PermissionDenied
    # Numbers are given one after the other.
    letterhead = Letterhead.objects.select_for_update().get(kind=bulletin.kind)
    current = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if not may_move(current.state, BulletinState.ISSUED):
        raise ValidationError("通报已经印发，不再改动；有错请另出更正版。")
    if letterhead.needs_second and current.state == BulletinState.DRAFT:
        raise ValidationError("这种通报须由另一个账号签发，请先送签。")
    if current.sender_id == by.pk:
        raise ValidationError("送签人不能自己签发，请由另一个账号签发。")
    _require_current(current)
    if current.run is not None and current.run.state != RunState.RELEASED:
        raise ValidationError("这个月的考评还没有签发，通报不能先印发；请先在月考评页签发。")
    dated_on = timezone.localdate(at)
    values: dict[str, Any] = {
        "state": BulletinState.ISSUED,
        "letterhead": to_json(letterhead_of(current)),
        "code": letterhead.code,
        "number_year": dated_on.year,
        "number": current.number or next_number(letterhead.code, dated_on.year),
        "dated_on": dated_on,
        "issuer": by,
        "issued_at": at,
    }
    for name, value in values.items():
        setattr(current, name, value)
    files = [file_of(form, content, bulletin=current) for form, content in made_files(current).items()]
    also = [text_line(one.form, FileForm(one.form).label, None, one.sha256) for one in files]
    issued = change(bulletin, values, by=by, at=at, version=version, action="issue", also=also)
    IssuedFile.objects.bulk_create(files)
    return issued


def discard_bulletin(bulletin: Bulletin, *, by: User, at: datetime.datetime, version: int | None) -> None:
    """Take a draft away; the history keeps it. Raises ValidationError, Conflict, PermissionDenied."""
    _allow(bulletin, by, BulletinState.DRAFT, "只有拟稿可以删去。")
    delete(bulletin, by=by, at=at, version=version)


def change_letterhead(
    letterhead: Letterhead, values: Mapping[str, Any], *, by: User, at: datetime.datetime, version: int | None
) -> Letterhead:
    """What the next bulletins carry; issued ones keep theirs. Raises ValidationError, Conflict, PermissionDenied."""
    if not may_write(by, letterhead.kind):
        raise PermissionDenied
    return change(letterhead, values, by=by, at=at, version=version)


def _allow(bulletin: Bulletin, by: User, state: BulletinState, message: str) -> None:
    if not may_write(by, bulletin.kind):
        raise PermissionDenied
    if Bulletin.objects.values_list("state", flat=True).get(pk=bulletin.pk) != state:
        raise ValidationError(message)


def _require_current(bulletin: Bulletin) -> None:
    """The texts can be printed, and the figures are still those that were frozen and those of the month's newest run."""
    _require_printable(bulletin)
    if digest(bulletin.frozen) != bulletin.sha256:
        raise ValidationError("通报的数据与拟稿时的校验值不一致，不能签发；请删去拟稿重新生成，并告知系统管理员。")
    if bulletin.run is not None and bulletin.frozen["run_sha256"] != bulletin.run.sha256:
        raise ValidationError("拟稿之后考评重新算过，通报里的数已经不对；请删去拟稿，重新生成。")
    if bulletin.run is not None and to_json(year_figures(bulletin.run.month)) != bulletin.frozen.get("year"):
        raise ValidationError("拟稿之后年底总账签发了（或更正了），通报里的年度数已经不对；请删去拟稿，重新生成。")
    if bulletin.run is not None and not runs_to_report().filter(pk=bulletin.run.pk).exists():
        raise ValidationError("拟稿之后这个月的考评签发了更正版，通报里的数已经不对；请删去拟稿，按最新一版重新生成。")
