"""What of milestones and permits was entered by the month's closing, from history: what came later counts in later months."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from leaders.audit.models import Tracked
from leaders.audit.queries import changed_since
from leaders.audit.rules import Event, own_name, plain_value, replaced_by
from projects.milestones.models import Milestone
from projects.permits.models import Permit

# A due date is no matter of entering: approved moves tell the one in force, and a date corrected by the office holds for
# every month that is not published (decision 0011). So do its archiving and its verdicts on what was reported done.
_PUT_BACK: Mapping[type[Tracked], frozenset[str]] = {
    Milestone: frozenset({"name", "weight", "actual_on"}),
    Permit: frozenset({"state", "due_on", "obtained_on", "valid_until", "owed_until"}),
}


class Entered:
    """Records of some projects as they stood at `until`; with None, as they are. One query."""

    def __init__(self, project_ids: Collection[int], until: datetime.datetime | None) -> None:
        self._later = changed_since(until, _PUT_BACK, "project", project_ids) if until else {}

    def milestones(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Of `milestones_in_force`. One that was found untrue since is not done, though it was reported in time."""
        for row, events in self._known(Milestone, rows):
            is_taken_back = any(own_name(line) == "actual_on" and line["new"] is None for line in _lines(events))
            # None stays None: not done, or not counted before somebody verifies it.
            if row.counted_on is not None:
                row.counted_on = None if is_taken_back else row.actual_on
            yield row

    def permits(self, rows: Iterable[Permit]) -> Iterator[Permit]:
        return (row for row, _ in self._known(Permit, rows))

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


def _lines(events: Iterable[Event]) -> Iterator[Any]:
    return (line for event in events for line in event.lines)
