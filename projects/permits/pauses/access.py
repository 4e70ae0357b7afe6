from leaders.accounts.models import User
from projects.permits.access import may_edit_permit, may_keep_permits
from projects.permits.models import Permit
from projects.permits.pauses.models import Pause
from projects.permits.rules import WITH_DEPARTMENT


def may_pause(user: User, permit: Permit) -> bool:
    """The department, while the procedure is with it."""
    return may_edit_permit(user, permit) and permit.state in WITH_DEPARTMENT


def may_change_pause(user: User, pause: Pause) -> bool:
    """After the grant the days used are the department's record: only the office still mends them, and the department ends
    what an import left open."""
    is_open_to = pause.to_on is None or may_keep_permits(user)
    return may_pause(user, pause.permit) or (may_edit_permit(user, pause.permit) and is_open_to)
