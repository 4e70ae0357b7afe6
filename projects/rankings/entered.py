"""What was entered by the month's closing, from history: what came later counts in later months."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from leaders.audit.models import Tracked
from leaders.audit.queries import changed_since
from leaders.audit.rules import Event, own_name, plain_value, replaced_by
from projects.milestones.models import Milestone
from projects.permits.models import Permit
from projects.problems.models import Problem
from projects.progress.models import StatisticsEntry
from projects.rankings.rows import EntryRow, MilestoneRow, PermitRow, ProblemRow, ProjectRow
from projects.registry.models import Project

# A due date is no matter of entering: approved moves tell the one in force, and a date corrected by the office holds for
# every month that is not published (decision 0011). So do its archiving and its verdicts on what was reported done.
_PUT_BACK: Mapping[type[Tracked], frozenset[str]] = {
    Milestone: frozenset({"name", "weight", "actual_on"}),
    Permit: frozenset({"state", "due_on", "obtained_on", "valid_until", "owed_until"}),
    Problem: frozenset({"closed_on"}),
    Project: frozenset({"actual_start_on", "actual_end_on"}),
    StatisticsEntry: frozenset({"entered_on"}),
}


class Entered:
    """Rows of some projects as they stood at `until`; with None, as they are. `project_ids` may be a query. One query."""

    def __init__(self, project_ids: Collection[int] | QuerySet[Any], until: datetime.datetime | None) -> None:
        self._later = changed_since(until, _PUT_BACK, "project", project_ids) if until else {}

    def milestones(self, rows: Iterable[MilestoneRow]) -> Iterator[MilestoneRow]:
        """Of `milestones_in_force`. One that was found untrue since is not done, though it was reported in time."""
        for row, events in self._known(Milestone, rows):
            # None stays None: not done, or not counted before somebody verifies it.
            done_on = None if _is_taken_back("actual_on", events) else row.actual_on
            is_other = row.counted_on is not None and row.counted_on != done_on
            yield row._replace(counted_on=done_on) if is_other else row

    def permits(self, rows: Iterable[PermitRow]) -> Iterator[PermitRow]:
        return (row for row, _ in self._known(Permit, rows))

    def problems(self, rows: Iterable[ProblemRow]) -> Iterator[ProblemRow]:
        """One that was opened again since is not closed, though it was closed in time."""
        for row, events in self._known(Problem, rows):
            yield row._replace(closed_on=None) if _is_taken_back("closed_on", events) else row

    def statistics(self, rows: Iterable[EntryRow]) -> Iterator[EntryRow]:
        return (row for row, _ in self._known(StatisticsEntry, rows))

    def projects(self, rows: Sequence[ProjectRow]) -> list[ProjectRow]:
        """Start and completion as they were known. One that was found untrue since did not happen; a project that is new
        since has nothing to be put back to."""
        known = {
            row.pk: row._replace(**{name: None for name in _PUT_BACK[Project] if _is_taken_back(name, events)})
            for row, events in self._known(Project, rows)
            if events
        }
        return [known.get(row.pk, row) for row in rows]

    def _known(self, model: type[Tracked], rows: Iterable[Any]) -> Iterator[tuple[Any, Sequence[Event]]]:
        kind = str(model._meta.model_name)
        for row in rows:
            events = self._later.get((kind, row.pk), ())
            replaced = replaced_by(events) if events else {}
            if replaced is None:
                continue
            names = _PUT_BACK[model] & replaced.keys()
            before = {name: plain_value(_field(model, name), replaced[name]) for name in names}
            yield (row._replace(**before) if before else row), events


def _field(model: type[Tracked], name: str) -> Any:
    return model._meta.get_field(name)


def _is_taken_back(name: str, events: Iterable[Event]) -> bool:
    return any(own_name(line) == name and line["new"] is None for line in _lines(events))


def _lines(events: Iterable[Event]) -> Iterator[Any]:
    return (line for event in events for line in event.lines)
