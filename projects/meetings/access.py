from leaders.accounts.models import User
from leaders.roles import Role
from leaders.roster.models import Leader
from projects.meetings.models import Meeting
from projects.registry.access import is_office


def may_call_meetings(user: User) -> bool:
    """The office, and a leader's account (the secretary's too) for meetings that this leader chairs."""
    return is_office(user) or (user.has_role(Role.LEADER) and user.leader_id is not None)


def may_keep_meeting(user: User, meeting: Meeting) -> bool:
    """Agenda, minutes and decisions: the office, and the account of the leader in the chair; a cancelled meeting is
    restored first."""
    return meeting.archived_at is None and may_chair(user, meeting.leader_id)


def may_chair(user: User, leader_id: int) -> bool:
    return is_office(user) or (user.has_role(Role.LEADER) and user.leader_id == leader_id)


def may_cancel_meeting(user: User, meeting: Meeting) -> bool:
    return may_chair(user, meeting.leader_id)


def may_see_pack(user: User, leader: Leader) -> bool:
    """A leader's pack: that leader's account and the office."""
    return may_chair(user, leader.pk)
