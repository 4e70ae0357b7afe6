import datetime

from leaders.accounts.models import User
from projects.rankings.access import may_see_own_lines, may_see_run
from projects.rankings.models import Objection, RankingRun, RunState, Verdict
from projects.registry.access import is_office


def is_window_open(run: RankingRun, today: datetime.date) -> bool:
    return run.state == RunState.TRIAL and run.objections_until is not None and today <= run.objections_until


def may_open_window(user: User) -> bool:
    return is_office(user)


def may_see_objections(user: User, run: RankingRun) -> bool:
    """The office; a unit its own while the trial is shown to it; everyone once the month was released."""
    return may_see_run(user, run) or may_see_own_lines(user, run)


def may_answer(user: User) -> bool:
    return is_office(user)


def may_withdraw(user: User, objection: Objection) -> bool:
    return objection.author_id == user.pk and objection.verdict == Verdict.PENDING
