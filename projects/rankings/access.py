from leaders.accounts.models import User
from leaders.roles import Role
from projects.rankings.models import Board, BoardKind, RankingRun, RunState
from projects.registry.access import is_office, may_see_projects


def may_run_rankings(user: User) -> bool:
    """Compute, publish, release, give plus and minus points."""
    return is_office(user)


def may_see_run(user: User, run: RankingRun) -> bool:
    """A draft is the office's; what was released is everyone's."""
    return is_office(user) or (run.state == RunState.RELEASED and may_see_projects(user))


def may_see_own_lines(user: User, run: RankingRun) -> bool:
    """Whether the trial was shown to the units: each sees its own rows of it, nobody else's."""
    return run.objections_until is not None and user.has_role(Role.REPORTER) and user.unit_id is not None


def may_see_board(user: User, board: Board) -> bool:
    """A board that is not public is seen whole by the office only; on the leaders' a leader finds the own line."""
    has_own_line = board.kind == BoardKind.LEADERS and user.has_role(Role.LEADER) and user.leader_id is not None
    return sees_whole_board(user, board) or has_own_line


def sees_whole_board(user: User, board: Board) -> bool:
    return board.is_public or is_office(user)
