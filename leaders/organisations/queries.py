from django.db.models import Prefetch, QuerySet

from leaders.names import NameIndex
from leaders.organisations.models import Township, Unit, UnitAlias
from leaders.organisations.rules import loose_name


def units() -> QuerySet[Unit]:
    """For the list page and its export."""
    return Unit.objects.prefetch_related(Prefetch("aliases", queryset=UnitAlias.objects.order_by("name")))


def townships() -> QuerySet[Township]:
    return Township.objects.select_related("unit")


def known_units() -> NameIndex[Unit]:
    """Written name → Unit, for whoever reads workbooks: `known_units().get("伊川县水利局")`.

    Finds names, short names and aliases (archived units too: old lists name them), then loose spellings (`loose_name`).
    A spelling that fits two units finds neither. Two queries.
    """
    found = list(units())
    names = [(name, unit) for unit in found for name in _names(unit)]
    return NameIndex(names, tolerant=names, loosen=loose_name)


def nearest_units(name: str, known: NameIndex[Unit] | None = None) -> list[Unit]:
    """At most three units whose names look most like `name`, best first, as proposals to a person. Archived ones are
    left out."""
    index = known_units() if known is None else known
    return [unit for unit in index.nearest(name, count=10) if unit.archived_at is None][:3]


def _names(unit: Unit) -> list[str]:
    return [unit.name, unit.short_name, *(alias.name for alias in unit.aliases.all())]
