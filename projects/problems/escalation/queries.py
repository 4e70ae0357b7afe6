"""Who has to be chased today, and by what."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, F, Max, QuerySet

from leaders.organisations.models import Unit
from projects.periods.queries import holidays
from projects.problems.models import Escalation, EscalationRun, EscalationRung, Letter, Problem
from projects.problems.queries import responsible_units
from projects.problems.rules import LETTERS, WAITING_STATES, EscalationStep
from yichuan_tracker.months import day_label
from yichuan_tracker.workdays import workdays_between

RUNS_SHOWN = 10


@dataclass(frozen=True)
class Chased:
    """A problem that is chased: the highest step `taken` for its deadline, and working days overdue."""

    taken: Escalation
    overdue: int

    @property
    def problem(self) -> Problem:
        return self.taken.problem

    @property
    def step(self) -> EscalationStep:
        return EscalationStep(self.taken.step)

    @property
    def letter(self) -> Letter | None:
        return self.taken.letter


@dataclass(frozen=True)
class UnitChased:
    unit: Unit | None
    problems: list[Chased]

    @property
    def name(self) -> str:
        return self.unit.name if self.unit else "项目责任单位（未登记）"

    def of_step(self, step: str) -> list[Chased]:
        return [one for one in self.problems if one.step == step]

    def to_write(self, step: str) -> list[Chased]:
        """Those that wait for a letter of the step."""
        return [one for one in self.of_step(step) if one.letter is None]

    @property
    def letters_to_write(self) -> list[tuple[EscalationStep, int]]:
        """The kinds of letter that wait, each with how many problems."""
        return [(step, len(self.to_write(step))) for step in LETTERS if self.unit and self.to_write(step)]


def chased_units(today: datetime.date) -> list[UnitChased]:
    """Problems that still wait for their unit and whose ladder has begun, by the unit that has them now (the step keeps
    whom it met), the longest overdue first. Four queries."""
    rows = Escalation.objects.filter(problem__state__in=WAITING_STATES, due_on=F("problem__due_on"))
    rows = rows.filter(problem__project__archived_at__isnull=True).select_related("problem__project", "letter")
    order = list(EscalationStep)
    highest: dict[int, Escalation] = {}
    for row in rows:
        known = highest.get(row.problem_id)
        if known is None or order.index(EscalationStep(row.step)) > order.index(EscalationStep(known.step)):
            highest[row.problem_id] = row
    problems = [row.problem for row in highest.values()]
    responsible = responsible_units([one.project_id for one in problems if one.unit_id is None], today)
    unit_of = {one.pk: one.unit_id or responsible.get(one.project_id) for one in problems}
    units = Unit.objects.in_bulk({pk for pk in unit_of.values() if pk is not None})
    table = holidays()
    found: dict[int | None, UnitChased] = {}
    for row in sorted(highest.values(), key=lambda row: (row.due_on, row.problem_id)):
        line, unit_id = Chased(row, workdays_between(row.due_on, today, table)), unit_of[row.problem_id]
        found.setdefault(unit_id, UnitChased(units.get(unit_id or 0), [])).problems.append(line)
    return sorted(found.values(), key=lambda one: (one.unit is None, one.name))


def chased_unit(unit_id: int, today: datetime.date) -> UnitChased | None:
    """What is chased at one unit today; None when nothing is."""
    return next((one for one in chased_units(today) if one.unit and one.unit.pk == unit_id), None)


def issued_letters() -> QuerySet[Letter]:
    """With `problems_count`, the newest first."""
    letters = Letter.objects.select_related("unit", "issuer")
    return letters.annotate(problems_count=Count("escalations"))


def next_letter_number(code: str, year: int) -> int:
    used = Letter.objects.filter(code=code, year=year)
    return (used.aggregate(last=Max("number"))["last"] or 0) + 1


def ladder() -> QuerySet[EscalationRung]:
    return EscalationRung.objects.all()


def latest_runs() -> list[EscalationRun]:
    return list(EscalationRun.objects.all()[:RUNS_SHOWN])


def silence(runs: list[EscalationRun], today: datetime.date) -> int:
    """Working days since the last run; more than one means that the timer stands still. 0 when it never ran."""
    return workdays_between(runs[0].judged_on, today, holidays()) if runs else 0


def group_text(units: list[UnitChased], today: datetime.date) -> str:
    """To be pasted into the work group."""
    if not units:
        return ""
    count = sum(len(one.problems) for one in units)
    lines = [f"【问题催办】截至{day_label(today)}，{count} 个问题超过办理时限还没有反馈，请抓紧办理并反馈："]
    for one in units:
        lines.append(f"{one.name}（{len(one.problems)} 个）")
        lines += [
            f"{number}. {row.problem.project.name}：{row.problem.text[:60]}（超期 {row.overdue} 个工作日，{row.step.label}）"
            for number, row in enumerate(one.problems, start=1)
        ]
    return "\n".join(lines)
