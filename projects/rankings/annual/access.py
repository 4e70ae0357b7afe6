from leaders.accounts.models import User
from projects.rankings.annual.models import AnnualRun
from projects.rankings.models import RunState
from projects.registry.access import is_office, may_see_projects


def may_run_year(user: User) -> bool:
    """Give marks, compute, publish, release."""
    return is_office(user)


def may_see_year(user: User, run: AnnualRun) -> bool:
    return is_office(user) or (run.state == RunState.RELEASED and may_see_projects(user))
