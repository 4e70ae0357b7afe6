import datetime

from django.utils import timezone

from leaders.organisations.models import Unit
from projects.problems.models import Problem
from projects.problems.queries import responsible_units
from projects.problems.rules import ProblemCategory
from projects.problems.statistics.rules import Entry, Line, lines


def counted(since: datetime.date, until: datetime.date, today: datetime.date) -> tuple[list[Line], list[Line]]:
    """By category, and by unit (the project's responsible one where none is named): problems raised in the span. Three
    queries."""
    rows = Problem.objects.filter(raised_on__gte=since, raised_on__lte=until, project__archived_at__isnull=True)
    problems = list(rows.order_by("pk"))
    held = responsible_units([one.project_id for one in problems if one.unit_id is None], today)
    units = dict(Unit.objects.values_list("pk", "name"))
    entries = [_entry(one, units.get(one.unit_id or held.get(one.project_id, 0), "未登记单位")) for one in problems]
    labels = dict(ProblemCategory.choices)
    order = [*ProblemCategory.values, ""]
    by_category = sorted(entries, key=lambda entry: order.index(entry.category))
    names = list(units.values())
    by_unit = sorted(entries, key=lambda entry: names.index(entry.unit) if entry.unit in names else len(names))
    return (
        lines(((str(labels.get(entry.category, "未分类")), entry) for entry in by_category), today),
        lines(((entry.unit, entry) for entry in by_unit), today),
    )


def _entry(problem: Problem, unit: str) -> Entry:
    answered = timezone.localdate(problem.answered_at) if problem.answered_at else None
    return Entry(
        problem.project_id,
        problem.category,
        unit,
        problem.state,
        problem.raised_on,
        problem.due_on,
        answered,
        problem.closed_on,
        problem.parked_on,
    )
