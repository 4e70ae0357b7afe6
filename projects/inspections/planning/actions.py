import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from leaders.accounts.models import User
from leaders.audit.actions import change, create
from projects.inspections.access import may_set_targets
from projects.inspections.models import InspectionParameters


@transaction.atomic
def set_targets(
    *, days_per_week: int, unseen_days: int, version: int | None, by: User, at: datetime.datetime
) -> InspectionParameters:
    """The first time a row is made, later it is changed. Raises PermissionDenied, ValidationError, Conflict."""
    if not may_set_targets(by):
        raise PermissionDenied
    values = {"days_per_week": days_per_week, "unseen_days": unseen_days}
    row = InspectionParameters.objects.first()
    if row is None:
        return create(InspectionParameters(pk=1, **values), by=by, at=at)
    return change(row, values, by=by, at=at, version=version)
