from leaders.accounts.models import User
from leaders.roles import Role
from leaders.roster.models import Leader
from projects.inspections.models import Inspection
from projects.registry.access import is_office


def may_log_inspections(user: User) -> bool:
    """Leaders (and their secretaries), the inspection bureau, and the office in their place."""
    return user.has_role(Role.LEADER, Role.INSPECTOR, Role.OFFICE)


def may_choose_inspector(user: User) -> bool:
    """A leader's account writes the leader's own visits; the bureau and the office write anybody's."""
    return user.has_role(Role.INSPECTOR, Role.OFFICE)


def may_name_leader(user: User, leader: Leader | None) -> bool:
    """Whether a visit by this leader is this account's to write."""
    return leader is None or may_choose_inspector(user) or leader.pk == user.leader_id


def may_edit_inspection(user: User, inspection: Inspection) -> bool:
    """Who wrote it, and the office. An archived visit is restored first."""
    return inspection.archived_at is None and (user.pk == inspection.author_id or is_office(user))


def may_archive_inspection(user: User, inspection: Inspection) -> bool:
    return user.pk == inspection.author_id or is_office(user)


def may_set_targets(user: User) -> bool:
    """The week's days, the days unseen and the checklists: the office's."""
    return is_office(user)
