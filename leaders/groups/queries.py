from django.db.models import QuerySet

from leaders.groups.models import WorkingGroup
from leaders.groups.rules import loose_group
from leaders.names import NameIndex


def groups() -> QuerySet[WorkingGroup]:
    """For the list page and its export."""
    return WorkingGroup.objects.select_related("lead_unit", "leader")


def known_groups() -> NameIndex[WorkingGroup]:
    """Written name → WorkingGroup, for whoever reads workbooks. "文旅文创工作专班" and "文旅文创专班" are one name.
    One query."""
    names = [(group.name, group) for group in groups()]
    return NameIndex(names, tolerant=names, loosen=loose_group)


def nearest_groups(name: str, known: NameIndex[WorkingGroup] | None = None) -> list[WorkingGroup]:
    """At most three groups whose names look most like `name`, best first, as proposals to a person. Archived ones are
    left out."""
    index = known_groups() if known is None else known
    return [group for group in index.nearest(name, count=10) if group.archived_at is None][:3]
