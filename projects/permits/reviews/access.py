from leaders.accounts.models import User
from leaders.roles import Role
from projects.permits.access import may_keep_permits
from projects.permits.reviews.models import Opinion, Review


def may_convene(user: User) -> bool:
    """Convene, record the result."""
    return may_keep_permits(user)


def may_close(user: User, review: Review) -> bool:
    return may_convene(user) and review.closed_at is None


def may_give_opinion(user: User, opinion: Opinion) -> bool:
    """Each department its own; the office writes down what a department without an account said. Until it is closed."""
    if opinion.review.closed_at is not None:
        return False
    is_department = user.has_role(Role.APPROVER) and user.unit_id == opinion.department_id
    return is_department or may_convene(user)
