import datetime

from leaders.accounts.models import User
from leaders.roles import Role
from projects.rankings.models import Board, BoardKind
from projects.registry.access import is_office


def sees_leader_facts(user: User, today: datetime.date, leader_id: int | None = None) -> bool:
    """Lights, problems and days on site gathered by leader: the office's, each leader's own, and everybody's while a
    leaders' board in force is 人人可看. Without `leader_id` those of all leaders."""
    is_own = leader_id is not None and user.has_role(Role.LEADER) and user.leader_id == leader_id
    if is_office(user) or is_own:
        return True
    return Board.objects.in_force(today, today).filter(kind=BoardKind.LEADERS, is_public=True).exists()
