import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import create
from projects.meetings.access import may_keep_meeting
from projects.meetings.minutes.models import Minutes
from projects.meetings.minutes.paper import minutes_bytes
from projects.meetings.minutes.queries import (
    is_out_of_date,
    next_minutes,
    next_minutes_number,
    signer_of,
    valid_minutes,
    was_read,
)
from projects.meetings.models import Meeting
from projects.meetings.queries import meeting_page
from projects.papers.queries import file_of
from projects.papers.rules import FileForm


@transaction.atomic
def issue_minutes(
    meeting: Meeting, *, shown: str | None = None, reason: str = "", by: User, at: datetime.datetime
) -> Minutes:
    """The minutes under the next number of their body and year, kept with their bytes; after the first, their correction.

    `shown` is the text that the person has read (`MinutesText.digest`); None where nobody was shown one. Where that was issued
    already (a button pressed twice), those minutes come back. Raises PermissionDenied (also once the meeting was cancelled),
    ValidationError before the meeting was held, when what is to be printed is no longer what was read, and for a correction
    without a reason or with nothing to correct.
    """
    # Those of one body are numbered one after the other; without a group, all such meetings have the same.
    held = {one.pk: one for one in Meeting.objects.select_for_update().filter(group=meeting.group_id).order_by("pk")}
    meeting, old, today = held[meeting.pk], valid_minutes(meeting), at.date()
    if not may_keep_meeting(by, meeting):
        raise PermissionDenied
    page = meeting_page(meeting, today)
    if old is not None and was_read(old, page, shown):
        return old
    if meeting.held_at is None:
        raise ValidationError("会议召开以后才有纪要，请先点“召开，固定议程”。")
    if shown is not None and next_minutes(page).digest != shown:
        raise ValidationError("您看过之后，会议记录有改动，或刚才已经印发过。请重新看一遍再印发。")
    if old is not None and not reason.strip():
        raise ValidationError({"reason": f"{old}已印发；请写明更正的原因，会印在纪要开头。"})
    if old is not None and not is_out_of_date(old, page):
        raise ValidationError(f"会议记录与印发的{old}相同，没有要更正的。")
    text = next_minutes(page, reason=reason.strip())
    minutes = Minutes(
        meeting=meeting, corrects=old, reason=reason.strip() if old else "", body=text.body, year=today.year,
        number=next_minutes_number(text.body, today.year), dated_on=today, title=text.title, sender=signer_of(meeting),
        text=text.text, issuer=by, issued_at=at,
    )  # fmt: skip
    create(minutes, by=by, at=at)
    content = minutes_bytes(text, number=minutes.number_text, sender=minutes.sender, dated_on=today)
    file_of(FileForm.WORD, content, minutes=minutes).save()
    return minutes
