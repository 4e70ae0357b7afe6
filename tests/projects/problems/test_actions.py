import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from leaders.audit.rules import Conflict
from leaders.models import HistoryEntry
from leaders.roles import Role
from projects.models import FilingRule, Holiday, Problem
from projects.problems.actions import (
    add_part,
    answer_part,
    answer_problem,
    change_problem,
    close_problem,
    create_problem,
    note_problem,
    remove_part,
    reopen_problem,
    return_problem,
    sign_problem,
)
from projects.problems.queries import (
    default_due_on,
    open_problem_counts,
    overdue_problems,
    problem_history,
    problems_to_answer,
    problems_to_verify,
)
from tests.world import AT, TODAY, make_user

DUE = datetime.date(2023, 7, 12)


@pytest.fixture
def problem(world):
    values = {"source": "inspection", "text": "电力线路未迁改", "unit": world.traffic, "due_on": DUE}
    return create_problem(world.road, values, by=world.sun, at=AT)


@pytest.fixture
def answered(world, problem):
    return answer_problem(problem, answer="已迁改两处", version=1, by=world.li, at=AT)


def test_office_bureau_and_leaders_assign_problems_nobody_else(world):
    for user in (world.zhao, world.sun, world.qian):
        create_problem(world.road, {"source": "other", "text": "甲"}, by=user, at=AT)
    for user in (world.li, world.feng, world.he, world.lin):
        with pytest.raises(PermissionDenied):
            create_problem(world.road, {"source": "other", "text": "乙"}, by=user, at=AT)


def test_a_problem_is_raised_today_unless_said_and_never_tomorrow(world, problem):
    assert problem.raised_on == TODAY
    with pytest.raises(ValidationError, match="不能晚于今天"):
        create_problem(world.road, {"source": "other", "text": "甲", "raised_on": DUE}, by=world.sun, at=AT)
    with pytest.raises(ValidationError, match="早于反映日期"):
        create_problem(
            world.road, {"source": "other", "text": "甲", "due_on": datetime.date(2023, 7, 4)}, by=world.sun, at=AT
        )


def test_the_unit_answers_and_someone_else_closes(world, answered):
    assert (answered.state, answered.answerer) == ("answered", world.li)
    closed = close_problem(answered, version=answered.version, by=world.sun, at=AT)
    assert (closed.state, closed.closed_on, closed.verifier) == ("closed", TODAY, world.sun)
    assert [entry.action for entry in problem_history(closed).order_by("pk")] == ["create", "feedback", "close"]


def test_only_the_assigned_unit_and_the_office_answer(world, problem):
    for user in (world.wang, world.sun, world.qian, world.he):
        with pytest.raises(PermissionDenied):
            answer_problem(problem, answer="好了", version=1, by=user, at=AT)
    with pytest.raises(ValidationError, match="办理情况"):
        answer_problem(problem, answer=" ", version=1, by=world.li, at=AT)


def test_without_a_unit_the_projects_responsible_unit_answers(world):
    problem = create_problem(world.road, {"source": "chat", "text": "甲"}, by=world.sun, at=AT)
    with pytest.raises(PermissionDenied):
        answer_problem(problem, answer="好了", version=1, by=world.wang, at=AT)
    assert answer_problem(problem, answer="好了", version=1, by=world.li, at=AT).state == "answered"


def test_who_answered_never_verifies(world, problem):
    answered = answer_problem(problem, answer="代填", version=1, by=world.zhao, at=AT)
    with pytest.raises(ValidationError, match="他人核查"):
        close_problem(answered, version=answered.version, by=world.zhao, at=AT)
    assert close_problem(answered, version=answered.version, by=world.zhou, at=AT).state == "closed"


def test_a_unit_does_not_close_its_own_problem_with_a_second_account(world, answered):
    colleague = make_user("li2", "李二", Role.REPORTER, unit=world.traffic)
    with pytest.raises(PermissionDenied):
        close_problem(answered, version=answered.version, by=colleague, at=AT)


def test_what_nobody_answered_is_not_closed(world, problem):
    with pytest.raises(ValidationError, match="单位反馈之后"):
        close_problem(problem, version=1, by=world.sun, at=AT)


def test_an_answer_that_does_not_hold_goes_back_with_a_reason_and_is_answered_again(world, answered):
    with pytest.raises(ValidationError, match="退回原因"):
        return_problem(answered, reason="", version=answered.version, by=world.sun, at=AT)
    back = return_problem(answered, reason="还有一处", version=answered.version, by=world.sun, at=AT)
    assert back.state == "handling"
    assert answer_problem(back, answer="全部迁改", version=back.version, by=world.li, at=AT).state == "answered"


def test_a_deadline_moves_only_with_a_reason(world, problem):
    later = datetime.date(2023, 7, 20)
    with pytest.raises(ValidationError, match="写明理由"):
        change_problem(problem, {"due_on": later}, version=1, by=world.sun, at=AT)
    with pytest.raises(PermissionDenied):
        change_problem(problem, {"due_on": later}, reason="雨天", version=1, by=world.li, at=AT)
    change_problem(problem, {"due_on": later}, reason="雨天", version=1, by=world.sun, at=AT)
    assert HistoryEntry.objects.filter(object_type="problem").first().reason == "雨天"


