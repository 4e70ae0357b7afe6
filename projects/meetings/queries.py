import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Prefetch, Q, QuerySet

from leaders.audit.models import HistoryEntry
from projects.inspections.queries import UnseenProject, targets, unseen_projects
from projects.meetings.minutes.models import Minutes
from projects.meetings.models import AgendaItem, Decision, Meeting
from projects.meetings.rules import AgendaKind, Found
from projects.periods.queries import figures_month
from projects.problems.models import Problem
from projects.problems.queries import deadline_words, overdue_problems, tone_of, units_before_hand_over
from projects.problems.rules import OPEN_STATES, ProblemSource
from projects.rankings.queries import light_thresholds
from projects.registry.models import Project, ProjectQuerySet
from projects.registry.queries import answered_by, members_of
from projects.registry.rules import ResponsibilityRole
from projects.status.queries import lights_of
from projects.status.rules import Colour, Light

HISTORY_LINES = 100
# Of the projects unseen, so many are named; the page of visits lists them all.
UNSEEN_NAMED = 15


def listed_meetings(*, archived: bool = False) -> QuerySet[Meeting]:
    """For the list page, with `items_count`, `decisions_count` and `open_count` (decisions that are not closed)."""
    is_open = Q(items__decisions__problem__state__in=OPEN_STATES)
    rows = Meeting.objects.filter(archived_at__isnull=not archived).select_related("leader", "group", "project_list")
    return rows.prefetch_related(Prefetch("minutes", Minutes.objects.defer("text"))).annotate(
        items_count=Count("items", filter=Q(items__dropped_reason=""), distinct=True),
        decisions_count=Count("items__decisions", distinct=True),
        open_count=Count("items__decisions", filter=is_open, distinct=True),
    )


def meetings_to_chair(leader_id: int) -> QuerySet[Meeting]:
    """Called and not held yet."""
    waiting = Meeting.objects.active().filter(leader=leader_id, held_at__isnull=True)
    return waiting.select_related("group", "project_list").order_by("held_on", "pk")


def scope_projects(meeting: Meeting, on: datetime.date) -> ProjectQuerySet:
    """The active projects of the meeting's group or list on the day."""
    projects = Project.objects.active()
    if meeting.group_id is not None:
        return projects.filter(pk__in=answered_by(ResponsibilityRole.GROUP, "group", meeting.group_id, on))
    return projects.filter(pk__in=members_of(meeting.project_list_id or 0).values("project"))


def agenda_found(meeting: Meeting, today: datetime.date) -> list[Found]:
    """What the facts of the day put on the agenda: red lights, overdue problems, and in one item the projects that
    nobody visited. Constant in queries."""
    projects = list(scope_projects(meeting, today).order_by("pk"))
    ids = [project.pk for project in projects]
    month = figures_month(today)
    lights = lights_of(ids, today, light_thresholds(month), month=month)
    found = [
        Found(AgendaKind.RED, f"{project.name}：{_red_words(lights[project.pk].parts)}", project.pk)
        for project in projects
        if lights[project.pk].whole.colour == Colour.RED
    ]
    for problem in overdue_problems(today).filter(project__in=ids):
        unit = problem.unit.name if problem.unit else "项目责任单位"
        text = f"{problem.project.name}：{problem.text.strip()}（{unit}，{deadline_words(problem, today)}）"
        found.append(Found(AgendaKind.OVERDUE, text, problem.project_id, problem.pk))
    if unseen := unseen_projects(Project.objects.filter(pk__in=ids), today):
        found.append(Found(AgendaKind.UNSEEN, _unseen_words(unseen)))
    return found


def _red_words(parts: tuple[Light, ...]) -> str:
    return "；".join(f"{part.name}红灯，{part.numbers or part.rule}" for part in parts if part.colour == Colour.RED)


def _unseen_words(unseen: Sequence[UnseenProject]) -> str:
    names = "、".join(f"{one.project.name}（{_days_words(one.days)}）" for one in unseen[:UNSEEN_NAMED])
    more = f"等 {len(unseen)} 个" if len(unseen) > UNSEEN_NAMED else ""
    return f"有 {len(unseen)} 个项目超过 {targets().unseen_days} 天没有人到现场：{names}{more}"


