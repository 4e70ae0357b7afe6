import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change
from projects.problems.access import may_edit_ladder
from projects.problems.models import CategoryWords


@transaction.atomic
def change_words(
    words: CategoryWords, *, text: str, version: int | None, by: User, at: datetime.datetime
) -> CategoryWords:
    """Raises PermissionDenied, ValidationError, Conflict."""
    if not may_edit_ladder(by):
        raise PermissionDenied
    return change(words, {"words": text.strip()}, by=by, at=at, version=version)
