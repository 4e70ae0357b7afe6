from leaders.accounts.models import User
from leaders.roles import Role
from projects.guarantees.models import BankMeeting, Deal, GuaranteeEntry, GuaranteeTarget
from projects.registry.access import is_office

# What can be withdrawn and restored.
Record = GuaranteeTarget | GuaranteeEntry | BankMeeting | Deal


def may_set_guarantees(user: User) -> bool:
    """Targets and 银企对接会: the office's."""
    return is_office(user)


def may_enter(user: User, target: GuaranteeTarget) -> bool:
    """What was done towards a target: its unit's people, and the office in their place."""
    if target.archived_at is not None:
        return False
    of_unit = user.unit_id is not None and user.unit_id == target.unit_id
    return is_office(user) or (of_unit and user.has_role(Role.REPORTER, Role.APPROVER))


def may_withdraw_record(user: User, record: Record) -> bool:
    """An entry: who may enter it; the rest is the office's."""
    return may_enter(user, record.target) if isinstance(record, GuaranteeEntry) else may_set_guarantees(user)