def test_two_people_on_one_problem_meet_a_conflict(world, answered):
    close_problem(answered, version=answered.version, by=world.sun, at=AT)
    with pytest.raises(Conflict):
        return_problem(answered, reason="再看", version=answered.version, by=world.zhao, at=AT)


def test_an_archived_project_takes_no_problem(world):
    world.road.archived_at = AT
    world.road.save()
    with pytest.raises(ValidationError, match="已归档"):
        create_problem(world.road, {"source": "other", "text": "甲"}, by=world.sun, at=AT)


def test_what_waits_for_whom(world, problem):
    assert list(problems_to_answer(world.li, TODAY)) == [problem]
    assert not problems_to_answer(world.wang, TODAY).exists()
    assert not problems_to_verify(world.sun).exists()
    answer_problem(problem, answer="代填", version=1, by=world.zhao, at=AT)
    assert not problems_to_answer(world.li, TODAY).exists()
    assert [list(problems_to_verify(user)) for user in (world.sun, world.zhou, world.zhao, world.li)] == [
        [problem],
        [problem],
        [],
        [],
    ]


def test_open_and_overdue_problems_are_counted_until_closed(world, answered):
    assert open_problem_counts([world.road.pk, world.dam.pk]) == {world.road.pk: 1}
    assert not overdue_problems(DUE).exists()
    assert list(overdue_problems(DUE + datetime.timedelta(days=1))) == [answered]
    close_problem(answered, version=answered.version, by=world.sun, at=AT)
    assert open_problem_counts([world.road.pk]) == {}
    assert Problem.objects.get().version == 3


def test_the_proposed_deadline_counts_working_days_of_the_countys_table(world):
    assert default_due_on(TODAY) == datetime.date(2023, 7, 12)
    Holiday.objects.create(day=datetime.date(2023, 7, 6), is_workday=False, name="停电")
    assert default_due_on(TODAY) == datetime.date(2023, 7, 13)
    FilingRule.objects.create(year=2023, problem_workdays=2)
    assert default_due_on(TODAY) == datetime.date(2023, 7, 10)


def test_a_problem_is_signed_and_noted_before_it_is_answered(world, problem):
    for act in (sign_problem, lambda *a, **k: note_problem(*a, note="进场", **k)):
        with pytest.raises(PermissionDenied):
            act(problem, version=None, by=world.wang, at=AT)
    signed = sign_problem(problem, version=1, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="不用再签收"):
        sign_problem(signed, version=signed.version, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="哪一步"):
        note_problem(signed, note=" ", version=signed.version, by=world.li, at=AT)
    noted = note_problem(signed, note="电力公司已进场", version=signed.version, by=world.li, at=AT)
    noted = note_problem(noted, note="迁改过半", version=noted.version, by=world.li, at=AT)
    assert noted.state == "handling"
    told = [(entry.action, entry.reason) for entry in problem_history(noted).order_by("pk")]
    assert told[1:] == [("sign", ""), ("handle", "电力公司已进场"), ("handle", "迁改过半")]


def test_a_supporting_unit_answers_its_own_part_and_closing_waits_for_it(world, problem):
    with pytest.raises(ValidationError, match="牵头单位"):
        add_part(problem, unit=world.traffic, by=world.sun, at=AT)
    part = add_part(problem, unit=world.water, task="让出管线", by=world.sun, at=AT)
    assert list(problems_to_answer(world.wang, TODAY)) == [problem]
    with pytest.raises(PermissionDenied):
        answer_part(part, answer="好", version=1, by=world.li, at=AT)
    answered = answer_problem(problem, answer="已迁改", version=1, by=world.li, at=AT)
    with pytest.raises(ValidationError, match="县水利局"):
        close_problem(answered, version=answered.version, by=world.sun, at=AT)
    part = answer_part(part, answer="已让出", version=1, by=world.wang, at=AT)
    assert not problems_to_answer(world.wang, TODAY).exists()
    with pytest.raises(ValidationError, match="不能取消"):
        remove_part(part, version=part.version, by=world.sun, at=AT)
    assert close_problem(answered, version=answered.version, by=world.sun, at=AT).state == "closed"


def test_a_closed_problem_breaks_out_again_with_a_reason_and_a_new_deadline(world, answered):
    closed = close_problem(answered, version=answered.version, by=world.sun, at=AT)
    with pytest.raises(PermissionDenied):
        reopen_problem(closed, due_on=DUE, reason="又停电", version=closed.version, by=world.li, at=AT)
    for due_on, reason in ((None, "又停电"), (datetime.date(2023, 7, 4), "又停电"), (DUE, " ")):
        with pytest.raises(ValidationError):
            reopen_problem(closed, due_on=due_on, reason=reason, version=closed.version, by=world.sun, at=AT)
    back = reopen_problem(closed, due_on=DUE, reason="又停电", version=closed.version, by=world.sun, at=AT)
    assert (back.state, back.closed_on, back.verifier) == ("handling", None, None)
