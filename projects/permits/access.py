from leaders.accounts.models import User
from leaders.roles import Role
from projects.permits.models import Permit, PermitType
from projects.registry.access import is_office


def may_keep_permits(user: User) -> bool:
    """Decide which procedures a project needs and when they are due; keep the catalogue."""
    return is_office(user)


def may_edit_permit_type(user: User, permit_type: PermitType) -> bool:
    """The office, and 审批部门 its own column of the board."""
    if is_office(user):
        return True
    return user.has_role(Role.APPROVER) and user.unit_id is not None and user.unit_id == permit_type.department_id


def may_edit_permit(user: User, permit: Permit) -> bool:
    return permit.project.archived_at is None and may_edit_permit_type(user, permit.permit_type)
