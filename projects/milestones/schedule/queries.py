import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projects.milestones.models import Milestone
from projects.milestones.queries import active_milestones, parameters, state_words, tone_of
from projects.milestones.rules import MilestoneState, milestone_state
from projects.milestones.schedule.rules import DESK, HEAD, PHONE, Axis, Frame, Tick, axis_for, weeks_of
from projects.registry.models import Project, ProjectQuerySet
from projects.registry.queries import answered_by, members_of
from projects.registry.rules import ResponsibilityRole
from yichuan_tracker.months import first_day, last_day

A_DAY = 8


def scoped(projects: ProjectQuerySet, scope: Mapping[str, Any], on: datetime.date) -> ProjectQuerySet:
    """Those of one list, leader, group or unit on the day, or one project: as many of them as `scope` names."""
    roles = {
        "leader": ResponsibilityRole.LEADER,
        "group": ResponsibilityRole.GROUP,
        "unit": ResponsibilityRole.LEAD_UNIT,
    }
    for name, role in roles.items():
        if holder := scope.get(name):
            projects = projects.filter(pk__in=answered_by(role, name, holder.pk, on))
    if project_list := scope.get("list"):
        projects = projects.filter(pk__in=members_of(project_list.pk).values("project"))
    if project := scope.get("project"):
        projects = projects.filter(pk=project.pk)
    return projects


@dataclass(frozen=True)
class DayCell:
    day: datetime.date
    is_of_month: bool
    is_today: bool
    milestones: list[tuple[Milestone, str, str]]
    more: int = 0


def month_calendar(
    projects: ProjectQuerySet, month: datetime.date, today: datetime.date
) -> tuple[list[list[DayCell]], int]:
    """The month's weeks with the milestones that fall due on each of its days, (milestone, words, tone), the first few of
    many; and how many fall due in all. Two queries."""
    soon_days = parameters().soon_days
    weeks = weeks_of(month)
    due = active_milestones(today).filter(project__in=projects, due_on__range=(month, last_day(month)))
    by_day: dict[datetime.date, list[tuple[Milestone, str, str]]] = defaultdict(list)
    for row in due.order_by("due_on", "project", "pk"):
        by_day[row.due_on].append((row, state_words(row, today), tone_of(row, today, soon_days)))
    cells = [
        [
            DayCell(
                day,
                first_day(day) == month,
                day == today,
                by_day[day][:A_DAY],
                max(0, len(by_day[day]) - A_DAY),
            )
            for day in week
        ]
        for week in weeks
    ]
    return cells, sum(map(len, by_day.values()))


def nearest_due_month(projects: ProjectQuerySet, month: datetime.date, today: datetime.date) -> datetime.date | None:
    """The next month in which something of the projects falls due, else the last before; None when nothing does. Two queries."""
    due = active_milestones(today).filter(project__in=projects)
    later = due.filter(due_on__gt=last_day(month)).order_by("due_on").first()
    found = later or due.filter(due_on__lt=month).order_by("-due_on").first()
    return first_day(found.due_on) if found else None


@dataclass(frozen=True)
class Mark:
    """A milestone on the drawing: `shape` tells its state without colour (done, late_done, overdue, not_due)."""

    x: int
    y: int
    shape: str
    words: str
    points: str


@dataclass(frozen=True)
class Bar:
    x: int
    width: int


@dataclass(frozen=True)
class Line:
    """A project: its planned and actual time, and its milestones as marks and as rows of the table."""

    project: Project
    label: str
    text_y: int
    middle: int
    planned: Bar | None
    actual: Bar | None
    marks: list[Mark]
    rows: list[tuple[Milestone, str, str]]


@dataclass(frozen=True)
class Timeline:
    frame: Frame
    height: int
    today_x: int
    ticks: list[Tick]
    lines: list[Line]


def timelines_of(projects: Iterable[Project], today: datetime.date) -> list[Timeline]:
    """The projects of one page, drawn for a desk and for a phone. Two queries."""
    shown = list(projects)
    soon_days = parameters().soon_days
    rows: dict[int, list[tuple[Milestone, str, str]]] = defaultdict(list)
    for row in active_milestones(today).filter(project__in=[one.pk for one in shown]).order_by("due_on", "pk"):
        rows[row.project_id].append((row, state_words(row, today), tone_of(row, today, soon_days)))
    return [_drawn(shown, rows, today, frame) for frame in (DESK, PHONE)]


def _drawn(
    projects: Sequence[Project],
    rows: Mapping[int, list[tuple[Milestone, str, str]]],
    today: datetime.date,
    frame: Frame,
) -> Timeline:
    dates = ("planned_start_on", "planned_end_on", "actual_start_on", "actual_end_on")
    days = [day for project in projects for name in dates if (day := getattr(project, name))]
    days += [row.due_on for told in rows.values() for row, _, _ in told]
    axis = axis_for(days, today, frame)
    lines = []
    for number, project in enumerate(projects):
        top, started, own = HEAD + number * frame.row, project.actual_start_on, rows.get(project.pk, [])
        name, most = project.name, frame.most_letters
        lines.append(
            Line(
                project=project,
                label=name if len(name) <= most else f"{name[: most - 1]}…",
                text_y=top + frame.text,
                middle=top + frame.middle,
                planned=_bar(axis, project.planned_start_on, project.planned_end_on),
                actual=_bar(axis, started, project.actual_end_on or today if started else None),
                marks=[_mark(axis, row, top + frame.middle, today) for row, _, _ in own],
                rows=own,
            )
        )
    return Timeline(frame, HEAD + len(projects) * frame.row + 6, axis.x(today), axis.ticks(), lines)


def _bar(axis: Axis, start: datetime.date | None, end: datetime.date | None) -> Bar | None:
    if start is None or end is None or end < start:
        return None
    return Bar(axis.x(start), max(2, axis.x(end) - axis.x(start)))


def _mark(axis: Axis, row: Milestone, y: int, today: datetime.date) -> Mark:
    state = milestone_state(row.due_on, row.actual_on, today)
    done = state in {MilestoneState.ON_TIME, MilestoneState.LATE_DONE}
    x = axis.x(row.actual_on if done and row.actual_on else row.due_on)
    corners = [(x, y - 6), (x + 6, y + 5), (x - 6, y + 5)] if state == MilestoneState.OVERDUE else []
    points = " ".join(f"{left},{top}" for left, top in corners)
    return Mark(x, y, state.value, f"{row.name} {row.due_on}，{state_words(row, today)}", points)
