import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from projects.guarantees.queries import lead_unit
from projects.problems.access import may_raise_need
from projects.problems.actions import create_problem
from projects.problems.models import Problem
from projects.problems.rules import ProblemSource
from projects.registry.models import Project


@transaction.atomic
def raise_need(project: Project, values: Mapping[str, Any], *, by: User, at: datetime.datetime) -> Problem:
    """What a project needs of a guarantee (text, category, due_on), as an entry of the ledger. Without a unit it goes to
    the one that leads the guarantee this year. Raises PermissionDenied, ValidationError (nobody leads it)."""
    if not may_raise_need(by, project, today=at.date()):
        raise PermissionDenied
    unit = values.get("unit") or lead_unit(values["category"], at.year)
    if unit is None:
        raise ValidationError({"unit": "这项保障今年还没有定牵头单位，请选一个单位。"})
    return create_problem(project, {**values, "unit": unit, "source": ProblemSource.NEED}, by=by, at=at)
