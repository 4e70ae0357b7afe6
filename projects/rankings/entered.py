"""What was entered by the month's closing, from history: what came later counts in later months."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from leaders.audit.models import Tracked
from leaders.audit.queries import changed_since
from leaders.audit.rules import Event, own_name, plain_value, replaced_by
from projects.milestones.models import Milestone
from projects.permits.models import Permit
from projects.problems.models import Problem
from projects.progress.models import StatisticsEntry
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
    """Records of some projects as they stood at `until`; with None, as they are. One query."""

    def __init__(self, project_ids: Collection[int], until: datetime.datetime | None) -> None:
        self._later = changed_since(until, _PUT_BACK, "project", project_ids) if until else {}

    def milestones(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Of `milestones_in_force`. One that was found untrue since is not done, though it was reported in time."""
        for row, events in self._known(Milestone, rows):
            # None stays None: not done, or not counted before somebody verifies it.
            if row.counted_on is not None:
                row.counted_on = None if _is_taken_back("actual_on", events) else row.actual_on
            yield row

    def permits(self, rows: Iterable[Permit]) -> Iterator[Permit]:
        return (row for row, _ in self._known(Permit, rows))

    def problems(self, rows: Iterable[Any]) -> Iterator[Any]:
        """One that was opened again since is not closed, though it was closed in time."""
        for row, events in self._known(Problem, rows):
            if _is_taken_back("closed_on", events):
                row.closed_on = None
            yield row

    def statistics(self, rows: Iterable[StatisticsEntry]) -> Iterator[StatisticsEntry]:
        return (row for row, _ in self._known(StatisticsEntry, rows))

    def put_back(self, projects: Iterable[Project]) -> None:
        """Start and completion as they were known. One that was found untrue since did not happen; a project that is new
        since has nothing to be put back to."""
        for row, events in self._known(Project, projects):
            for name in _PUT_BACK[Project]:
                if _is_taken_back(name, events):
                    setattr(row, name, None)

    def _known(self, model: type[Tracked], rows: Iterable[Any]) -> Iterator[tuple[Any, list[Event]]]:
        for row in rows:
            events = self._later.get((str(model._meta.model_name), row.pk), [])
            replaced = replaced_by(events)
            if replaced is None:
                continue
            for name in _PUT_BACK[model] & replaced.keys():
                field: Any = model._meta.get_field(name)
                setattr(row, name, plain_value(field, replaced[name]))
            yield row, events


def _is_taken_back(name: str, events: Iterable[Event]) -> bool:
    return any(own_name(line) == name and line["new"] is None for line in _lines(events))


def _lines(events: Iterable[Event]) -> Iterator[Any]:
    return (line for event in events for line in event.lines)
