import datetime

from leaders.accounts.models import User
from leaders.roles import Role
from projects.permits.models import Permit
from projects.permits.rules import UNIT_STEPS, DatedPermit, next_states
from projects.registry.access import is_office, may_report


def may_keep_permits(user: User) -> bool:
    """Decide which procedures a project needs and when they are due; keep the catalogue."""
    return is_office(user)


def may_grant_for(user: User, department_id: int | None) -> bool:
    """The office, and 审批部门 its own column of the board."""
    if is_office(user):
        return True
    return user.has_role(Role.APPROVER) and user.unit_id is not None and user.unit_id == department_id


def may_edit_permit(user: User, permit: Permit) -> bool:
    return permit.project.archived_at is None and may_grant_for(user, permit.permit_type.department_id)


def may_take_step(user: User, permit: Permit, state: str, *, today: datetime.date) -> bool:
    """The department its own kinds, the office all; the responsible unit says that it prepares the papers, where that is the
    next step: what a department accepted or granted it does not take back."""
    if permit.project.archived_at is not None:
        return False
    if may_grant_for(user, permit.permit_type.department_id):
        return True
    standing = DatedPermit(None, permit.obtained_on, permit.valid_until, state=permit.state)
    is_next = state in UNIT_STEPS and state in next_states(standing, today)
    return is_next and may_report(user, permit.project, today=today)
