"""Needs of projects per guarantee: the problem ledger's entries of that category, counted."""

import datetime
from dataclasses import dataclass

from django.db.models import Count

from projects.problems.queries import LIST_STATES, active_problems, in_state


@dataclass(frozen=True)
class NeedCount:
    """How many entries stand in one of the ledger's states; `state` is what its list is filtered by, empty for all."""

    label: str
    state: str
    count: int


_LABELS = {
    "to_answer": "待答复",
    "to_verify": "已答复待核查",
    "closed": "已销号",
    "parked": "挂账",
    "overdue": "其中超期",
}


def needs_of(year: int, today: datetime.date) -> dict[str, list[NeedCount]]:
    """{category: raised in the year, and how they stand}; a category without any is missing. Six queries."""
    rows = active_problems(today).filter(raised_on__year=year, raised_on__lte=today).exclude(category="").order_by()

    def counts(state: str) -> dict[str, int]:
        return dict(in_state(rows, state).values_list("category").annotate(count=Count("pk")))

    raised = counts("")
    by_state = {state: counts(state) for state, _ in LIST_STATES if state in _LABELS}
    return {
        category: [
            NeedCount("提出", "", number),
            *(NeedCount(label, state, by_state[state].get(category, 0)) for state, label in _LABELS.items()),
        ]
        for category, number in raised.items()
    }
