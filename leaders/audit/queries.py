import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q, QuerySet

from leaders.audit.access import may_read_all_history, may_read_history
from leaders.audit.models import HistoryEntry, Tracked
from leaders.audit.rules import Event, Happened, tells_of_making, told_by_record

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


def imported_lines(record: Tracked) -> list[HistoryEntry]:
    """What imports wrote of a record that hangs on another: the line of an import is the other one's, and each comes with what it
    tells of this record alone. One query, and one for the other record where it is not at hand."""
    kind, subject = str(record._meta.model_name), record.history_subject()
    found = HistoryEntry.objects.filter(
        subject_type=subject._meta.model_name, subject_id=subject.pk, batch_id__isnull=False
    ).exclude(object_type=kind, object_id=record.pk)
    entries = []
    for entry in found:
        of = (kind, record.pk)
        entry.changes = [line for line in entry.changes if (line.get("object"), line.get("object_id")) == of]
        entries += [entry] if entry.changes else []
    return entries


def newest_first(entries: Iterable[HistoryEntry]) -> list[HistoryEntry]:
    return sorted(entries, key=lambda entry: (entry.at, entry.pk), reverse=True)


def changed_since(
    moment: datetime.datetime,
    kinds: Collection[type[Tracked]],
    subject_type: str,
    subject_ids: Collection[int] | QuerySet[Any],
) -> dict[tuple[str, int], list[Event]]:
    """{(kind, id): what happened to it after `moment`, the latest first}, of records that are still there. The subjects are
    named by id or by a query of ids. One query."""
    models = {str(model._meta.model_name): model for model in kinds}
    entries = HistoryEntry.objects.filter(
        Q(object_type__in=models) | Q(batch_id__isnull=False),
        at__gt=moment,
        subject_type=subject_type,
        subject_id__in=subject_ids,
    ).order_by("-at", "-pk")
    found: dict[tuple[str, int], list[Event]] = defaultdict(list)
    for action, kind, pk, changes in entries.values_list("action", "object_type", "object_id", "changes"):
        for key, lines in told_by_record(changes, kind, pk).items():
            if key[0] in models:
                is_made = action == "create" or tells_of_making(models[key[0]], lines)
                found[key].append(Event(Happened.MADE) if is_made else Event(Happened.CHANGED, lines))
    return found
