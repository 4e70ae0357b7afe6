import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from leaders.accounts.models import User
from leaders.organisations.models import Unit
from projects.periods.models import FilingException, Period
from projects.periods.rules import ExceptionState
from projects.registry.access import is_office, reported_by, visible_projects
from projects.registry.models import Project


@dataclass(frozen=True)
class ExceptionRow:
    """An exception as it stands today: whether it opens anything, in words and in the tone of a tag."""

    exception: FilingException
    words: str
    tone: str


def exception_row(exception: FilingException, today: datetime.date) -> ExceptionRow:
    if exception.state == ExceptionState.GRANTED:
        if today > exception.expires_on:
            return ExceptionRow(exception, "已到期自动关闭", "plain")
        return ExceptionRow(exception, f"开放中，还有 {(exception.expires_on - today).days} 天", "success")
    if exception.state == ExceptionState.REVOKED and exception.approver_id is not None:
        return ExceptionRow(exception, "已提前关闭", "plain")
    tone = {ExceptionState.ASKED: "info", ExceptionState.REFUSED: "danger"}
    return ExceptionRow(exception, exception.get_state_display(), tone.get(ExceptionState(exception.state), "plain"))


def known_exceptions() -> QuerySet[FilingException]:
    return FilingException.objects.select_related("period", "unit", "project", "requester", "approver")


def closed_periods(today: datetime.date) -> QuerySet[Period]:
    """Those for which an exception can be asked, the newest first."""
    return Period.objects.filter(closing_on__lt=today).order_by("-month")


def projects_to_ask_for(user: User, today: datetime.date) -> QuerySet[Project]:
    """The office asks for any project, a reporter for those of the own unit."""
    return visible_projects(user).active().order_by("name") if is_office(user) else reported_by(user, today)


def units_to_ask_for(user: User) -> QuerySet[Unit]:
    """Only the office chooses: a reporter asks for the own unit."""
    return Unit.objects.active().order_by("name") if is_office(user) else Unit.objects.none()
