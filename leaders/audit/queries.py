from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import QuerySet

from leaders.audit.access import may_read_all_history, may_read_history
from leaders.audit.models import HistoryEntry

if TYPE_CHECKING:
    from leaders.accounts.models import User

# Sign-ins, roles and passwords concern the audit administrator only.
ACCOUNT_TYPES = ("user", "rolegrant")


def entries_visible_to(user: "User") -> QuerySet[HistoryEntry]:
    if may_read_all_history(user):
        return HistoryEntry.objects.all()
    if may_read_history(user):
        return HistoryEntry.objects.exclude(object_type__in=ACCOUNT_TYPES)
    return HistoryEntry.objects.none()


def type_labels() -> dict[str, str]:
    """How the kinds of objects in the history are called, by the name stored in `object_type`."""
    models = [model for label in ("leaders", "projects") for model in apps.get_app_config(label).get_models()]
    return {model._meta.model_name or "": str(model._meta.verbose_name) for model in models}


def history_of(subject_type: str, subject_id: int, count: int = 50) -> list[HistoryEntry]:
    """The latest lines shown on the page of a record, newest first. One query."""
    return list(HistoryEntry.objects.filter(subject_type=subject_type, subject_id=subject_id)[:count])
