"""What is counted about the ledger: problems, never people."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from projects.problems.rules import ProblemState, is_at_once, is_closed, is_closed_on_time, is_overdue

TOTAL = "合计"


@dataclass(frozen=True)
class Entry:
    """A problem as statistics see it. `answered_on` is the day of its last answer."""

    project_id: int
    category: str
    unit: str
    state: str
    raised_on: datetime.date
    due_on: datetime.date | None
    answered_on: datetime.date | None
    closed_on: datetime.date | None
    parked_on: datetime.date | None


@dataclass
class Line:
    """Counts of the problems raised in a span, as they stand on the day of counting."""

    name: str
    raised: int = 0
    closed: int = 0
    on_time: int = 0
    overdue: int = 0
    parked: int = 0
    at_once: int = 0
    repeats: int = 0
    days: list[int] = field(default_factory=list)

    @property
    def open(self) -> int:
        return self.raised - self.closed - self.parked

    @property
    def mean_days(self) -> Fraction | None:
        """Calendar days from raising to closing, on the mean; None when none is closed."""
        return Fraction(sum(self.days), len(self.days)) if self.days else None


def lines(entries: Iterable[tuple[str, Entry]], as_of: datetime.date) -> list[Line]:
    """One line per name, in the order in which the names come; then the sum of all, named 合计."""
    rows = list(entries)
    seen: Counter[tuple[int, str]] = Counter()
    found: dict[str, Line] = {}
    total = Line(TOTAL)
    for name, entry in sorted(rows, key=lambda row: row[1].raised_on):
        # 同一项目同类问题再次发生; problems without a category say nothing about that.
        key = entry.project_id, entry.category
        is_repeat = bool(entry.category) and seen[key] > 0
        seen[key] += 1
        for line in (found.setdefault(name, Line(name)), total):
            _count(line, entry, as_of, is_repeat=is_repeat)
    order = list(dict.fromkeys(name for name, _ in rows))
    return [*(found[name] for name in order), total]


def _count(line: Line, entry: Entry, as_of: datetime.date, *, is_repeat: bool) -> None:
    line.raised += 1
    line.repeats += is_repeat
    line.at_once += is_at_once(entry.raised_on, entry.answered_on)
    line.parked += entry.state == ProblemState.PARKED
    line.overdue += is_overdue(entry.due_on, entry.closed_on, as_of, entry.parked_on)
    if is_closed(entry.closed_on, as_of) and entry.closed_on is not None:
        line.closed += 1
        line.on_time += entry.due_on is None or is_closed_on_time(entry.due_on, entry.closed_on, as_of)
        line.days.append((entry.closed_on - entry.raised_on).days)
