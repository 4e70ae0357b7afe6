import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from leaders.accounts.models import User
from leaders.roster.models import Leader
from projects.problems.access import may_instruct
from projects.problems.actions import create_problem
from projects.problems.models import Problem
from projects.problems.rules import ProblemSource
from projects.registry.access import is_office
from projects.registry.models import Project


@transaction.atomic
def instruct(
    project: Project, leader: Leader, values: Mapping[str, Any], *, by: User, at: datetime.datetime
) -> Problem:
    """领导批示 as an entry of the ledger: text, raised_on, unit, due_on. Raises PermissionDenied, also for a leader's
    account that writes in another's name, ValidationError."""
    if not may_instruct(by) or not (is_office(by) or by.leader_id == leader.pk):
        raise PermissionDenied
    details = {**values, "source": ProblemSource.INSTRUCTION, "leader": leader}
    return create_problem(project, details, by=by, at=at)