def _days_words(days: int | None) -> str:
    return "从未" if days is None else f"{days} 天"


# ---- one meeting --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DecisionLine:
    """A decision and what became of it; `words` and `tone` as the ledger shows them. `decided` are the units as the meeting
    charged them, `units` those of now."""

    problem: Problem
    words: str
    tone: str
    units: str
    decided: str


@dataclass(frozen=True)
class AgendaLine:
    item: AgendaItem
    number: int
    decisions: list[DecisionLine]


@dataclass(frozen=True)
class MeetingPage:
    meeting: Meeting
    lines: list[AgendaLine]
    dropped: list[AgendaItem]
    previous: Meeting | None
    previous_decisions: list[DecisionLine]

    @property
    def decisions(self) -> list[DecisionLine]:
        return [decision for line in self.lines for decision in line.decisions]


def meeting_page(meeting: Meeting, today: datetime.date) -> MeetingPage:
    """The agenda with what was decided, and what became of the decisions of the meeting before. Constant in queries."""
    decided: dict[int, list[DecisionLine]] = {}
    previous = previous_meeting(meeting)
    decisions = list(_decisions([meeting] + ([previous] if previous else [])))
    lines = _decision_lines([decision.problem for decision in decisions], today)
    for decision, line in zip(decisions, lines, strict=True):
        key = decision.item_id if decision.item.meeting_id == meeting.pk else 0
        decided.setdefault(key, []).append(line)
    items = list(meeting.items.select_related("project", "problem").order_by("position", "pk"))
    kept = [item for item in items if not item.dropped_reason]
    return MeetingPage(
        meeting,
        [AgendaLine(item, number, decided.get(item.pk, [])) for number, item in enumerate(kept, start=1)],
        [item for item in items if item.dropped_reason],
        previous,
        decided.get(0, []),
    )


def _decisions(meetings: list[Meeting]) -> QuerySet[Decision]:
    rows = Decision.objects.filter(item__meeting__in=meetings)
    rows = rows.select_related("item", "problem__project", "problem__unit").prefetch_related("problem__parts__unit")
    return rows.order_by("item__position", "pk")


def _decision_lines(problems: Iterable[Problem], today: datetime.date) -> list[DecisionLine]:
    problems = list(problems)
    before = units_before_hand_over([problem.pk for problem in problems])
    found = []
    for problem in problems:
        lead = problem.unit.name if problem.unit else None
        decided = _units_words(problem, before.get(problem.pk, lead))
        words = deadline_words(problem, today)
        found.append(DecisionLine(problem, words, tone_of(problem, today), _units_words(problem, lead), decided))
    return found


def _units_words(problem: Problem, lead: str | None) -> str:
    first = lead or "项目责任单位"
    parts = "、".join(part.unit.name for part in problem.parts.all())
    return f"{first}牵头，{parts}配合" if parts else first


def item_decisions(item: AgendaItem, today: datetime.date) -> list[DecisionLine]:
    rows = Problem.objects.filter(decision__item=item).select_related("project", "unit").prefetch_related("parts__unit")
    return _decision_lines(rows.order_by("pk"), today)


def previous_meeting(meeting: Meeting) -> Meeting | None:
    """The last one held before it about the same group or list."""
    same = Meeting.objects.active().filter(group=meeting.group_id, project_list=meeting.project_list_id)
    held = same.filter(held_at__isnull=False).exclude(pk=meeting.pk)
    return held.filter(held_on__lte=meeting.held_on).order_by("-held_on", "-pk").first()


def meeting_history(meeting: Meeting) -> list[HistoryEntry]:
    rows = HistoryEntry.objects.filter(subject_type="meeting", subject_id=meeting.pk)
    return list(rows.order_by("-at", "-pk")[:HISTORY_LINES])


def open_decisions(projects: QuerySet[Project]) -> QuerySet[Problem]:
    """What meetings decided and leaders instructed about these projects and is not closed, the nearest deadline
    first."""
    rows = Problem.objects.filter(project__in=projects, state__in=OPEN_STATES).select_related(
        "project", "unit", "leader"
    )
    rows = rows.filter(source__in=[ProblemSource.MEETING, ProblemSource.INSTRUCTION])
    return rows.order_by(F("due_on").asc(nulls_last=True), "pk")
