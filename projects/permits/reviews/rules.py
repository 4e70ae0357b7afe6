import datetime

from django.db.models import TextChoices

from projects.permits.rules import PermitState


class Verdict(TextChoices):
    AGREED = "agreed", "同意"
    CONDITIONAL = "conditional", "有条件同意"
    DISAGREED = "disagreed", "不同意"
    SUPPLEMENT = "supplement", "需补正"


# What the meeting may decide of a procedure; a grant is the department's own document, not a meeting's.
OUTCOMES = (PermitState.ACCEPTED, PermitState.TOLERATED, PermitState.RETURNED, PermitState.NOT_NEEDED)


def missing_in_opinion(verdict: str, text: str) -> dict[str, str]:
    """{field: what is wrong}: whoever does not simply agree says what is to be done."""
    if verdict != Verdict.AGREED and not text.strip():
        return {"text": f"“{Verdict(verdict).label}”请写明条件、理由或要补正什么。"}
    return {}


def is_late(answered_on: datetime.date | None, due_on: datetime.date, today: datetime.date) -> bool:
    """Answered after the day, or not answered and the day is over. The day itself is in time."""
    return (answered_on or today) > due_on
