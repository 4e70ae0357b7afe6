import datetime

from leaders.accounts.models import User
from leaders.organisations.models import Unit
from leaders.roles import Role
from projects.periods.access import why_not_decide
from projects.progress.models import Correction, MonthReport
from projects.registry.access import is_office, may_report
from projects.registry.models import Project


def may_file_report(user: User, project: Project, *, today: datetime.date) -> bool:
    """The lead unit's reporters, or the office in their place. Whether the month is open is another question."""
    return project.archived_at is None and may_report(user, project, today=today)


def may_fill_sheet(user: User, unit: Unit) -> bool:
    """The sheet of a unit with all its projects: its own reporters, and the office in their place."""
    return is_office(user) or (user.has_role(Role.REPORTER) and user.unit_id == unit.pk)


def may_review_reports(user: User) -> bool:
    """Accept or return."""
    return is_office(user)


def may_withdraw_report(user: User, report: MonthReport, *, today: datetime.date) -> bool:
    """Whose it is to take back, as long as the office has not looked: the unit's reporters', and of whoever sent it in
    their place. The office otherwise returns it with a reason."""
    if not may_file_report(user, report.project, today=today):
        return False
    return not is_office(user) or report.submitter_id == user.pk


def may_decide_correction(user: User, correction: Correction) -> bool:
    return not why_not_decide(user, correction.requester_id)


def may_withdraw_correction(user: User, correction: Correction) -> bool:
    """Who asked for it, as long as nobody has decided."""
    return correction.requester_id == user.pk


def may_keep_statistics(user: User) -> bool:
    """入库 is recorded by the office from the statistics bureau's list."""
    return is_office(user)
