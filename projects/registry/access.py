import datetime

from leaders.accounts.models import User
from leaders.roles import Role
from projects.registry.models import Project, ProjectQuerySet, Responsibility, sees_projects
from projects.registry.rules import ResponsibilityRole


def visible_projects(user: User) -> ProjectQuerySet:
    """Everyone who works with projects sees them all; the three administrators see none (三员分立)."""
    return Project.objects.visible_to(user)


def may_see_projects(user: User) -> bool:
    return sees_projects(user)


def is_office(user: User) -> bool:
    """项目办公室（重点办）: registers projects, edits all, opens and closes months."""
    return user.has_role(Role.OFFICE)


def may_register_projects(user: User) -> bool:
    """Create projects, lists and sectors, and assign leaders in bulk."""
    return is_office(user)


def may_edit_project(user: User, project: Project) -> bool:
    """The registry's part of a project: its particulars, plan of the year, responsibilities, codes, money. An archived
    project is restored first."""
    return is_office(user) and project.archived_at is None


def may_archive_project(user: User) -> bool:
    return is_office(user)


def reported_by(user: User, today: datetime.date) -> ProjectQuerySet:
    """The projects for which `user` reports: those whose 责任（牵头）单位 today is the person's own unit."""
    if not user.has_role(Role.REPORTER) or user.unit_id is None:
        return Project.objects.none()
    in_force = Responsibility.objects.in_force(today).filter(role=ResponsibilityRole.LEAD_UNIT, unit=user.unit_id)
    return Project.objects.active().filter(pk__in=in_force.values("project"))


def may_report(user: User, project: Project, *, today: datetime.date) -> bool:
    """Milestones, month reports, permits and answers of a project: the office everywhere, a reporter where the own unit
    is the 责任（牵头）单位 in force on `today`. One query for a reporter, none for the office."""
    if project.archived_at is not None:
        return False
    return is_office(user) or reported_by(user, today).filter(pk=project.pk).exists()
