import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, history_entry, record_many
from projects.periods.queries import holidays
from projects.problems.access import may_edit_ladder
from projects.problems.models import Escalation, EscalationRun, EscalationRung, Problem
from projects.problems.queries import responsible_units
from projects.problems.rules import WAITING_STATES, EscalationStep, steps_reached


@transaction.atomic
def escalate(*, at: datetime.datetime) -> EscalationRun:
    """One run of the ladder over everything that waits for its unit past its deadline.

    Steps that fell due while nothing ran are caught up, each with the day on which it was due; what was taken before for
    the same deadline is never taken again. The run is recorded even when it finds nothing.
    """
    ladder = dict(EscalationRung.objects.select_for_update().order_by("pk").values_list("step", "workdays"))
    today = at.date()
    run = EscalationRun.objects.create(at=at, judged_on=today)
    problems = list(
        Problem.objects.filter(state__in=WAITING_STATES, due_on__lt=today, project__archived_at__isnull=True)
        .select_related("project", "unit")
        .order_by("pk")
    )
    known = set(Escalation.objects.filter(problem__in=problems).values_list("problem", "due_on", "step"))
    units = responsible_units([problem.project_id for problem in problems if problem.unit_id is None], today)
    table, fresh = holidays(), []
    for problem in problems:
        if problem.due_on is None:
            continue
        for step, day in steps_reached(problem.due_on, today, ladder, table).items():
            if (problem.pk, problem.due_on, step) not in known:
                unit_id = problem.unit_id or units.get(problem.project_id)
                made = Escalation(
                    run=run, problem=problem, step=step, due_on=problem.due_on, reached_on=day, unit_id=unit_id
                )
                fresh.append(made)
    Escalation.objects.bulk_create(fresh, batch_size=500)
    record_many(
        history_entry("escalate", one.problem, by=None, at=at, reason=EscalationStep(one.step).label) for one in fresh
    )
    run.found = len(fresh)
    run.save(update_fields=["found"])
    return run


@transaction.atomic
def change_rung(
    rung: EscalationRung, *, workdays: int, version: int | None, by: User, at: datetime.datetime
) -> EscalationRung:
    """Raises PermissionDenied, ValidationError, Conflict."""
    if not may_edit_ladder(by):
        raise PermissionDenied
    return change(rung, {"workdays": workdays}, by=by, at=at, version=version)
