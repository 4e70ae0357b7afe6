"""The demo county many times over: every project of the key list with all that its page and its scores are made of."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from projects.models import (
    Membership,
    Milestone,
    MonthReport,
    Permit,
    Project,
    ProjectList,
    Responsibility,
    StatisticsEntry,
    YearPlan,
)
from tests.benchmarks.listed import KEY_LIST

BATCH = 2000
HANGING = (YearPlan, Responsibility, Milestone, MonthReport, Permit, StatisticsEntry)


@transaction.atomic
def multiply_county(times: int) -> int:
    """Add copies until the key list has `times` as many members; returns how many it has then."""
    key_list = ProjectList.objects.get(key=KEY_LIST)
    members = list(Membership.objects.filter(project_list=key_list).order_by("position"))
    projects = Project.objects.in_bulk([member.project_id for member in members])
    copies: dict[tuple[int, int], Project] = {}
    for turn in range(2, times + 1):
        for pk, project in projects.items():
            name = f"{project.name}{turn}号"
            copies[turn, pk] = _copy(
                project, name=name, name_key=f"{project.name_key}{turn}号", pinyin=f"{project.pinyin}{turn}h"
            )
    Project.objects.bulk_create(copies.values(), BATCH)
    _hang(
        Membership,
        (
            _copy(member, project=copies[turn, member.project_id], position=turn * 1000 + member.position)
            for turn in range(2, times + 1)
            for member in members
        ),
    )
    for model in HANGING:
        originals = list(model._default_manager.filter(project__in=projects))
        _hang(
            model,
            (_copy(row, project=copies[turn, row.project_id]) for turn in range(2, times + 1) for row in originals),
        )
    return len(members) * times


def _copy(record: Any, **changes: Any) -> Any:
    values = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    for name in changes:
        values.pop(f"{name}_id", None)
    return type(record)(**(values | {"id": None} | changes))


def _hang(model: Any, rows: Iterable[Any]) -> None:
    model._default_manager.bulk_create(rows, BATCH)
