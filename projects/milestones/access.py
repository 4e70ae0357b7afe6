import datetime

from leaders.accounts.models import User
from projects.milestones.models import Milestone
from projects.registry.access import is_office, may_report
from projects.registry.models import Project


def may_log_milestones(user: User, project: Project, *, today: datetime.date) -> bool:
    """Add milestones, tell a new forecast, report one done: the responsible unit's reporters and the office."""
    return may_report(user, project, today=today)


def may_edit_milestone(user: User, milestone: Milestone, *, today: datetime.date) -> bool:
    """An archived milestone is restored first."""
    return milestone.archived_at is None and may_log_milestones(user, milestone.project, today=today)


def why_not_verify(user: User, milestone: Milestone) -> str:
    """Why the person may not say that what was reported done is done, and who may (Chinese); empty when the person may.
    Nobody verifies the own report."""
    if not is_office(user):
        return "由重点办核实"
    return "您自己报的完成，由重点办另一人核实" if milestone.reporter_id == user.pk else ""


def may_steer_milestones(user: User) -> bool:
    """What moves a score: correct an original date, set a weight, archive, take back a completion. The office only."""
    return is_office(user)
