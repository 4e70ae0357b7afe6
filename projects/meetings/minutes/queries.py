from django.db.models import Max, QuerySet

from leaders.organisations.models import Unit
from leaders.roles import Role
from projects.meetings.minutes.models import Minutes
from projects.meetings.minutes.paper import MinutesText, minutes_text
from projects.meetings.models import Meeting
from projects.meetings.queries import MeetingPage


def issued_minutes() -> QuerySet[Minutes]:
    return Minutes.objects.select_related("meeting", "corrects", "issuer")


def valid_minutes(meeting: Meeting) -> Minutes | None:
    """Those that hold: the last that were issued; None before."""
    return issued_minutes().filter(meeting=meeting).first()


def is_out_of_date(minutes: Minutes, page: MeetingPage) -> bool:
    """Whether what stands with the meeting is no longer what was printed."""
    return minutes_text(page, corrects=minutes.corrects, reason=minutes.reason).text != minutes.text


def was_read(minutes: Minutes, page: MeetingPage, shown: str | None) -> bool:
    """Whether who read the words of digest `shown` has these minutes already: the button was pressed twice."""
    return minutes_text(page, corrects=minutes.corrects).digest == shown


def next_minutes(page: MeetingPage, *, reason: str = "") -> MinutesText:
    """As they would be issued now: the first, or a correction of those that hold."""
    return minutes_text(page, corrects=valid_minutes(page.meeting), reason=reason)


def next_minutes_number(body: str, year: int) -> int:
    used = Minutes.objects.filter(body=body, year=year)
    return (used.aggregate(last=Max("number"))["last"] or 0) + 1


def signer_of(meeting: Meeting) -> str:
    """Who signs, whoever issues: the meeting's group, else the office's unit."""
    offices = Unit.objects.filter(users__is_active=True, users__grants__role=Role.OFFICE).order_by("pk")
    return str(meeting.group or offices.first() or Role.OFFICE.label)
