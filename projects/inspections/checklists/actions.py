import datetime
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create
from leaders.audit.rules import Beside, Conflict, text_line
from projects.inspections.access import may_set_targets
from projects.inspections.models import Checklist, ChecklistItem
from projects.registry.models import Sector


@transaction.atomic
def set_checklist(
    sector: Sector | None, points: Sequence[str], *, version: int | None, by: User, at: datetime.datetime
) -> Checklist:
    """The points of a kind of project (None: of all) in their order; made where there was no list yet.

    Points that are left out are kept for the visits that answered them and asked no more. Raises PermissionDenied,
    ValidationError (a point too long), Conflict.
    """
    if not may_set_targets(by):
        raise PermissionDenied
    long = next((point for point in points if len(point) > 120), None)
    if long is not None:
        raise ValidationError({"points": f"“{long[:20]}…”有 {len(long)} 字，一条最多 120 字，请写短些。"})
    checklist = Checklist.objects.filter(sector=sector).first()
    if checklist is None:
        checklist = create(
            Checklist(sector=sector), by=by, at=at, also=[text_line("points", "要点", None, _told(points))]
        )
    else:
        checklist = _change(checklist, points, version=version, by=by, at=at)
    known = {item.text: item for item in checklist.items.all()}
    for position, point in enumerate(points, start=1):
        item = known.pop(point, None) or ChecklistItem(checklist=checklist, text=point)
        item.position, item.archived_at = position, None
        item.save()
    checklist.items.filter(pk__in=[item.pk for item in known.values()], archived_at__isnull=True).update(archived_at=at)
    return checklist


def _change(
    checklist: Checklist, points: Sequence[str], *, version: int | None, by: User, at: datetime.datetime
) -> Checklist:
    old = _told([item.text for item in checklist.items.filter(archived_at__isnull=True)])
    new = _told(points)
    also = [text_line("points", "要点", old, new)] if old != new else []
    try:
        # Who saw no list yet did not see this one.
        return change(checklist, {}, by=by, at=at, version=version or 0, also=also)
    except Conflict as conflict:
        conflict.beside.append(Beside("points", "要点", old, new, raw=old))
        raise


def _told(points: Sequence[str]) -> str:
    return "\n".join(points)
