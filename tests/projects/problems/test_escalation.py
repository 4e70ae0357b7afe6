import datetime
import io

import docx
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from projects.models import Escalation, EscalationRun, EscalationRung, IssuedFile, Letter, Problem
from projects.problems.actions import answer_problem, create_problem, park_problem
from projects.problems.escalation.actions import change_rung, escalate, issue_letter
from projects.problems.escalation.queries import chased_units, group_text, silence
from projects.problems.queries import parked_due, problem_history
from projects.problems.rules import EscalationStep, steps_reached
from tests.world import AT, TODAY

pytestmark = pytest.mark.django_db
LADDER = {"reminder": 1, "letter": 3, "order": 7, "leader": 10}
DUE = datetime.date(2023, 7, 7)  # a Friday; TODAY is Wednesday the 5th


@pytest.fixture
def problem(world):
    for step, workdays in LADDER.items():
        EscalationRung.objects.update_or_create(step=step, defaults={"workdays": workdays})
    values = {"source": "inspection", "text": "电力线路未迁改", "unit": world.traffic, "due_on": DUE}
    return create_problem(world.road, values, by=world.sun, at=AT)


def on(day):
    return AT + (datetime.date(2023, 7, day) - TODAY)


def steps():
    return list(Escalation.objects.order_by("pk").values_list("step", "reached_on"))


def test_steps_are_counted_in_working_days_past_the_deadline():
    day = datetime.date
    assert steps_reached(DUE, day(2023, 7, 9), LADDER, {}) == {}  # the week-end is no working day
    assert steps_reached(DUE, day(2023, 7, 10), LADDER, {}) == {"reminder": day(2023, 7, 10)}
    assert steps_reached(DUE, day(2023, 7, 10), LADDER, {day(2023, 7, 10): False}) == {}
    assert list(steps_reached(DUE, day(2023, 7, 18), LADDER, {})) == ["reminder", "letter", "order"]


def test_each_step_is_taken_once_and_every_run_is_recorded(problem):
    for day in (7, 10, 10, 11, 12, 12):
        escalate(at=on(day))
    assert steps() == [("reminder", datetime.date(2023, 7, 10)), ("letter", datetime.date(2023, 7, 12))]
    assert list(EscalationRun.objects.order_by("pk").values_list("found", flat=True)) == [0, 1, 0, 0, 1, 0]
    assert [entry.reason for entry in problem_history(problem).filter(action="escalate").order_by("pk")] == [
        "提醒", "提醒函"
    ]  # fmt: skip


def test_what_fell_due_while_nothing_ran_is_caught_up_with_its_own_day(problem):
    escalate(at=on(19))
    assert [step for step, _ in steps()] == ["reminder", "letter", "order"]
    assert steps()[0][1] == datetime.date(2023, 7, 10)
    assert "提醒（应在 2023-07-10，停机后补记）" in [entry.reason for entry in problem_history(problem)]


def test_what_was_answered_is_not_chased_and_a_new_deadline_begins_anew(world, problem):
    escalate(at=on(10))
    Problem.objects.update(due_on=datetime.date(2023, 7, 14))
    assert chased_units(datetime.date(2023, 7, 12)) == []
    escalate(at=on(17))
    assert [step for step, _ in steps()] == ["reminder", "reminder"]
    problem.refresh_from_db()
    answer_problem(problem, answer="好", version=None, by=world.li, at=on(17))
    escalate(at=on(25))
    assert Escalation.objects.count() == 2
    assert chased_units(datetime.date(2023, 7, 25)) == []


def test_a_problem_without_a_unit_goes_to_the_projects_responsible_one(world, problem):
    Problem.objects.update(unit=None)
    escalate(at=on(10))
    assert [one.unit for one in chased_units(datetime.date(2023, 7, 10))] == [world.traffic]


def test_who_was_handed_a_problem_is_chased_for_it_and_the_step_keeps_whom_it_met(world, problem):
    escalate(at=on(10))
    Problem.objects.update(unit=world.water)
    assert [one.unit for one in chased_units(datetime.date(2023, 7, 10))] == [world.water]
    assert {one.unit for one in Escalation.objects.all()} == {world.traffic}


def test_a_timer_that_stands_still_is_noticed(problem):
    run = escalate(at=on(7))
    assert silence([run], datetime.date(2023, 7, 10)) == 1
    assert silence([run], datetime.date(2023, 7, 12)) == 3


