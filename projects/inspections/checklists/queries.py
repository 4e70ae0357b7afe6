from dataclasses import dataclass

from projects.inspections.models import Checklist, ChecklistItem
from projects.registry.models import Sector


@dataclass(frozen=True)
class KindOfProject:
    """A kind (None: all projects) with its points; `checklist` is None while nobody wrote one."""

    sector: Sector | None
    checklist: Checklist | None
    points: list[str]

    @property
    def name(self) -> str:
        return self.sector.name if self.sector else "所有项目"


def kinds_of_projects() -> list[KindOfProject]:
    """All projects first, then each kind. Three queries."""
    lists = {one.sector_id: one for one in Checklist.objects.all()}
    points: dict[int, list[str]] = {}
    for item in ChecklistItem.objects.filter(archived_at__isnull=True):
        points.setdefault(item.checklist_id, []).append(item.text)
    kinds: list[Sector | None] = [None, *Sector.objects.all()]
    found = [(sector, lists.get(sector.pk if sector else None)) for sector in kinds]
    return [KindOfProject(sector, one, points.get(one.pk, []) if one else []) for sector, one in found]
