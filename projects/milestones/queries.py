import datetime
from collections.abc import Collection

from django.db.models import QuerySet

from leaders.accounts.models import User
from projects.milestones.models import Milestone
from projects.registry.access import is_office, reported_by
from projects.registry.models import Project
from projects.registry.queries import led_by

SOON_DAYS = 30


def active_milestones() -> QuerySet[Milestone]:
    """Those in use, of projects in use."""
    return Milestone.objects.active().filter(project__archived_at__isnull=True).select_related("project", "unit")


def milestones_of_project(project: Project) -> QuerySet[Milestone]:
    return project.milestones.filter(archived_at__isnull=True).select_related("unit").order_by("due_on", "pk")


def next_milestones(project_ids: Collection[int], today: datetime.date) -> dict[int, Milestone]:
    """{project: its earliest milestone that is not done}; one that is overdue comes before those to come. One
    query."""
    found: dict[int, Milestone] = {}
    for milestone in open_milestones(today).filter(project__in=project_ids).order_by("due_on", "pk"):
        found.setdefault(milestone.project_id, milestone)
    return found


def open_milestones(today: datetime.date) -> QuerySet[Milestone]:
    """Not done as known on `today`."""
    return active_milestones().exclude(actual_on__lte=today)


def due_soon(user: User, today: datetime.date, days: int = SOON_DAYS) -> QuerySet[Milestone]:
    """The person's milestones that fall due from today within `days` days and are not done."""
    end = today + datetime.timedelta(days=days)
    return own_milestones(user, today).filter(due_on__gte=today, due_on__lte=end).order_by("due_on", "pk")


def overdue(user: User, today: datetime.date) -> QuerySet[Milestone]:
    """The person's milestones whose day has passed and that are not done, the oldest first."""
    return own_milestones(user, today).filter(due_on__lt=today).order_by("due_on", "pk")


def own_milestones(user: User, today: datetime.date) -> QuerySet[Milestone]:
    """Open milestones the person has to do with: the office's are all, a reporter's those of the unit's projects, a
    leader's those of the projects led; nobody else has any."""
    milestones = open_milestones(today)
    if is_office(user):
        return milestones
    return milestones.filter(project__in=own_projects(user, today).values("pk"))


def own_projects(user: User, today: datetime.date) -> QuerySet[Project]:
    """Those the person answers for today: as reporter of the responsible unit, or as the leader in charge."""
    own = Project.objects.filter(pk__in=reported_by(user, today).values("pk"))
    if user.leader_id is not None:
        own |= Project.objects.filter(pk__in=led_by(user.leader_id, today).values("pk"))
    return own
