import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from leaders.accounts.models import User
from projects.periods.queries import holidays
from projects.rankings.access import may_see_own_lines, may_see_run
from projects.rankings.models import FrozenScore, Objection, RankingRow, RankingRun, RunState, Verdict
from projects.rankings.queries import as_frozen
from projects.rankings.scoring.frozen import from_json, to_json
from projects.rankings.scoring.scheme import Scheme
from projects.registry.access import is_office
from projects.registry.models import Responsibility
from projects.registry.rules import ResponsibilityRole
from yichuan_tracker.months import last_day
from yichuan_tracker.workdays import add_workdays


def own_projects(user: User, run: RankingRun) -> set[int]:
    """The projects whose 责任（牵头）单位 at the end of the run's month is the person's own. One query."""
    held = Responsibility.objects.in_force(last_day(run.month))
    own = held.filter(role=ResponsibilityRole.LEAD_UNIT, unit=user.unit_id or 0)
    return set(own.values_list("project", flat=True))


def is_own_line(user: User, run: RankingRun, subject_type: str, subject_id: int) -> bool:
    """Whether the row is one that the person's unit may read before the release, and comment on."""
    if not may_see_own_lines(user, run):
        return False
    if subject_type == "unit":
        return subject_id == user.unit_id
    return subject_type == "project" and subject_id in own_projects(user, run)


@dataclass(frozen=True)
class OwnLine:
    """A row that the unit may comment on: its own on a board (`project_id` None), or a project's."""

    name: str
    project_id: int | None
    score: Any
    row: RankingRow | None = None


def own_lines(user: User, run: RankingRun) -> list[OwnLine]:
    """The unit's rows first, then its projects by name. Three queries."""
    rows = run.rows.filter(subject_type="unit", subject_id=user.unit_id or 0).select_related("board")
    lines = [OwnLine(f"{row.subject_name}（{as_frozen(row.board, run.frozen)}）", None, row.score, row) for row in rows]
    scores = FrozenScore.objects.filter(run=run, project__in=own_projects(user, run)).order_by("project__name")
    # The whole detail: a database that picks the score out of it makes 96.0 of "96.00".
    found = scores.values_list("project", "project__name", "detail")
    return lines + [OwnLine(name, pk, detail.get("score")) for pk, name, detail in found]


def objections_visible_to(user: User, run: RankingRun) -> QuerySet[Objection]:
    """All of the run's to the office and, once released, to everyone; before that a unit's own to the unit."""
    raised = run.objections.select_related("unit", "project", "author", "answerer")
    if may_see_run(user, run):
        return raised
    return raised.filter(unit=user.unit_id) if may_see_own_lines(user, run) else raised.none()


def all_objections(user: User) -> QuerySet[Objection]:
    """For finding one by its number: the office's all, a reporter's unit's, and those of released months."""
    raised = Objection.objects.select_related("run", "unit", "project", "author", "answerer")
    if is_office(user):
        return raised
    released = raised.filter(run__state=RunState.RELEASED)
    return released | raised.filter(unit=user.unit_id) if user.unit_id else released


def last_day_for(run: RankingRun, today: datetime.date) -> datetime.date:
    """Until when units may comment if the window opens today: the scheme's 工作日 from now on."""
    days = from_json(Scheme, run.frozen["scheme"]).objection_days
    return add_workdays(today, days, holidays())


def objections_to_freeze(run: RankingRun) -> list[dict[str, Any]]:
    raised = run.objections.exclude(verdict=Verdict.WITHDRAWN).select_related("unit", "project", "author", "answerer")
    return [
        {
            "id": one.pk,
            "unit": one.unit.name,
            "subject": one.subject,
            "text": one.text,
            "author": str(one.author),
            "raised_on": to_json(one.raised_at.date()),
            "verdict": one.verdict,
            "answer": one.answer,
            "answerer": str(one.answerer),
        }
        for one in raised.order_by("pk")
    ]


# ---- what waits for whom ----------------------------------------------------------------------------------------


def objections_to_answer() -> QuerySet[Objection]:
    return Objection.objects.filter(verdict=Verdict.PENDING).select_related("run", "unit", "project").order_by("pk")


def runs_to_comment_on(user: User, today: datetime.date) -> QuerySet[RankingRun]:
    """Trials that ask the person's unit for comments today."""
    runs = RankingRun.objects.filter(state=RunState.TRIAL, objections_until__gte=today).order_by("-month")
    return runs if user.unit_id else runs.none()
