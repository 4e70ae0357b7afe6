import datetime
from typing import Any

from django.db.models import F, QuerySet

from leaders.accounts.models import User
from projects.problems.models import Problem
from projects.problems.queries import active_problems, default_due_on, responsible_unit_id
from projects.problems.rules import ProblemSource
from projects.registry.models import Project
from projects.registry.queries import holders_of
from projects.registry.rules import ResponsibilityRole


def instructions_of(leader_id: int) -> QuerySet[Problem]:
    """What the leader instructed, open ones first: state and answer are the ledger's own."""
    open_first = F("closed_on").asc(nulls_first=True)
    return active_problems().filter(leader=leader_id).order_by(open_first, F("due_on").asc(nulls_last=True), "-pk")


def new_instruction_defaults(user: User, project: Project, today: datetime.date) -> dict[str, Any]:
    """What the form proposes: today, the project's unit and leader, a deadline in working days. Three queries."""
    leaders = holders_of(project, ResponsibilityRole.LEADER, today)
    return {
        "raised_on": today,
        "due_on": default_due_on(today),
        "unit": responsible_unit_id(project, today),
        "leader": user.leader_id or (leaders[0].id if leaders else None),
        "source": ProblemSource.INSTRUCTION,
    }
