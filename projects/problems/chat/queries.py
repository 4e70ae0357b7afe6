import datetime
from typing import Any

from leaders.accounts.models import User
from leaders.organisations.models import Unit, UnitAlias
from projects.periods.queries import holidays
from projects.problems.chat.rules import category_meant, due_meant, is_sure, projects_meant, unit_meant, without_stamps
from projects.problems.models import CategoryWords
from projects.problems.queries import default_due_on, responsible_unit_id
from projects.problems.rules import ProblemSource
from projects.registry.access import visible_projects


def draft_of(text: str, user: User, today: datetime.date) -> dict[str, Any]:
    """What the form of a new problem proposes for a pasted chat text. `candidates` are projects that it may mean; one is
    chosen only when it is named more fully than all others. At most eight queries."""
    names = dict(visible_projects(user).active().values_list("pk", "name"))
    found = projects_meant(text, names)
    project = names and found and is_sure(text, names, found)
    chosen = found[0] if project else None
    return {
        "original": text,
        "text": without_stamps(text),
        "project": chosen,
        "unit": unit_meant(text, _unit_names()) or (_unit_of(chosen, user, today) if chosen else None),
        "category": category_meant(text, dict(CategoryWords.objects.values_list("category", "words"))),
        "due_on": due_meant(text, today, holidays()) or default_due_on(today),
        "source": ProblemSource.CHAT,
        "raised_on": today,
        "candidates": [names[pk] for pk in found],
    }


def _unit_of(project_id: int, user: User, today: datetime.date) -> int | None:
    return responsible_unit_id(visible_projects(user).get(pk=project_id), today)


def _unit_names() -> list[tuple[str, int]]:
    units = Unit.objects.active()
    found = [(name, pk) for pk, *names in units.values_list("pk", "name", "short_name") for name in names if name]
    return found + list(UnitAlias.objects.filter(unit__in=units).values_list("name", "unit"))
