from leaders.accounts.models import User
from projects.registry.access import is_office


def may_keep_boards(user: User) -> bool:
    """Who is compared with whom is the project office's to set; whoever sees projects reads it."""
    return is_office(user)
