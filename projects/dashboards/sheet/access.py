import datetime
from dataclasses import dataclass

from leaders.accounts.models import User
from projects.inspections.access import may_log_inspections
from projects.milestones.access import may_log_milestones
from projects.periods.access import may_approve
from projects.permits.access import may_keep_permits
from projects.problems.access import may_instruct, may_raise_need, may_raise_problems
from projects.progress.access import may_file_report
from projects.registry.access import may_archive_project, may_edit_project
from projects.registry.models import Project
from projects.registry.plans.access import may_request_revision
from projects.requests.access import may_ask, may_ask_for_light


@dataclass(frozen=True)
class Allowed:
    """What the person may do on the project's page; each is asked of the slice that will do it."""

    edit: bool
    archive: bool
    restore: bool
    report: bool
    milestones: bool
    ask: bool
    change_light: bool
    permits: bool
    inspect: bool
    raise_problem: bool
    instruct: bool
    need: bool
    plan: bool
    approve: bool


def allowed_on(user: User, project: Project, *, today: datetime.date) -> Allowed:
    in_use = project.archived_at is None
    return Allowed(
        edit=may_edit_project(user, project),
        archive=in_use and may_archive_project(user),
        restore=not in_use and may_archive_project(user),
        report=may_file_report(user, project, today=today),
        milestones=may_log_milestones(user, project, today=today),
        ask=may_ask(user, project, today=today),
        change_light=may_ask_for_light(user, project),
        permits=in_use and may_keep_permits(user),
        inspect=in_use and may_log_inspections(user),
        raise_problem=in_use and may_raise_problems(user),
        instruct=in_use and may_instruct(user),
        need=may_raise_need(user, project, today=today),
        plan=may_request_revision(user, project, today=today),
        approve=in_use and may_approve(user),
    )
