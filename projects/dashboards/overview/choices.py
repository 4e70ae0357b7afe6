"""What the filters of the list of projects offer, and what else the page must know before it can ask for rows."""

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from leaders.groups.models import WorkingGroup
from leaders.organisations.models import Township, Unit
from leaders.roster.models import Leader
from projects.registry.models import ProjectList, Sector
from projects.registry.plans.queries import approved_steps
from projects.registry.rules import WORKED_LISTS, ListKind

ALL_PROJECTS = "all"
ARCHIVED = "archived"


@dataclass(frozen=True)
class Choices:
    """(id, text) for each filter; which lists are of which year, whose members report, which list the page opens with; the
    last day from which a step of any plan holds."""

    lists: list[tuple[int, str]]
    sectors: list[tuple[int, str]]
    units: list[tuple[int, str]]
    leaders: list[tuple[int, str]]
    groups: list[tuple[int, str]]
    townships: list[tuple[int, str]]
    years: Mapping[int, int]
    worked_lists: Collection[int]
    newest_key_list: int | None
    last_plan_step: datetime.date | None


def filter_choices() -> Choices:
    """One query for all seven tables: seven of them would be half of what the page may ask."""
    sql, parameters = _choices_sql()
    found: dict[str, list[tuple[Any, ...]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        for part, *values in cursor.fetchall():
            found.setdefault(part, []).append(tuple(values))
    lists = sorted(found.get("lists", []), key=lambda row: (-row[2], row[0]))
    key_lists = [row[0] for row in lists if row[3] == ListKind.COUNTY_KEY]
    return Choices(
        lists=[(pk, name) for pk, name, *_ in lists],
        years={pk: year for pk, _, year, _ in lists},
        worked_lists=[row[0] for row in lists if row[3] in WORKED_LISTS],
        newest_key_list=key_lists[0] if key_lists else None,
        last_plan_step=max((datetime.date.fromisoformat(day) for _, day, *_ in found.get("steps", [])), default=None),
        units=_texts(found, "units", key=lambda row: (row[3], row[1])),
        **{
            part: _texts(found, part, key=lambda row: (row[2], row[1]))
            for part in ("sectors", "leaders", "groups", "townships")
        },
    )


@cache
def _choices_sql() -> tuple[str, Any]:
    """The query is the same for every request, and takes longer to compile than to run."""
    empty, nothing = Value("", CharField()), Value(0, IntegerField())
    parts: list[tuple[str, QuerySet[Any], Any, Any]] = [
        ("lists", ProjectList.objects.active(), F("year"), F("kind")),
        ("sectors", Sector.objects.all(), F("pk"), empty),
        ("units", Unit.objects.active(), nothing, F("kind")),
        ("leaders", Leader.objects.active(), F("position"), F("post")),
        ("groups", WorkingGroup.objects.active(), F("pk"), empty),
        ("townships", Township.objects.all(), F("pk"), empty),
    ]
    named = [
        queryset.annotate(part=Value(part, CharField()), value=F("pk"), text=F("name"), sort=sort, extra=extra)
        for part, queryset, sort, extra in parts
    ]
    day = Cast("from_on", CharField())
    steps = approved_steps().annotate(
        part=Value("steps", CharField()), value=nothing, text=day, sort=nothing, extra=empty
    )
    first, *others = (
        queryset.order_by().values_list("part", "value", "text", "sort", "extra")
        for queryset in (*named, steps.distinct())
    )
    return first.union(*others, all=True).query.sql_with_params()


def _texts(
    found: Mapping[str, list[tuple[Any, ...]]], part: str, *, key: Callable[[tuple[Any, ...]], Any]
) -> list[tuple[int, str]]:
    return [(pk, name) for pk, name, *_ in sorted(found.get(part, []), key=key)]


def list_asked(text: str, choices: Choices) -> int | None:
    """The list in the address; the newest 县重点项目清单 when it names none, no list for all projects."""
    if text in {ALL_PROJECTS, ARCHIVED}:
        return None
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if is_number and int(text) in choices.years else choices.newest_key_list
