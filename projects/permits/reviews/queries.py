import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from leaders.accounts.models import User
from leaders.organisations.models import Unit
from leaders.roles import Role
from projects.permits.models import Permit
from projects.permits.queries import PermitLine, active_permits, in_state, permit_state
from projects.permits.reviews.models import Opinion, Review
from projects.permits.reviews.rules import is_late
from projects.registry.models import Project
from yichuan_tracker.months import day_label


def reviews() -> "QuerySet[Any]":
    """The newest first, each with how many opinions it asks for, how many are there, and how many projects it has."""
    return Review.objects.annotate(
        asked=Count("opinions"),
        answered=Count("opinions", filter=~Q(opinions__verdict="")),
        projects=Count("opinions__project", distinct=True),
    ).order_by("-held_on", "-pk")


@dataclass(frozen=True)
class OpinionLine:
    opinion: Opinion
    is_late: bool


@dataclass
class ReviewedProject:
    project: Project
    opinions: list[OpinionLine] = field(default_factory=list)


def reviewed_projects(review: Review, today: datetime.date) -> list[ReviewedProject]:
    """Project by project, what each department said; one query."""
    found: dict[int, ReviewedProject] = {}
    rows = review.opinions.select_related("project", "department", "author").order_by("project", "department__pk")
    for opinion in rows:
        answered_on = timezone.localdate(opinion.answered_at) if opinion.answered_at else None
        line = found.setdefault(opinion.project_id, ReviewedProject(opinion.project))
        opinion.review = review
        line.opinions.append(OpinionLine(opinion, is_late(answered_on, review.due_on, today)))
    return list(found.values())


def not_answered(lines: Collection[ReviewedProject]) -> list[Unit]:
    """Departments that owe at least one opinion, each once."""
    owing = [one.opinion.department for line in lines for one in line.opinions if not one.opinion.verdict]
    return list(dict.fromkeys(owing))


def opinions_to_give(user: User) -> QuerySet[Opinion]:
    """What waits for the person's department, the earliest day first."""
    if not user.has_role(Role.APPROVER) or user.unit_id is None:
        return Opinion.objects.none()
    waiting = Opinion.objects.filter(department=user.unit_id, verdict="", review__closed_at__isnull=True)
    return waiting.select_related("review", "project").order_by("review__due_on", "pk")


def reviews_to_chase(today: datetime.date) -> "QuerySet[Any]":
    """Rounds whose day is over: with unanswered opinions, or with all of them and no result yet. As `reviews`, the longest
    overdue first."""
    return reviews().filter(closed_at__isnull=True, due_on__lt=today).order_by("due_on", "pk")


def owed_opinions(until: datetime.date) -> QuerySet[Opinion]:
    """Not given yet, of rounds whose day is `until` or before."""
    return Opinion.objects.filter(verdict="", review__closed_at__isnull=True, review__due_on__lte=until)


def chasing_text(review: Review, lines: Collection[ReviewedProject], today: datetime.date) -> str:
    """To be pasted into the work group: who has not answered about which project; empty when nobody owes anything."""
    owing: dict[Unit, list[str]] = defaultdict(list)
    for line in lines:
        for one in line.opinions:
            if not one.opinion.verdict:
                owing[one.opinion.department].append(line.project.name)
    if not owing or review.closed_at is not None:
        return ""
    days = (today - review.due_on).days
    when = f"已过 {days} 天" if days > 0 else "今天截止" if days == 0 else f"还有 {-days} 天"
    head = f"【联审意见催办】“{review}”的意见 {day_label(review.due_on)}截止（{when}），以下部门还没有答复："
    told = [f"{unit}（{len(names)} 个项目）：{'、'.join(names)}" for unit, names in owing.items()]
    return "\n".join([head, *told, "请登录平台，在“待办”里答复。"])


def departments_concerned(projects: Collection[Project], today: datetime.date) -> dict[Project, list[Unit]]:
    """{project: departments of its open procedures}; projects without any have none. Two queries."""
    open_permits = in_state(active_permits(today), "open").filter(
        project__in=projects, permit_type__department__isnull=False
    )
    found: dict[int, dict[Any, None]] = defaultdict(dict)
    for permit in open_permits.order_by("permit_type__position", "pk"):
        found[permit.project_id][permit.permit_type.department] = None
    return {project: list(found[project.pk]) for project in projects}


@dataclass(frozen=True)
class Reviewed:
    """An open procedure that the meeting may decide on, beside what its department said."""

    line: PermitLine
    opinion: Opinion

    @property
    def permit(self) -> Permit:
        return self.line.permit


def procedures_of(review: Review, today: datetime.date, also: Iterable[int] = ()) -> list[Reviewed]:
    """Open procedures of the review's projects whose departments were asked; with `also` those that were open when somebody
    saw the page. Three queries."""
    asked = {(one.project_id, one.department_id): one for one in review.opinions.select_related("department")}
    wanted = Q(pk__in=in_state(active_permits(today), "open").values("pk")) | Q(pk__in=list(also))
    permits = active_permits(today).filter(wanted, project__in={pair[0] for pair in asked})
    rows = permits.order_by("project", "permit_type__position", "pk")
    found = [(permit, asked.get((permit.project_id, permit.permit_type.department_id or 0))) for permit in rows]
    return [Reviewed(PermitLine(permit, permit_state(permit, today)), opinion) for permit, opinion in found if opinion]
