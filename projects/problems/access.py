import datetime

from leaders.accounts.models import User
from leaders.roles import Role
from projects.problems.models import Problem, ProblemPart
from projects.problems.rules import OPEN_STATES, WAITING_STATES, ProblemSource, ProblemState, may_move, may_verify
from projects.registry.access import is_office, may_report
from projects.registry.models import Project


def may_raise_problems(user: User) -> bool:
    """交办: the office, the inspection bureau, and the leaders."""
    return user.has_role(Role.OFFICE, Role.INSPECTOR, Role.LEADER)


def may_raise_need(user: User, project: Project, *, today: datetime.date) -> bool:
    """保障需求: who reports for the project says what it needs."""
    return may_report(user, project, today=today)


def may_enter(user: User, project: Project, source: str, *, today: datetime.date) -> bool:
    """An entry of this source."""
    if source == ProblemSource.NEED and may_raise_need(user, project, today=today):
        return True
    return may_raise_problems(user)


def may_instruct(user: User) -> bool:
    """领导批示: a leader's account (the leader's or the secretary's) in that leader's name, the office in anybody's."""
    return is_office(user) or (user.has_role(Role.LEADER) and user.leader_id is not None)


def may_edit_problem(user: User, problem: Problem) -> bool:
    """Mend an entry (its words, unit, deadline) while it is open: those who chase it, the office and the bureau."""
    return user.has_role(Role.OFFICE, Role.INSPECTOR) and problem.state != ProblemState.CLOSED


def may_answer_problem(user: User, problem: Problem, *, today: datetime.date) -> bool:
    """反馈: reporters (of a department, its approvers too) of the unit it was assigned to; of the project's responsible unit where none is named; the
    office in their place."""
    return may_move(problem.state, ProblemState.ANSWERED) and answers_for(user, problem, today=today)


def answers_for(user: User, problem: Problem, *, today: datetime.date) -> bool:
    """Whose answer it is, whatever its state: where that has just changed, the action says so in words."""
    if is_office(user):
        return True
    if problem.unit_id is not None:
        return user.has_role(Role.REPORTER, Role.APPROVER) and user.unit_id == problem.unit_id
    return may_report(user, problem.project, today=today)


def may_verify_problem(user: User, problem: Problem) -> bool:
    """核查销号 or send back, now and by this person: never who answered."""
    return (
        problem.state in {ProblemState.ANSWERED, ProblemState.VERIFYING}
        and verifies_problems(user)
        and may_verify(problem.answerer_id, user.pk)
    )


def verifies_problems(user: User) -> bool:
    """The bureau and the office; whether this problem waits for them, the action says in words."""
    return user.has_role(Role.OFFICE, Role.INSPECTOR)


def may_work_on_problem(user: User, problem: Problem, *, today: datetime.date) -> bool:
    """签收, 办理, and asking for more time, another unit or 挂账: whose answer is waited for."""
    return problem.state in WAITING_STATES and answers_for(user, problem, today=today)


def may_edit_ladder(user: User) -> bool:
    """催办阶梯: the office's."""
    return is_office(user)


def may_reopen_problem(user: User, problem: Problem) -> bool:
    """挂账恢复办理, 销号反弹: those who chase problems."""
    return problem.state not in OPEN_STATES and verifies_problems(user)


def may_answer_part(user: User, part: ProblemPart) -> bool:
    """Reporters of the supporting unit, the office in their place, while the problem is open."""
    if part.problem.state not in OPEN_STATES:
        return False
    return is_office(user) or (user.has_role(Role.REPORTER, Role.APPROVER) and user.unit_id == part.unit_id)