@pytest.fixture
def overdue(problem):
    """Overdue by three working days: a 提醒函 waits to be issued."""
    EscalationRung.objects.filter(step="letter").update(code="伊督提函")
    Problem.objects.update(due_on=datetime.date(2023, 6, 30), raised_on=datetime.date(2023, 6, 20))
    call_command("escalate_problems", stdout=io.StringIO())
    return problem


def test_a_letter_is_read_issued_once_numbered_and_kept(world, client, overdue):
    client.force_login(world.sun)
    url = reverse("letter-issue", args=[world.traffic.pk, "letter"])
    page = client.get(reverse("problem-escalation")).content.decode()
    assert url in page
    assert group_text(chased_units(TODAY), TODAY) in page
    assert "电力线路未迁改" in client.get(url).content.decode()
    assert client.get(reverse("letter-issue", args=[world.traffic.pk, "order"])).status_code == 404
    client.post(url, {"problem": [0]})  # not what would be written
    assert not Letter.objects.exists()
    client.post(url, {"problem": [overdue.pk]})
    client.post(url, {"problem": [overdue.pk]})  # pressed twice: the second finds nothing left to write
    letter = Letter.objects.get()
    assert str(letter) == "提醒函 伊督提函〔2023〕1号"
    assert "1号" in client.get(reverse("problem-detail", args=[overdue.pk])).content.decode()
    content = client.get(reverse("letter-file", args=[letter.pk])).content
    paper = "\n".join(one.text for one in docx.Document(io.BytesIO(content)).paragraphs)
    for words in (
        str(letter.number_text),
        world.traffic.name,
        "电力线路未迁改",
        "已超期 3 个工作日",
        "县督查局",
        "2023年7月5日",
    ):
        assert words in paper
    assert client.get(url).status_code == 404
    # Whatever becomes of the problem, the same bytes are served.
    Problem.objects.update(text="改过的话")
    assert client.get(reverse("letter-file", args=[letter.pk])).content == content
    shown = client.get(reverse("letter-detail", args=[letter.pk])).content.decode()
    assert "电力线路未迁改" in shown
    assert "与印发时的校验值不一致" not in shown
    IssuedFile.objects.update(content=b"x")
    assert "与印发时的校验值不一致" in client.get(reverse("letter-detail", args=[letter.pk])).content.decode()
    with pytest.raises(CommandError, match="1 个文件"):
        call_command("check_bulletins", year=2023)
    call_command("check_bulletins", year=2022)


def test_numbers_run_by_kind_and_year_and_a_new_deadline_may_have_a_new_letter(world, overdue):
    first = issue_letter(world.traffic, EscalationStep.LETTER, by=world.sun, at=AT)
    with pytest.raises(ValidationError, match="刚才已经印发"):
        issue_letter(world.traffic, EscalationStep.LETTER, by=world.sun, at=AT)
    Problem.objects.update(due_on=DUE)
    escalate(at=on(12))
    second = issue_letter(world.traffic, EscalationStep.LETTER, by=world.sun, at=on(12))
    assert (first.number, second.number) == (1, 2)


def test_a_letter_needs_its_code_and_who_chases(world, overdue):
    with pytest.raises(PermissionDenied):
        issue_letter(world.traffic, EscalationStep.LETTER, by=world.li, at=AT)
    EscalationRung.objects.update(code="")
    with pytest.raises(ValidationError, match="发文代字"):
        issue_letter(world.traffic, EscalationStep.LETTER, by=world.sun, at=AT)
    assert not Letter.objects.exists()


def test_what_is_parked_is_called_up_on_its_day_and_not_before(world, client, problem):
    park_problem(problem, datetime.date(2023, 7, 20), reason="等批复", by=world.sun, at=AT)
    assert list(parked_due(datetime.date(2023, 7, 19))) == []
    assert list(parked_due(datetime.date(2023, 7, 20))) == [problem]


def test_the_office_moves_a_rung_and_nobody_else(world, client, problem):
    rung = EscalationRung.objects.get(step="letter")
    with pytest.raises(PermissionDenied):
        change_rung(rung, workdays=5, version=1, by=world.sun, at=AT)
    client.force_login(world.zhao)
    url = reverse("problem-rung", args=[rung.pk])
    assert client.post(url, {"workdays": 0, "version": 1}).status_code == 422
    client.post(url, {"workdays": 5, "code": "伊提函", "version": 1})
    rung.refresh_from_db()
    assert (rung.workdays, rung.code) == (5, "伊提函")
