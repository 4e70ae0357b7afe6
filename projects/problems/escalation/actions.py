import datetime
from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create, history_entry, record_many
from leaders.organisations.models import Unit
from projects.papers.queries import file_of
from projects.papers.rules import FileForm
from projects.periods.queries import holidays
from projects.problems.access import may_edit_ladder, verifies_problems
from projects.problems.escalation.letters import letter_bytes, letter_text
from projects.problems.escalation.queries import chased_unit, next_letter_number
from projects.problems.models import Escalation, EscalationRun, EscalationRung, Letter, Problem
from projects.problems.queries import responsible_units
from projects.problems.rules import LETTERS, WAITING_STATES, EscalationStep, steps_reached


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
    record_many(history_entry("escalate", one.problem, by=None, at=at, reason=_reason(one, today)) for one in fresh)
    run.found = len(fresh)
    run.save(update_fields=["found"])
    return run


def _reason(taken: Escalation, today: datetime.date) -> str:
    label = EscalationStep(taken.step).label
    return label if taken.reached_on == today else f"{label}（应在 {taken.reached_on}，停机后补记）"


@transaction.atomic
def issue_letter(
    unit: Unit, step: EscalationStep, *, by: User, at: datetime.datetime, shown: Collection[int] | None = None
) -> Letter:
    """提醒函 or 督办函 to the unit about all of its problems that stand at `step` and had none for their deadline:
    numbered, kept with its bytes, told in the course of each problem.

    `shown` are the problems in the letter that the person has read; None where nobody was shown one.

    Raises PermissionDenied, ValidationError when no problem waits for one (somebody else was quicker), when they are no
    longer those `shown`, or a 代字 or the unit of who issues it is missing.
    """
    if not verifies_problems(by):
        raise PermissionDenied
    # Numbers are given one after the other.
    rung = EscalationRung.objects.select_for_update().filter(step=step).first()
    chased = chased_unit(unit.pk, at.date())
    problems = chased.to_write(step) if chased else []
    if step not in LETTERS or not problems:
        raise ValidationError(f"{unit}现在没有要发{step.label}的问题，可能刚才已经印发过，请回到超期催办页看。")
    if shown is not None and set(shown) != {row.problem.pk for row in problems}:
        raise ValidationError(
            f"您看过之后，要写进{step.label}的问题有变化（有的已经反馈，或又有超期的）。请重新看一遍再印发。"
        )
    if rung is None or not rung.code or by.unit is None:
        missing = (
            "您的账号没有登记单位，函末没有落款，请系统管理员补上。"
            if rung and rung.code
            else "还没有发文代字，请重点办在催办阶梯里补上。"
        )
        raise ValidationError(missing)
    sender, dated_on = by.unit.name, at.date()
    text = letter_text(unit.name, step.label, problems, dated_on)
    letter = Letter(
        step=step, unit=unit, sender=sender, code=rung.code, year=dated_on.year, dated_on=dated_on, title=text.title,
        number=next_letter_number(rung.code, dated_on.year), text="\n".join(text.paragraphs), issuer=by, issued_at=at,
    )  # fmt: skip
    create(letter, by=by, at=at)
    content = letter_bytes(text, number=letter.number_text, sender=sender, dated_on=dated_on)
    file_of(FileForm.WORD, content, letter=letter).save()
    Escalation.objects.filter(pk__in=[row.taken.pk for row in problems]).update(letter=letter)
    record_many(history_entry("issue", row.problem, by=by, at=at, reason=str(letter)) for row in problems)
    return letter


@transaction.atomic
def change_rung(
    rung: EscalationRung, *, workdays: int, code: str = "", version: int | None, by: User, at: datetime.datetime
) -> EscalationRung:
    """Raises PermissionDenied, ValidationError, Conflict."""
    if not may_edit_ladder(by):
        raise PermissionDenied
    return change(rung, {"workdays": workdays, "code": code}, by=by, at=at, version=version)
